import CaseModel
import ReplicatedTypes
import SyncLog
import Testing

/// One set of entries gives one view, however it arrives.
struct ConvergenceTests {
    /// A generator of entries that mostly count, and some that do not.
    private struct Script {
        let world: World
        var generator: SeededGenerator

        private static let partners: [MemberNumber] = [1, 2, 3]

        private mutating func pick<Element>(_ items: [Element], or fallback: Element) -> Element {
            items.randomElement(using: &self.generator) ?? fallback
        }

        private mutating func dots() -> [Dot] {
            (0..<Int.random(in: 0...3, using: &self.generator)).map { _ in
                self.world.dot(
                    self.pick(Self.partners, or: 1),
                    UInt64.random(in: 2...15, using: &self.generator),
                    UInt8.random(in: 0...1, using: &self.generator)
                )
            }
        }

        private mutating func operation() throws -> CaseOperation {
            let subjects = ["12345678", "87654321", "11111111"].map { SubjectKey(kvk: $0).id }
            switch Int.random(in: 0..<7, using: &self.generator) {
            case 0:
                let phase = self.pick(CasePhase.allCases, or: .analyse)
                return .setRegister(.phase, value: phase.rawValue, supersedes: self.dots())
            case 1:
                let title = self.pick(["Een", "Twee", "Drie"], or: "Een")
                return .setRegister(.title, value: title, supersedes: self.dots())
            case 2: return .addNote(text: self.pick(["a\nb", "é", "\"c\""], or: "a"))
            case 3:
                return .addLink(
                    try SubjectLink(
                        from: self.pick(subjects, or: .zero),
                        relation: self.pick(["same-as", "levert"], or: "levert"),
                        to: self.pick(subjects, or: .zero)
                    )
                )
            case 4: return .remove(self.dots())
            default: return .addTag(self.pick(["asbest", "bodem"], or: "asbest"))
            }
        }

        private mutating func fields() -> [String: String] {
            var fields = ["status": "open"]
            let choices = [
                "subject.kvk": ["12345678", "87654321", "1"],
                "subject.vestiging": ["000012345678", "000087654321"],
                "subject.name": ["Afval", "Grond"],
                "location.bag": ["0363010000000001", "0363010000000002"],
                "location.address": ["Kade 1", "Kade 2"],
                "location.place": ["Utrecht", "Delft"],
                "date": ["2026-01-01", "2026-01-02"],
            ]
            for (name, values) in choices.sorted(by: { $0.key < $1.key })
            where Bool.random(using: &self.generator) {
                fields[name] = self.pick(values, or: "1")
            }
            return fields
        }

        private mutating func entry(_ author: MemberNumber, _ index: UInt64) throws -> OpenedEntry {
            let others = Self.partners.filter { $0 != author }
            // Two in five go to the wrong ones, and are ignored or only narrower.
            let to =
                Int.random(in: 0..<5, using: &self.generator) < 3
                ? others : [self.pick(others + [4], or: 4)]
            let version = UInt32.random(in: 1...2, using: &self.generator)
            switch Int.random(in: 0..<8, using: &self.generator) {
            case 0:
                let next = try CaseAudience(
                    version: version + 1,
                    members: [author] == [1] ? Self.partners : [1, 2],
                    category: .business,
                    grounds: []
                )
                return try self.world.operations(
                    author,
                    index,
                    [.setAudience(next)],
                    under: version,
                    to: to
                )
            case 1, 2:
                return try self.world.fragment(author, index, self.fields(), to: to)
            case 3:
                return try self.world.fragment(
                    author,
                    index,
                    self.fields(),
                    to: to,
                    first: UInt64.random(in: 0..<index, using: &self.generator),
                    version: UInt32.random(in: 2...3, using: &self.generator)
                )
            case 4 where index > 10:
                return try self.world.withdrawal(
                    author,
                    index,
                    of: UInt64.random(in: 0..<index, using: &self.generator),
                    to: to
                )
            default:
                return try self.world.operations(
                    author,
                    index,
                    [try self.operation(), try self.operation()],
                    under: version,
                    to: to
                )
            }
        }

        mutating func entries() throws -> [OpenedEntry] {
            var entries = [try self.world.opening()]
            for author in Self.partners {
                for index in UInt64(3)...15 { entries.append(try self.entry(author, index)) }
            }
            return entries
        }
    }

    private func json(_ state: CaseState) throws -> String {
        let counted = try #require(state.counted())
        return counted.canonicalJSON(at: nil)
            + counted.canonicalJSON(at: World.start + 9_000)
            + "\(counted.audience)\(state.ignored())"
    }

    @Test(arguments: UInt64(1)...60)
    func `any order with repeats gives one view`(seed: UInt64) throws {
        let world = try World()
        var script = Script(world: world, generator: SeededGenerator(seed: seed))
        let entries = try script.entries()
        let expected = try self.json(world.state(entries))
        for _ in 0..<4 {
            let order = (entries + entries.filter { _ in Bool.random(using: &script.generator) })
                .shuffled(using: &script.generator)
            #expect(try self.json(world.state(order)) == expected)
        }
    }

    @Test(arguments: UInt64(1)...60)
    func `a part first, looked at, and the rest later gives the same view`(seed: UInt64) throws {
        let world = try World()
        var script = Script(world: world, generator: SeededGenerator(seed: seed))
        let entries = try script.entries()
        let expected = try self.json(world.state(entries))
        let shuffled = entries.shuffled(using: &script.generator)
        let cut = Int.random(in: 0...shuffled.count, using: &script.generator)
        var state = world.state(Array(shuffled[..<cut]))
        _ = state.view(at: nil)
        for entry in shuffled[cut...] { state.insert(entry) }
        #expect(try self.json(state) == expected)
    }

    /// The laws above would hold of empty views too.
    @Test func `the scripts make conflicts, withdrawals, audiences and ignored entries`() throws {
        let world = try World()
        var seen: Set<String> = []
        for seed in UInt64(1)...60 {
            var script = Script(world: world, generator: SeededGenerator(seed: seed))
            let state = world.state(try script.entries())
            let counted = try #require(state.counted())
            let view = counted.view(at: nil)
            if !view.conflicts.isEmpty { seen.insert("conflict") }
            if view.phase.count > 1 { seen.insert("phases") }
            if counted.fragments.contains(where: { $0.withdrawal != nil }) {
                seen.insert("withdrawal")
            }
            if counted.audienceVersion > 1 { seen.insert("audience") }
            if !view.subjects.allSatisfy(\.sameAs.isEmpty) { seen.insert("same-as") }
            for ignored in counted.ignored { seen.insert("\(ignored.reason)") }
        }
        let expected = [
            "conflict", "phases", "withdrawal", "audience", "same-as", "recipients", "notOwner",
            "outsideCase", "audienceVersion(2)",
        ]
        #expect(seen.isSuperset(of: expected))
    }

    @Test func `of two entries in one place the lower leaf hash stays`() throws {
        let world = try World()
        let one = try world.operations(2, 5, [.addTag("een")])
        let other = try world.operations(2, 5, [.addTag("twee")])
        // The headers of these two are equal: an entry is its header, whose hash binds the payload.
        #expect(one.header == other.header)
        let moved = try world.entry(
            2,
            5,
            other.contents,
            to: [1, 3],
            time: World.start + 77_000
        )
        let lower = one.header.leafHash < moved.header.leafHash ? "een" : "twee"
        for entries in [[one, moved], [moved, one]] {
            #expect(try world.view(entries).tags.map(\.tag) == [lower])
        }
    }
}
