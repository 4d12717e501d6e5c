import CaseModel
import Cryptography
import Foundation
@testable import NodeService
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary
import Wire

/// A log written by hand: every field of it can be a lie.
struct ForgedLog: Sendable {
    let author: HostilePeer
    let file: TableFile
    let log: LogID
    private(set) var entries: [Entry] = []
    private var frontiers: [MerkleFrontier] = [MerkleFrontier()]

    init(_ author: HostilePeer, file: TableFile) throws {
        self.author = author
        self.file = file
        let member = try #require(file.newest.member(identity: author.card.identity))
        self.log = LogID(member: member.number, generation: 0)
    }

    var size: UInt64 { UInt64(self.entries.count) }

    /// The head of the next entry.
    func header(
        _ kind: EntryKind,
        caseID: ObjectID = .zero,
        category: Vocabulary.Category? = nil,
        audience: Audience? = nil
    ) -> EntryHeader {
        let milliseconds = UInt64(Date().timeIntervalSince1970 * 1_000) + self.size
        return EntryHeader(
            kind: kind,
            charterVersion: 1,
            category: category,
            index: self.size,
            time: HybridTime(milliseconds: milliseconds),
            caseID: caseID,
            audience: audience?.hash ?? .zero
        )
    }

    /// Appends an entry whose header is true to its payload.
    mutating func append(_ header: EntryHeader, payload: [UInt8], boxes: [Box] = []) {
        var header = header
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(payload.count)
        self.append(Entry(header: header, payload: payload, boxes: boxes))
    }

    /// Appends an entry as it is.
    mutating func append(_ entry: Entry) {
        self.entries.append(entry)
        var frontier = self.frontiers[self.frontiers.count - 1]
        frontier.append(entry.header.leafHash)
        self.frontiers.append(frontier)
    }

    /// Puts other boxes or another payload beside the last header; the tree stays.
    mutating func replaceLast(_ entry: Entry) {
        self.entries[self.entries.count - 1] = entry
    }

    /// Appends the card and the charter that a log begins with.
    mutating func appendPreface() {
        self.append(self.header(.card), payload: self.author.card.note.encoded)
        self.append(self.header(.charterAdopted), payload: self.file.charters[0].note.encoded)
    }

    /// Appends a grant of a new chain with genuine boxes, changed by `change`.
    mutating func appendGrant(
        to audience: Audience,
        chain: ForgedChain,
        change: (inout EntryHeader, inout [Box]) -> Void = { _, _ in }
    ) throws {
        var boxes: [Box] = []
        for member in [self.log.member] + audience.members {
            let key = try #require(self.file.cards[member]?.sealingKey)
            boxes.append(Box(member: member, sealed: try #require(key.sealing(chain.key))))
        }
        var header = self.header(.keyGrant, audience: audience)
        header.epoch = chain.epoch
        header.position = chain.position
        header.keyCommitment = chain.link.commitment()
        change(&header, &boxes)
        let grant = try #require(
            KeyGrant(
                audience: audience,
                boxHashes: boxes.map { Digest(hashing: $0.sealed) },
                history: []
            )
        )
        self.append(header, payload: grant.payload, boxes: boxes)
    }

    /// Appends an encrypted entry at the chain's position, changed by `change` after encryption.
    mutating func appendContent(
        _ kind: EntryKind,
        _ plaintext: [UInt8],
        caseID: ObjectID,
        category: Vocabulary.Category? = .business,
        to audience: Audience,
        chain: inout ForgedChain,
        change: (inout EntryHeader, inout [UInt8]) -> Void = { _, _ in }
    ) throws {
        var header = self.header(kind, caseID: caseID, category: category, audience: audience)
        let link = chain.link
        let key = link.contentKey()
        header.epoch = chain.epoch
        header.position = chain.position
        header.keyCommitment = key.commitment()
        var payload = AuthenticatedEncryption.seal(
            plaintext,
            nonce: Randomness.bytes(count: AuthenticatedEncryption.nonceByteCount),
            associatedData: header.associatedData,
            key: key
        )
        change(&header, &payload)
        self.append(header, payload: payload)
        if chain.position < .max { chain = chain.next() }
    }

    /// The author's checkpoint of a size.
    func checkpoint(size: Int? = nil) -> Checkpoint {
        let size = size ?? self.entries.count
        return self.checkpoint(size: UInt64(size), root: self.frontiers[size].root)
    }

    /// What the author holds at an index, or at its last one where that is lower.
    func proof(at index: UInt64) -> Proof {
        let index = min(index, self.size - 1)
        let leaves = self.entries.map(\.header.leafHash)
        let path = MerkleProof.inclusion(index: index, size: self.size) { range in
            var frontier = MerkleFrontier()
            for leaf in leaves[Int(range.lowerBound)..<Int(range.upperBound)] {
                frontier.append(leaf)
            }
            return frontier.root
        }
        return Proof(
            table: self.file.table,
            log: self.log,
            index: index,
            branch: ForkBranch(
                card: self.author.card,
                checkpoint: self.checkpoint(),
                leaf: leaves[Int(index)],
                path: path
            )
        )
    }

    /// A checkpoint that the author signed, true or not.
    func checkpoint(size: UInt64, root: Digest, origin: String? = nil) -> Checkpoint {
        Checkpoint(
            origin: origin ?? self.log.origin(table: self.file.table),
            size: size,
            root: root,
            signedWith: self.author.keys.keys.log
        )
    }

    /// A true chunk to the end, everything in full.
    func chunk(from: Int, isComplete: Bool = true) -> Chunk {
        self.chunk(
            from: from,
            items: self.entries[from...].map { .full($0) },
            checkpoint: self.checkpoint(),
            isComplete: isComplete
        )
    }

    /// A chunk with other items or another checkpoint.
    func chunk(
        from: Int,
        items: [LogItem],
        checkpoint: Checkpoint,
        isComplete: Bool = true
    ) -> Chunk {
        Chunk(
            table: self.file.table,
            log: self.log,
            from: UInt64(from),
            items: items,
            checkpoint: checkpoint,
            isComplete: isComplete
        )
    }
}

/// One link of a key chain that can be copied.
struct ForgedChain: Sendable {
    var key: [UInt8]
    var position: UInt32
    var epoch: UInt32

    init(epoch: UInt32, position: UInt32 = 0) {
        self.key = Randomness.bytes(count: SecretKey.byteCount)
        self.position = position
        self.epoch = epoch
    }

    var link: ChainKey {
        guard let secret = SecretKey(self.key) else {
            preconditionFailure("a chain key has 32 bytes")
        }
        return ChainKey(secret, position: self.position)
    }

    func next() -> ForgedChain {
        var chain = self
        let next = self.link.next()
        chain.key = next.exposedBytes()
        chain.position = next.position
        return chain
    }
}
