import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// `Protocol/sync.md` §3: of newer cards of one member at one table one a minute is taken over.
@Suite struct CardRateTests {
    private let world = TestTable(count: 3)

    private func card(of member: MemberNumber, version: UInt32) throws -> Card {
        let keys = self.world.keys(member)
        return try Card(
            Card.Contents(
                version: version,
                handle: "node-\(member)",
                name: "Node \(member)",
                oin: "0000000000000000000\(member)",
                memberClass: .odToezicht,
                endpoints: []
            ),
            keys: keys.keys,
            tlsKeyHash: .zero
        )
    }

    private func file(_ cards: [Card]) -> PeerMessage {
        var file = self.world.file
        for card in cards { file.update(card) }
        return .tableFile(file)
    }

    private func stored(_ effects: [SyncEngine.Effect]) -> [TableFile] {
        effects.compactMap { if case .storeTable(let file) = $0 { file } else { nil } }
    }

    @Test func `3,000 cards of one member in a session cost two writes, and the newest stays`()
        throws
    {
        var session = TestSession(self.world, 1, with: 2)
        _ = session.engine.handle(.tick(milliseconds: 1_000, random: 1))
        var writes = 0
        var sent = 0
        for version in UInt32(2)...3_001 {
            let effects = session.receive(
                self.file([try self.card(of: 3, version: version)])
            )
            writes += self.stored(effects).count
            sent += effects.messages.count { if case .tableFile = $0 { true } else { false } }
        }
        #expect(writes == 1 && sent == 0)
        #expect(session.engine.tables[self.world.table]?.file.cards[3]?.version == 2)
        // The digest of the session comes before it.
        #expect(session.engine.nextTick == 30_000)
        #expect(self.stored(session.engine.handle(.tick(milliseconds: 60_999, random: 1))).isEmpty)
        let taken = session.engine.handle(.tick(milliseconds: 61_000, random: 1))
        #expect(self.stored(taken).map { $0.cards[3]?.version } == [3_001])
        #expect(taken.messages.contains { if case .tableFile = $0 { true } else { false } })
        #expect(self.stored(session.engine.handle(.tick(milliseconds: 200_000, random: 1))).isEmpty)
    }

    @Test func `one member's cards do not hold up another's, nor a charter's signatures`() throws {
        var session = TestSession(self.world, 1, with: 2)
        _ = session.receive(self.file([try self.card(of: 3, version: 2)]))
        let effects = session.receive(
            self.file([
                try self.card(of: 3, version: 3), try self.card(of: 2, version: 2),
            ])
        )
        let file = try #require(self.stored(effects).first)
        #expect(file.cards[3]?.version == 2)
        #expect(file.cards[2]?.version == 2)
    }

    @Test func `a hello's card counts with those of files`() throws {
        var engine = self.world.engine(1)
        for (number, version) in [(UInt64(1), UInt32(2)), (2, 3)] {
            _ = engine.handle(
                .connected(
                    SessionID(number),
                    peer: self.world.card(3).identity,
                    isInitiator: false
                )
            )
            _ = engine.handle(
                .received(
                    .hello(
                        Hello(
                            version: 1,
                            card: try self.card(of: 3, version: version),
                            tables: [self.world.table: .zero]
                        )
                    ),
                    SessionID(number)
                )
            )
        }
        #expect(engine.tables[self.world.table]?.file.cards[3]?.version == 2)
        _ = engine.handle(.tick(milliseconds: 60_000, random: 1))
        #expect(engine.tables[self.world.table]?.file.cards[3]?.version == 3)
    }

    @Test func `an own new card goes to every session at once`() throws {
        var session = TestSession(self.world, 1, with: 2)
        let card = try self.card(of: 1, version: 2)
        let effects = session.engine.handle(.cardChanged(card))
        #expect(self.stored(effects).map { $0.cards[1] } == [card])
        let sent = effects.messages.compactMap {
            if case .tableFile(let file) = $0 { file.cards[1] } else { nil }
        }
        #expect(sent == [card])
        let hello = session.engine.handle(
            .connected(SessionID(2), peer: self.world.card(3).identity, isInitiator: false)
        )
        guard case .hello(let said)? = hello.messages.first else {
            Issue.record("the server speaks first")
            return
        }
        #expect(said.card == card)
    }

    @Test func `a new card is in the own log before the next entry, once`() throws {
        var store = self.world.store(1)
        let keys = self.world.keys(1)
        let log = self.world.log(1)
        for (version, count) in [(UInt32(1), 3), (1, 1), (2, 2), (2, 1), (4, 2)] {
            let before = store.state(of: log).size
            let card = try self.card(of: 1, version: version)
            let context = WritingContext(
                file: self.world.file,
                log: log,
                card: card,
                clock: self.world.context(1, milliseconds: TestTable.start).clock,
                random: { [random = self.world.random] in random.next($0) }
            )
            _ = try store.write(
                [self.world.draft(nil, byteCount: 1)],
                context: context,
                keys: keys.keys
            ).get()
            let size = store.state(of: log).size
            #expect(size - before == UInt64(count), "version \(version)")
            guard count > 1, case .full(let entry) = store.item(at: before, of: log) else {
                continue
            }
            #expect(entry.header.kind == .card && entry.payload == card.note.encoded)
        }
    }
}
