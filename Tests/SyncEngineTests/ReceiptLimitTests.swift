import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Limits of receipts and of comparing them (`Protocol/sync-log.md` §7), met exactly and passed by one.
@Suite final class ReceiptLimitTests {
    private let key = SigningKey(seed: .random())

    private func item(_ member: Int, unopened: Int, heldCount: UInt64) throws -> LogReceipt {
        let log = LogID(member: MemberNumber(member), generation: 0)
        let checkpoint = Checkpoint(
            origin: log.origin(table: Digest(hashing: [1])),
            size: 1 << 20,
            root: .zero,
            signedWith: self.key
        )
        return try #require(
            LogReceipt(
                log: log,
                checkpoint: checkpoint,
                heldCount: heldCount,
                heldHash: Digest(hashing: [2]),
                unopened: (0..<UInt64(unopened)).map { $0 }
            )
        )
    }

    /// Items whose receipt would have a payload of exactly so many bytes.
    private func items(byteCount: Int) throws -> [LogReceipt] {
        var items: [LogReceipt] = []
        var left = byteCount
        // As long as they are, then shorter and shorter until nothing is left.
        for unopened in [4_096, 2_000, 500, 100] {
            while true {
                let item = try self.item(items.count + 1, unopened: unopened, heldCount: 1)
                let count = try #require(Receipt([item])).payload.count
                guard left - count > 450 else { break }
                items.append(item)
                left -= count
            }
        }
        for unopened in 0...4_096 {
            for heldCount: UInt64 in [0, 1, 128] {
                let item = try self.item(items.count + 1, unopened: unopened, heldCount: heldCount)
                if try #require(Receipt([item])).payload.count == left { return items + [item] }
            }
        }
        Issue.record("no items of \(byteCount) bytes")
        return items
    }

    @Test func `a receipt has at most 524,288 bytes, and what is more comes in the next`() throws {
        let most = try self.items(byteCount: 524_288)
        let receipts = Receipt.dividing(most)
        #expect(receipts.map(\.logs.count) == [most.count])
        let payload = try #require(receipts.first).payload
        #expect(payload.count == 524_288)
        #expect(try Receipt(payload: payload).logs == most)

        let more = try self.items(byteCount: 524_289)
        let parts = Receipt.dividing(more)
        #expect(parts.count == 2 && parts.flatMap(\.logs) == more)
        #expect(parts.allSatisfy { $0.payload.count <= 524_288 })
        let whole = try #require(Receipt(more)).payload
        #expect(throws: WireError.field("logs")) { try Receipt(payload: whole) }
        #expect(Receipt.dividing([]).isEmpty)
    }

    @Test func `64 receipts of a member are compared in a minute, and others do not wait for it`() {
        var queue = ReceiptQueue()
        let (flood, other) = (LogID(member: 2, generation: 0), LogID(member: 3, generation: 0))
        for index in 0..<UInt64(65) { queue.add(index: index, of: flood) }
        queue.add(index: 7, of: other)
        let start = UInt64(60_000 * 1_000)
        let first = queue.due(milliseconds: start)
        #expect(first.filter { $0.log == flood }.map(\.index) == (0..<64).map { $0 })
        #expect(first.filter { $0.log == other }.map(\.index) == [7])
        #expect(queue.due(milliseconds: start + 59_999).isEmpty)
        #expect(queue.due(milliseconds: start + 60_000).map(\.index) == [64])
        // A clock that was put back ends nothing.
        queue.add(index: 65, of: flood)
        #expect(queue.due(milliseconds: 0).map(\.index) == [65])
    }

    @Test func `of more than 4,096 receipts of a member the newest wait`() {
        let log = LogID(member: 2, generation: 0)
        for (count, first) in [(4_096, UInt64(0)), (4_097, 1), (20_000, 15_904)] {
            var queue = ReceiptQueue()
            for index in 0..<UInt64(count) { queue.add(index: index, of: log) }
            var found: [UInt64] = []
            for minute in 0..<UInt64(100) {
                found += queue.due(milliseconds: minute * 60_000).map(\.index)
            }
            #expect(found == (first..<UInt64(count)).map { $0 })
            #expect(queue.waitingCount(of: 2) == 0)
        }
    }

    @Test func `a receipt is judged by what was given, and never by what its writer claims`() throws
    {
        var world = try TestTable.withAddressedEntries()
        let log = world.log(1)
        try world.give(1, to: 2)
        let keys = world.keys(2)
        let composed = world.stores[1].composeReceipts(
            logs: [log],
            me: 2,
            keys: keys.keys,
            node: world.card(2).identity,
            seconds: 1
        )
        let good = try #require(composed?.receipts.first?.logs.first)
        func changed(size: UInt64, unopened: [UInt64] = []) throws -> LogReceipt {
            let author = world.keys(1)
            let root =
                size <= 7 ? world.store(1).subtreeRoot(of: log, size: size) : Digest(hashing: [9])
            return try #require(
                LogReceipt(
                    log: log,
                    checkpoint: Checkpoint(
                        origin: log.origin(table: world.table),
                        size: size,
                        root: root,
                        signedWith: author.keys.log
                    ),
                    heldCount: good.heldCount,
                    heldHash: good.heldHash,
                    unopened: unopened
                )
            )
        }
        let store = world.store(1)
        var given = GivenEntries()
        // Log of member 1: card, charter, grant to 2, entry to 2, grant to 3, entry to 3, entry to 2.
        for (item, verdict) in [
            (good, ReceiptVerdict.confirmed(unopened: 0)),
            (try changed(size: 7, unopened: [2, 6]), .confirmed(unopened: 2)),
            (try changed(size: 7, unopened: [2, 5, 6]), .notGiven(index: 5)),
            (try changed(size: 7, unopened: [0]), .notGiven(index: 0)),
            // More than the author has, with an index that it does not have.
            (try changed(size: 9, unopened: [8]), .otherTree),
            (try changed(size: 6), .smallerSize),
            (try changed(size: 7, unopened: [6]), .confirmed(unopened: 1)),
        ] {
            #expect(store.verdict(on: item, by: 2, given: &given) == verdict)
        }
    }
}
