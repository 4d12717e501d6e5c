import CaseModel
import Cryptography
import Glibc
import ReplicatedTypes
import Simulator
import SyncEngine
import SyncLog
import Testing
import Vocabulary
import Wire

@testable import RecordStore

/// What is derived from readable entries equals what is made of them anew, whatever came before.
@Suite(.serialized)
struct ProjectionTests {
    /// Everything that the projections hold.
    private static func rows(of store: NodeStore) throws -> [String] {
        var rows: [String] = []
        try store.read { (snapshot) throws(StoreError) in
            for table in Projection.allCases.map(\.table) {
                try snapshot.forEach(prefix: [], in: store.tables[table]) { key, value in
                    let (key, value) = ([UInt8](key), [UInt8](value))
                    rows.append(
                        "\(table.rawValue) \(TextEncoding.hex(key)) \(TextEncoding.hex(value))"
                    )
                    return .next
                }
            }
        }
        try store.environment.read { (snapshot) throws(SlotError) in
            for family: UInt32 in [0, 1] {
                for (key, digest) in try store.digests(family: family, in: snapshot)
                    .sorted(by: { $0.key < $1.key })
                {
                    rows.append("search \(family) \(key) \(digest)")
                }
            }
        }
        return rows
    }

    /// Something that comes from a peer.
    private enum Arrival {
        case chunk(VerifiedChunk)
        case fill(Fill)

        func store(
            in transaction: inout TableTransaction,
            keys: SharedKeys
        ) throws(SlotError) -> StoredEntries {
            switch self {
            case .chunk(let chunk):
                return try transaction.store(chunk, me: 2, sealingKey: keys.keys.sealing)
            case .fill(let fill):
                let stored = try transaction.store(
                    fill,
                    isByAuthor: false,
                    me: 2,
                    sealingKey: keys.keys.sealing
                )
                guard let stored else { throw .store(.transactionFailed) }
                return stored
            }
        }
    }

    /// A store that a log of another member comes into, in any order, with accidents.
    private struct World {
        let log: AuthoredLog
        let folder: TemporaryFolder
        var store: NodeStore
        let projected: ProjectedTable

        init(seed: UInt64) throws {
            var generator = SeededGenerator(seed: seed)
            self.log = try AuthoredLog(seed: seed, generator: &generator)
            (self.folder, self.store) = try NodeStoreTests.makeStore()
            let table = self.log.table
            self.projected = ProjectedTable(file: table.file, me: 2)
            _ = try self.store.storeTable(table.file)
            // The own log, which receipts quote.
            let context = WritingContext(
                file: table.file,
                log: LogID(member: 2, generation: 0),
                card: table.cards[1],
                clock: HybridTime(milliseconds: AuthoredLog.start),
                random: { [UInt8](repeating: 5, count: $0) }
            )
            let drafts = (0..<5).map { _ in
                Draft(kind: .closing, subject: .none, category: nil, audience: nil) { _ in [1] }
            }
            let keys = table.keys[1]
            try self.store.write(table: 1) { (transaction) throws(SlotError) in
                _ = try transaction.write(drafts, context: context, keys: keys.keys)
            }
        }

        mutating func take(_ chunk: Chunk, failing fails: Bool = false) throws {
            let held = try self.store.read(table: 1) { (snapshot) throws(SlotError) in
                try snapshot.state(of: chunk.log)
            }
            let state = TableState(file: self.projected.file, me: 2, logs: [:], evidence: [:])
            let verified = try #require(try state.verify(chunk, from: 3, held: held))
            try self.take(.chunk(verified), failing: fails)
        }

        mutating func take(_ fill: Fill, failing fails: Bool = false) throws {
            try self.take(.fill(fill), failing: fails)
        }

        /// Takes something in, in one transaction; where it `fails` nothing of it is kept.
        private mutating func take(_ arrival: Arrival, failing fails: Bool) throws {
            let (projected, keys) = (self.projected, self.log.table.keys[1])
            do throws(SlotError) {
                try self.store.write(table: 1) { (transaction) throws(SlotError) in
                    let stored = try arrival.store(in: &transaction, keys: keys)
                    try transaction.project(ReadableChanges(stored), at: projected)
                    if fails { throw .store(.transactionFailed) }
                }
            } catch {
                guard fails else { throw error }
                // As a process that ends before the commit.
                self.store = try self.reopened()
            }
        }

        mutating func forget() throws {
            // By what is known then: another number of one's own, as after rival charters.
            let projected = ProjectedTable(file: self.projected.file, me: 3)
            try self.store.forget(self.log.id, table: 1, projected: projected)
            try self.store.destroyDoomed()
        }

        /// Changes every slot of the slot file, and opens the folder once more.
        mutating func damageKeys() throws {
            self.store = try NodeStoreTests.makeStore().store
            let file = try #require(fopen(self.folder.file("node/slots"), "r+"))
            defer { fclose(file) }
            fseek(file, 0, SEEK_END)
            for place in stride(
                from: SlotFile.slotByteCount,
                to: ftell(file),
                by: SlotFile.slotByteCount
            ) {
                fseek(file, place + 40, SEEK_SET)
                let byte = fgetc(file)
                fseek(file, place + 40, SEEK_SET)
                fputc(byte ^ 0x55, file)
            }
            fflush(file)
            self.store = try NodeStoreTests.open(self.folder)
        }

        /// The folder opened once more.
        private mutating func reopened() throws -> NodeStore {
            // The old one must be gone before.
            self.store = try NodeStoreTests.makeStore().store
            return try NodeStoreTests.open(self.folder)
        }

        /// Compares what is held with what is made anew, and with what the store says is open.
        mutating func check() throws {
            let held = try ProjectionTests.rows(of: self.store)
            #expect(try self.store.hasCurrentProjections())
            try self.store.rebuildProjections(seenBy: self.log.table.cards[1].identity)
            #expect(try ProjectionTests.rows(of: self.store) == held)
            var open: Set<UInt64> = []
            for caseID in AuthoredLog.cases {
                try self.store.read(table: 1) { (snapshot) throws(SlotError) in
                    for place in try snapshot.entries(of: caseID) { open.insert(place.index) }
                }
            }
            let expected = try self.store.read(table: 1) { (snapshot) throws(SlotError) in
                var expected: Set<UInt64> = []
                let size = try snapshot.state(of: self.log.id).size
                for (index, opening) in try snapshot.openings(of: self.log.id, in: 0..<size)
                where opening == .open {
                    if self.log.isOfCase(index) { expected.insert(index) }
                }
                return expected
            }
            #expect(open == expected)
            // Nobody opened any of them: what is written to it makes none.
            let listed = try self.store.read(table: 1) { (snapshot) throws(SlotError) in
                try snapshot.caseIDs(from: .zero, limit: .max)
            }
            #expect(listed.isEmpty)
        }
    }

    @Test(arguments: UInt64(1)...24)
    func `rows equal those made anew after any arrivals, removals and crashes`(seed: UInt64) throws
    {
        var generator = SeededGenerator(seed: seed &* 77)
        var world = try World(seed: seed)
        for _ in 0..<2 {
            var later: [Entry] = []
            var from: UInt64 = 0
            while from < world.log.size {
                let until = UInt64.random(in: (from + 1)...world.log.size, using: &generator)
                let items = (from..<until).map { index -> LogItem in
                    let entry = world.log.entries[Int(index)]
                    guard index > 0, generator.chance(0.4) else { return .full(entry) }
                    later.append(entry)
                    return .leaf(entry.header.leafHash)
                }
                let chunk = world.log.chunk(from..<until, items: items)
                if generator.chance(0.2) { try world.take(chunk, failing: true) }
                try world.take(chunk)
                from = until
            }
            try world.check()
            later.shuffle(using: &generator)
            while !later.isEmpty {
                let count = Int.random(in: 1...min(4, later.count), using: &generator)
                let some = later.prefix(count).sorted { $0.header.index < $1.header.index }
                later.removeFirst(count)
                let fill = world.log.fill(some)
                if generator.chance(0.2) { try world.take(fill, failing: true) }
                try world.take(fill)
                if generator.chance(0.3) { try world.check() }
            }
            try world.check()
            // The log goes, as where a charter pins another history of it, and comes once more.
            try world.forget()
            #expect(try Self.rows(of: world.store).isEmpty)
        }
        withExtendedLifetime(world) {}
    }

    @Test func `rows of an older version, or half of them, are made anew`() throws {
        var world = try World(seed: 3)
        try world.take(world.log.chunk(0..<world.log.size))
        let held = try Self.rows(of: world.store)
        #expect(held.contains { $0.hasPrefix("receipts") })
        #expect(held.contains { $0.hasPrefix("search") })
        // As a rebuilding leaves it that was interrupted.
        try world.store.removeSetting("projections")
        try world.store.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                try transaction.deleteAll(in: world.store.tables.cases)
                try transaction.put([1], for: [9, 9], in: world.store.tables.objects)
            }
        }
        #expect(try !world.store.hasCurrentProjections())
        try world.store.rebuildProjections(seenBy: world.log.table.cards[1].identity)
        #expect(try world.store.hasCurrentProjections())
        #expect(try Self.rows(of: world.store) == held)
    }

    @Test func `rows of own records stay when projections are made anew`() throws {
        var world = try World(seed: 5)
        try world.take(world.log.chunk(0..<world.log.size))
        let record = NodeStoreTests.record("a-1", ["subject.kvk": "12345678"])
        _ = try world.store.importRecords([record], at: 1)
        let held = try Self.rows(of: world.store)
        try world.check()
        #expect(try Self.rows(of: world.store) == held)
    }

    @Test func `an entry whose key is lost keeps nothing else from being made anew`() throws {
        var world = try World(seed: 3)
        try world.take(world.log.chunk(0..<world.log.size))
        let held = try Self.rows(of: world.store)
        try world.damageKeys()
        let identity = world.log.table.cards[1].identity
        try world.store.rebuildProjections(seenBy: identity)
        let left = try Self.rows(of: world.store)
        #expect(Set(left).isStrictSubset(of: held))
        #expect(left.contains { $0.hasPrefix("receipts") })
        // And lets the log be fetched anew.
        try world.forget()
        #expect(try Self.rows(of: world.store).isEmpty)
    }

    @Test func `a check knows rows of no entry`() throws {
        var world = try World(seed: 3)
        try world.take(world.log.chunk(0..<world.log.size))
        func found() throws -> ProjectedRows {
            try world.store.read(table: 1) { (snapshot) throws(SlotError) in
                var found: FoundFragments? = try snapshot.foundFragments()
                let rows = try snapshot.projectedRows(
                    of: world.log.id,
                    at: world.projected,
                    found: &found
                ) { _, _ in }
                #expect(found?.restCount == 0)
                return rows
            }
        }
        #expect(try found().unprojected == 0)
        #expect(try found().rowCount == world.store.projectedRowCount())
        try world.store.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                try transaction.put([1], for: [0, 0, 0, 1, 9], in: world.store.tables.receipts)
            }
        }
        #expect(try found().rowCount + 1 == world.store.projectedRowCount())
    }
}
