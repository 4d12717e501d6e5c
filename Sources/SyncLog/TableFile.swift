package import Cryptography

/// Why a table file was refused.
package enum TableFileError: Error, Hashable, Sendable {
    /// Not of a table file's form.
    case malformed
    /// A charter that does not parse or is wrongly signed.
    case charter(version: Int, CharterError)
    /// Versions that do not follow on each other.
    case chain(version: Int)
    /// A card that does not parse or is wrongly signed.
    case card(CardError)
    /// A card of nobody at the table, or two of one member.
    case cardOwner
    /// The other file is of another table.
    case otherTable
    /// The other file has another draft of a version than the one held.
    case otherDraft(version: Int)
    /// With what is added, this file would be larger than ``TableFile/bytesMax``, or one of its
    /// charters larger than ``Charter/bytesMax``.
    case tooLarge
}

/// What a member needs to join a table: charter chain, signatures, cards (`Protocol/keys.md` §3).
///
/// Every value is valid: the chain is joined, every signature verifies, every card is a member's.
package struct TableFile: Hashable, Sendable {
    /// Most bytes of a file.
    package static let bytesMax = 1_048_576
    /// Most charter versions in one file.
    package static let chartersMax = 64

    /// The versions from 1 on, without gaps.
    package private(set) var charters: [SignedCharter]
    /// The newest version that its quorum has signed, with all before it; 0 when there is none.
    ///
    /// Kept, because working it out costs a signature check per member.
    package private(set) var effectiveVersion: Int
    /// The newest card of each member that has one.
    package private(set) var cards: [MemberNumber: Card]

    /// Starts a table from its first version.
    package init(_ first: SignedCharter, cards: [Card]) throws(TableFileError) {
        self.charters = [first]
        self.effectiveVersion = 0
        self.cards = [:]
        for card in cards { try self.add(card) }
        try self.validate()
        self.countSignatures()
    }

    /// Reads a table file and checks everything in it.
    package init(parsing bytes: some Collection<UInt8>) throws(TableFileError) {
        guard bytes.count <= Self.bytesMax, let text = String(validating: bytes, as: UTF8.self),
            text.utf8.last == 0x0A
        else { throw .malformed }
        let sections = text.components(separatedByLineStarting: "=== ")
        guard sections.first?.hasSameBytes(as: "tafel/v1/table\n") == true else { throw .malformed }
        self.charters = []
        self.effectiveVersion = 0
        self.cards = [:]
        for section in sections.dropFirst() {
            if section.hasPrefix("charter\n"), self.cards.isEmpty {
                guard self.charters.count < Self.chartersMax else { throw .malformed }
                let version = self.charters.count + 1
                do throws(CharterError) {
                    self.charters.append(
                        try SignedCharter(parsing: Array(section.utf8.dropFirst(8)))
                    )
                } catch {
                    throw .charter(version: version, error)
                }
            } else if section.hasPrefix("card\n") {
                let card: Card
                do throws(CardError) {
                    card = try Card(parsing: Array(section.utf8.dropFirst(5)))
                } catch {
                    throw .card(error)
                }
                try self.add(card)
            } else {
                throw .malformed
            }
        }
        guard !self.charters.isEmpty else { throw .malformed }
        try self.validate()
        guard self.encodedText.hasSameBytes(as: text) else { throw .malformed }
        self.countSignatures()
    }

    private mutating func add(_ card: Card) throws(TableFileError) {
        guard let member = self.member(identity: card.identity), self.cards[member.number] == nil
        else { throw .cardOwner }
        self.cards[member.number] = card
    }

    /// The newest version's member with an identity, or an older version's.
    ///
    /// A number belongs to one identity for ever, so this says whose log is whose, not who is at
    /// the table: that is ``governing``'s to say.
    package func member(identity: NodeID) -> Member? {
        self.charters.reversed().lazy.compactMap { $0.charter.member(identity: identity) }.first
    }

    private func validate() throws(TableFileError) {
        for (offset, signed) in self.charters.enumerated() {
            guard Int(signed.charter.version) == offset + 1,
                offset == 0 || signed.charter.previous == self.charters[offset - 1].textHash
            else { throw .chain(version: offset + 1) }
            // A number is never used again: it names its log and its entries for ever.
            for member in signed.charter.members {
                for earlier in self.charters[..<offset] {
                    guard let old = earlier.charter.member(member.number) else { continue }
                    guard old.identity == member.identity else { throw .chain(version: offset + 1) }
                }
            }
            let signers: [MemberNumber]
            do throws(CharterError) {
                signers = try signed.verifySignatures(by: self.voters(version: offset + 1))
            } catch {
                throw .charter(version: offset + 1, error)
            }
            // At most one draft: nothing can follow on it, and what a file without a quorum costs has a
            // bound.
            let isLast = offset + 1 == self.charters.count
            guard isLast || signers.count >= self.quorum(version: offset + 1) else {
                throw .chain(version: offset + 2)
            }
        }
    }

    /// The members whose signatures count for a version: its own for the first, else the previous.
    package func voters(version: Int) -> [Member] {
        self.charters[max(version - 2, 0)].charter.members
    }

    /// How many must sign a version.
    package func quorum(version: Int) -> Int { self.charters[max(version - 2, 0)].charter.quorum }

    /// Numbers of the members that signed a version.
    package func signers(version: Int) -> [MemberNumber] {
        let signers = try? self.charters[version - 1].verifySignatures(
            by: self.voters(version: version)
        )
        guard let signers else { preconditionFailure("a table file holds valid signatures") }
        return signers
    }

    /// The table's ID.
    package var table: TableID { self.charters[0].textHash }

    private mutating func countSignatures() {
        let isShort = { self.signers(version: $0).count < self.quorum(version: $0) }
        self.effectiveVersion =
            ((1...self.charters.count).first(where: isShort) ?? self.charters.count + 1) - 1
    }

    /// The charter that counts now; `nil` before the table is effective.
    package var effective: Charter? {
        self.effectiveVersion == 0 ? nil : self.charters[self.effectiveVersion - 1].charter
    }

    /// The charter that says who is at the table: the effective one, or the first while none is.
    ///
    /// Never a draft of a later version: that is the wish of those who signed it.
    package var governing: Charter { self.charters[max(self.effectiveVersion, 1) - 1].charter }

    /// The newest charter, effective or not.
    package var newest: Charter { self.charters[self.charters.count - 1].charter }

    /// The hash of ``governing``'s text.
    package var governingHash: Digest {
        self.charters[max(self.effectiveVersion, 1) - 1].textHash
    }

    /// An effective charter by its version; `nil` for a draft, which allows nobody anything.
    package func charter(version: UInt16) -> Charter? {
        (1...max(self.effectiveVersion, 1)).contains(Int(version))
            ? self.charters[Int(version) - 1].charter : nil
    }

    /// Adds the draft of a next version, which nobody has signed yet.
    ///
    /// - Throws: ``TableFileError/chain(version:)`` when it does not follow on the newest one,
    ///   ``TableFileError/tooLarge``; then nothing changed.
    package mutating func propose(_ charter: SignedCharter) throws(TableFileError) {
        var proposed = self
        guard proposed.charters.count < Self.chartersMax else { throw .tooLarge }
        proposed.charters.append(charter)
        try proposed.validate()
        proposed.countSignatures()
        guard proposed.hasRoom else { throw .tooLarge }
        self = proposed
    }

    /// Signs the newest version.
    ///
    /// - Throws: ``TableFileError/tooLarge``; then nothing changed.
    package mutating func sign(with key: borrowing SigningKey) throws(TableFileError) {
        var signed = self
        let version = self.charters.count
        signed.charters[version - 1].sign(with: key, members: self.voters(version: version))
        guard signed.hasRoom else { throw .tooLarge }
        signed.countSignatures()
        self = signed
    }

    /// Whether the file and each of its charters is within its limit, so that it can be read again.
    private var hasRoom: Bool {
        self.encodedText.utf8.count <= Self.bytesMax
            && self.charters.allSatisfy { $0.note.encodedText.utf8.count <= Charter.bytesMax }
    }

    /// Takes over what another file of the same table has more (`Protocol/keys.md` §3): effective
    /// versions, signatures of versions held, newer cards.
    ///
    /// A draft of the other file is not taken over, and one held gives way to an effective version:
    /// nobody alone changes what stands here. See ``adoptDrafts(of:replacing:)``. Of two effective
    /// versions of one number one stands, the same at all: see ``rivalVersion(in:)``,
    /// ``givesWay(to:at:)``.
    ///
    /// - Returns: Whether anything changed.
    /// - Throws: ``TableFileError/otherTable``, ``TableFileError/tooLarge``; then nothing changed.
    @discardableResult
    package mutating func merge(_ other: TableFile) throws(TableFileError) -> Bool {
        guard other.table == self.table else { throw .otherTable }
        var merged = self
        for (offset, signed) in other.charters.enumerated() {
            if offset < merged.charters.count,
                merged.charters[offset].textHash == signed.textHash
            {
                let voters = merged.voters(version: offset + 1)
                merged.charters[offset].addSignatures(of: signed, members: voters)
                continue
            }
            merged.countSignatures()
            guard offset < other.effectiveVersion,
                offset >= merged.effectiveVersion || merged.givesWay(to: other, at: offset + 1)
            else { break }
            merged.charters.removeSubrange(offset...)
            merged.charters += other.charters[offset..<other.effectiveVersion]
            break
        }
        merged.countSignatures()
        merged.dropForeignCards()
        return try self.take(merged, cards: other.cards)
    }

    /// The first version of which a quorum signed two texts, the one held and that of `other`;
    /// `nil` where there is none.
    package func rivalVersion(in other: TableFile) -> Int? {
        guard other.table == self.table else { return nil }
        let effective = min(self.effectiveVersion, other.effectiveVersion)
        return (0..<effective).first { self.charters[$0].textHash != other.charters[$0].textHash }
            .map { $0 + 1 }
    }

    /// Whether the texts from a version on, of which a quorum signed two, give way to those of `other`.
    ///
    /// More versions that a quorum signed count before fewer: who signed one text too many cannot
    /// undo what was agreed on after the other. Of equally many the lower hash counts.
    package func givesWay(to other: TableFile, at version: Int) -> Bool {
        guard self.effectiveVersion == other.effectiveVersion else {
            return self.effectiveVersion < other.effectiveVersion
        }
        return other.charters[version - 1].textHash < self.charters[version - 1].textHash
    }

    /// Takes over the drafts of another file.
    ///
    /// For a file that an operator accepts, never for one that came from a peer.
    ///
    /// `isReplacing`: Whether they take the place of other drafts held.
    ///
    /// - Returns: Whether anything changed.
    /// - Throws: ``TableFileError/otherTable`` when the file is of another table or lacks an effective
    ///   version held, ``TableFileError/otherDraft(version:)`` when it holds other drafts than this one and
    ///   takes no one's place, ``TableFileError/tooLarge``; then nothing changed.
    @discardableResult
    package mutating func adoptDrafts(
        of other: TableFile,
        replacing isReplacing: Bool = false
    ) throws(TableFileError) -> Bool {
        let differing = zip(self.charters, other.charters).enumerated()
            .first { $1.0.textHash != $1.1.textHash }?.offset
        var merged = self
        if let differing {
            guard differing >= self.effectiveVersion else { throw .otherTable }
            guard isReplacing else { throw .otherDraft(version: differing + 1) }
            merged.charters.removeSubrange(differing...)
        }
        merged.charters += other.charters.dropFirst(merged.charters.count)
        merged.countSignatures()
        merged.dropForeignCards()
        return try self.take(merged, cards: other.cards)
    }

    /// Drops what no quorum signed.
    package mutating func dropDrafts() {
        guard self.effectiveVersion > 0 else { return }
        self.charters.removeSubrange(self.effectiveVersion...)
        self.countSignatures()
        self.dropForeignCards()
    }

    /// Drops cards of who was named by a draft alone that is gone.
    private mutating func dropForeignCards() {
        self.cards = self.cards.filter { number, card in
            self.member(identity: card.identity)?.number == number
        }
    }

    private mutating func take(
        _ merged: TableFile,
        cards: [MemberNumber: Card]
    ) throws(TableFileError) -> Bool {
        var merged = merged
        for (_, card) in cards.sorted(by: { $0.key < $1.key }) { merged.update(card) }
        guard merged != self else { return false }
        guard merged.hasRoom else { throw .tooLarge }
        self = merged
        return true
    }

    /// Takes over a card of a member if it is newer than the one held and has room in the file.
    package mutating func update(_ card: Card) {
        guard let member = self.member(identity: card.identity) else { return }
        let held = self.cards[member.number]
        if let held, held.version >= card.version { return }
        self.cards[member.number] = card
        if self.encodedText.utf8.count > Self.bytesMax { self.cards[member.number] = held }
    }

    /// The versions up to the first one that counts and names a member, without cards; `nil` where
    /// there is none.
    package func beginning(naming member: MemberNumber) -> TableFile? {
        let isNaming = { (signed: SignedCharter) in signed.charter.member(member) != nil }
        guard let last = self.charters.prefix(self.effectiveVersion).firstIndex(where: isNaming)
        else { return nil }
        var file = self
        file.charters = Array(self.charters[...last])
        file.effectiveVersion = last + 1
        file.cards = [:]
        return file
    }

    /// The file without the cards of some members.
    package func withoutCards(of members: Set<MemberNumber>) -> TableFile {
        var file = self
        for member in members { file.cards[member] = nil }
        return file
    }

    /// The file as text.
    package var encodedText: String {
        var text = "tafel/v1/table\n"
        for signed in self.charters { text += "=== charter\n" + signed.note.encodedText }
        for (_, card) in self.cards.sorted(by: { $0.key < $1.key }) {
            text += "=== card\n" + card.note.encodedText
        }
        return text
    }

    /// SHA-256 of the file.
    package var fileHash: Digest { Digest(hashing: Array(self.encodedText.utf8)) }
}

extension String {
    /// The parts between lines that start with `mark`; each part after the first begins behind it.
    func components(separatedByLineStarting mark: String) -> [Substring] {
        var parts: [Substring] = []
        var start = self.startIndex
        var line = self.startIndex
        while line < self.endIndex {
            let end = self.utf8[line...].firstIndex(of: 0x0A).map { self.utf8.index(after: $0) }
            if self.utf8[line...].starts(with: mark.utf8) {
                parts.append(self[start..<line])
                start = self.utf8.index(line, offsetBy: mark.utf8.count)
            }
            line = end ?? self.endIndex
        }
        parts.append(self[start...])
        return parts
    }
}
