import Cryptography
import SyncLog
import Testing

/// Cards (`Protocol/keys.md` §2).
struct CardVectorTests {
    struct CardCase: VectorCase {
        struct Fields: Decodable, Sendable {
            let version: UInt32
            let handle: String
            let name: String
            let oin: String
            let `class`: String
            let identity: Hex
            let log: Hex
            let witness: Hex
            let sealing: Hex
            let tls: Hex
            let endpoints: [String]
        }

        let name: String
        let card: Hex
        let fields: Fields
    }

    struct RefusedCard: VectorCase {
        let name: String
        let card: Hex
    }

    @Test(arguments: try VectorFile.cases("keys/accept/cards.json") as [CardCase])
    func `cards are read and written again`(_ item: CardCase) throws {
        let card = try Card(parsing: item.card.bytes)
        let fields = item.fields
        #expect(card.note.encoded == item.card.bytes)
        #expect(card.version == fields.version)
        #expect(card.handle.hasSameBytes(as: fields.handle))
        #expect(card.name.hasSameBytes(as: fields.name))
        #expect(card.oin.hasSameBytes(as: fields.oin))
        #expect(card.memberClass.rawValue == fields.class)
        #expect(card.identity.bytes == fields.identity.bytes)
        #expect(card.logKey.bytes == fields.log.bytes)
        #expect(card.witnessKey.bytes == fields.witness.bytes)
        #expect(card.sealingKey.bytes == fields.sealing.bytes)
        #expect(card.tlsKeyHash.bytes == fields.tls.bytes)
        #expect(card.endpoints.map(\.text) == fields.endpoints)
    }

    @Test(arguments: try VectorFile.cases("keys/reject/cards.json") as [RefusedCard])
    func `other cards are refused`(_ item: RefusedCard) {
        #expect(throws: CardError.self) { try Card(parsing: item.card.bytes) }
    }
}
