package import CaseModel
package import RecordStore
package import SyncLog
import PeerTransport
package import SyncEngine
package import Wire

/// Why a command was not done: an exit code and one line for a person.
package struct NodeFailure: Error, Hashable, Sendable {
    /// The exit codes of the command line's contract.
    package enum Code: Int32, Codable, Hashable, Sendable {
        /// A finding.
        case finding = 1
        /// Wrong use or bad input.
        case usage = 2
        /// Something needed is unavailable.
        case unavailable = 3
        /// A bug of this program.
        case bug = 70
    }

    /// The exit code.
    package let code: Code
    /// `WHAT: WHY. WHAT TO DO`.
    package let message: String
    /// What kind of refusal it is.
    package let kind: Kind

    /// Kinds of refusals that are answered in ways of their own.
    package enum Kind: Hashable, Sendable {
        /// Every other.
        case other
        /// What was asked goes by something that is another by now.
        case conflict
        /// Who asked may not.
        case notAllowed
    }

    /// Creates a failure.
    package init(_ code: Code, _ message: String) { self.init(code, message, .other) }

    private init(_ code: Code, _ message: String, _ kind: Kind) {
        self.code = code
        self.message = message
        self.kind = kind
    }

    /// What was asked goes by something that is another by now.
    package static func conflict(_ message: String) -> NodeFailure {
        NodeFailure(.usage, message, .conflict)
    }

    /// A user may not ask for it.
    static func notAllowed(_ user: String) -> NodeFailure {
        NodeFailure(
            .usage,
            "user '\(user)': may not do this. Log in as somebody with another role",
            .notAllowed
        )
    }

    /// Wrong use or bad input.
    package static func usage(_ message: String) -> NodeFailure { NodeFailure(.usage, message) }

    /// Something needed is unavailable.
    package static func unavailable(_ message: String) -> NodeFailure {
        NodeFailure(.unavailable, message)
    }

    /// The data folder.
    package init(_ error: FolderError) { self.init(.unavailable, "data folder: \(error)") }

    /// The store or the slot file.
    package init(_ error: SlotError) { self.init(.unavailable, Self.storeWord + "\(error)") }

    private static let storeWord = "store: "
    /// Whether the store could not be read or changed.
    var isOfStore: Bool { self.code == .unavailable && self.message.hasPrefix(Self.storeWord) }

    /// The store as a whole.
    package init(_ error: NodeStoreError) {
        switch error {
        case .slot(let error): self.init(error)
        case .newerSchema(let version):
            self.init(
                .unavailable,
                "store: written by a newer version of tafel (layout \(version)). "
                    + "Install that version"
            )
        case .olderSchema(let version):
            self.init(
                .unavailable,
                "store: written by an older version of tafel (layout \(version)). "
                    + "Export with that version and start a new node"
            )
        }
    }

    /// An operation's contents.
    package init(_ error: WireError) {
        switch error {
        case .field(let field), .limit(let field):
            self.init(.usage, "\(field): not allowed there. Check its length, form and characters")
        case .malformed, .notCanonical:
            self.init(.usage, "contents: malformed. Report this")
        }
    }

    /// What counts of one author in one case.
    package init(_ limit: CaseLimit) {
        let what =
            switch limit {
            case .tags: "tags"
            case .links: "links"
            case .notes: "notes"
            case .writes: "changes of title, phase, lead and summary"
            case .references: "superseded values and removed tags and links"
            case .text: "bytes of notes, titles and summaries"
            }
        self.init(
            .usage,
            "case: at most \(limit.max) \(what) of one partner count in it, and this would be more. "
                + "Go on in another case"
        )
    }

    /// What would be written and count for nobody.
    package init(_ reason: IgnoreReason) {
        if case .limit(let limit) = reason {
            self.init(limit)
            return
        }
        self.init(
            .usage,
            "not written: every partner would ignore it, and this node too, for \(reason). See "
                + "'tafel case show' and 'tafel table show'"
        )
    }

    /// Who may be given what.
    package init(_ error: SharingError) {
        self.init(.usage, "sharing: \(error). Check the charter with 'tafel table show'")
    }

    /// A table file.
    package init(_ error: TableFileError) {
        let why =
            switch error {
            case .malformed: "not a table file, or changed on its way"
            case .charter(let version, .signature(let name)):
                "version \(version) has a wrong or foreign signature (\(name))"
            case .charter(let version, .field(let field)):
                "version \(version) has a wrong \(field)"
            case .charter(_, .duplicateHandle(let handle)):
                "the handle \(handle) occurs twice"
            case .charter(let version, _): "version \(version) is malformed"
            case .chain(let version): "version \(version) does not follow on the one before"
            case .card(.field(let field)): "a card has a wrong \(field)"
            case .card: "a card is malformed or was changed"
            case .cardOwner: "a card is of nobody at the table"
            case .otherTable: "it belongs to another table, or has not the versions that count here"
            case .otherDraft(let version): "version \(version) is another draft than the one held"
            case .tooLarge: "what it adds would bring the table's file over its limit"
            }
        let advice =
            if case .otherDraft = error {
                "See both with 'tafel table show', agree with the other members which it shall be, "
                    + "and sign the file's in place of the one held with 'tafel table accept --replace'"
            } else if case .otherTable = error {
                "See which text counts here with 'tafel table show', and ask for a file that follows on it"
            } else {
                "Ask its sender for the file again"
            }
        self.init(.usage, "table file: \(why). \(advice)")
    }

    /// Writing to the own log.
    package init(_ error: WritingError, handle: (MemberNumber) -> String) {
        switch error {
        case .notEffective:
            self.init(
                .usage,
                "table: not effective yet. Let enough members run 'tafel table accept' first"
            )
        case .noCard(let member):
            self.init(
                .usage,
                "\(handle(member)): no card is held, so nothing can be sealed to it. "
                    + "Accept a table file that has it"
            )
        case .unusableKey(let member):
            self.init(
                .usage,
                "\(handle(member)): its sealing key is unusable. Ask it for a new card"
            )
        case .tooLarge(let bytesMax):
            self.init(.usage, "entry: over \(bytesMax) bytes. Share fewer or shorter fields")
        }
    }
}
