import CaseModel
import Cryptography
import ReplicatedTypes
import Simulator
import SyncEngine
import SyncLog
import Testing
import Vocabulary
import Wire

/// A log of member 1 for members 2 and 3 about cases, whose author uses positions of its chain twice.
struct AuthoredLog {
    /// 2026-01-01T00:00:00Z, in milliseconds (`date -d 2026-01-01T00:00:00Z +%s`).
    static let start: UInt64 = 1_767_225_600_000
    static let cases = (1...3).map { ObjectID(high: 7, low: UInt64($0)) }

    let table: SimulatedTable
    let id = LogID(member: 1, generation: 0)
    private(set) var entries: [Entry] = []
    private var withoutForm: Set<UInt64> = []

    var size: UInt64 { UInt64(self.entries.count) }

    init(seed: UInt64, generator: inout SeededGenerator) throws {
        self.table = SimulatedTable(seed: seed, count: 3)
        let recipients = [2, 3].map { Recipient(member: $0, ground: "ALL") }
        let audience = try #require(Audience(recipients))
        self.append(.card, self.table.cards[0].note.encoded)
        self.append(.charterAdopted, [1])
        let grant = self.size
        let chain = try self.grant(audience, generator: &generator)
        var used: UInt32 = 0
        for _ in 0..<Int.random(in: 10...30, using: &generator) {
            if generator.chance(0.15) {
                self.append(.receipt, try self.receipt())
                continue
            }
            // Some are used twice; a later one may come first.
            let isNext = used == 0 || generator.chance(0.7)
            let position = isNext ? used : UInt32.random(in: 0..<used, using: &generator)
            if isNext { used += 1 }
            try self.content(audience, grant, chain, position, generator: &generator)
        }
    }

    /// Whether an entry is one of a case that has a form.
    func isOfCase(_ index: UInt64) -> Bool {
        self.entries[Int(index)].header.kind.namesCase == true && !self.withoutForm.contains(index)
    }

    private func header(_ kind: EntryKind, audience: Audience? = nil) -> EntryHeader {
        EntryHeader(
            kind: kind,
            charterVersion: 1,
            category: kind.isEncrypted ? .business : nil,
            index: self.size,
            time: HybridTime(milliseconds: Self.start + self.size),
            caseID: .zero,
            audience: audience?.hash ?? .zero
        )
    }

    private mutating func append(
        _ header: EntryHeader,
        _ payload: [UInt8],
        boxes: [Box] = []
    ) {
        var header = header
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(payload.count)
        self.entries.append(Entry(header: header, payload: payload, boxes: boxes))
    }

    private mutating func append(_ kind: EntryKind, _ payload: [UInt8]) {
        self.append(self.header(kind), payload)
    }

    private mutating func grant(
        _ audience: Audience,
        generator: inout SeededGenerator
    ) throws -> [UInt8] {
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let boxes = try [MemberNumber(1), 2, 3].map { member in
            let sealing = self.table.cards[Int(member) - 1].sealingKey
            return Box(member: member, sealed: try #require(sealing.sealing(key)))
        }
        let grant = try #require(
            KeyGrant(
                audience: audience,
                boxHashes: boxes.map { Digest(hashing: $0.sealed) },
                history: []
            )
        )
        var header = self.header(.keyGrant, audience: audience)
        header.epoch = UInt32(header.index)
        header.keyCommitment = try Self.chain(key).commitment()
        self.append(header, grant.payload, boxes: boxes)
        return key
    }

    private static func chain(_ key: [UInt8]) throws -> ChainKey {
        guard let secret = SecretKey(key) else { throw WireError.field("key") }
        return ChainKey(secret, position: 0)
    }

    private mutating func content(
        _ audience: Audience,
        _ grant: UInt64,
        _ start: [UInt8],
        _ position: UInt32,
        generator: inout SeededGenerator
    ) throws {
        let kind: EntryKind = generator.chance(0.7) ? .fragment : .operations
        var header = self.header(kind, audience: audience)
        header.caseID = Self.cases.randomElement(using: &generator) ?? .zero
        header.epoch = UInt32(grant)
        header.position = position
        var chain = try Self.chain(start)
        for _ in 0..<position { chain = chain.next() }
        let key = chain.contentKey()
        header.keyCommitment = key.commitment()
        let plaintext: [UInt8]
        switch kind {
        case .fragment where generator.chance(0.9):
            plaintext = try self.fragment(at: header.index, generator: &generator)
        case .operations:
            plaintext =
                try OperationsPayload(audienceVersion: 1, operations: [.addTag("gezien")]).payload
        default:
            self.withoutForm.insert(header.index)
            plaintext = [0xFF, 0xFF]
        }
        let payload = AuthenticatedEncryption.seal(
            plaintext,
            nonce: (0..<AuthenticatedEncryption.nonceByteCount).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            },
            associatedData: header.associatedData,
            key: key
        )
        self.append(header, payload)
    }

    /// A fragment, or a version of an earlier one, in whatever case.
    private func fragment(at index: UInt64, generator: inout SeededGenerator) throws -> [UInt8] {
        let earlier = self.entries.filter { $0.header.kind == .fragment }.randomElement(
            using: &generator
        )
        let first = generator.chance(0.5) ? earlier?.header.index : nil
        return try FragmentPayload(
            generation: 0,
            firstIndex: first ?? index,
            version: first == nil ? 1 : UInt32.random(in: 2...3, using: &generator),
            type: .inspection,
            fields: [
                FragmentPayload.Field(
                    name: FieldName.subjectKvK.text,
                    value: ["12345678", "87654321"].randomElement(using: &generator) ?? ""
                )
            ],
            expires: nil,
            lowered: nil
        ).payload
    }

    /// A receipt that quotes member 2's log, of some size it never had, cosigned as it should be.
    private func receipt() throws -> [UInt8] {
        let log = LogID(member: 2, generation: 0)
        let (owner, writer) = (self.table.keys[1], self.table.keys[0])
        let checkpoint = Checkpoint(
            origin: log.origin(table: self.table.file.table),
            size: 3,
            root: Digest(hashing: [3]),
            signedWith: owner.keys.log
        ).cosigned(
            with: writer.keys.witness,
            as: .witness(writer.keys.witness.verifyingKey, of: self.table.cards[0].identity),
            seconds: 1
        )
        let item = try #require(
            LogReceipt(
                log: log,
                checkpoint: checkpoint,
                heldCount: 0,
                heldHash: .zero,
                unopened: []
            )
        )
        return try #require(Receipt([item])).payload
    }

    /// A chunk that the author signed, with the items as given.
    func chunk(_ range: Range<UInt64>, items: [LogItem]) -> Chunk {
        var frontier = MerkleFrontier()
        for entry in self.entries[..<Int(range.upperBound)] {
            frontier.append(entry.header.leafHash)
        }
        return Chunk(
            table: self.table.file.table,
            log: self.id,
            from: range.lowerBound,
            items: items,
            checkpoint: Checkpoint(
                origin: self.id.origin(table: self.table.file.table),
                size: range.upperBound,
                root: frontier.root,
                signedWith: self.table.keys[0].keys.log
            ),
            isComplete: false
        )
    }

    /// A chunk of everything in `range`, in full.
    func chunk(_ range: Range<UInt64>) -> Chunk {
        self.chunk(range, items: range.map { .full(self.entries[Int($0)]) })
    }

    /// A fill of some entries.
    func fill(_ entries: [Entry]) -> Fill {
        Fill(
            table: self.table.file.table,
            log: self.id,
            from: 0,
            until: self.size,
            entries: entries,
            isComplete: false
        )
    }
}
