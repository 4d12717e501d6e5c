import Cryptography
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary
import Wire

/// Why the builder could not write an entry.
enum AudienceProblem: Error { case noChainKey }

/// A log with its contents, written as a node writes it.
struct TestLog {
    static let startMilliseconds: UInt64 = 1_767_225_600_000

    let table: TestTable
    let author: TestNode
    var entries: [(header: EntryHeader, payload: [UInt8])] = []
    var audiences: [Audience] = []
    private var chainKeys: [Digest: [UInt8]] = [:]
    var epochs: [Digest: UInt32] = [:]

    init(table: TestTable, author: TestNode) {
        self.table = table
        self.author = author
        self.appendPlain(.card, author.card.note.encoded)
        self.appendPlain(.charterAdopted, table.charter.note.encoded)
    }

    var id: LogID { LogID(member: self.author.number, generation: 0) }
    var origin: String { self.id.origin(table: self.table.id) }
    var size: UInt64 { UInt64(self.entries.count) }
    var leaves: [Digest] { self.entries.map(\.header.leafHash) }

    func header(
        _ kind: EntryKind,
        category: Category? = nil,
        audience: Digest = .zero
    ) -> EntryHeader {
        EntryHeader(
            kind: kind,
            charterVersion: 1,
            category: category,
            index: self.size,
            time: HybridTime(milliseconds: Self.startMilliseconds + self.size * 1_000),
            caseID: kind.namesCase == true
                ? ObjectID(prefixOf: Digest(hashing: Array("case".utf8))) : .zero,
            audience: audience
        )
    }

    mutating func append(_ header: EntryHeader, _ payload: [UInt8]) {
        var header = header
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(payload.count)
        self.entries.append((header, payload))
    }

    mutating func appendPlain(_ kind: EntryKind, _ payload: [UInt8]) {
        self.append(self.header(kind), payload)
    }

    /// Grants a fresh chain key; `listed` is what the payload names as its audience.
    mutating func grant(
        _ audience: Audience,
        category: Category? = nil,
        epoch: UInt32? = nil,
        listed: Audience? = nil,
        history: [UInt64] = []
    ) throws {
        let key = SecretKey.random()
        let boxes = [self.author.number] + (listed ?? audience).members
        let hashes = boxes.map { Digest(hashing: [UInt8($0)]) }
        let grant = try #require(
            KeyGrant(audience: listed ?? audience, boxHashes: hashes, history: history)
        )
        var header = self.header(.keyGrant, category: category, audience: audience.hash)
        if history.isEmpty {
            header.epoch = epoch ?? UInt32(header.index)
            header.keyCommitment = key.commitment()
            self.chainKeys[audience.hash] = key.exposedBytes()
            self.epochs[audience.hash] = header.epoch
        }
        self.append(header, grant.payload)
        if !self.audiences.contains(audience) { self.audiences.append(audience) }
    }

    /// Appends an encrypted entry under the newest chain key of the audience.
    mutating func seal(
        _ kind: EntryKind,
        to audience: Audience,
        category: Category? = .business,
        epoch: UInt32? = nil,
        position: UInt32,
        text: String = "inhoud"
    ) throws {
        let bytes = self.chainKeys[audience.hash] ?? Array(repeating: 7, count: 32)
        guard let secret = SecretKey(bytes) else { throw AudienceProblem.noChainKey }
        var chain = ChainKey(secret, position: 0)
        for _ in 0..<position { chain = chain.next() }
        let key = chain.contentKey()
        var header = self.header(kind, category: category, audience: audience.hash)
        header.epoch = epoch ?? self.epochs[audience.hash] ?? 0
        header.position = position
        header.keyCommitment = key.commitment()
        let sealed = AuthenticatedEncryption.seal(
            Array(text.utf8),
            nonce: Randomness.bytes(count: 24),
            associatedData: header.associatedData,
            key: key
        )
        self.append(header, sealed)
        if !self.audiences.contains(audience) { self.audiences.append(audience) }
    }

    func frontier(_ size: UInt64) -> MerkleFrontier {
        self.leaves.prefix(Int(size)).reduce(into: MerkleFrontier()) { $0.append($1) }
    }

    func checkpoint(_ size: UInt64, cosigners: [TestNode] = []) -> Checkpoint {
        let plain = Checkpoint(
            origin: self.origin,
            size: size,
            root: self.frontier(size).root,
            signedWith: self.author.keys.log
        )
        return cosigners.reduce(into: plain) { checkpoint, node in
            checkpoint.addCosignatures(
                of: plain.cosigned(
                    with: node.keys.witness,
                    as: node.witnessKey,
                    seconds: Self.startMilliseconds / 1_000 + 60
                )
            )
        }
    }

    func proof(_ index: UInt64) -> [Digest] {
        MerkleProof.inclusion(index: index, size: self.size) { range in
            range.reduce(into: MerkleFrontier()) { $0.append(self.leaves[Int($1)]) }.root
        }
    }

    /// Indices and leaf hashes of what was addressed to a member below a size.
    func addressed(to member: MemberNumber, below size: UInt64) -> [UInt64] {
        let hashes = Set(self.audiences.filter { $0.contains(member) }.map(\.hash))
        return self.entries.prefix(Int(size)).map(\.header)
            .filter { hashes.contains($0.audience) }.map(\.index)
    }

    /// What a member confirms of this log.
    func item(
        of node: TestNode,
        size: UInt64? = nil,
        unopened: [UInt64] = [],
        without: Set<UInt64> = []
    ) throws -> LogReceipt {
        let size = size ?? self.size
        var held = HeldEntries()
        for index in self.addressed(to: node.number, below: size)
        where !without.contains(index) {
            held.add(index: index, leafHash: self.leaves[Int(index)])
        }
        return try #require(
            LogReceipt(
                log: self.id,
                checkpoint: self.checkpoint(size).cosigned(
                    with: node.keys.witness,
                    as: node.witnessKey,
                    seconds: Self.startMilliseconds / 1_000 + 60
                ),
                heldCount: held.count,
                heldHash: held.hash,
                unopened: unopened
            )
        )
    }

    func body(
        window: Range<UInt64>? = nil,
        cosigners: [TestNode] = [],
        receipts: [BundleReceipt] = []
    ) -> BundleBody {
        let window = window ?? 0..<self.size
        let entries = self.entries[Int(window.lowerBound)..<Int(window.upperBound)]
        let used = Set(entries.map(\.header.audience))
        return BundleBody(
            charters: [self.table.charter],
            cards: self.table.nodes.map(\.card),
            from: window.lowerBound == 0 ? nil : self.checkpoint(window.lowerBound),
            until: self.checkpoint(window.upperBound, cosigners: cosigners),
            frontier: self.frontier(window.lowerBound),
            entries: entries.map { BundleEntry(header: $0.header, payload: $0.payload) },
            audiences: self.audiences.filter { used.contains($0.hash) },
            receipts: receipts
        )
    }

    func bundle(_ body: BundleBody, window: Range<UInt64>? = nil) -> Bundle {
        Bundle(
            table: self.table.id,
            log: self.id,
            window: window ?? 0..<self.size,
            body: body
        )
    }
}

extension TestNode {
    /// A receipt in a log of this node's own, which quotes `items`; one for each list of items.
    func receipts(_ table: TestTable, _ items: [LogReceipt]...) throws -> [BundleReceipt] {
        var log = TestLog(table: table, author: self)
        for items in items { log.appendPlain(.receipt, try #require(Receipt(items)).payload) }
        let end = log.checkpoint(log.size)
        return log.entries.dropFirst(2).map { entry in
            BundleReceipt(
                log: log.id,
                header: entry.header,
                payload: entry.payload,
                checkpoint: end,
                proof: log.proof(entry.header.index)
            )
        }
    }
}
