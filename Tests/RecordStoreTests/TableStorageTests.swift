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
    private static let logs = [
        LogID(member: 1, generation: 0), LogID(member: 2, generation: 3),
        LogID(member: 2, generation: 4),
    ]
    private static let table = Digest(hashing: Array("a table".utf8))

    /// One change, made of seeds so that both sides get the same.
    private enum Change {
        case append(LogID, count: Int, seed: UInt64)
        case put(LogID, index: UInt64, seed: UInt64, box: UInt8)
        case keep(LogID, size: UInt64, isBoundary: Bool, witness: UInt8)
        case audience(Audience)
        case chain(ChainID, seed: UInt8, position: UInt32)
        case waiting(ChainID, index: UInt64, position: UInt32)
        case taken(ChainID, position: UInt32)
        case ownChain(Digest, OwnChain)
        case opening(LogID, index: UInt64, Opening, seed: UInt8?)
    }

    private static func secret(_ seed: UInt8) -> SecretKey {
        guard let key = SecretKey([UInt8](repeating: seed, count: 32)) else {
            preconditionFailure("a key has 32 bytes")
        }
        return key
    }

    private static func audience(_ member: MemberNumber) throws -> Audience {
        try #require(Audience([Recipient(member: member, ground: "A-\(member)")]))
    }

    private static func entry(_ index: UInt64, seed: UInt64) -> Entry {
        var generator = SeededGenerator(seed: seed &* 1_000_003 &+ index)
        let kind: EntryKind =
            [.operations, .keyGrant, .card, .fragment].randomElement(
                using: &generator
            ) ?? .card
        let count = Int.random(in: 40...300, using: &generator)
        let payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var header = EntryHeader(
            kind: kind,
            charterVersion: 1,
            category: kind.isEncrypted ? .business : nil,
            index: index,
            time: HybridTime(rawValue: seed),
            caseID: kind.namesCase == true ? ObjectID(prefixOf: Digest(hashing: [1])) : .zero,
            audience: kind.hasAudience ? Digest(hashing: [2]) : .zero
        )
        if kind.hasAudience { header.keyCommitment = Digest(hashing: [3]) }
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(count)
        return Entry(header: header, payload: payload, boxes: [])
    }

    private static func item(_ index: UInt64, seed: UInt64) -> LogItem {
        let entry = Self.entry(index, seed: seed)
        switch (seed ^ index) % 4 {
        case 0: return .leaf(entry.header.leafHash)
        case 1: return .header(entry.header)
        default: return .full(entry)
        }
    }

    private static func checkpoint(_ log: LogID, _ size: UInt64, witness: UInt8) -> Checkpoint {
        let author = SigningKey(seed: Self.secret(UInt8(log.member)))
        let checkpoint = Checkpoint(
            origin: log.origin(table: Self.table),
            size: size,
            root: Digest(hashing: [UInt8(size & 0xFF)]),
            signedWith: author
        )
        guard witness > 0 else { return checkpoint }
        let key = SigningKey(seed: Self.secret(witness))
        return checkpoint.cosigned(
            with: key,
            as: .witness(key.verifyingKey, of: key.verifyingKey),
            seconds: UInt64(witness)
        )
    }

    private static func state(_ log: LogID, _ size: UInt64, seed: UInt64) -> LogState {
        var state = LogState()
        for index in 0..<size { state.frontier.append(Digest(hashing: [UInt8(index & 0xFF)])) }
        state.complete = size / 2
        state.time = HybridTime(rawValue: seed)
        state.charterVersion = UInt16(seed & 0xFF)
        state.receiptedSize = size / 3
        state.unreceipted = size / 5
        state.boundarySize = size / 7
        state.boundaryBytes = seed
        state.isDisputed = seed.isMultiple(of: 2)
        if size > 0 { state.checkpoint = Self.checkpoint(log, size, witness: 0) }
        return state
    }

    /// Random changes that keep the contract's conditions.
    private static func changes(
        _ count: Int,
        seeds: inout [LogID: [UInt64]],
        generator: inout SeededGenerator
    ) throws -> [Change] {
        var changes: [Change] = []
        for _ in 0..<count {
            let log = Self.logs[Int.random(in: 0..<3, using: &generator)]
            let size = UInt64(seeds[log, default: []].count)
            let audience = try Self.audience(.random(in: 1...3, using: &generator))
            let chain = ChainID(
                log: log,
                audience: audience.hash,
                epoch: .random(in: 0...1, using: &generator)
            )
            let seed = UInt8.random(in: 1...255, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0...2:
                let count = Int.random(in: 1...300, using: &generator)
                changes.append(.append(log, count: count, seed: UInt64(seed)))
                seeds[log, default: []] += [UInt64](repeating: UInt64(seed), count: count)
            case 3 where size > 0:
                let index = UInt64.random(in: 0..<size, using: &generator)
                let first = seeds[log, default: []][Int(index)]
                changes.append(.put(log, index: index, seed: first, box: seed))
            case 4:
                changes.append(
                    .keep(
                        log,
                        size: .random(in: 0...20, using: &generator),
                        isBoundary: .random(using: &generator),
                        witness: .random(in: 0...3, using: &generator)
                    )
                )
            case 5: changes.append(.audience(audience))
            case 6: changes.append(.chain(chain, seed: seed, position: UInt32(seed)))
            case 7:
                let position = UInt32(seed % 4)
                changes.append(.waiting(chain, index: UInt64(seed), position: position))
                if seed < 64 { changes.append(.taken(chain, position: position ^ 1)) }
            case 8:
                let own = OwnChain(
                    epoch: chain.epoch,
                    startedMilliseconds: UInt64(seed),
                    recipientKeys: Digest(hashing: [seed])
                )
                changes.append(.ownChain(audience.hash, own))
            default:
                guard size > 0 else { continue }
                let index = UInt64.random(in: 0..<size, using: &generator)
                let opening: Opening =
                    [.pending, .open, .failed].randomElement(
                        using: &generator
                    ) ?? .open
                let hasKey = opening == .open && seed.isMultiple(of: 2)
                changes.append(.opening(log, index: index, opening, seed: hasKey ? seed : nil))
            }
        }
        return changes
    }

    /// Makes a change; the entries that were taken because their turn came.
    @discardableResult
    private static func apply<Storage: TableStorage & ~Copyable>(
        _ change: Change,
        to storage: inout Storage
    ) throws(Storage.Failure) -> [UInt64] {
        switch change {
        case .append(let log, let count, let seed):
            let size = try storage.state(of: log).size
            let items = (0..<UInt64(count)).map { Self.item(size + $0, seed: seed) }
            try storage.append(items, to: log, size: size)
            try storage.setState(
                Self.state(log, size + UInt64(count), seed: seed),
                of: log
            )
        case .put(let log, let index, let seed, let number):
            let box = Box(member: MemberNumber(number % 3 + 1), sealed: [number])
            let entry: Entry
            if case .full(let held) = try storage.item(at: index, of: log) {
                let boxes = held.header.kind == .keyGrant ? [box] : []
                entry = Entry(header: held.header, payload: held.payload, boxes: boxes)
            } else {
                entry = Self.entry(index, seed: seed)
            }
            try storage.put(entry, in: log)
        case .keep(let log, let size, let isBoundary, let witness):
            let checkpoint = Self.checkpoint(log, size, witness: witness)
            try storage.keep(checkpoint, of: log, isBoundary: isBoundary)
        case .audience(let audience): try storage.keep(audience)
        case .chain(let chain, let seed, let position):
            try storage.setChainKey(ChainKey(Self.secret(seed), position: position), of: chain)
        case .waiting(let chain, let index, let position):
            try storage.setWaiting(index, at: position, of: chain)
        case .taken(let chain, let position):
            return try storage.takeWaiting(at: position, of: chain)
        case .ownChain(let audience, let own): try storage.setOwnChain(own, for: audience)
        case .opening(let log, let index, let opening, let seed):
            if let seed {
                let key: SecretKey? = Self.secret(seed)
                try storage.setOpening(opening, contentKey: key, at: index, of: log)
            } else {
                let none: SecretKey? = nil
                try storage.setOpening(opening, contentKey: none, at: index, of: log)
            }
        }
        return []
    }

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
        for log in Self.logs {
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
        for log in Self.logs {
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
        for log in Self.logs {
            for hash in hashes {
                for epoch in UInt32(0)...1 {
                    let chain = ChainID(log: log, audience: hash, epoch: epoch)
                    if let key = try storage.chainKey(chain) {
                        secrets.append("\(chain) \(key.position) \(key.commitment())")
                    }
                }
            }
        }
        for hash in hashes { secrets.append("\(String(describing: try storage.ownChain(hash)))") }
        return secrets
    }

    @Test(arguments: UInt64(1)...6)
    func `the store reads what the model reads`(seed: UInt64) throws {
        let made = try NodeStoreTests.makeStore()
        let folder = made.folder
        var store: NodeStore? = made.store
        var model = MemoryTable()
        var other = MemoryTable()
        var generator = SeededGenerator(seed: seed)
        var seeds: [LogID: [UInt64]] = [:]
        var otherSeeds: [LogID: [UInt64]] = [:]
        let hashes = try (1...3).map { try Self.audience($0).hash }
        for round in 0..<8 {
            let changes = try Self.changes(12, seeds: &seeds, generator: &generator)
            let live = try #require(store)
            let taken = changes.map { Self.apply($0, to: &model) }
            let seen = try live.write(table: 1) { (transaction) throws(SlotError) in
                for (change, expected) in zip(changes, taken) {
                    let indices = try Self.apply(change, to: &transaction)
                    #expect(indices == expected)
                }
                return try Self.secrets(of: transaction, hashes: hashes)
            }
            // A transaction sees its own changes.
            #expect(seen == Self.secrets(of: model, hashes: hashes))
            // A second table of the same node, and an aborted transaction, change nothing here.
            let elsewhere = try Self.changes(4, seeds: &otherSeeds, generator: &generator)
                .filter { if case .audience = $0 { false } else { true } }
            for change in elsewhere { Self.apply(change, to: &other) }
            try live.write(table: 2) { (transaction) throws(SlotError) in
                for change in elsewhere { try Self.apply(change, to: &transaction) }
            }
            var aborted = seeds
            let refused = try Self.changes(12, seeds: &aborted, generator: &generator)
            #expect(throws: SlotError.store(.transactionFailed)) {
                try live.write(table: 1) { (transaction) throws(SlotError) in
                    for change in refused { try Self.apply(change, to: &transaction) }
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
        let chain = ChainID(log: Self.logs[0], audience: Digest(hashing: [1]), epoch: 0)
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
                        ChainKey(Self.secret(seed), position: step),
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

    @Test func `a log's state reads back, and no part of it does`() throws {
        for size in [UInt64(0), 1, 2, 3, 255, 256, 1_000] {
            var state = Self.state(Self.logs[0], size, seed: 0x1234_5678_9ABC + size)
            state.openedSize = size / 2
            for index in 0..<(size / 4) {
                state.opened.add(index: index, leafHash: Digest(hashing: [UInt8(index % 256)]))
            }
            let bytes = state.storedBytes
            #expect(try LogState(stored: bytes) == state)
            for length in 0..<bytes.count {
                #expect(throws: StoreError.self, "\(size), \(length)") {
                    try LogState(stored: Array(bytes[..<length]))
                }
            }
            #expect(throws: StoreError.self) { try LogState(stored: bytes + [0]) }
            var flagged = bytes
            flagged[106] = 2
            #expect(throws: StoreError.self) { try LogState(stored: flagged) }
            // More is open than there is, or than was looked at.
            for place in [7, 8] {
                var over = bytes
                over[9 + 8 * place] = UInt8(truncatingIfNeeded: size + 1)
                over[8 + 8 * place] = UInt8((size + 1) >> 8)
                #expect(throws: StoreError.self) { try LogState(stored: over) }
            }
        }
    }

    @Test func `a stored entry reads back, and no part of it does`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        let key = [UInt8](repeating: 7, count: 16)
        for seed in UInt64(0)..<24 {
            var entry = Self.entry(5, seed: seed)
            if entry.header.kind == .keyGrant {
                let boxes = (1...3).map {
                    Box(member: $0, sealed: [UInt8](repeating: 1, count: 80))
                }
                entry = Entry(header: entry.header, payload: entry.payload, boxes: boxes)
            }
            for item in [LogItem.full(entry), .header(entry.header)] {
                let bytes = try #require(StoredEntry.encode(item, key: key, store: store))
                #expect(try StoredEntry.decode(bytes, key: key, store: store) == item)
                for length in stride(from: 0, to: bytes.count, by: 7) {
                    #expect(throws: StoreError.self) {
                        try StoredEntry.decode(Array(bytes[..<length]), key: key, store: store)
                    }
                }
                for tag in [UInt8(0), 4, 255] {
                    let changed = [tag] + bytes.dropFirst()
                    #expect(throws: StoreError.self) {
                        try StoredEntry.decode(changed, key: key, store: store)
                    }
                }
                #expect(throws: StoreError.self) {
                    try StoredEntry.decode(bytes + [0], key: key, store: store)
                }
            }
        }
        #expect(StoredEntry.encode(.leaf(.zero), key: key, store: store) == nil)
        _ = folder
    }
}
