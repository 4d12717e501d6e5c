import CaseModel
import Cryptography
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary
import Wire

/// A table of six members and one case that member 1 opened, to write entries for by hand.
struct World {
    static let table = Digest(hashing: Array("a table".utf8))
    /// Index of the entry that opens the case, in the log of member 1.
    static let openingIndex: UInt64 = 2
    static let caseID = ObjectID(
        table: Self.table,
        dot: Dot(member: 1, generation: 0, index: 2, operation: 0)
    )
    /// 2026-01-01T00:00:00Z, in milliseconds (`date -d 2026-01-01T00:00:00Z +%s`).
    static let start: UInt64 = 1_767_225_600_000

    /// Version 1, and version 2 in which member 2 only contributes and no ground lets an OD give to
    /// the police.
    let charters: [UInt16: Charter]

    init() throws {
        let first = try Self.charter(version: 1)
        var second = try Self.charter(version: 2)
        second.members[1] = try Self.member(2, .contributor, .odToezicht, "od-oost")
        second.grounds.removeAll { $0.code == "AVG" }
        self.charters = [1: first, 2: second]
    }

    private static func member(
        _ number: MemberNumber,
        _ role: MemberRole,
        _ memberClass: MemberClass,
        _ handle: String
    ) throws -> Member {
        let identity = try #require(NodeID([UInt8](repeating: UInt8(number), count: 32)))
        return Member(
            number: number,
            role: role,
            memberClass: memberClass,
            handle: handle,
            identity: identity
        )
    }

    private static func ground(
        _ code: String,
        _ from: [MemberClass],
        _ to: ClassSet,
        _ categories: [Vocabulary.Category]
    ) throws -> Ground {
        try #require(
            Ground(
                code: code,
                from: .some(from),
                to: to,
                categories: categories,
                retentionDays: nil,
                text: "Artikel"
            )
        )
    }

    private static func charter(version: UInt16) throws -> Charter {
        Charter(
            version: version,
            previous: nil,
            name: "Afval",
            theme: "afval",
            purpose: "Aanpak",
            from: "2026-01-01",
            until: "2028-12-31",
            evaluation: "2028-12-31",
            quorum: 4,
            witnessQuorum: 0,
            members: [
                try Self.member(1, .partner, .odToezicht, "od-noord"),
                try Self.member(2, .partner, .odToezicht, "od-oost"),
                try Self.member(3, .partner, .politie, "politie"),
                try Self.member(4, .contributor, .om, "om"),
                try Self.member(5, .observer, .gemeente, "gemeente"),
                try Self.member(6, .auditor, .provincie, "provincie"),
            ],
            grounds: [
                try Self.ground(
                    "WABO",
                    [.odToezicht],
                    .some([.odToezicht]),
                    [.public, .business, .personal]
                ),
                try Self.ground("ALT", [.odToezicht], .some([.odToezicht]), [.business]),
                try Self.ground(
                    "AVG",
                    [.odToezicht],
                    .some([.politie, .om]),
                    [.public, .business]
                ),
                try Self.ground("WPG", [.politie], .all, [.business, .police]),
                try Self.ground("WJSG", [.om], .all, [.business]),
            ]
        )
    }

    /// A case in which nothing was inserted.
    var emptyCase: CaseState {
        let charters = self.charters
        // Pins that cut nothing, so that there are logs after the first ones.
        let pins = (1...4).flatMap { member in
            (0...1).map { generation in
                Pin(
                    log: LogID(member: member, generation: generation),
                    size: EntryHeader.treeSizeMax,
                    root: MerkleHashing.empty
                )
            }
        }
        return CaseState(table: Self.table, caseID: Self.caseID, pins: pins) { charters[$0] }
    }

    /// The state after some entries.
    func state(_ entries: [OpenedEntry]) -> CaseState {
        var state = self.emptyCase
        for entry in entries { state.insert(entry) }
        return state
    }

    /// What counts after the case was opened and some entries came.
    func counted(_ entries: [OpenedEntry]) throws -> CountedCase {
        try #require(self.state([try self.opening()] + entries).counted())
    }

    /// The merged view after the case was opened and some entries came.
    func view(_ entries: [OpenedEntry], at milliseconds: UInt64? = nil) throws -> CaseView {
        try self.counted(entries).view(at: milliseconds)
    }

    /// Why the entries that do not count do not, after the case was opened.
    func reasons(_ entries: [OpenedEntry]) throws -> [IgnoreReason] {
        self.state([try self.opening()] + entries).ignored().map(\.reason)
    }

    /// An entry; its time is as many seconds after the start as its index.
    func entry(
        _ author: MemberNumber,
        _ index: UInt64,
        _ contents: OpenedEntry.Contents,
        to members: [MemberNumber],
        generation: UInt16 = 0,
        category: Vocabulary.Category? = .business,
        charter: UInt16 = 1,
        ground: String? = nil,
        time: UInt64? = nil
    ) throws -> OpenedEntry {
        let rules = try #require(self.charters[1])
        let sender = rules.member(author)
        let recipients = members.map { number in
            let receiver = rules.member(number)
            let fitting = sender.flatMap { sender in
                receiver.flatMap { receiver in
                    rules.grounds(
                        from: sender,
                        to: receiver,
                        category: category ?? .business
                    ).first?.code
                }
            }
            return Recipient(member: number, ground: ground ?? fitting ?? "NONE")
        }
        let audience = try #require(Audience(recipients))
        let (kind, payload): (EntryKind, [UInt8]) =
            switch contents {
            case .operations(let payload): (.operations, payload.payload)
            case .fragment(let payload): (.fragment, payload.payload)
            case .withdrawal(let payload): (.withdrawal, payload.payload)
            }
        var header = EntryHeader(
            kind: kind,
            charterVersion: charter,
            category: category,
            index: index,
            time: HybridTime(milliseconds: time ?? Self.start + index * 1_000),
            caseID: Self.caseID,
            audience: audience.hash
        )
        // As the hash of the encrypted payload does, it binds the contents to the leaf.
        header.payloadHash = Digest(hashing: payload)
        return try OpenedEntry(
            log: LogID(member: author, generation: generation),
            header: header,
            audience: audience,
            contents: contents
        )
    }

    /// The entry that opens the case for members 1, 2 and 3.
    func opening(title: String = "Stort", summary: String = "Wie, wat") throws -> OpenedEntry {
        let audience = try CaseAudience(
            version: 1,
            members: [1, 2, 3],
            category: .business,
            grounds: [],
            removed: []
        )
        return try self.entry(
            1,
            Self.openingIndex,
            .operations(
                try OperationsPayload(
                    audienceVersion: 1,
                    operations: [.openCase(title: title, summary: summary, audience: audience)]
                )
            ),
            to: [2, 3]
        )
    }

    /// An audience version that lets all count of those whom it leaves out, or of each only so many
    /// entries of generation 0.
    func audience(
        _ version: UInt32,
        _ members: [MemberNumber],
        removing removed: [MemberNumber],
        sizes: [UInt64]? = nil
    ) throws -> CaseAudience {
        let sizes = sizes ?? removed.map { _ in 1 << 48 }
        return try CaseAudience(
            version: version,
            members: members,
            category: .business,
            grounds: [],
            removed: try zip(removed, sizes).map {
                try CaseRemoval(member: $0, generation: 0, size: $1)
            }
        )
    }

    /// Operations to the first audience, or to `members`.
    func operations(
        _ author: MemberNumber,
        _ index: UInt64,
        _ operations: [CaseOperation],
        under version: UInt32 = 1,
        to members: [MemberNumber]? = nil,
        category: Vocabulary.Category? = .business,
        charter: UInt16 = 1,
        ground: String? = nil
    ) throws -> OpenedEntry {
        try self.entry(
            author,
            index,
            .operations(try OperationsPayload(audienceVersion: version, operations: operations)),
            to: members ?? [1, 2, 3].filter { $0 != author },
            category: category,
            charter: charter,
            ground: ground
        )
    }

    /// A fragment; version 1 unless `first` is an earlier index.
    func fragment(
        _ author: MemberNumber,
        _ index: UInt64,
        _ fields: [String: String],
        to members: [MemberNumber],
        first: UInt64? = nil,
        version: UInt32? = nil,
        type: RecordType = .inspection,
        expires: String? = nil,
        generation: UInt16 = 0,
        category: Vocabulary.Category? = .business,
        charter: UInt16 = 1,
        ground: String? = nil
    ) throws -> OpenedEntry {
        var list: [FragmentPayload.Field] = []
        for (name, value) in fields.sorted(by: { precedesInBytes($0.key, $1.key) }) {
            list.append(try FragmentPayload.Field(name: name, value: value))
        }
        let payload = try FragmentPayload(
            generation: generation,
            firstIndex: first ?? index,
            version: version ?? (first == nil ? 1 : 2),
            type: type,
            fields: list,
            expires: expires
        )
        return try self.entry(
            author,
            index,
            .fragment(payload),
            to: members,
            generation: generation,
            category: category,
            charter: charter,
            ground: ground
        )
    }

    /// A withdrawal.
    func withdrawal(
        _ author: MemberNumber,
        _ index: UInt64,
        of first: UInt64,
        to members: [MemberNumber],
        generation: UInt16 = 0,
        in fragmentGeneration: UInt16? = nil,
        charter: UInt16 = 1,
        ground: String? = nil
    ) throws -> OpenedEntry {
        try self.entry(
            author,
            index,
            .withdrawal(
                try WithdrawalPayload(
                    generation: fragmentGeneration ?? generation,
                    firstIndex: first,
                    reason: "Onjuist"
                )
            ),
            to: members,
            generation: generation,
            charter: charter,
            ground: ground
        )
    }

    /// The dot of an operation.
    func dot(_ member: MemberNumber, _ index: UInt64, _ operation: UInt8 = 0) -> Dot {
        Dot(member: member, generation: 0, index: index, operation: operation)
    }

    /// The ID of a fragment whose version 1 is an entry.
    func fragmentID(_ member: MemberNumber, _ index: UInt64) -> ObjectID {
        ObjectID(table: Self.table, dot: self.dot(member, index))
    }
}
