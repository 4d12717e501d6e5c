import Cryptography
import ReplicatedTypes
import Simulator
@testable import SyncEngine
import SyncLog
import Testing
import Wire

@testable import RecordStore

/// Receipts over the real store: limits, floods, cost.
@Suite(.serialized) struct ReceiptTests {
    private let members = SimulatedTable(seed: 7, count: 3)
    private let random = SeededBytes(seed: 9)
    private let author = LogID(member: 1, generation: 0)

    /// Writes entries of the author for member 2, as the author does.
    private func write(_ count: Int, in store: NodeStore) throws {
        let audience = try #require(Audience([Recipient(member: 2, ground: "ALL")]))
        let context = WritingContext(
            file: self.members.file,
            log: self.author,
            card: self.members.cards[0],
            clock: HybridTime(milliseconds: 1_767_225_600_000),
            random: { [random] in random.next($0) }
        )
        let keys = self.members.keys[0]
        for start in stride(from: 0, to: count, by: 2_000) {
            let drafts = (start..<min(start + 2_000, count)).map { _ in
                Draft(kind: .consultation, subject: .none, category: nil, audience: audience) { _ in
                    [1, 2, 3]
                }
            }
            try store.write(table: 1) { (transaction) throws(SlotError) in
                _ = try transaction.write(drafts, context: context, keys: keys.keys)
            }
        }
    }

    /// Gives the author's log to member 2, with entries changed on the way; complete at the end.
    private func give(
        _ count: UInt64,
        from giver: NodeStore,
        to reader: NodeStore,
        change: (UInt64, LogItem) -> LogItem
    ) throws {
        var frontier = MerkleFrontier()
        for start in stride(from: UInt64(0), to: count, by: 2_048) {
            let end = min(start + 2_048, count)
            let items = try giver.read(table: 1) { (snapshot) throws(SlotError) -> [LogItem] in
                var items: [LogItem] = []
                for index in start..<end {
                    items.append(change(index, try snapshot.item(at: index, of: self.author)))
                }
                return items
            }
            for item in items { frontier.append(item.leafHash) }
            let keys = self.members.keys[0]
            let chunk = Chunk(
                table: self.members.file.table,
                log: self.author,
                from: start,
                items: items,
                checkpoint: Checkpoint(
                    origin: self.author.origin(table: self.members.file.table),
                    size: end,
                    root: frontier.root,
                    signedWith: keys.keys.log
                ),
                isComplete: true
            )
            try self.take(chunk, at: reader)
        }
    }

    private func take(_ chunk: Chunk, at reader: NodeStore) throws {
        let state = TableState(
            file: self.members.file,
            me: 2,
            logs: [
                self.author: try reader.read(table: 1) { (snapshot) throws(SlotError) in
                    try snapshot.state(of: self.author)
                }
            ],
            evidence: [:]
        )
        let held = try #require(state.logs[self.author])
        let verified = try #require(try state.verify(chunk, from: 1, held: held))
        let keys = self.members.keys[1]
        _ = try reader.write(table: 1) { (transaction) throws(SlotError) in
            try transaction.store(verified, me: 2, sealingKey: keys.keys.sealing)
        }
    }

    private func compose(_ logs: [LogID], in store: NodeStore) throws -> ComposedReceipts? {
        let keys = self.members.keys[1]
        return try store.write(table: 1) { (transaction) throws(SlotError) in
            try transaction.composeReceipts(
                logs: logs,
                me: 2,
                keys: keys.keys,
                node: self.members.cards[1].identity,
                seconds: 1
            )
        }
    }

    /// The entry with another tag: addressed to member 2, and never open.
    private static func broken(_ item: LogItem) -> LogItem {
        guard case .full(let entry) = item, entry.header.kind.isEncrypted else { return item }
        var payload = entry.payload
        payload[payload.count - 1] ^= 1
        var header = entry.header
        header.payloadHash = Digest(hashing: payload)
        return .full(Entry(header: header, payload: payload, boxes: []))
    }

    @Test(arguments: [4_096, 4_097])
    func `a log of which more does not open than a receipt lists is passed over`(
        unopened: Int
    ) throws {
        let (folder, giver) = try NodeStoreTests.makeStore()
        let made = try NodeStoreTests.makeStore()
        var reader: NodeStore? = made.store
        try self.write(unopened, in: giver)
        let size = UInt64(unopened) + 3
        try self.give(size, from: giver, to: try #require(reader)) { _, item in Self.broken(item) }
        // The same after a restart.
        reader = nil
        let store = try NodeStoreTests.open(made.folder)
        let composed = try #require(try self.compose([self.author], in: store))
        #expect(composed.states[self.author]?.unreceipted == 0)
        if unopened == LogReceipt.unopenedMax {
            let item = try #require(composed.receipts.first?.logs.first)
            #expect(item.unopened == (3..<size).map { $0 } && item.heldCount == size - 2)
            #expect(composed.passedOver.isEmpty)
        } else {
            #expect(composed.receipts.isEmpty && composed.passedOver == [self.author])
        }
        // Nothing is owed any more, so no round waits for it.
        #expect(try self.compose([self.author], in: store) == nil)
        _ = folder
    }

    @Test func `entries that no list addresses to this node cost a receipt nothing`() throws {
        let (folder, giver) = try NodeStoreTests.makeStore()
        let made = try NodeStoreTests.makeStore()
        var reader: NodeStore? = made.store
        try self.write(5_000, in: giver)
        // All but the grant, which nobody gives.
        try self.give(5_003, from: giver, to: try #require(reader)) { index, item in
            index == 2 ? .leaf(item.leafHash) : item
        }
        reader = nil
        let store = try NodeStoreTests.open(made.folder)
        let item = try #require(
            try self.compose([self.author], in: store)?.receipts.first?.logs.first
        )
        #expect(item.heldCount == 0 && item.unopened.isEmpty)
        _ = folder
    }

    /// A receipt of member 2 that quotes the author's log at a size, cosigned at a time.
    private func receipt(
        of size: UInt64,
        cosignedAt seconds: UInt64,
        with key: borrowing SigningKey,
        in store: NodeStore
    ) throws -> ReadableEntry {
        let root = try store.read(table: 1) { (snapshot) throws(SlotError) in
            try snapshot.subtreeRoot(of: self.author, size: size)
        }
        let (author, writer) = (self.members.keys[0], self.members.keys[1])
        let checkpoint = Checkpoint(
            origin: self.author.origin(table: self.members.file.table),
            size: size,
            root: root,
            signedWith: author.keys.log
        ).cosigned(
            with: key,
            as: .witness(
                writer.keys.witness.verifyingKey,
                of: self.members.cards[1].identity
            ),
            seconds: seconds
        )
        let item = LogReceipt(
            log: self.author,
            checkpoint: checkpoint,
            heldCount: 0,
            heldHash: .zero,
            unopened: []
        )
        let quoted = try #require(item)
        let payload = try #require(Receipt([quoted])).payload
        var header = try store.read(table: 1) { (snapshot) throws(SlotError) in
            try snapshot.item(at: 2, of: self.author).header
        }
        header?.kind = .receipt
        return ReadableEntry(
            PlainEntry(
                log: LogID(member: 2, generation: 0),
                header: try #require(header),
                audience: nil,
                plaintext: payload
            )
        )
    }

    @Test func `of each witness the first genuine line is kept of a size`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        try self.write(10, in: store)
        let table = ProjectedTable(file: self.members.file, me: 1)
        let (own, peer) = (self.members.keys[0], self.members.keys[1])
        // By a key that is not the witness's: not kept, and in nobody's way.
        let wrong = try self.receipt(of: 8, cosignedAt: 5, with: own.keys.witness, in: store)
        let first = try self.receipt(of: 8, cosignedAt: 7, with: peer.keys.witness, in: store)
        let second = try self.receipt(of: 8, cosignedAt: 9, with: peer.keys.witness, in: store)
        let other = try self.receipt(of: 9, cosignedAt: 11, with: peer.keys.witness, in: store)
        for receipt in [wrong, first, second, other] {
            try store.write(table: 1) { (transaction) throws(SlotError) in
                try transaction.apply(receipt, at: table)
            }
        }
        for (size, seconds) in [(UInt64(8), UInt64(7)), (9, 11)] {
            let kept = try store.read(table: 1) { (snapshot) throws(SlotError) in
                try snapshot.checkpoint(size: size, of: self.author)
            }
            let lines = try #require(kept).note.signatures
            #expect(lines.count == 2 && lines.last?.cosignedSeconds == seconds)
        }
        _ = folder
    }

    @Test func `the cost of checking a receipt does not grow with the log`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        try self.write(20_000, in: store)
        let keys = self.members.keys[0]
        let log = self.author
        let clock = ContinuousClock()
        for kind in ["newest size", "entry 5 unopened", "older sizes"] {
            var given = GivenEntries()
            let (first, rest) = try store.read(table: 1) { (snapshot) throws(SlotError) in
                let size = try snapshot.state(of: log).size
                var items: [LogReceipt] = []
                for older in [UInt64(0), 100] {
                    let quoted = size - older
                    let checkpoint = Checkpoint(
                        origin: log.origin(table: self.members.file.table),
                        size: quoted,
                        root: try snapshot.subtreeRoot(of: log, size: quoted),
                        signedWith: keys.keys.log
                    )
                    let item = LogReceipt(
                        log: log,
                        checkpoint: checkpoint,
                        heldCount: 1,
                        heldHash: .zero,
                        unopened: kind == "entry 5 unopened" ? [5] : []
                    )
                    if let item { items.append(item) }
                }
                var verdicts: Set<ReceiptVerdict> = []
                let start = clock.now
                verdicts.insert(try snapshot.verdict(on: items[0], by: 2, given: &given))
                let middle = clock.now
                for round in 1..<4_000 {
                    let item = items[kind == "older sizes" ? round % 2 : 0]
                    verdicts.insert(try snapshot.verdict(on: item, by: 2, given: &given))
                }
                precondition(!verdicts.contains(.confirmed(unopened: 0)), "nothing here is right")
                return (middle - start, clock.now - middle)
            }
            print("4,000 receipts, \(kind): \(first) for the first, \(rest) for the others")
            // Each would cost what the first does, if it counted the log again.
            #expect(rest < first * 400)
        }
        _ = folder
    }
}
