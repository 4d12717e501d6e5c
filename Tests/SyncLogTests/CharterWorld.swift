import Cryptography
import SyncLog
import Vocabulary

/// Three nodes, and a charter of which they are the members.
struct CharterWorld {
    let nodes = [Fixture(), Fixture(), Fixture()]

    var charter: Charter {
        let handles = ["od-noord", "politie", "om"]
        let classes: [MemberClass] = [.odToezicht, .politie, .om]
        let members = self.nodes.enumerated().map { offset, node in
            Member(
                number: MemberNumber(offset + 1),
                role: .partner,
                memberClass: classes[offset],
                handle: handles[offset],
                identity: node.identity
            )
        }
        let ground = Ground(
            code: "WABO-5.8",
            from: .some([.odToezicht]),
            to: .some([.politie, .om]),
            categories: [.public, .business],
            retentionDays: 365,
            text: "Artikel 5.8 Wabo"
        )
        return Charter(
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
            members: members,
            grounds: [ground].compactMap { $0 }
        )
    }

    /// A charter signed by nodes, whose place among the voters is theirs.
    func signed(_ charter: Charter, by signers: [Int], voters: [Member]? = nil) throws
        -> SignedCharter
    {
        var signed = try SignedCharter(charter)
        for signer in signers {
            signed.sign(
                with: self.nodes[signer].keys.identity,
                members: voters ?? charter.members
            )
        }
        return signed
    }
}
