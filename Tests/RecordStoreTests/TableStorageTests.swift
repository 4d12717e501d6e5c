import Cryptography
import ReplicatedTypes
import Simulator
import SyncEngine
import SyncLog
import Testing

@testable import RecordStore

/// The real store of a table against the model in memory that the simulation uses.
@Suite(.serialized)
struct TableStorageTests {
    /// Everything that can be read of a table.
    private struct Contents {
        var states: [LogState] = []
        var items: [[LogItem]] = []
        var roots: [Digest] = []
        var boundaries: [[Checkpoint]] = []
        var openings: [[String]] = []
        var contentKeys: [[Digest?]] = []
        var audiences: [Audience?] = []
        var leaves: [String] = []
    }

    private static func contents<Reading: TableReading & ~Copyable>(
        of reading: borrowing Reading,
        hashes: [Digest]
    ) throws(Reading.Failure) -> Contents {
        var contents = Contents()
        for log in SampleTable.logs {
            let state = try reading.state(of: log)
            contents.states.append(state)
            var items: [LogItem] = []
            var keys: [Digest?] = []
            for index in 0..<state.size {
                items.append(try reading.item(at: index, of: log))
                keys.append(try reading.contentKey(at: index, of: log)?.commitment())
            }
            contents.items.append(items)
            contents.contentKeys.append(keys)
            if state.size > 0 {
                contents.roots.append(try reading.subtreeHash(0..<state.size, of: log))
                let half = state.size / 2
                var start = UInt64(1)
                while start < state.size - half { start *= 2 }
                if start < state.size {
                    let end = min(2 * start, state.size)
                    contents.roots.append(try reading.subtreeHash(start..<end, of: log))
                }
            }
            for (above, limit) in [(UInt64(0), 100), (3, 2), (7, 1)] {
                contents.boundaries.append(
                    try reading.boundaries(of: log, above: above, limit: limit)
                )
            }
            for size in [state.size, state.size / 2] {
                contents.openings.append(
                    try reading.openings(of: log, in: 0..<size).map { "\($0.index) \($0.opening)" }
                )
            }
            for limit in [2, 1_000] {
                contents.openings.append(
                    try reading.unopened(of: log, limit: limit).map { "\($0) unopened" }
                )
            }
            for index in 0..<state.size {
                let opening = try reading.opening(at: index, of: log)
                contents.openings.append(["\(String(describing: opening))"])
            }
        }
        for hash in hashes { contents.audiences.append(try reading.audience(hash)) }
        contents.leaves = try Self.leaves(of: reading)
        return contents
    }

    /// The tree's leaves and the heads, of the whole log and of its end.
    private static func leaves<Reading: TableReading & ~Copyable>(
        of reading: borrowing Reading
    ) throws(Reading.Failure) -> [String] {
        var leaves: [String] = []
        for log in SampleTable.logs {
            let size = try reading.state(of: log).size
            for range in [0..<size, size / 2..<size, size / 3..<size / 2, size..<size] {
                leaves += try reading.leafHashes(range, of: log).map { "\($0)" }
                leaves.append("\(range)")
            }
            for index in 0..<size {
                leaves.append(String(describing: try reading.header(at: index, of: log)))
            }
        }
        return leaves
    }

    /// Compares part by part, so that a failure says where.
    private static func check(_ held: Contents, _ model: Contents) {
        for (offset, states) in zip(held.states, model.states).enumerated() {
            #expect(states.0 == states.1, "state \(offset)")
        }
        for (log, items) in zip(held.items, model.items).enumerated() {
            #expect(items.0.count == items.1.count)
            for (index, item) in zip(items.0, items.1).enumerated() where item.0 != item.1 {
                Issue.record("item \(index) of log \(log): \(item.0), not \(item.1)")
            }
        }
        #expect(held.roots == model.roots)
        #expect(held.boundaries == model.boundaries)
        #expect(held.openings == model.openings)
        #expect(held.contentKeys == model.contentKeys)
        #expect(held.audiences == model.audiences)
        #expect(held.leaves == model.leaves)
    }

    /// What only a transaction reads: keys, by their commitments; and the tree with what it added.
    private static func secrets<Storage: TableStorage & ~Copyable>(
        of storage: borrowing Storage,
        hashes: [Digest]
    ) throws(Storage.Failure) -> [String] {
        var secrets = try Self.leaves(of: storage)
        for log in SampleTable.logs {
            for hash in hashes {
                for epoch in UInt32(0)...1 {
                    let chain = ChainID(log: log, audience: hash, epoch: epoch)
                    if let key = try storage.chainKey(chain) {
                        secrets.append("\(chain) \(key.position) \(key.commitment())")
                    }
                }
            }
        }
        for log in SampleTable.logs {
            for index in 0..<(try storage.state(of: log).size) {
                let key = try storage.positionKey(at: index, of: log)
                if let key { secrets.append("\(log) \(index) \(key.commitment())") }
            }
        }
        for hash in hashes { secrets.append("\(String(describing: try storage.ownChain(hash)))") }
        return secrets
    }

    @Test(arguments: UInt64(1)...3)
    func `the store reads what the model reads`(seed: UInt64) throws {
        let made = try NodeStoreTests.makeStore()
        let folder = made.folder
        var store: NodeStore? = made.store
        var model = MemoryTable()
        var other = MemoryTable()
        var generator = SeededGenerator(seed: seed)
        var seeds: [LogID: [UInt64]] = [:]
        var otherSeeds: [LogID: [UInt64]] = [:]
        let hashes = try (1...3).map { try SampleTable.audience($0).hash }
        for round in 0..<8 {
            let changes = try TableChange.random(12, seeds: &seeds, generator: &generator)
            let live = try #require(store)
            let taken = changes.map { $0.apply(to: &model) }
            let seen = try live.write(table: 1) { (transaction) throws(SlotError) in
                for (change, expected) in zip(changes, taken) {
                    let indices = try change.apply(to: &transaction)
                    #expect(indices == expected)
                }
                return try Self.secrets(of: transaction, hashes: hashes)
            }
            // A transaction sees its own changes.
            #expect(seen == Self.secrets(of: model, hashes: hashes))
            // A second table of the same node, and an aborted transaction, change nothing here.
            let elsewhere = try TableChange.random(4, seeds: &otherSeeds, generator: &generator)
                .filter { if case .audience = $0 { false } else { true } }
            for change in elsewhere { change.apply(to: &other) }
            try live.write(table: 2) { (transaction) throws(SlotError) in
                for change in elsewhere { try change.apply(to: &transaction) }
            }
            var aborted = seeds
            let refused = try TableChange.random(12, seeds: &aborted, generator: &generator)
            #expect(throws: SlotError.store(.transactionFailed)) {
                try live.write(table: 1) { (transaction) throws(SlotError) in
                    for change in refused { try change.apply(to: &transaction) }
                    throw .store(.transactionFailed)
                }
            }
            try live.destroyDoomed()
            if round == 4 {
                store = nil
            }
            let reader = try store ?? NodeStoreTests.open(folder)
            store = reader
            let held = try reader.read(table: 1) { (snapshot) throws(SlotError) in
                try Self.contents(of: snapshot, hashes: hashes)
            }
            Self.check(held, Self.contents(of: model, hashes: hashes))
            let heldElsewhere = try reader.read(table: 2) { (snapshot) throws(SlotError) in
                try Self.contents(of: snapshot, hashes: [])
            }
            Self.check(heldElsewhere, Self.contents(of: other, hashes: []))
            let secrets = try reader.write(table: 1) { (transaction) throws(SlotError) in
                try Self.secrets(of: transaction, hashes: hashes)
            }
            #expect(secrets == Self.secrets(of: model, hashes: hashes))
        }
    }

    @Test func `a chain key that moves on leaves nothing of the old one on disk`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        let chain = ChainID(log: SampleTable.logs[0], audience: Digest(hashing: [1]), epoch: 0)
        func slot() throws -> UInt64 {
            let chains = store.tables.chains
            let key = try store.read { (snapshot) throws(StoreError) in
                var values: [[UInt8]] = []
                try snapshot.forEach(prefix: [], in: chains) { _, value throws(StoreError) in
                    values.append([UInt8](value))
                    return .next
                }
                return values
            }
            #expect(key.count == 1)
            return UInt64(bigEndian: try #require(key.first)[..<8])
        }
        var slots: [UInt64] = []
        for seed in UInt8(1)...5 {
            try store.write(table: 1) { (transaction) throws(SlotError) in
                // Moved on many times in one transaction: one slot all the same.
                for step in UInt32(0)..<3 {
                    try transaction.setChainKey(
                        ChainKey(SampleTable.secret(seed), position: step),
                        of: chain
                    )
                }
            }
            slots.append(try slot())
            let isDoomed = try store.read { (snapshot) throws(StoreError) in
                try store.allocator.hasDoomed(in: snapshot)
            }
            #expect(isDoomed == (seed > 1))
            try store.destroyDoomed()
            if let old = slots.dropLast().last {
                #expect(old != slots.last)
                #expect(throws: SlotError.self) { _ = try store.slots.read(old) }
            }
        }
        let position = try store.write(table: 1) { (transaction) throws(SlotError) in
            try transaction.chainKey(chain)?.position
        }
        #expect(position == 2)
        // Two slots take turns: freed numbers come first.
        #expect(Set(slots).count == 2)
        _ = folder
    }
}
