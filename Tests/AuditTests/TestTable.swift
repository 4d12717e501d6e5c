import Cryptography
import SyncLog
import Vocabulary

/// A node with fresh keys and its card.
final class TestNode: Sendable {
    let number: MemberNumber
    let keys: NodeKeys
    let card: Card

    init(number: MemberNumber, handle: String, memberClass: MemberClass) throws {
        self.number = number
        self.keys = .generate(tls: .random())
        self.card = try Card(
            Card.Contents(
                version: 1,
                handle: handle,
                name: "Organisatie \(handle)",
                oin: "00000001234567890000",
                memberClass: memberClass,
                endpoints: []
            ),
            keys: self.keys,
            tlsKeyHash: Digest(hashing: Array(handle.utf8))
        )
    }

    var member: Member {
        Member(
            number: self.number,
            role: .partner,
            memberClass: self.card.memberClass,
            handle: self.card.handle,
            identity: self.card.identity
        )
    }

    var witnessKey: NoteKey { .witness(self.card.witnessKey, of: self.card.identity) }
}

/// A table of three members with a signed charter.
struct TestTable {
    static let giving = "AVG-5.1B"
    static let backwards = "WPG-18"

    let author: TestNode
    let police: TestNode
    let prosecutor: TestNode
    let charter: SignedCharter

    var nodes: [TestNode] { [self.author, self.police, self.prosecutor] }
    var id: TableID { self.charter.textHash }

    init() throws {
        self.author = try TestNode(number: 1, handle: "od-noord", memberClass: .odToezicht)
        self.police = try TestNode(number: 2, handle: "politie", memberClass: .politie)
        self.prosecutor = try TestNode(number: 3, handle: "om", memberClass: .om)
        let grounds = [
            Ground(
                code: Self.giving,
                from: .some([.odToezicht]),
                to: .some([.politie, .om]),
                categories: [.environmental, .business],
                retentionDays: nil,
                text: "Artikel 5 <AVG> & Wm"
            ),
            Ground(
                code: Self.backwards,
                from: .some([.politie]),
                to: .some([.odToezicht]),
                categories: [.business, .police],
                retentionDays: 365,
                text: "Artikel 18 Wpg"
            ),
        ].compactMap { $0 }
        let nodes = [self.author, self.police, self.prosecutor]
        var charter = try SignedCharter(
            Charter(
                version: 1,
                previous: nil,
                name: "Afval",
                theme: "afval",
                purpose: "Aanpak van illegale afvalstromen",
                from: "2026-01-01",
                until: "2028-12-31",
                evaluation: "2028-12-31",
                quorum: 2,
                witnessQuorum: 1,
                members: nodes.map(\.member),
                grounds: grounds
            )
        )
        for node in nodes { charter.sign(with: node.keys.identity, members: nodes.map(\.member)) }
        self.charter = charter
    }
}
