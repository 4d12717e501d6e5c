import Cryptography
import SyncLog
import Testing

/// Limits of `Protocol/limits.md` that no other test meets, exactly and passed by one.
struct LimitTests {
    private static func audience(_ count: Int) -> Audience? {
        Audience((0..<count).map { Recipient(member: MemberNumber($0 + 2), ground: "WABO-5.8") })
    }

    @Test func `an audience has at most 64 recipients`() {
        #expect(Self.audience(64)?.recipients.count == 64)
        #expect(Self.audience(65) == nil)
    }

    @Test func `a grant of history has at most 1,024 entries`() throws {
        let audience = try #require(Self.audience(1))
        let boxes = [Digest(hashing: [1]), Digest(hashing: [2])]
        let indices = (0..<UInt64(1_025)).map { $0 }
        let most = KeyGrant(audience: audience, boxHashes: boxes, history: indices.dropLast())
        #expect(most?.history.count == 1_024)
        #expect(KeyGrant(audience: audience, boxHashes: boxes, history: indices) == nil)
    }

    private func item(_ log: LogID, size: UInt64, unopened: Int) throws -> LogReceipt? {
        let checkpoint = Checkpoint(
            origin: log.origin(table: try #require(TableID([UInt8](repeating: 1, count: 32)))),
            size: size,
            root: Digest(hashing: []),
            signedWith: NodeKeys.generate(tls: .random()).log
        )
        return LogReceipt(
            log: log,
            checkpoint: checkpoint,
            openCount: 0,
            openHash: OpenEntries().hash,
            unopened: (0..<UInt64(unopened)).map { $0 }
        )
    }

    @Test func `a receipt lists at most 65,536 unopened entries of a log`() throws {
        let log = LogID(member: 2, generation: 0)
        #expect(try self.item(log, size: 70_000, unopened: 65_536)?.unopened.count == 65_536)
        #expect(try self.item(log, size: 70_000, unopened: 65_537) == nil)
    }

    @Test func `a receipt speaks of at most 1,024 logs`() throws {
        let one = try #require(try self.item(LogID(member: 1, generation: 0), size: 1, unopened: 0))
        let items = (1...1_025).compactMap { number in
            LogReceipt(
                log: LogID(member: MemberNumber(number), generation: 0),
                checkpoint: one.checkpoint,
                openCount: 0,
                openHash: one.openHash,
                unopened: []
            )
        }
        #expect(Receipt(Array(items.dropLast()))?.logs.count == 1_024)
        #expect(Receipt(items) == nil)
    }

    @Test func `a card's name has at most 200 bytes`() throws {
        let fixture = Fixture()
        let name = String(repeating: "é", count: 100)
        #expect(try fixture.card(fixture.contents(name: name)).name == name)
        #expect(throws: CardError.field("name")) {
            try fixture.card(fixture.contents(name: name + "x"))
        }
    }
}
