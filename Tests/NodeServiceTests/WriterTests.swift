import CaseModel
import Cryptography
import Foundation
import NodeInterface
@testable import NodeService
import Simulator
import SyncLog
import Terminal
import Testing
import Vocabulary

/// A writer is judged by its readers: what it says is written counts, here and everywhere.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct WriterTests {
    private static let categories = ["public", "environmental", "business", "personal"]
    private static let classes = ["od-toezicht", "politie", "rijksinspectie-toezicht", "*"]

    /// One node that writes at random in a table with random grounds.
    private struct Writer {
        let node: LiveNode
        let table: TableID
        var generator: SeededGenerator
        var records: [String] = []
        var done = 0

        mutating func pick<Item>(_ items: [Item]) -> Item {
            items[Int.random(in: 0..<items.count, using: &self.generator)]
        }

        mutating func chance(_ one: Int) -> Bool {
            Int.random(in: 0..<one, using: &self.generator) == 0
        }

        mutating func to() -> [String]? {
            self.pick([nil, nil, ["politie"], ["ilt"], ["politie", "ilt"]])
        }

        /// One command of any kind; what a writer refuses is told in words of its own.
        mutating func step() async throws {
            let cases = try await self.node.countedCases()
            let counted = cases.isEmpty ? nil : self.pick(cases)
            let id = counted?.caseID.hex ?? ""
            let request: any HandledRequest
            switch Int.random(in: counted == nil ? 0..<1 : 0..<12, using: &self.generator) {
            case 0:
                request = OpenCase(
                    table: TextEncoding.hex(self.table.bytes),
                    title: "Zaak",
                    category: self.pick(WriterTests.categories),
                    to: self.to()
                )
            case 1: request = AddNote(case: id, text: "een notitie")
            case 2: request = TagCase(case: id, tag: "asbest", removes: self.chance(2))
            case 3: request = SetCase(case: id, field: "phase", value: "analyse")
            case 4, 5:
                let own = counted?.fragments.filter { $0.withdrawal == nil } ?? []
                guard !own.isEmpty else { return }
                let fragment = self.pick(own)
                let given = fragment.given
                let newest = given.filter { $0.version == fragment.payload.version }
                if given.count > 1, newest.count == given.count, self.chance(2) {
                    // From one of them: the other is given the same anew.
                    let handle = counted?.handle(given[0].recipient.member) ?? ""
                    try await self.node.ask(
                        WithdrawFragment(
                            fragment: fragment.id.hex,
                            from: [handle],
                            reason: "ten onrechte"
                        )
                    )
                    self.done += 1
                    return try await self.check()
                }
                // Whatever was shared, and with whom: it can be withdrawn.
                try await self.node.ask(
                    WithdrawFragment(fragment: fragment.id.hex, reason: "ten onrechte")
                )
                self.done += 1
                return try await self.check()
            default:
                request = ShareRecord(
                    case: id,
                    record: self.pick(self.records),
                    fields: ["subject.name", "subject.kvk"],
                    to: self.to(),
                    category: self.pick([nil] + WriterTests.categories.map { $0 }),
                    leaving_out: self.pick([nil, .keep, .takeBack])
                )
            }
            do throws(Refusal) {
                try await self.node.answered(request)
                self.done += 1
            } catch {
                #expect(error.kind != .unavailable && error.kind != .bug, "\(error)")
                if case .refused(.case(.uncounted)) = error {
                    Issue.record("written although every partner would ignore it: \(error)")
                }
            }
            try await self.check()
        }

        /// Nothing that was written is ignored.
        func check() async throws {
            for counted in try await self.node.countedCases() {
                #expect(counted.ignored.isEmpty, "\(counted.ignored)")
            }
        }
    }

    private static func grounds(_ generator: inout SeededGenerator) -> String {
        var text = "grounds:\n"
        for number in 1...4 {
            func some(_ items: [String]) -> String {
                let chosen = items.filter { _ in Bool.random(using: &generator) }
                return (chosen.isEmpty ? [items[0]] : chosen).joined(separator: ", ")
            }
            let from = Self.classes[Int.random(in: 0..<4, using: &generator)]
            let to = Self.classes[Int.random(in: 0..<4, using: &generator)]
            text += """
                  - code: G-\(number)
                    text: "Artikel \(number)"
                    from: ["\(from)"]
                    to: ["\(to)"]
                    categories: [\(some(Self.categories))]

                """.replacingOccurrences(of: "[\"*\"]", with: "\"*\"")
        }
        // Else hardly a case can be opened.
        return text + """
              - code: ALL
                text: "Artikel 9"
                from: "*"
                to: "*"
                categories: [public]

            """
    }

    @Test(arguments: UInt64(1)...6)
    func `what a command writes counts, and can be withdrawn`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let nodes = [
            try LiveNode("od-noord", .odToezicht), try LiveNode("politie", .politie),
            try LiveNode("ilt", .rijksinspectieToezicht),
        ]
        let table = try await LiveTable(nodes, grounds: Self.grounds(&generator))
        var writer = Writer(node: nodes[0], table: table.id, generator: generator)
        for number in 1...3 {
            let id = try await nodes[0].importRecord(
                key: "r\(number)",
                name: "Bedrijf \(number)",
                kvk: "2000000\(number)",
                category: number == 1 ? .public : .environmental
            )
            writer.records.append(id)
        }
        for _ in 0..<60 { try await writer.step() }
        #expect(writer.done > 10)
    }

    /// One ground for what all were given first, another for the version that one of them has.
    @Test func `a withdrawal reaches each on the ground of what it was given`() async throws {
        let grounds = """
            grounds:
              - code: ENV
                text: "Artikel 1"
                from: "*"
                to: "*"
                categories: [environmental]
              - code: PERS
                text: "Artikel 2"
                from: "*"
                to: [politie]
                categories: [personal]

            """
        let nodes = [
            try LiveNode("od-noord", .odToezicht), try LiveNode("politie", .politie),
            try LiveNode("ilt", .rijksinspectieToezicht),
        ]
        let table = try await LiveTable(nodes, grounds: grounds)
        let record = try await nodes[0].importRecord(
            key: "r",
            name: "Bedrijf",
            kvk: "20000001",
            category: .environmental
        )
        try await nodes[0].ask(
            OpenCase(
                table: TextEncoding.hex(table.id.bytes),
                title: "Zaak",
                category: "environmental"
            )
        )
        let caseID = try #require(try await nodes[0].countedCases().first?.caseID)
        for (to, category) in [(nil, nil), (["politie"], "personal")] as [([String]?, String?)] {
            try await nodes[0].ask(
                ShareRecord(
                    case: caseID.hex,
                    record: record,
                    fields: ["subject.name"],
                    to: to,
                    category: category,
                    leaving_out: .keep
                )
            )
        }
        let fragment = try #require(try await nodes[0].countedCases().first?.fragments.first)
        #expect(fragment.given.map(\.version) == [2, 1])
        try await nodes[0].ask(
            WithdrawFragment(fragment: fragment.id.hex, reason: "ten onrechte")
        )
        let counted = try #require(try await nodes[0].countedCases().first)
        #expect(counted.fragments.first?.withdrawal != nil && counted.ignored.isEmpty)
        #expect(counted.view(at: nil).fragments.isEmpty)
    }

    @Test(arguments: [
        ("2020-01-01", "2025-12-31", "is over"), ("2091-01-01", "2091-12-31", "has not begun"),
    ])
    func `outside the period of its charter nothing is begun`(
        from: String,
        until: String,
        words: String
    ) async throws {
        let nodes = [try LiveNode("od-noord", .odToezicht), try LiveNode("politie", .politie)]
        let table = try await LiveTable(nodes, period: (from, until))
        let before = try await nodes[0].state(of: LogID(member: 1, generation: 0), in: table.id)
        let error = await #expect(throws: Refusal.self) {
            _ = try await nodes[0].openCase("Te laat", in: table.id, to: nil)
        }
        switch error {
        case .refused(.table(.over(_, let days))):
            #expect(days.from == from && days.until == until && days.today > until)
            #expect(words == "is over")
        case .refused(.table(.notBegun(_, let days))):
            #expect(days.from == from && days.until == until && days.today < from)
            #expect(words == "has not begun")
        default: Issue.record("\(String(describing: error))")
        }
        let after = try await nodes[0].state(of: LogID(member: 1, generation: 0), in: table.id)
        #expect(before == after)
        let id = TextEncoding.hex(table.id.bytes)
        let listed = try await nodes[0].ask(ListTables()).tables.map(\.period.note.string)
        #expect(listed.allSatisfy { $0.contains("its period \(words)") } && !listed.isEmpty)
        let shown = try await nodes[0].ask(ShowTable(table: id)).period.note.string
        #expect(shown.contains("its period \(words)"), "\(shown)")
    }
}

extension LiveNode {
    /// Makes one call, and throws what the node refuses it with.
    func answered(_ request: some HandledRequest) async throws(Refusal) {
        guard let node = try? self.node else { throw .bug("not open") }
        _ = try await node.answer(request, for: .owner("test"))
    }

    /// What counts of all cases here.
    func countedCases() async throws -> [CountedCase] {
        let reader = try await self.node.reader
        return try reader.tables.values.flatMap { table in
            try reader.caseIDs(of: table, from: .zero, limit: .max).compactMap {
                try reader.counted($0, in: table)
            }
        }
    }
}
