import CaseModel
import SyncLog
import Testing
import Vocabulary

struct SharingRulesTests {
    private let charter: Charter

    init() throws { self.charter = try #require(try World().charters[1]) }

    private func audience(
        _ recipients: [MemberNumber],
        author: MemberNumber = 1,
        _ category: Vocabulary.Category = .business,
        preferred: [String]? = nil
    ) throws(SharingError) -> [Recipient] {
        try SharingRules.audience(
            for: recipients,
            author: author,
            category: category,
            preferred: preferred,
            charter: self.charter
        ).recipients
    }

    @Test func `each recipient gets the first ground of the charter that fits`() throws {
        #expect(
            try self.audience([3, 2]) == [
                Recipient(member: 2, ground: "WABO"), Recipient(member: 3, ground: "AVG"),
            ]
        )
    }

    @Test func `preferred grounds are tried in their order`() throws {
        let chosen = try self.audience([2, 3], preferred: ["ALT", "AVG", "WABO"])
        #expect(chosen.map(\.ground) == ["ALT", "AVG"])
        #expect(try self.audience([2], preferred: []).map(\.ground) == ["WABO"])
    }

    @Test func `every pair without a ground is named`() throws {
        #expect(
            throws: SharingError.noGround(
                [.init(from: "od-noord", to: "politie"), .init(from: "od-noord", to: "om")],
                .personal
            )
        ) { try self.audience([2, 3, 4], .personal) }
        // A preferred ground that does not fit is not replaced by another.
        #expect(
            throws: SharingError.noGround([.init(from: "od-noord", to: "od-oost")], .business)
        ) { try self.audience([2, 3], preferred: ["AVG"]) }
    }

    @Test func `observers and auditors are never recipients, nor authors`() throws {
        #expect(throws: SharingError.role(handle: "gemeente", .observer)) {
            try self.audience([2, 5])
        }
        #expect(throws: SharingError.role(handle: "provincie", .auditor)) {
            try self.audience([6], author: 3)
        }
        #expect(throws: SharingError.role(handle: "gemeente", .observer)) {
            try self.audience([2], author: 5)
        }
    }

    @Test func `nobody, oneself, a stranger and an unknown ground are refused`() throws {
        #expect(throws: SharingError.noRecipients) { try self.audience([]) }
        #expect(throws: SharingError.toSelf(handle: "od-noord")) { try self.audience([1, 2]) }
        #expect(throws: SharingError.notAMember(9)) { try self.audience([9]) }
        #expect(throws: SharingError.unknownGround("XYZ")) {
            try self.audience([2], preferred: ["WABO", "XYZ"])
        }
    }

    @Test func `what is chosen counts`() throws {
        let audience = try SharingRules.audience(
            for: [1, 2, 4],
            author: 3,
            category: .business,
            preferred: nil,
            charter: self.charter
        )
        #expect(self.charter.allows(audience, from: 3, category: .business))
    }

    @Test func `a case needs a ground for every ordered pair`() throws {
        func check(
            _ members: [MemberNumber],
            _ category: Vocabulary.Category,
            _ preferred: [String]? = nil
        ) throws(SharingError) {
            try SharingRules.checkCase(
                members: members,
                category: category,
                preferred: preferred,
                charter: self.charter
            )
        }
        #expect(throws: Never.self) { try check([1, 2, 3, 4], .business) }
        #expect(
            throws: SharingError.noGround(
                [
                    .init(from: "od-noord", to: "politie"), .init(from: "od-oost", to: "politie"),
                    .init(from: "politie", to: "od-noord"), .init(from: "politie", to: "od-oost"),
                ],
                .personal
            )
        ) { try check([1, 2, 3], .personal) }
        #expect(
            throws: SharingError.noGround(
                [.init(from: "politie", to: "od-noord")],
                .public
            )
        ) { try check([1, 3], .public) }
        #expect(
            throws: SharingError.noGround([.init(from: "politie", to: "od-noord")], .business)
        ) { try check([1, 3], .business, ["AVG"]) }
        #expect(throws: SharingError.noRecipients) { try check([1], .business) }
        #expect(throws: SharingError.role(handle: "gemeente", .observer)) {
            try check([1, 5], .business)
        }
    }

    @Test func `an error says who and what`() {
        let error = SharingError.noGround(
            [.init(from: "politie", to: "om"), .init(from: "om", to: "politie")],
            .personal
        )
        #expect(
            error.description
                == "no ground for personal data from politie to om, from om to politie"
        )
    }
}
