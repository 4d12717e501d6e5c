import Cryptography
import ReplicatedTypes
import Simulator
@testable import SyncEngine
import SyncLog
import Testing
import Vocabulary
import Wire

/// A log of member 1 for members 2 and 3, whose author may write whatever it likes.
///
/// It remembers what it knows of each entry, so that a test can say from the set held alone what
/// member 2 opens.
struct LyingLog {
    /// What the author knows of an entry.
    enum Truth {
        /// For the whole table.
        case plain
        /// A grant that begins a chain, when `isGood`: its box for member 2 holds the key it commits to.
        case grant(isGood: Bool)
        /// A grant of which nobody can read that it is for member 2.
        case unreadableGrant
        /// Contents; `isGood`: they open with the key of their position.
        case content(isGood: Bool, plaintext: [UInt8])
    }

    let world: TestTable
    let audience: Audience
    private(set) var entries: [Entry] = []
    private(set) var truths: [Truth] = []
    private var chainKeys: [UInt64: [UInt8]] = [:]
    private var random: SeededBytes

    init(_ world: TestTable, seed: UInt64) throws {
        self.world = world
        self.audience = try world.audience([2, 3])
        self.random = SeededBytes(seed: seed)
        for (kind, payload) in [
            (EntryKind.card, world.card(1).note.encoded), (.charterAdopted, [1]),
        ] {
            var header = self.header(kind)
            header.audience = .zero
            self.append(header, payload, boxes: [], .plain)
        }
    }

    var size: UInt64 { UInt64(self.entries.count) }

    private func header(_ kind: EntryKind) -> EntryHeader {
        EntryHeader(
            kind: kind,
            charterVersion: 1,
            category: kind.isEncrypted ? .business : nil,
            index: self.size,
            time: HybridTime(milliseconds: TestTable.start + self.size),
            caseID: .zero,
            audience: self.audience.hash
        )
    }

    private mutating func append(
        _ header: EntryHeader,
        _ payload: [UInt8],
        boxes: [Box],
        _ truth: Truth
    ) {
        var header = header
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(payload.count)
        self.entries.append(Entry(header: header, payload: payload, boxes: boxes))
        self.truths.append(truth)
    }

    private static func chain(_ key: [UInt8]) throws -> ChainKey {
        guard let secret = SecretKey(key) else { throw WireError.field("key") }
        return ChainKey(secret, position: 0)
    }

    /// Appends a grant; its box for member 2 holds another key than it commits to, or its header names
    /// another index, or its list is not its header's.
    mutating func grant(
        hasWrongBox: Bool = false,
        epoch: UInt32? = nil,
        hasOtherList: Bool = false
    ) throws {
        let key = self.random.next(32)
        let other = self.random.next(32)
        var boxes: [Box] = []
        for member: MemberNumber in [1, 2, 3] {
            let sealing = self.world.card(member).sealingKey
            let held = member == 2 && hasWrongBox ? other : key
            boxes.append(Box(member: member, sealed: try #require(sealing.sealing(held))))
        }
        let listed = hasOtherList ? try self.world.audience([2]) : self.audience
        let hashes = boxes.prefix(listed.members.count + 1).map { Digest(hashing: $0.sealed) }
        let grant = try #require(KeyGrant(audience: listed, boxHashes: hashes, history: []))
        var header = self.header(.keyGrant)
        header.epoch = epoch ?? UInt32(header.index)
        header.keyCommitment = try Self.chain(key).commitment()
        self.chainKeys[header.index] = key
        let isStart = UInt64(header.epoch) == header.index
        self.append(
            header,
            grant.payload,
            boxes: boxes,
            hasOtherList ? .unreadableGrant : .grant(isGood: !hasWrongBox && isStart)
        )
    }

    /// What is wrong with contents.
    enum Fault: CaseIterable {
        case none
        case commitment
        case tag
    }

    /// Appends contents under the chain of a grant, at any position.
    mutating func content(epoch: UInt32, position: UInt32, _ fault: Fault) throws {
        let start = self.chainKeys[UInt64(epoch)] ?? [UInt8](repeating: 9, count: 32)
        var chain = try Self.chain(start)
        for _ in 0..<position { chain = chain.next() }
        let key = chain.contentKey()
        var header = self.header(.consultation)
        header.epoch = epoch
        header.position = position
        header.keyCommitment = fault == .commitment ? .zero : key.commitment()
        let plaintext = [UInt8(header.index & 0xFF), UInt8(position & 0xFF)]
        if fault == .commitment { header.keyCommitment = Digest(hashing: plaintext) }
        var payload = AuthenticatedEncryption.seal(
            plaintext,
            nonce: self.random.next(AuthenticatedEncryption.nonceByteCount),
            associatedData: header.associatedData,
            key: key
        )
        if fault == .tag { payload[payload.count - 1] ^= 1 }
        self.append(
            header,
            payload,
            boxes: [],
            .content(isGood: fault == .none, plaintext: plaintext)
        )
    }

    /// A chunk that the author signed, with the items as given.
    func chunk(_ range: Range<UInt64>, items: [LogItem]) -> Chunk {
        var frontier = MerkleFrontier()
        for entry in self.entries[..<Int(range.upperBound)] {
            frontier.append(entry.header.leafHash)
        }
        let log = self.world.log(1)
        let keys = self.world.keys(1)
        return Chunk(
            table: self.world.table,
            log: log,
            from: range.lowerBound,
            items: items,
            checkpoint: Checkpoint(
                origin: log.origin(table: self.world.table),
                size: range.upperBound,
                root: frontier.root,
                signedWith: keys.keys.log
            ),
            isComplete: false
        )
    }

    /// A chunk of everything in `range`, in full.
    func chunk(_ range: Range<UInt64>) -> Chunk {
        self.chunk(range, items: range.map { .full(self.entries[Int($0)]) })
    }

    /// A fill of some entries; of all that there are when `isComplete`.
    func fill(_ entries: [Entry], isComplete: Bool = false) -> Fill {
        Fill(
            table: self.world.table,
            log: self.world.log(1),
            from: 0,
            until: self.size,
            entries: entries,
            isComplete: isComplete
        )
    }

    // MARK: The rule, from the set alone

    /// How the entries stand that are addressed to member 2, by what it holds: `held` with the boxes
    /// for it of those in `boxes` (`Protocol/keys.md` §6).
    func openings(held: Set<UInt64>, boxes: Set<UInt64>) -> [UInt64: Opening] {
        var openings: [UInt64: Opening] = [:]
        for index in held {
            guard case .grant(let isGood) = self.truths[Int(index)] else { continue }
            let isStart = UInt64(self.entries[Int(index)].header.epoch) == index
            openings[index] =
                if !isStart { .failed } else if !boxes.contains(index) { .pending } else {
                    isGood ? .open : .failed
                }
        }
        for grant in openings.keys.sorted() {
            let isStart = UInt64(self.entries[Int(grant)].header.epoch) == grant
            guard isStart else { continue }
            let chain = held.filter { index in
                guard case .content = self.truths[Int(index)] else { return false }
                return UInt64(self.entries[Int(index)].header.epoch) == grant && index > grant
            }
            var isReached = openings[grant] == .open
            let positions = Dictionary(grouping: chain) { self.entries[Int($0)].header.position }
            var expected: UInt32 = 0
            for (position, indices) in positions.sorted(by: { $0.key < $1.key }) {
                isReached = isReached && position == expected
                expected = position &+ 1
                for (place, index) in indices.sorted().enumerated() {
                    guard case .content(let isGood, _) = self.truths[Int(index)] else { continue }
                    openings[index] =
                        if place > 0 { .double } else if !isReached { .pending } else {
                            isGood ? .open : .failed
                        }
                }
            }
        }
        return openings
    }
}
