extension Refusal {
    /// Rules of tables and their charters.
    package enum TableReason: Codable, Hashable, Sendable {
        /// The charter does not count yet: so many of so many have signed.
        case notEffective(table: String, signatures: Int, quorum: Int)
        /// The charter's period has not begun.
        case notBegun(table: String, Days)
        /// The charter's period is over.
        case over(table: String, Days)
        /// This node is not a member.
        case notMember(table: String)
        /// The charter lists this node otherwise than its card.
        case otherCard(table: String, handle: String, memberClass: String)
        /// What was given is no table file that can be taken.
        case file(FileFault)
        /// What was given is no card that can be taken.
        case card(CardFault)
        /// Two cards have one handle.
        case sameHandle(String)
        /// A card was given twice.
        case sameCard
        /// The charter's text is over the limit.
        case charterTooLong(bytesMax: Int)
        /// A ground of the grounds file cannot stand in a charter.
        case badGround(code: String)
        /// No version follows the last.
        case lastVersion(Int)
        /// No fork of a member's log, MEMBER/GENERATION, is known here.
        case noFork(handle: String, log: String)
        /// There is another draft of the version already.
        case otherDraft(version: Int)
        /// The charter has no room for another pin.
        case noRoomForPin
        /// A version that takes away what this program cannot take away.
        case takesAway(table: String, version: Int, [Taken])
        /// A version with a cut that this node cannot prove.
        case unproven(table: String, version: Int, Cut, CutFault)
        /// The node's card has its last version.
        case lastCard
    }

    /// A period, and the day it is by this node's clock.
    package struct Days: Codable, Hashable, Sendable {
        /// The first day.
        package let from: String
        /// The last day.
        package let until: String
        /// The day it is.
        package let today: String

        /// Names the days.
        package init(from: String, until: String, today: String) {
            self.from = from
            self.until = until
            self.today = today
        }
    }

    /// What is wrong with a table file.
    package enum FileFault: Codable, Hashable, Sendable {
        /// It has not the form of one.
        case malformed
        /// A version has a wrong or foreign signature.
        case signature(version: Int, name: String)
        /// A version has a wrong line.
        case line(version: Int, name: String)
        /// A handle occurs twice.
        case handle(String)
        /// A version is malformed.
        case version(Int)
        /// A version does not follow on the one before.
        case chain(version: Int)
        /// A card has a wrong line.
        case cardLine(String)
        /// A card is malformed or was changed.
        case card
        /// A card is of nobody at the table.
        case cardOwner
        /// It is of another table, or lacks versions that count here.
        case otherTable
        /// A version is another draft than the one held.
        case otherDraft(version: Int)
        /// What it adds would bring the table's file over its limit.
        case tooLarge
    }

    /// What is wrong with a card.
    package enum CardFault: Codable, Hashable, Sendable {
        /// It has not the form of one.
        case malformed
        /// A line of it is wrong.
        case line(String)
        /// Its signature is wrong.
        case signature
    }

    /// What a version of a charter takes away.
    package enum Taken: Codable, Hashable, Sendable {
        /// A member.
        case member(handle: String)
        /// A member's number, role, class or handle.
        case memberLine(handle: String)
        /// A ground, or its text.
        case ground(code: String)
        /// A pin of a member's log, or what it says.
        case pin(handle: String, generation: Int)
    }

    /// Where a charter cuts a log.
    package struct Cut: Codable, Hashable, Sendable {
        /// Handle of the log's author.
        package let handle: String
        /// The log, MEMBER/GENERATION.
        package let log: String
        /// How many entries count.
        package let size: Int

        /// Names a cut.
        package init(handle: String, log: String, size: Int) {
            self.handle = handle
            self.log = log
            self.size = size
        }
    }

    /// Why a cut is not proven.
    package enum CutFault: Codable, Hashable, Sendable {
        /// No second history of the log is known here.
        case noFork
        /// The first difference that is known here lies later.
        case early(index: Int)
        /// An entry before it differs already.
        case late(index: Int)
        /// Its root is not the one that both histories have there.
        case otherRoot
    }
}
