import Cryptography
import ReplicatedTypes
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Every reason to drop a chunk (`Protocol/sync.md` §3).
@Suite struct ChunkVerificationTests {
    private let world: TestTable
    private let chunk: Chunk
    private let reader: TableState

    init() throws {
        var world = TestTable(count: 3)
        let audience = try world.audience([2])
        try world.write([world.draft(audience, byteCount: 10)], by: 1)
        self.chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        self.reader = world.state(2)
        self.world = world
    }

    private func error(_ chunk: Chunk, held: LogState) -> ChunkError? {
        do throws(ChunkError) {
            _ = try self.reader.verify(chunk, from: 1, held: held)
            return nil
        } catch {
            return error
        }
    }

    private func error(_ chunk: Chunk) -> ChunkError? { self.error(chunk, held: LogState()) }

    /// The chunk with its last entry's header changed.
    private func changed(_ change: (inout EntryHeader) -> Void) throws -> Chunk {
        guard case .full(let entry) = self.chunk.items[3] else {
            Issue.record("the reader is in the audience")
            return self.chunk
        }
        return self.chunk.with(items: self.chunk.items.prefix(3) + [.full(entry.with(change))])
    }

    private func signed(
        size: UInt64,
        root: Digest,
        origin: LogID,
        by member: MemberNumber
    ) -> Checkpoint {
        let keys = self.world.keys(member)
        return Checkpoint(
            origin: origin.origin(table: self.world.table),
            size: size,
            root: root,
            signedWith: keys.keys.log
        )
    }

    @Test func `a genuine chunk verifies and the author's word completes it`() throws {
        let verified = try #require(
            try self.reader.verify(self.chunk, from: 1, held: LogState())
        )
        #expect(verified.state.size == 4 && verified.state.complete == 4)
        #expect(verified.state.unreceipted == 4 && verified.state.charterVersion == 1)
        let relayed = try #require(
            try self.reader.verify(self.chunk, from: 3, held: LogState())
        )
        #expect(relayed.state.complete == 0)
    }

    @Test func `what is held already is not stored again`() throws {
        let held = try #require(
            try self.reader.verify(self.chunk, from: 1, held: LogState())
        ).state
        #expect(try self.reader.verify(self.chunk, from: 1, held: held) == nil)
    }

    @Test func `a gap`() {
        let late = Chunk(
            table: self.chunk.table,
            log: self.chunk.log,
            from: 1,
            items: Array(self.chunk.items.dropFirst()),
            checkpoint: self.chunk.checkpoint,
            isComplete: true
        )
        #expect(self.error(late) == .gap(size: 0, from: 1))
    }

    @Test func `an author that is no member`() {
        let log = LogID(member: 9, generation: 0)
        #expect(self.error(self.chunk.with(log: log)) == .unknownLog)
    }

    @Test func `a log after one that no charter pins`() {
        let log = LogID(member: 1, generation: 1)
        #expect(self.error(self.chunk.with(log: log)) == .unknownLog)
    }

    @Test func `a log under dispute, or held in another history than the pinned one`() {
        var disputed = self.reader
        disputed.logs[self.chunk.log] = LogState()
        disputed.logs[self.chunk.log]?.isDisputed = true
        var off = self.reader
        off.offPin = [self.chunk.log]
        for reader in [disputed, off] {
            #expect(throws: ChunkError.refused) {
                try reader.verify(self.chunk, from: 1, held: LogState())
            }
        }
    }

    @Test func `a log that does not begin with its author's card`() throws {
        let leaf = self.chunk.items[0].leafHash
        let blinded = self.chunk.with(items: [.leaf(leaf)] + self.chunk.items.dropFirst())
        #expect(self.error(blinded) == .card)
        guard case .full(let entry) = self.chunk.items[0] else {
            Issue.record("a card is for the whole table")
            return
        }
        let payload = self.world.card(3).note.encoded
        var header = entry.header
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(payload.count)
        let other = Entry(header: header, payload: payload, boxes: [])
        #expect(
            self.error(self.chunk.with(items: [.full(other)] + self.chunk.items.dropFirst()))
                == .card
        )
    }

    @Test func `another index than the place`() throws {
        #expect(self.error(try self.changed { $0.index = 7 }) == .index(3))
    }

    /// The chunk with its last entry changed, signed anew by its author.
    private func written(_ change: (inout EntryHeader) -> Void) throws -> Chunk {
        let chunk = try self.changed(change)
        var tree = MerkleFrontier()
        for item in chunk.items { tree.append(item.leafHash) }
        let checkpoint = self.signed(size: 4, root: tree.root, origin: chunk.log, by: 1)
        return chunk.with(checkpoint: checkpoint)
    }

    @Test func `what only some readers see of an entry keeps no chunk out`() throws {
        // 3 holds the same as a leaf hash, and would be blamed for giving it.
        var held = LogState()
        held.charterVersion = 2
        #expect(self.error(self.chunk, held: held) == nil)
        #expect(self.error(try self.written { $0.charterVersion = 2 }) == nil)
    }

    @Test func `the log's key is that of its first card, whatever cards come later`() throws {
        var world = self.world
        let other = TestTable(count: 3, seed: 8).card(1)
        for payload in [other.note.encoded, Array("no card".utf8), world.card(3).note.encoded] {
            let draft = Draft(kind: .card, subject: .none, category: nil, audience: nil) { _ in
                payload
            }
            try world.write([draft], by: 1)
        }
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        let whole = try #require(try self.reader.verify(chunk, from: 1, held: LogState()))
        #expect(whole.state.logKey == world.card(1).logKey)
        let blinded = chunk.with(
            items: chunk.items.prefix(4) + chunk.items.dropFirst(4).map { .leaf($0.leafHash) }
        )
        let leaves = try #require(try self.reader.verify(blinded, from: 1, held: LogState()))
        #expect(leaves.state.logKey == whole.state.logKey)
        #expect(leaves.state.frontier == whole.state.frontier)
    }

    @Test func `a leaf hash calls for a receipt only when its author gives it`() throws {
        let blinded = self.chunk.with(
            items: self.chunk.items.prefix(3) + [.leaf(self.chunk.items[3].leafHash)]
        )
        let relayed = try #require(try self.reader.verify(blinded, from: 3, held: LogState()))
        #expect(relayed.arrived == 3 && relayed.state.unreceipted == 3)
        let given = try #require(try self.reader.verify(blinded, from: 1, held: LogState()))
        #expect(given.arrived == 4)
    }

    @Test func `a payload of another hash or another length`() throws {
        #expect(self.error(try self.changed { $0.payloadHash = .zero }) == .payload(3))
        #expect(self.error(try self.changed { $0.payloadLength += 1 }) == .payload(3))
    }

    @Test func `boxes beside an entry that is no grant`() {
        guard case .full(let entry) = self.chunk.items[3] else { return }
        let boxed = Entry(
            header: entry.header,
            payload: entry.payload,
            boxes: [Box(member: 2, sealed: [1])]
        )
        let chunk = self.chunk.with(items: self.chunk.items.prefix(3) + [.full(boxed)])
        #expect(self.error(chunk) == .payload(3))
    }

    @Test(arguments: [UInt64(3), 5])
    func `a checkpoint for another size`(size: UInt64) {
        let checkpoint = self.signed(
            size: size,
            root: self.chunk.checkpoint.root,
            origin: self.chunk.log,
            by: 1
        )
        #expect(self.error(self.chunk.with(checkpoint: checkpoint)) == .checkpointSize)
    }

    @Test func `a checkpoint by somebody else, or of another log`() {
        let root = self.chunk.checkpoint.root
        let other = self.signed(size: 4, root: root, origin: self.chunk.log, by: 3)
        #expect(self.error(self.chunk.with(checkpoint: other)) == .checkpointSignature)
        let elsewhere = self.signed(size: 4, root: root, origin: self.world.log(2), by: 1)
        #expect(self.error(self.chunk.with(checkpoint: elsewhere)) == .checkpointSignature)
    }

    @Test func `a tree with another root`() throws {
        #expect(self.error(try self.changed { $0.time = $0.time.next(clock: .zero) }) == .root)
        let leaf = self.chunk.with(items: self.chunk.items.prefix(3) + [.leaf(.zero)])
        #expect(self.error(leaf) == .root)
    }

    @Test func `every single bit of an entry is under a check`() throws {
        guard case .full(let entry) = self.chunk.items[3] else { return }
        for bit in 0..<(EntryHeader.byteCount * 8) {
            var bytes = entry.header.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            // A header that does not decode never gets this far.
            guard let header = try? EntryHeader(decoding: bytes) else { continue }
            let changed = Entry(header: header, payload: entry.payload, boxes: [])
            let chunk = self.chunk.with(items: self.chunk.items.prefix(3) + [.full(changed)])
            #expect(self.error(chunk) != nil, "bit \(bit)")
        }
    }
}
