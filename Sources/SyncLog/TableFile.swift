package import Cryptography

/// One version of a charter with the signatures it has.
package struct SignedCharter: Hashable, Sendable {
    /// What it says.
    package let charter: Charter
    /// The note, signatures in order of member number.
    package private(set) var note: SignedNote

    /// Wraps a new charter without signatures.
    package init(_ charter: Charter) throws(CharterError) {
        self.charter = try Charter(text: charter.text)
        self.note = SignedNote(text: charter.text)
    }

    /// Reads a charter note; signatures are checked by ``verifySignatures(by:)``.
    package init(parsing bytes: some Collection<UInt8>) throws(CharterError) {
        do throws(NoteError) {
            self.note = try SignedNote(parsing: bytes, bytesMax: Charter.bytesMax)
        } catch {
            throw .malformed
        }
        self.charter = try Charter(text: self.note.text)
    }

    /// SHA-256 of the text: the table's ID in version 1, the `previous` of the next version.
    package var textHash: Digest { Digest(hashing: Array(self.note.text.utf8)) }

    /// Checks every signature; refuses one by anybody but `members`.
    ///
    /// - Returns: Numbers of the members that signed, ascending.
    package func verifySignatures(by members: [Member]) throws(CharterError) -> [MemberNumber] {
        var signers: [MemberNumber] = []
        for signature in self.note.signatures {
            guard
                let member = members.first(where: { signature.names(.identity($0.identity)) }),
                self.note.isValid(signature, by: .identity(member.identity)),
                member.number > signers.last ?? 0
            else { throw .signature(name: signature.name) }
            signers.append(member.number)
        }
        return signers
    }

    /// Adds a member's signature, unless it has signed, and keeps the order of numbers.
    package mutating func sign(with key: borrowing SigningKey, members: [Member]) {
        let noteKey = NoteKey.identity(key.verifyingKey)
        guard self.note.signature(naming: noteKey) == nil else { return }
        self.note.sign(with: key, name: noteKey.name)
        self.order(by: members)
    }

    /// Adds the signatures of another copy of the same text.
    mutating func addSignatures(of other: SignedCharter, members: [Member]) {
        for signature in other.note.signatures
        where !self.note.signatures.contains(where: { $0.name.hasSameBytes(as: signature.name) }) {
            self.note.append(signature)
        }
        self.order(by: members)
    }

    private mutating func order(by members: [Member]) {
        let names = members.map { NoteKey.identity($0.identity).name }
        let ordered = names.compactMap { name in
            self.note.signatures.first { $0.name.hasSameBytes(as: name) }
        }
        self.note.replaceSignatures(ordered)
    }
}

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
    /// The other file is of another table, or of another branch of it.
    case otherTable
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
    /// The newest card of each member that has one.
    package private(set) var cards: [MemberNumber: Card]

    /// Starts a table from its first version.
    package init(_ first: SignedCharter, cards: [Card]) throws(TableFileError) {
        self.charters = [first]
        self.cards = [:]
        for card in cards { try self.add(card) }
        try self.validate()
    }

    /// Reads a table file and checks everything in it.
    package init(parsing bytes: some Collection<UInt8>) throws(TableFileError) {
        guard bytes.count <= Self.bytesMax, let text = String(validating: bytes, as: UTF8.self),
            text.utf8.last == 0x0A
        else { throw .malformed }
        let sections = text.components(separatedByLineStarting: "=== ")
        guard sections.first?.hasSameBytes(as: "tafel/v1/table\n") == true else { throw .malformed }
        self.charters = []
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
    }

    private mutating func add(_ card: Card) throws(TableFileError) {
        guard let member = self.member(identity: card.identity), self.cards[member.number] == nil
        else { throw .cardOwner }
        self.cards[member.number] = card
    }

    /// The newest version's member with an identity, or an older version's.
    private func member(identity: NodeID) -> Member? {
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
            do throws(CharterError) {
                _ = try signed.verifySignatures(by: self.voters(version: offset + 1))
            } catch {
                throw .charter(version: offset + 1, error)
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

    /// The newest version that its quorum has signed, with all before it; 0 when there is none.
    package var effectiveVersion: Int {
        let isShort = { self.signers(version: $0).count < self.quorum(version: $0) }
        return ((1...self.charters.count).first(where: isShort) ?? self.charters.count + 1) - 1
    }

    /// The charter that counts now; `nil` before the table is effective.
    package var effective: Charter? {
        let version = self.effectiveVersion
        return version == 0 ? nil : self.charters[version - 1].charter
    }

    /// The newest charter, effective or not.
    package var newest: Charter { self.charters[self.charters.count - 1].charter }

    /// A charter by its version.
    package func charter(version: UInt16) -> Charter? {
        self.charters.indices.contains(Int(version) - 1)
            ? self.charters[Int(version) - 1].charter : nil
    }

    /// Signs the newest version.
    package mutating func sign(with key: borrowing SigningKey) {
        let version = self.charters.count
        self.charters[version - 1].sign(with: key, members: self.voters(version: version))
    }

    /// Takes over what another file of the same table has more: versions, signatures, newer cards.
    ///
    /// - Returns: Whether anything changed.
    @discardableResult
    package mutating func merge(_ other: TableFile) throws(TableFileError) -> Bool {
        let before = self
        for (offset, signed) in other.charters.enumerated() {
            if offset < self.charters.count {
                guard signed.textHash == self.charters[offset].textHash else { throw .otherTable }
                self.charters[offset].addSignatures(
                    of: signed,
                    members: self.voters(version: offset + 1)
                )
            } else {
                self.charters.append(signed)
            }
        }
        for (_, card) in other.cards.sorted(by: { $0.key < $1.key }) { self.update(card) }
        return self != before
    }

    /// Takes over a card of a member if it is newer than the one held.
    package mutating func update(_ card: Card) {
        guard let member = self.member(identity: card.identity) else { return }
        if let held = self.cards[member.number], held.version >= card.version { return }
        self.cards[member.number] = card
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
    fileprivate func components(separatedByLineStarting mark: String) -> [Substring] {
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
