import Foundation
import JSONText
import NodeInterface
import RecordImport
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// Who may ask for what: the node decides, for every edge.
@Suite(.serialized) struct CallerTests {
    private static let share = ShareRecord(case: "012345", record: "012345", fields: ["text"])
    private static let record = ImportedRecord(
        source: "bron",
        sourceKey: "K-1",
        type: .inspection,
        category: .business,
        fields: [ImportedRecord.Field(name: "text", value: "x")],
        neverShare: []
    )

    /// One of each, of things that are not there.
    static let requests: [any HandledRequest] = [
        AcceptTable(file: ""), AcknowledgeAlarms(), AddNote(case: "012345", text: "x"),
        AddToken(user: "x", scopes: []), ListTokens(), RemoveToken(id: "012345"),
        AddUser(user: "", role: "", password: Secret([])),
        AmendTable(table: "012345", pinning: []), ChangeCard(endpoint: ""),
        CreateTable(theme: "", name: "", purpose: "", from: "", until: "", cards: []),
        ExportLog(table: "012345"),
        ImportRecords(ImportBatch([Self.record], head: .init(Self.record))),
        LinkSubjects(case: "012345", from: "a", relation: "b", to: "c"), ListCases(),
        ListDisclosures(case: "012345"), ListTables(), ListUsers(),
        OpenCase(table: "012345", title: "x", category: "business"),
        PreviewAudience(SetAudience(case: "012345", to: [])),
        PreviewOpening(OpenCase(table: "012345", title: "x", category: "business")),
        PreviewShare(Self.share), Recover(), RemoveUser(user: "x"), SearchRecords(),
        SearchList(list: "1", search: SearchRecords()), ShowSubject(subject: "kvk:1"),
        ShowQuality(),
        NoteImport(
            source: "x",
            counts: ImportedCounts(
                read: 0,
                filtered: 0,
                rejected: 0,
                imported: 0,
                updated: 0,
                unchanged: 0,
                findings: Members([(name: String, value: Int)]())
            ),
            places: []
        ),
        ShowWeights(), LearnWeights(), UseWeights(version: 0),
        TakeWeights(weights: MatchWeights(configuration: 1, prior: "0.1", comparisons: [])),
        SuggestSubjects(), DecideSubjects(a: "kvk:1", b: "kvk:2", verdict: .undo),
        SucceedSubject(from: "kvk:1", to: "kvk:2", date: nil, kind: nil, source: nil),
        SetAudience(case: "012345", to: []), SetCase(case: "012345", field: "lead", value: ""),
        SetPassword(user: "x", password: Secret([])), SettleIndex(), Self.share,
        ShowCanonicalCase(case: "012345"), ShowCard(), ShowCase(case: "012345"),
        ShowCasePage(case: "012345", limit: 1),
        ShowCheckpoint(table: "012345"), ShowFork(table: "012345"),
        ShowFragmentStatus(fragment: "012345"), ShowLog(table: "012345"),
        ShowLogKeys(table: "012345"),
        ShowOffers(case: "012345", record: "012345", category: "business"),
        ShowProof(table: "012345", index: 0), ShowRecord(record: "012345"), ShowStatus(),
        ShowSyncStatus(), ShowTable(table: "012345"), ShowTableFile(file: ""), SyncNow(),
        TagCase(case: "012345", tag: "x"), WithdrawFragment(fragment: "012345", reason: "x"),
    ]

    @Test func `a role may ask for what its rights are, whoever carries it over`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let node = try await live.node
        #expect(Set(Self.requests.map { type(of: $0).name }) == Set(Node.requests.keys))
        for role in UserRole.allCases {
            let account = UserAccount(name: "eva", role: role, created: 0, changed: 0)
            for request in Self.requests {
                let isAllowed = type(of: request).rights.isSubset(of: role.rights)
                let isLetIn = await self.isLetIn(request, Caller(account), at: node)
                #expect(isLetIn == isAllowed, "\(type(of: request).name) \(role)")
            }
        }
        // Nobody but the owner of the folder keeps accounts, tables and cards.
        #expect(UserRole.allCases.allSatisfy { !$0.rights.contains(.administer) })
        #expect(try await live.ask(ListUsers()).users.isEmpty)
    }

    /// Whether a node refuses a request for another reason than who asks, or not at all.
    private func isLetIn(
        _ request: some HandledRequest,
        _ caller: Caller,
        at node: Node
    ) async -> Bool {
        do throws(Refusal) {
            _ = try await node.answer(request, for: caller)
            return true
        } catch {
            return error.kind != .notAllowed
        }
    }

    @Test func `every request reads back as itself in another process`() throws {
        for request in Self.requests {
            let named = NamedRequest(request, for: .owner("eva"))
            let data = try JSONEncoder().encode(named)
            let read = try JSONDecoder().decode(NamedRequest.self, from: data)
            let again = try #require(read.request, "\(named.name)")
            #expect(DocumentText.text(of: again) == named.body, "\(named.name)")
            #expect(type(of: again).name == named.name && read.user == "eva")
        }
    }

    @Test func `a secret stands in no description`() {
        let request = AddUser(user: "eva", role: "analyst", password: Secret(Array("geheim".utf8)))
        #expect(!"\(request)".contains("geheim") && !String(reflecting: request).contains("geheim"))
    }
}
