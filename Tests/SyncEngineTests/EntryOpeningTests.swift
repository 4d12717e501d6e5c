import Cryptography
import ReplicatedTypes
import Simulator
@testable import SyncEngine
import SyncLog
import Testing
import Vocabulary
import Wire

/// Opening what is addressed to this node (`Protocol/keys.md` §6, §7).
@Suite struct EntryOpeningTests {
    /// Log of member 1: card, charter, grant to 2 and 3, then entries.
    private func world(entries: Int) throws -> TestTable {
        var world = TestTable(count: 3)
        let audience = try world.audience([2, 3])
        try world.write(
            (0..<entries).map { _ in world.draft(audience, byteCount: 10) },
            by: 1
        )
        return world
    }

    private func openings(_ world: TestTable, at member: MemberNumber) -> [Opening] {
        world.store(member).openings(of: world.log(1), in: 0..<(.max)).map(\.opening)
    }

    /// The author's chunk with some items given as leaf hashes alone.
    private func chunk(_ world: TestTable, withholding places: Set<Int>) throws -> Chunk {
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        return chunk.with(
            items: chunk.items.enumerated().map { place, item in
                places.contains(place) ? .leaf(item.leafHash) : item
            }
        )
    }

    @Test func `what is given is opened`() throws {
        var world = try self.world(entries: 2)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        let opened = try world.take(chunk, from: 1, at: 2).opened
        #expect(opened.map(\.header.index) == [0, 1, 2, 3, 4])
        #expect(opened.last?.plaintext == [UInt8](repeating: 7, count: 10))
        #expect(self.openings(world, at: 2) == [.open, .open, .open])
        #expect(world.store(2).plaintext(at: 4, of: world.log(1)) == opened.last)
    }

    @Test func `an entry ahead of its chain waits and is opened in its turn`() throws {
        var world = try self.world(entries: 4)
        try world.take(try self.chunk(world, withholding: [3, 4]), from: 3, at: 2)
        #expect(self.openings(world, at: 2) == [.open, .pending, .pending])
        let second = world.take(try world.fill(of: 1, 4..<5, by: 1, to: 2), from: 3, at: 2)
        #expect(second?.opened.isEmpty == true)
        let first = world.take(try world.fill(of: 1, 3..<4, by: 1, to: 2), from: 1, at: 2)
        #expect(first?.opened.map(\.header.index) == [3, 4, 5, 6])
        #expect(self.openings(world, at: 2) == [.open, .open, .open, .open, .open])
    }

    @Test func `without its grant an entry is addressed to nobody and opens when the grant comes`()
        throws
    {
        var world = try self.world(entries: 2)
        try world.take(try self.chunk(world, withholding: [2]), from: 3, at: 2)
        #expect(self.openings(world, at: 2).isEmpty)
        let stored = world.take(try world.fill(of: 1, 2..<3, by: 1, to: 2), from: 1, at: 2)
        #expect(stored?.opened.map(\.header.index) == [2, 3, 4])
        #expect(self.openings(world, at: 2) == [.open, .open, .open])
    }

    @Test func `boxes that the grant does not name are dropped and the true ones open it`() throws {
        var world = try self.world(entries: 1)
        let genuine = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        guard case .full(let grant) = genuine.items[2] else {
            Issue.record("the grant is given")
            return
        }
        let forged = Entry(
            header: grant.header,
            payload: grant.payload,
            boxes: grant.boxes.map { Box(member: $0.member, sealed: $0.sealed.map { ~$0 }) }
        )
        var items = genuine.items
        items[2] = .full(forged)
        try world.take(genuine.with(items: items), from: 3, at: 2)
        #expect(self.openings(world, at: 2) == [.pending, .pending])
        guard case .full(let held) = world.store(2).item(at: 2, of: world.log(1)) else {
            Issue.record("the grant is held")
            return
        }
        #expect(held.boxes.isEmpty)
        let stored = world.take(try world.fill(of: 1, 2..<4, by: 1, to: 2), from: 1, at: 2)
        #expect(stored?.opened.map(\.header.index) == [2, 3])
        // And forged ones that come later replace nothing.
        let fill = Fill(
            table: world.table,
            log: world.log(1),
            from: 2,
            until: 3,
            entries: [forged],
            isComplete: false
        )
        _ = world.take(fill, from: 3, at: 2)
        #expect(
            world.store(2).item(at: 2, of: world.log(1))
                == world.store(1).item(at: 2, of: world.log(1))
        )
    }

    /// A log of member 1 whose last entry was changed by its author before it went into the tree.
    private func lying(
        _ world: inout TestTable,
        _ change: (Entry) -> Entry
    ) throws -> Chunk {
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        guard case .full(let last) = try #require(chunk.items.last) else {
            Issue.record("the last entry is given")
            return chunk
        }
        let items = chunk.items.dropLast() + [.full(change(last))]
        var frontier = MerkleFrontier()
        for item in items { frontier.append(item.leafHash) }
        let keys = world.keys(1)
        return chunk.with(items: Array(items)).with(
            checkpoint: Checkpoint(
                origin: chunk.checkpoint.origin,
                size: frontier.size,
                root: frontier.root,
                signedWith: keys.keys.log
            )
        )
    }

    @Test func `an entry with a wrong commitment is kept unopened`() throws {
        var world = try self.world(entries: 2)
        let chunk = try self.lying(&world) { $0.with { $0.keyCommitment = Digest(hashing: [1]) } }
        try world.take(chunk, from: 1, at: 2)
        #expect(self.openings(world, at: 2) == [.open, .open, .failed])
        #expect(world.store(2).plaintext(at: 4, of: world.log(1)) == nil)
    }

    @Test func `an entry with a wrong tag is kept unopened and listed`() throws {
        var world = try self.world(entries: 2)
        let chunk = try self.lying(&world) { entry in
            var payload = entry.payload
            payload[payload.count - 1] ^= 1
            return Entry(header: entry.header, payload: payload, boxes: []).with {
                $0.payloadHash = Digest(hashing: payload)
            }
        }
        try world.take(chunk, from: 1, at: 2)
        #expect(self.openings(world, at: 2) == [.open, .open, .failed])
        let keys = world.keys(2)
        let composed = world.stores[1].composeReceipts(
            logs: [world.log(1)],
            me: 2,
            keys: keys.keys,
            node: world.card(2).identity,
            seconds: 1
        )
        #expect(composed?.receipts.first?.logs.first?.unopened == [4])
        #expect(composed?.receipts.first?.logs.first?.heldCount == 3)
    }

    @Test func `an entry whose header was bound to other data does not open`() throws {
        var world = try self.world(entries: 2)
        let chunk = try self.lying(&world) { $0.with { $0.category = .police } }
        try world.take(chunk, from: 1, at: 2)
        #expect(self.openings(world, at: 2) == [.open, .open, .failed])
    }

    @Test func `an entry whose position was passed over costs its place and no key`() throws {
        var world = try self.world(entries: 1)
        let chain = ChainID(
            log: world.log(1),
            audience: try world.audience([2, 3]).hash,
            epoch: 2
        )
        guard var link = world.store(1).chainKey(chain) else {
            Issue.record("the author holds its chain")
            return
        }
        try world.give(1, to: 2)
        for _ in 0..<65_536 { link = link.next() }
        world.stores[0].setChainKey(link, of: chain)
        try world.write([world.draft(try world.audience([2, 3]), byteCount: 1)], by: 1)
        try world.give(1, to: 2)
        #expect(self.openings(world, at: 2).last == .pending)
        #expect(world.store(2).chainKey(chain)?.position == 1)
    }

    @Test func `of two entries at one position the earlier is opened, those behind them too`()
        throws
    {
        var world = try self.world(entries: 1)
        let chain = ChainID(
            log: world.log(1),
            audience: try world.audience([2, 3]).hash,
            epoch: 2
        )
        for _ in 0..<2 {
            guard let link = world.store(1).chainKey(chain) else {
                Issue.record("the author holds its chain")
                return
            }
            let draft = world.draft(try world.audience([2, 3]), byteCount: 1)
            try world.write([draft], by: 1)
            if world.store(1).state(of: world.log(1)).size == 5 {
                world.stores[0].setChainKey(link, of: chain)
            }
        }
        try world.write([world.draft(try world.audience([2, 3]), byteCount: 1)], by: 1)
        try world.take(try self.chunk(world, withholding: [3]), from: 3, at: 2)
        #expect(self.openings(world, at: 2) == [.open, .pending, .double, .pending])
        _ = world.take(try world.fill(of: 1, 3..<4, by: 1, to: 2), from: 1, at: 2)
        #expect(self.openings(world, at: 2) == [.open, .open, .open, .double, .open])
    }

    @Test func `outside the audience there are leaf hashes and nothing to open`() throws {
        var world = TestTable(count: 3)
        try world.write([world.draft(try world.audience([2]), byteCount: 4)], by: 1)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 3)
        #expect(chunk.items.suffix(2).allSatisfy { if case .leaf = $0 { true } else { false } })
        try world.take(chunk, from: 1, at: 3)
        #expect(self.openings(world, at: 3).isEmpty)
        #expect(world.store(3).state(of: world.log(1)).complete == 4)
        #expect(try world.fill(of: 1, 0..<4, by: 1, to: 3).entries.map(\.header.index) == [0, 1])
    }

    @Test func `a relay that lacks the entry gives its leaf hash`() throws {
        var world = TestTable(count: 3)
        try world.write([world.draft(try world.audience([2]), byteCount: 4)], by: 1)
        try world.give(1, to: 3)
        let chunk = try world.chunk(of: 1, from: 0, by: 3, to: 2)
        #expect(!chunk.isComplete)
        let kinds = chunk.items.map { $0.header?.kind }
        #expect(kinds == [.card, .charterAdopted, nil, nil])
    }

    @Test func `a fill of another entry than the leaf held is refused whole`() throws {
        var world = try self.world(entries: 2)
        try world.take(try self.chunk(world, withholding: [3, 4]), from: 3, at: 2)
        let genuine = try world.fill(of: 1, 3..<5, by: 1, to: 2)
        let other = genuine.entries[1].with { $0.position = 9 }
        let forged = Fill(
            table: world.table,
            log: world.log(1),
            from: 3,
            until: 5,
            entries: [genuine.entries[0], other],
            isComplete: true
        )
        #expect(world.take(forged, from: 1, at: 2) == nil)
    }

    @Test func `complete never goes back while a chunk is on its way to disk`() throws {
        var world = try self.world(entries: 1)
        let first = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        try world.take(first, from: 3, at: 2)
        #expect(world.store(2).state(of: world.log(1)).complete == 0)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let second = try world.chunk(of: 1, from: 4, by: 1, to: 2)
        let verified = try #require(
            try world.state(2).verify(
                second,
                from: 1,
                held: world.store(2).state(of: world.log(1))
            )
        )
        #expect(verified.state.complete == 0)
        _ = world.take(try world.fill(of: 1, 0..<4, by: 1, to: 2), from: 1, at: 2)
        let keys = world.keys(2)
        let stored = world.stores[1].store(verified, me: 2, sealingKey: keys.keys.sealing)
        #expect(stored.state.size == 5 && stored.state.complete == 4)
    }
}
