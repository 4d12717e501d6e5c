import Cryptography
package import SyncLog
import Vocabulary

/// Members that may share everything, with keys that follow from a seed.
package struct SimulatedTable: Sendable {
    /// The keys of each member, by place.
    package let keys: [SharedKeys]
    /// The cards.
    package let cards: [Card]
    /// The charter that all signed, with the cards.
    package let file: TableFile

    /// Makes a table of `count` members, numbered from 1.
    package init(seed: UInt64, count: Int) {
        var generator = SeededGenerator(seed: seed)
        do {
            var keys: [SharedKeys] = []
            var cards: [Card] = []
            for place in 1...count {
                let (node, card) = try Self.member(place, &generator)
                keys.append(node)
                cards.append(card)
            }
            self.file = try Self.file(keys: keys, cards: cards)
            self.keys = keys
            self.cards = cards
        } catch {
            preconditionFailure("the simulated table is within the limits: \(error)")
        }
    }

    private static func member(
        _ place: Int,
        _ generator: inout SeededGenerator
    ) throws -> (SharedKeys, Card) {
        guard let secret = SecretKey(generator.bytes(count: SecretKey.byteCount)) else {
            preconditionFailure("a seed has 32 bytes")
        }
        let node = SharedKeys(NodeKeys.derived(from: secret))
        let contents = Card.Contents(
            version: 1,
            handle: "node-\(place)",
            name: "Node \(place)",
            oin: "0000000000000000000\(place)",
            memberClass: .odToezicht,
            endpoints: [Endpoint("node-\(place).example:7400")].compactMap(\.self)
        )
        let card = try Card(contents, keys: node.keys, tlsKeyHash: Digest(hashing: [UInt8(place)]))
        return (node, card)
    }

    private static func member(of card: Card, place: Int) -> Member {
        Member(
            number: MemberNumber(place + 1),
            role: .partner,
            memberClass: card.memberClass,
            handle: card.handle,
            identity: card.identity
        )
    }

    private static func file(keys: [SharedKeys], cards: [Card]) throws -> TableFile {
        let members = cards.enumerated().map { place, card in Self.member(of: card, place: place) }
        guard
            let ground = Ground(
                code: "ALL",
                from: .all,
                to: .all,
                categories: Category.allCases,
                retentionDays: nil,
                text: "Everybody to everybody"
            )
        else { preconditionFailure("the ground is well-formed") }
        let charter = Charter(
            version: 1,
            previous: nil,
            name: "Simulated",
            theme: "simulated",
            purpose: "To be repeated",
            from: "2026-01-01",
            until: "2028-12-31",
            evaluation: "2028-12-31",
            quorum: members.count,
            witnessQuorum: 1,
            members: members,
            grounds: [ground]
        )
        var signed = try SignedCharter(charter)
        for node in keys { signed.sign(with: node.keys.identity, members: members) }
        return try TableFile(signed, cards: cards)
    }

    /// Another member, which no charter names yet.
    static func newcomer(number: MemberNumber, seed: UInt64) -> (keys: SharedKeys, card: Card) {
        var generator = SeededGenerator(seed: seed)
        do {
            let (keys, card) = try Self.member(Int(number), &generator)
            return (keys, card)
        } catch {
            preconditionFailure("the simulated member is within the limits: \(error)")
        }
    }

    /// A table file with a next version of the charter that admits a member, signed by all before.
    static func admitting(_ card: Card, into file: TableFile, signedBy keys: [SharedKeys])
        -> TableFile
    {
        do {
            var charter = file.newest
            charter.version += 1
            charter.previous = file.charters[file.charters.count - 1].textHash
            charter.members.append(Self.member(of: card, place: charter.members.count))
            var admitted = file
            try admitted.propose(try SignedCharter(charter))
            for node in keys { try admitted.sign(with: node.keys.identity) }
            admitted.update(card)
            return admitted
        } catch {
            preconditionFailure("the next charter is within the limits: \(error)")
        }
    }
}
