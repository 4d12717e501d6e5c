import Cryptography
import SyncLog
import Testing
import Vocabulary

/// Lists of recipients (`Protocol/keys.md` §4).
struct AudienceVectorTests {
    struct AudienceCase: VectorCase {
        let name: String
        let author: MemberNumber
        let recipients: [VectorRecipient]
        let bytes: Hex?
        let hash: Hex?

        /// A charter under which everybody may give everything to everybody, on the grounds named.
        func charter() throws -> Charter {
            let numbers = self.recipients.compactMap { MemberNumber(exactly: $0.member) }
            let members = Set(numbers + [self.author]).filter { $0 > 0 }.sorted()
            let codes = Set(self.recipients.map(\.ground)).filter(Ground.isCode).sorted()
            return Charter(
                version: 1,
                previous: nil,
                name: "Afval",
                theme: "afval",
                purpose: "Aanpak van illegale afvalstromen",
                from: "2026-01-01",
                until: "2028-12-31",
                evaluation: "2028-12-31",
                quorum: members.count,
                witnessQuorum: 0,
                members: try members.map { number in
                    Member(
                        number: number,
                        role: .partner,
                        memberClass: .other,
                        handle: "member-\(number)",
                        identity: try #require(
                            NodeID(Digest(hashing: Array("\(number)".utf8)).bytes)
                        )
                    )
                },
                grounds: try codes.map { code in
                    try #require(
                        Ground(
                            code: code,
                            from: .all,
                            to: .all,
                            categories: [.business],
                            retentionDays: nil,
                            text: "Artikel 5.8 Wabo"
                        )
                    )
                }
            )
        }
    }

    @Test(arguments: try VectorFile.cases("keys/accept/audiences.json") as [AudienceCase])
    func `lists have the bytes and hash of the vectors`(_ item: AudienceCase) throws {
        let audience = try #require(Audience(item.recipients))
        #expect(audience.bytes == item.bytes?.bytes)
        #expect(audience.hash == (try item.hash?.digest()))
        #expect(try item.charter().allows(audience, from: item.author, category: .business))
    }

    @Test(arguments: try VectorFile.cases("keys/reject/audiences.json") as [AudienceCase])
    func `other lists are refused`(_ item: AudienceCase) throws {
        guard let audience = Audience(item.recipients) else { return }
        // A list does not know its author: it is judged against the charter.
        #expect(try !item.charter().allows(audience, from: item.author, category: .business))
    }
}
