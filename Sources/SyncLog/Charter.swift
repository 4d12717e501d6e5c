package import Cryptography
package import Vocabulary

/// A member of a table as its charter names it.
package struct Member: Hashable, Sendable {
    /// Number, never used again.
    package let number: MemberNumber
    /// What it may do.
    package let role: MemberRole
    /// Class of the organisation.
    package let memberClass: MemberClass
    /// Short name.
    package let handle: String
    /// Identity key: the node's ID.
    package let identity: NodeID

    /// Creates a member.
    package init(
        number: MemberNumber,
        role: MemberRole,
        memberClass: MemberClass,
        handle: String,
        identity: NodeID
    ) {
        self.number = number
        self.role = role
        self.memberClass = memberClass
        self.handle = handle
        self.identity = identity
    }

    init?(line: String) {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, let number = MemberNumber(canonicalDecimal: parts[0]), number > 0,
            let role = MemberRole(rawValue: parts[1]),
            let memberClass = MemberClass(rawValue: parts[2]), Card.isHandle(parts[3]),
            let identity = TextEncoding.bytes(base64: parts[4]).flatMap({ NodeID($0) })
        else { return nil }
        self.init(
            number: number,
            role: role,
            memberClass: memberClass,
            handle: parts[3],
            identity: identity
        )
    }

    var line: String {
        let identity = TextEncoding.base64(self.identity.bytes)
        return "\(self.number) \(self.role.rawValue) \(self.memberClass.rawValue) "
            + "\(self.handle) \(identity)"
    }
}

/// Where a log that forked is cut (`Protocol/keys.md` §3).
package struct Pin: Hashable, Sendable {
    /// The log.
    package let log: LogID
    /// Entries that count.
    package let size: UInt64
    /// Root of the tree of that size.
    package let root: Digest

    /// Cuts `log` after `size` entries, whose tree has the root `root`.
    package init(log: LogID, size: UInt64, root: Digest) {
        self.log = log
        self.size = size
        self.root = root
    }

    init?(line: String) {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 4, let member = MemberNumber(canonicalDecimal: parts[0]), member > 0,
            let generation = UInt16(canonicalDecimal: parts[1]),
            let size = UInt64(canonicalDecimal: parts[2]), size <= EntryHeader.treeSizeMax,
            let root = TextEncoding.bytes(base64: parts[3]).flatMap({ Digest($0) })
        else { return nil }
        self.log = LogID(member: member, generation: generation)
        self.size = size
        self.root = root
    }

    var line: String {
        "\(self.log.member) \(self.log.generation) \(self.size) "
            + TextEncoding.base64(self.root.bytes)
    }
}

/// Why a charter was refused.
package enum CharterError: Error, Hashable, Sendable {
    /// Not a signed note of a charter's form.
    case malformed
    /// A line that is missing, out of order or outside its range.
    case field(String)
    /// A new text that leaves no room for the signatures: it is over ``Charter/newTextBytesMax``.
    case tooLong
    /// Two members with one handle.
    case duplicateHandle(String)
    /// Two members with one identity.
    case duplicateIdentity
    /// A signature by somebody who is no member, or one that is wrong.
    case signature(name: String)
}

/// The text of one version of a table's constitution (`Protocol/keys.md` §3).
package struct Charter: Hashable, Sendable {
    /// Most bytes of a charter note.
    package static let bytesMax = 131_072
    /// Most bytes of the text of a new charter: beside it the blank line and a signature of every
    /// member a table can have fit in ``bytesMax``.
    package static let newTextBytesMax =
        bytesMax - 1 - membersMax * SignedNote.identityLineByteCount
    /// Most members.
    package static let membersMax = 64
    /// Most grounds.
    package static let groundsMax = 256
    /// Most pins.
    package static let pinsMax = 64
    /// Most bytes of name and theme.
    package static let nameBytesMax = 200
    /// Most bytes of the purpose.
    package static let purposeBytesMax = 2_000

    /// 1 in the first version.
    package var version: UInt16
    /// SHA-256 of the previous version's text; `nil` in version 1.
    package var previous: Digest?
    /// Name of the table.
    package var name: String
    /// Theme of the table.
    package var theme: String
    /// Purpose limitation (doelbinding).
    package var purpose: String
    /// First day, `YYYY-MM-DD`.
    package var from: String
    /// Last day.
    package var until: String
    /// Day of the evaluation.
    package var evaluation: String
    /// How many members must sign a change: a strict majority at least.
    package var quorum: Int
    /// How many partners must cosign a checkpoint before an auditor is content.
    package var witnessQuorum: Int
    /// The members, ascending by number.
    package var members: [Member]
    /// The grounds, in order of preference.
    package var grounds: [Ground]
    /// Where logs of removed members are cut.
    package var pins: [Pin]

    /// Creates a charter that is checked by ``init(text:)`` when its text is read.
    package init(
        version: UInt16,
        previous: Digest?,
        name: String,
        theme: String,
        purpose: String,
        from: String,
        until: String,
        evaluation: String,
        quorum: Int,
        witnessQuorum: Int,
        members: [Member],
        grounds: [Ground]
    ) {
        self.version = version
        self.previous = previous
        self.name = name
        self.theme = theme
        self.purpose = purpose
        self.from = from
        self.until = until
        self.evaluation = evaluation
        self.quorum = quorum
        self.witnessQuorum = witnessQuorum
        self.members = members
        self.grounds = grounds
        self.pins = []
    }

    /// Reads a charter's text.
    package init(text: String) throws(CharterError) {
        var reader = LineReader(text)
        guard reader.read(line: "tafel/v1/charter") else { throw .malformed }
        func field<Value>(
            _ key: String,
            _ parse: (String) -> Value?
        ) throws(CharterError) -> Value {
            guard let value = reader.read(key).flatMap(parse) else { throw .field(key) }
            return value
        }
        func fields<Value>(
            _ key: String,
            max: Int,
            _ parse: (String) -> Value?
        ) throws(CharterError) -> [Value] {
            guard let lines = reader.readAll(key, max: max) else { throw .field(key) }
            let values = lines.compactMap(parse)
            guard values.count == lines.count else { throw .field(key) }
            return values
        }
        func line(_ bytesMax: Int) -> (String) -> String? {
            { $0.isOneLine(bytesMax: bytesMax) ? $0 : nil }
        }
        func date(_ text: String) -> String? { text.isCalendarDate ? text : nil }
        self.version = try field("version") { UInt16(canonicalDecimal: $0) }
        let previous = try field("previous") { $0 }
        self.previous = TextEncoding.bytes(base64: previous).flatMap { Digest($0) }
        self.name = try field("name", line(Self.nameBytesMax))
        self.theme = try field("theme", line(Self.nameBytesMax))
        self.purpose = try field("purpose", line(Self.purposeBytesMax))
        self.from = try field("from", date)
        self.until = try field("until", date)
        self.evaluation = try field("evaluation", date)
        self.quorum = try field("quorum") { Int(canonicalDecimal: $0) }
        self.witnessQuorum = try field("witness-quorum") { Int(canonicalDecimal: $0) }
        self.members = try fields("member", max: Self.membersMax) { Member(line: $0) }
        self.grounds = try fields("ground", max: Self.groundsMax) { Ground(line: $0) }
        self.pins = try fields("pin", max: Self.pinsMax) { Pin(line: $0) }
        guard reader.isAtEnd else { throw .malformed }
        guard self.version > 0 else { throw .field("version") }
        guard self.version == 1 ? previous == "-" : self.previous != nil else {
            throw .field("previous")
        }
        try self.validate()
    }

    private func validate() throws(CharterError) {
        guard self.from <= self.evaluation, self.evaluation <= self.until else {
            throw .field("evaluation")
        }
        guard !self.members.isEmpty,
            zip(self.members, self.members.dropFirst()).allSatisfy({ $0.number < $1.number })
        else { throw .field("member") }
        var handles: Set<String> = []
        for member in self.members where !handles.insert(member.handle).inserted {
            throw .duplicateHandle(member.handle)
        }
        guard Set(self.members.map(\.identity)).count == self.members.count else {
            throw .duplicateIdentity
        }
        guard
            (Self.quorumMin(members: self.members.count)...self.members.count)
                .contains(self.quorum)
        else { throw .field("quorum") }
        guard self.witnessQuorum <= self.members.count else { throw .field("witness-quorum") }
        guard Set(self.grounds.map(\.code)).count == self.grounds.count else {
            throw .field("ground")
        }
        guard Set(self.pins.map(\.log)).count == self.pins.count else { throw .field("pin") }
    }

    /// The least quorum: a strict majority.
    package static func quorumMin(members: Int) -> Int { members / 2 + 1 }

    /// The text that is signed and hashed.
    package var text: String {
        var text = """
            tafel/v1/charter
            version \(self.version)
            previous \(self.previous.map { TextEncoding.base64($0.bytes) } ?? "-")
            name \(self.name)
            theme \(self.theme)
            purpose \(self.purpose)
            from \(self.from)
            until \(self.until)
            evaluation \(self.evaluation)
            quorum \(self.quorum)
            witness-quorum \(self.witnessQuorum)

            """
        for member in self.members { text += "member \(member.line)\n" }
        for ground in self.grounds { text += "ground \(ground.line)\n" }
        for pin in self.pins { text += "pin \(pin.line)\n" }
        return text
    }

    /// The member with a number.
    package func member(_ number: MemberNumber) -> Member? {
        self.members.first { $0.number == number }
    }

    /// The member with an identity.
    package func member(identity: NodeID) -> Member? {
        self.members.first { $0.identity == identity }
    }

    /// The member with a handle.
    package func member(handle: String) -> Member? {
        self.members.first { $0.handle.hasSameBytes(as: handle) }
    }

    /// The grounds on which `sender` may give data of `category` to `receiver`, best first.
    package func grounds(
        from sender: Member,
        to receiver: Member,
        category: Category
    ) -> [Ground] {
        self.grounds.filter {
            $0.allows(from: sender.memberClass, to: receiver.memberClass, category: category)
        }
    }

    /// Whether each recipient of `audience` is a member other than the author, given to on a ground
    /// that fits (`Protocol/keys.md` §4).
    package func allows(_ audience: Audience, from author: MemberNumber, category: Category) -> Bool
    {
        guard let sender = self.member(author), !audience.contains(author) else { return false }
        return audience.recipients.allSatisfy { recipient in
            guard let receiver = self.member(recipient.member) else { return false }
            return self.grounds(from: sender, to: receiver, category: category)
                .contains { $0.code == recipient.ground }
        }
    }
}
