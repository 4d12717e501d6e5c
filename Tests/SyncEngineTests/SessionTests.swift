import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// `Protocol/sync.md` §3 points 1 and 2, event by event.
@Suite struct SessionTests {
    let world = TestTable(count: 3)

    private func hello(of member: MemberNumber, version: UInt32, hash: Digest) -> PeerMessage {
        .hello(
            Hello(
                version: version,
                card: self.world.card(member),
                tables: [self.world.table: hash]
            )
        )
    }

    @Test func `the server speaks first and the client says nothing before it`() {
        var server = self.world.engine(1)
        var client = self.world.engine(2)
        let first = server.handle(
            .connected(SessionID(1), peer: self.world.card(2).identity, isInitiator: false)
        )
        let silent = client.handle(
            .connected(SessionID(1), peer: self.world.card(1).identity, isInitiator: true)
        )
        #expect(first.messages.count == 1)
        #expect(silent.isEmpty)
        let early = client.digestDue(SessionID(1))
        #expect(early.isEmpty)
        let answer = client.handle(.received(first.messages[0], SessionID(1)))
        guard case .hello(let hello) = answer.messages.first else {
            Issue.record("the client answers with its hello")
            return
        }
        #expect(hello.card == self.world.card(2))
        #expect(hello.tables == [self.world.table: self.world.file.fileHash])
    }

    @Test func `a hello with another card than the certificate's closes`() {
        var engine = self.world.engine(1)
        _ = engine.handle(
            .connected(SessionID(1), peer: self.world.card(2).identity, isInitiator: false)
        )
        let effects = engine.handle(
            .received(
                self.hello(of: 3, version: 1, hash: self.world.file.fileHash),
                SessionID(1)
            )
        )
        #expect(effects.closing == .verification)
        #expect(effects.messages.isEmpty)
    }

    @Test func `another protocol version closes`() {
        var engine = self.world.engine(1)
        _ = engine.handle(
            .connected(SessionID(1), peer: self.world.card(2).identity, isInitiator: false)
        )
        let effects = engine.handle(
            .received(
                self.hello(of: 2, version: 2, hash: self.world.file.fileHash),
                SessionID(1)
            )
        )
        #expect(effects.closing == .version)
    }

    @Test func `anything before a hello closes`() {
        var engine = self.world.engine(1)
        _ = engine.handle(
            .connected(SessionID(1), peer: self.world.card(2).identity, isInitiator: false)
        )
        let ack = PeerMessage.ack(
            Ack(table: self.world.table, log: self.world.log(1), size: 1)
        )
        #expect(engine.handle(.received(ack, SessionID(1))).closing == .malformed)
    }

    @Test func `a second hello changes nothing`() {
        var session = TestSession(self.world, 1, with: 2)
        #expect(session.receive(self.hello(of: 2, version: 1, hash: .zero)).isEmpty)
    }

    @Test func `equal files are not sent and other files are`() {
        var session = SyncEngine(
            card: self.world.card(1),
            tables: [self.world.table: self.world.state(1)]
        )
        _ = session.handle(
            .connected(SessionID(1), peer: self.world.card(2).identity, isInitiator: true)
        )
        let same = session.handle(
            .received(
                self.hello(of: 2, version: 1, hash: self.world.file.fileHash),
                SessionID(1)
            )
        )
        #expect(!same.messages.contains { if case .tableFile = $0 { true } else { false } })
        _ = session.handle(
            .connected(SessionID(2), peer: self.world.card(3).identity, isInitiator: true)
        )
        let other = session.handle(
            .received(self.hello(of: 3, version: 1, hash: .zero), SessionID(2))
        )
        #expect(other.messages.contains { if case .tableFile = $0 { true } else { false } })
    }

    /// A card of member 3, signed, with a text of its own.
    private func card(version: UInt32, name: String) throws -> Card {
        let keys = self.world.keys(3)
        return try Card(
            Card.Contents(
                version: version,
                handle: "node-3",
                name: name,
                oin: "00000000000000000003",
                memberClass: .odToezicht,
                endpoints: []
            ),
            keys: keys.keys,
            tlsKeyHash: .zero
        )
    }

    @Test func `a table that came after the server's hello is shared over its session`() {
        var server = SyncEngine(card: self.world.card(1), tables: [:])
        var client = self.world.engine(2)
        let session = SessionID(1)
        _ = client.handle(
            .connected(session, peer: self.world.card(1).identity, isInitiator: true)
        )
        let first = server.handle(
            .connected(session, peer: self.world.card(2).identity, isInitiator: false)
        )
        let answer = client.handle(.received(first.messages[0], session))
        #expect(client.sharedTables(of: session)?.isEmpty == true)
        #expect(server.handle(.tableChanged(self.world.state(1))).messages.isEmpty)
        // Both files are equal, and still the client has to be told.
        let files = server.handle(.received(answer.messages[0], session)).messages
        #expect(files.contains(.tableFile(self.world.file)))
        for message in files { _ = client.handle(.received(message, session)) }
        #expect(client.sharedTables(of: session) == [self.world.table])
    }

    @Test func `a table that the peer never named is not shared, whoever is at it`() {
        var client = SyncEngine(card: self.world.card(2), tables: [:])
        let session = SessionID(1)
        _ = client.handle(
            .connected(session, peer: self.world.card(1).identity, isInitiator: true)
        )
        let hello = Hello(version: 1, card: self.world.card(1), tables: [:])
        _ = client.handle(.received(.hello(hello), session))
        _ = client.handle(.tableChanged(self.world.state(2)))
        #expect(client.sharedTables(of: session)?.isEmpty == true)
        // It accepts it while the session stands.
        _ = client.handle(.received(.tableFile(self.world.file), session))
        #expect(client.sharedTables(of: session) == [self.world.table])
        #expect(client.isInRound(self.world.table, over: session))
    }

    @Test func `a table that the peer named first is shared once it is accepted here`() {
        var client = SyncEngine(card: self.world.card(2), tables: [:])
        let session = SessionID(1)
        _ = client.handle(
            .connected(session, peer: self.world.card(1).identity, isInitiator: true)
        )
        let hello = Hello(version: 1, card: self.world.card(1), tables: [:])
        _ = client.handle(.received(.hello(hello), session))
        _ = client.handle(.received(.tableFile(self.world.file), session))
        #expect(client.sharedTables(of: session)?.isEmpty == true)
        _ = client.handle(.tableChanged(self.world.state(2)))
        #expect(client.sharedTables(of: session) == [self.world.table])
    }

    @Test func `a new card in a hello is stored and goes to the other sessions`() throws {
        var session = TestSession(self.world, 1, with: 2)
        _ = session.engine.handle(
            .connected(SessionID(2), peer: self.world.card(3).identity, isInitiator: true)
        )
        let card = try self.card(version: 2, name: "Node 3, moved")
        let effects = session.engine.handle(
            .received(
                .hello(Hello(version: 1, card: card, tables: [self.world.table: .zero])),
                SessionID(2)
            )
        )
        let stored = effects.contains {
            if case .storeTable(let file) = $0 { file.cards[3] == card } else { false }
        }
        #expect(stored)
        let toOthers = effects.contains {
            if case .send(.tableFile(let file), SessionID(1)) = $0 {
                file.cards[3] == card
            } else {
                false
            }
        }
        #expect(toOthers)
    }

    @Test func `two cards of one version are not sent to and fro`() throws {
        var ours = self.world.file
        ours.update(try self.card(version: 2, name: "One"))
        var theirs = self.world.file
        theirs.update(try self.card(version: 2, name: "Other"))
        var engine = SyncEngine(
            card: self.world.card(1),
            tables: [self.world.table: TableState(file: ours, me: 1, logs: [:], evidence: [:])]
        )
        _ = engine.handle(
            .connected(SessionID(1), peer: self.world.card(2).identity, isInitiator: true)
        )
        _ = engine.handle(
            .received(self.hello(of: 2, version: 1, hash: theirs.fileHash), SessionID(1))
        )
        #expect(engine.handle(.received(.tableFile(theirs), SessionID(1))).isEmpty)
        #expect(engine.tables[self.world.table]?.file.cards[3]?.name == "One")
    }

    @Test func `a file with less is answered with what it lacks`() throws {
        var less = self.world.file
        var session = TestSession(self.world, 1, with: 2)
        let card = try self.card(version: 2, name: "Newer")
        less = try TableFile(less.charters[0], cards: [self.world.card(1)])
        let answer = session.receive(.tableFile(less))
        #expect(answer.messages == [.tableFile(self.world.file)])
        var more = self.world.file
        more.update(card)
        let taken = session.receive(.tableFile(more))
        #expect(taken.contains { $0 == .storeTable(more) })
    }

    @Test func `a table that no operator accepted is not taken`() {
        var session = TestSession(self.world, 1, with: 2)
        let other = SimulatedTable(seed: 8, count: 3).file
        #expect(session.receive(.tableFile(other)).isEmpty)
        #expect(session.engine.tables[other.table] == nil)
    }

    @Test func `a draft that its quorum has not signed carries no entries`() throws {
        var draft = try SignedCharter(self.world.file.charters[0].charter)
        let keys = self.world.keys(1)
        draft.sign(with: keys.keys.identity, members: draft.charter.members)
        let file = try TableFile(draft, cards: self.world.members.cards)
        var engine = SyncEngine(
            card: self.world.card(1),
            tables: [self.world.table: TableState(file: file, me: 1, logs: [:], evidence: [:])]
        )
        _ = engine.handle(
            .connected(SessionID(1), peer: self.world.card(2).identity, isInitiator: true)
        )
        let effects = engine.handle(
            .received(self.hello(of: 2, version: 1, hash: file.fileHash), SessionID(1))
        )
        #expect(effects.digests.isEmpty)
        // The signatures that were missing make it count, and a round starts.
        let complete = engine.handle(.received(.tableFile(self.world.file), SessionID(1)))
        #expect(complete.digests.count == 1)
    }
}
