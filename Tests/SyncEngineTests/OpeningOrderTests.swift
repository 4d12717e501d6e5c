import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// What is open is a function of the set held, whatever the order in which it came.
@Suite struct OpeningOrderTests {
    /// A log with good and bad grants and contents in any mixture.
    private func log(seed: UInt64, generator: inout SeededGenerator) throws -> LyingLog {
        var log = try LyingLog(TestTable(count: 3), seed: seed)
        try log.grant(hasWrongBox: generator.chance(0.1))
        for _ in 0..<Int.random(in: 5...40, using: &generator) {
            if generator.chance(0.12) {
                try log.grant(
                    hasWrongBox: generator.chance(0.3),
                    epoch: generator.chance(0.2) ? 2 : nil,
                    hasOtherList: generator.chance(0.2)
                )
                continue
            }
            let grants = (0..<log.size).filter { log.entries[Int($0)].header.kind == .keyGrant }
            let grant = grants.randomElement(using: &generator) ?? 2
            // Now and then one that does not exist, or not yet.
            let epoch = generator.chance(0.9) ? grant : UInt64.random(in: 0...50, using: &generator)
            try log.content(
                epoch: UInt32(epoch),
                position: UInt32.random(in: 0...6, using: &generator),
                generator.chance(0.75)
                    ? .none : LyingLog.Fault.allCases.randomElement(using: &generator) ?? .tag
            )
        }
        return log
    }

    /// What comes, one after another: chunks with leaf hashes for most, then the rest by fills.
    private func arrive(
        _ log: LyingLog,
        held: Set<UInt64>,
        boxes: Set<UInt64>,
        generator: inout SeededGenerator
    ) throws -> (world: TestTable, open: [UInt64: [UInt8]]) {
        var world = log.world
        var open: [UInt64: [UInt8]] = [:]
        func note(_ stored: StoredEntries) {
            for entry in stored.closed { open[entry.header.index] = nil }
            for entry in stored.opened { open[entry.header.index] = entry.plaintext }
        }
        func entry(_ index: UInt64) -> Entry {
            let entry = log.entries[Int(index)]
            let mine = entry.boxes.filter { $0.member != 2 || boxes.contains(index) }
            return Entry(header: entry.header, payload: entry.payload, boxes: mine)
        }
        var later: [Entry] = []
        var from: UInt64 = 0
        while from < log.size {
            let until = UInt64.random(in: (from + 1)...log.size, using: &generator)
            let items = (from..<until).map { index -> LogItem in
                // A log begins with its author's card.
                guard index == 0 || held.contains(index) && generator.chance(0.5) else {
                    if held.contains(index) { later.append(entry(index)) }
                    return .leaf(log.entries[Int(index)].header.leafHash)
                }
                // The boxes may come after the grant.
                guard !entry(index).boxes.isEmpty, generator.chance(0.5) else {
                    return .full(entry(index))
                }
                later.append(entry(index))
                let held = entry(index)
                return .full(
                    Entry(
                        header: held.header,
                        payload: held.payload,
                        boxes: held.boxes.filter { $0.member != 2 }
                    )
                )
            }
            note(try world.take(log.chunk(from..<until, items: items), from: 3, at: 2))
            from = until
        }
        later.shuffle(using: &generator)
        while !later.isEmpty {
            let count = Int.random(in: 1...min(5, later.count), using: &generator)
            let some = later.prefix(count).sorted { $0.header.index < $1.header.index }
            later.removeFirst(count)
            let stored = world.take(log.fill(some), from: 3, at: 2)
            note(try #require(stored))
        }
        let last = world.take(log.fill([], isComplete: true), from: 1, at: 2)
        note(try #require(last))
        return (world, open)
    }

    @Test(arguments: UInt64(1)...60)
    func `every order of arrival ends with the same entries open`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let log = try self.log(seed: seed, generator: &generator)
        let held = Set((0..<log.size).filter { $0 < 2 || !generator.chance(0.1) })
        let boxes = held.filter { _ in !generator.chance(0.1) }
        let expected = log.openings(held: held, boxes: boxes)
        var hash = HeldEntries()
        for index in expected.keys.sorted() {
            hash.add(index: index, leafHash: log.entries[Int(index)].header.leafHash)
        }
        for _ in 0..<6 {
            var (world, open) = try self.arrive(
                log,
                held: held,
                boxes: boxes,
                generator: &generator
            )
            let id = world.log(1)
            let found = world.store(2).openings(of: id, in: 0..<(.max))
            #expect(
                Dictionary(uniqueKeysWithValues: found.map { ($0.index, $0.opening) }) == expected
            )
            for index in held {
                var plaintext: [UInt8]?
                switch log.truths[Int(index)] {
                case .plain: plaintext = log.entries[Int(index)].payload
                case .grant where expected[index] == .open:
                    plaintext = log.entries[Int(index)].payload
                case .content(_, let contents) where expected[index] == .open: plaintext = contents
                default: break
                }
                // What the shell was told adds up to what is open now.
                #expect(open[index] == plaintext)
                guard case .content = log.truths[Int(index)] else { continue }
                #expect(world.store(2).plaintext(at: index, of: id)?.plaintext == plaintext)
            }
            let keys = world.keys(2)
            let composed = world.stores[1].composeReceipts(
                logs: [id],
                me: 2,
                keys: keys.keys,
                node: world.card(2).identity,
                seconds: 1
            )
            let item = try #require(composed?.receipts.first?.logs.first)
            #expect(item.says(hash))
            #expect(item.unopened == expected.filter { $0.value != .open }.keys.sorted())
        }
    }

    @Test func `an entry with a lower index takes the place of one that was opened`() throws {
        var log = try LyingLog(TestTable(count: 3), seed: 1)
        try log.grant()
        try log.content(epoch: 2, position: 0, .none)
        try log.content(epoch: 2, position: 0, .none)
        try log.content(epoch: 2, position: 1, .none)
        var world = log.world
        let items = log.entries.enumerated().map { place, entry -> LogItem in
            place == 3 ? .leaf(entry.header.leafHash) : .full(entry)
        }
        let first = try world.take(log.chunk(0..<6, items: items), from: 3, at: 2)
        #expect(first.opened.map(\.header.index) == [0, 1, 2, 4, 5] && first.doubles.isEmpty)
        let stored = world.take(log.fill([log.entries[3]]), from: 3, at: 2)
        let later = try #require(stored)
        #expect(later.opened.map(\.header.index) == [3])
        #expect(later.closed == first.opened.filter { $0.header.index == 4 })
        #expect(later.doubles == [4])
        #expect(world.store(2).plaintext(at: 4, of: world.log(1)) == nil)
        let isKept = world.store(2).positionKey(at: 4, of: world.log(1)) != nil
        #expect(!isKept)
    }

    @Test func `one that does not open uses its position all the same`() throws {
        for fault in [LyingLog.Fault.commitment, .tag] {
            var log = try LyingLog(TestTable(count: 3), seed: 1)
            try log.grant()
            try log.content(epoch: 2, position: 0, fault)
            try log.content(epoch: 2, position: 0, .none)
            try log.content(epoch: 2, position: 1, .none)
            var world = log.world
            let stored = try world.take(log.chunk(0..<6), from: 1, at: 2)
            #expect(stored.opened.map(\.header.index) == [0, 1, 2, 5] && stored.doubles == [4])
            let openings = world.store(2).openings(of: world.log(1), in: 0..<6).map(\.opening)
            #expect(openings == [.open, .failed, .double, .open])
        }
    }

    @Test func `a grant whose box holds another key than it commits to opens nothing`() throws {
        var log = try LyingLog(TestTable(count: 3), seed: 1)
        try log.grant(hasWrongBox: true)
        try log.content(epoch: 2, position: 0, .none)
        var world = log.world
        let stored = try world.take(log.chunk(0..<4), from: 1, at: 2)
        #expect(stored.opened.map(\.header.index) == [0, 1])
        let id = world.log(1)
        #expect(
            world.store(2).openings(of: id, in: 0..<4).map(\.opening) == [.failed, .pending]
        )
        _ = world.take(log.fill([], isComplete: true), from: 1, at: 2)
        let keys = world.keys(2)
        let composed = world.stores[1].composeReceipts(
            logs: [id],
            me: 2,
            keys: keys.keys,
            node: world.card(2).identity,
            seconds: 1
        )
        let item = try #require(composed?.receipts.first?.logs.first)
        #expect(item.unopened == [2, 3] && item.heldCount == 2)
    }

    @Test func `a box of another member under this node's number hides nothing`() throws {
        var log = try LyingLog(TestTable(count: 3), seed: 1)
        try log.grant()
        let grant = log.entries[2]
        let boxes = [Box(member: 2, sealed: grant.boxes[2].sealed)]
        let forged = Entry(header: grant.header, payload: grant.payload, boxes: boxes)
        var world = log.world
        let items = log.entries.dropLast().map { LogItem.full($0) } + [.full(forged)]
        try world.take(log.chunk(0..<3, items: items), from: 3, at: 2)
        #expect(world.store(2).opening(at: 2, of: world.log(1)) == .pending)
        _ = world.take(log.fill([grant]), from: 1, at: 2)
        #expect(world.store(2).opening(at: 2, of: world.log(1)) == .open)
        // Boxes of others that come later change nothing of the own.
        let others = Entry(header: grant.header, payload: grant.payload, boxes: [grant.boxes[2]])
        _ = world.take(log.fill([others]), from: 3, at: 2)
        #expect(world.store(2).opening(at: 2, of: world.log(1)) == .open)
    }
}
