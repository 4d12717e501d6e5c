import Cryptography
import SyncLog
import Testing

struct CardTests {
    private let fixture = Fixture()

    @Test func `a card is written and read back`() throws {
        let endpoints = try ["127.0.0.1:7401", "[::1]:7401", "tafel.example.nl:65535"].map {
            try #require(Endpoint($0))
        }
        let card = try self.fixture.card(
            self.fixture.contents(version: 4_294_967_295, endpoints: endpoints)
        )
        let read = try Card(parsing: card.note.encoded)
        #expect(read == card)
        #expect(read.identity == self.fixture.identity)
        #expect(read.logKey == self.fixture.keys.log.verifyingKey)
        #expect(read.witnessKey == self.fixture.keys.witness.verifyingKey)
        #expect(
            read.endpoints.map(\.text) == [
                "127.0.0.1:7401", "[::1]:7401", "tafel.example.nl:65535",
            ]
        )
    }

    @Test(arguments: [
        ("version 1\n", "version 0\n", "version"), ("version 1\n", "version 01\n", "version"),
        ("version 1\n", "version 4294967296\n", "version"),
        ("handle od-noord", "handle od_noord", "handle"), ("handle od-noord", "handle o", "handle"),
        ("handle od-noord", "handle -noord", "handle"),
        ("handle od-noord", "handle noord-", "handle"),
        ("handle od-noord", "handle Noord", "handle"), ("name Omgev", "name  Omgev", "name"),
        ("oin 00000001234567890000", "oin 0000000123456789000", "oin"),
        ("oin 00000001234567890000", "oin 0000000123456789000x", "oin"),
        ("class od-toezicht", "class od-overzicht", "class"),
        ("class od-toezicht", "klasse od-toezicht", "class"), ("log ", "log A", "log"),
        ("witness ", "witness  ", "witness"), ("sealing ", "sealing A", "sealing"),
        ("tls ", "tls A", "tls"), ("endpoint 127.0.0.1:7401", "endpoint 127.0.0.1", "endpoint"),
        ("endpoint 127.0.0.1:7401", "endpoint 127.0.0.1:0", "endpoint"),
        ("endpoint 127.0.0.1:7401", "endpoint 127.0.0.1:07401", "endpoint"),
        ("endpoint 127.0.0.1:7401", "endpoint [7401", "endpoint"),
        ("endpoint 127.0.0.1:7401", "endpoint ::1:7401", "endpoint"),
        ("endpoint 127.0.0.1:7401", "remark x", "endpoint"),
    ])
    func `a line outside its range is refused`(_ old: String, _ new: String, _ field: String) throws
    {
        let endpoint = try #require(Endpoint("127.0.0.1:7401"))
        let card = try self.fixture.card(self.fixture.contents(endpoints: [endpoint]))
        let changed = self.fixture.signed(try card.note.text.with("\n" + old, "\n" + new))
        #expect(throws: CardError.field(field)) { try Card(parsing: changed) }
    }

    @Test func `more endpoints than eight are refused`() throws {
        let endpoints = (1...9).compactMap { Endpoint("10.0.0.\($0):1") }
        #expect(throws: Never.self) {
            try self.fixture.card(self.fixture.contents(endpoints: Array(endpoints.dropLast())))
        }
        #expect(throws: CardError.field("endpoint")) {
            try self.fixture.card(self.fixture.contents(endpoints: endpoints))
        }
    }

    @Test func `a card that is not signed by its own identity alone is refused`() throws {
        let card = try self.fixture.card(self.fixture.contents())
        #expect(throws: CardError.notSigned) { try Card(parsing: Fixture().signed(card.note.text)) }
        var twice = card.note
        let stranger = Fixture()
        twice.sign(with: stranger.keys.identity, name: NoteKey.identity(stranger.identity).name)
        #expect(throws: CardError.notSigned) { try Card(parsing: twice.encoded) }
        #expect(throws: CardError.malformed) { try Card(parsing: Array("tafel/v1/card\n".utf8)) }
        let wrong = self.fixture.signed(try card.note.text.with("tafel/v1/card", "tafel/v2/card"))
        #expect(throws: CardError.malformed) { try Card(parsing: wrong) }
    }
}
