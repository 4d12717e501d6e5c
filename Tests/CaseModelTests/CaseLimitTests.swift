import CaseModel
import ReplicatedTypes
import SyncLog
import TestSupport
import Testing

/// What counts of one author in one case is bounded (`Protocol/case-model.md` §1).
struct CaseLimitTests {
    private let world: World

    init() throws { self.world = try World() }

    /// What counts of some entries, all of them read: those put away are given again.
    private func state(_ entries: [OpenedEntry]) throws -> CaseState {
        let all = [try self.world.opening()] + entries
        var state = self.world.state(all)
        for place in state.missing() {
            state.fill(try #require(all.first { $0.place == place }))
        }
        #expect(state.missing() == [])
        return state
    }

    /// Entries of one author from index 10 on, each of at most 256 operations.
    private func entries(
        _ operations: [CaseOperation],
        by author: MemberNumber = 2,
        each count: Int = 256
    ) throws -> [OpenedEntry] {
        try stride(from: 0, to: operations.count, by: count).enumerated().map { number, start in
            try self.world.operations(
                author,
                UInt64(10 + number),
                Array(operations[start..<min(start + count, operations.count)])
            )
        }
    }

    private func link() throws -> SubjectLink {
        try SubjectLink(
            from: SubjectKey(kvk: "12345678").id,
            relation: "levert",
            to: SubjectKey(kvk: "87654321").id
        )
    }

    /// References to nothing that is there.
    private func references(_ count: Int) -> [DotReference] {
        (0..<count).map { DotReference(dot: self.world.dot(3, UInt64($0)), entry: 1) }
    }

    /// Whether exactly `count` operations count, one more is ignored, and the next small one of
    /// another kind counts again.
    private func meets(_ limit: CaseLimit, _ count: Int, _ operation: CaseOperation) throws {
        #expect(limit.max == count)
        let met = [CaseOperation](repeating: operation, count: count)
        #expect(try self.state(try self.entries(met)).ignored() == [])
        #expect(
            try #require(try self.state(try self.entries(met)).counted())
                .limitPassed(by: [operation], of: 2) == limit
        )
        let passed = try self.entries(met + [operation])
        let other: CaseOperation = limit == .tags ? .addNote(text: "x") : .addTag("x")
        let after = try self.world.operations(2, 90, [other])
        let more = try self.world.operations(2, 91, [operation])
        let others = try self.entries([operation], by: 3)
        for order in [
            passed + [after, more] + others, others + [more, after] + passed.reversed(),
        ] {
            let ignored = try self.state(order).ignored()
            #expect(ignored.map(\.reason) == [.limit(limit), .limit(limit)])
            #expect(ignored.map(\.place.index) == [passed[passed.count - 1].place.index, 91])
            #expect(ignored.allSatisfy { $0.place.log.member == 2 })
        }
    }

    @Test func `1,024 tags and links of one author count, and 4,096 notes and writes`() throws {
        try self.meets(.tags, 1_024, .addTag("asbest"))
        try self.meets(.links, 1_024, .addLink(try self.link()))
        try self.meets(.notes, 4_096, .addNote(text: "n"))
        try self.meets(.writes, 4_096, .setRegister(.lead, value: "x", supersedes: []))
    }

    @Test func `131,072 references of one author count, of removes and of writes`() throws {
        let many = self.references(256)
        let remove = try self.entries(
            [CaseOperation](repeating: .remove(many), count: 511)
                + [.setRegister(.lead, value: "x", supersedes: many)]
        )
        #expect(CaseLimit.references.max == 512 * 256)
        #expect(try self.state(remove).ignored() == [])
        let one = try self.world.operations(2, 90, [.remove(self.references(1))])
        #expect(try self.state(remove + [one]).ignored().map(\.reason) == [.limit(.references)])
    }

    @Test func `4 MiB of text of one author count, of notes and of values`() throws {
        #expect(CaseLimit.text.max == 64 * 65_536)
        let note = CaseOperation.addNote(text: String(repeating: "x", count: 65_536))
        let short = CaseOperation.addNote(text: String(repeating: "x", count: 65_533))
        let lead = CaseOperation.setRegister(.lead, value: "xyz", supersedes: [])
        let met = try self.entries([CaseOperation](repeating: note, count: 63) + [short, lead])
        #expect(try self.state(met).ignored() == [])
        let one = try self.world.operations(2, 90, [.addNote(text: "x")])
        #expect(try self.state(met + [one]).ignored().map(\.reason) == [.limit(.text)])
    }

    @Test func `a limit is per author and leaves others and fragments alone`() throws {
        let tags = [CaseOperation](repeating: .addTag("asbest"), count: 1_024)
        let flood = try self.entries(tags + [.addTag("meer")])
        let rest = [
            try self.world.operations(3, 5, [.addTag("bodem")]),
            try self.world.fragment(2, 95, ["status": "open"], to: [1]),
        ]
        let counted = try #require(try self.state(flood + rest).counted())
        #expect(counted.view(at: nil).tags.map(\.tag) == ["asbest", "bodem"])
        #expect(counted.view(at: nil).fragments.count == 1)
        #expect(counted.limitPassed(by: [.addTag("a")], of: 3) == nil)
    }

    @Test func `what does not count for another reason takes no part of a limit`() throws {
        let tags = [CaseOperation](repeating: .addTag("vals"), count: 256)
        // Sent to one member alone: the others cannot even read it.
        let hidden = try (10..<20).map {
            try self.world.operations(2, UInt64($0), tags, to: [1])
        }
        let good = try self.world.operations(2, 30, [.addTag("echt")])
        for order in [hidden + [good], [good] + hidden.reversed()] {
            let counted = try #require(try self.state(order).counted())
            #expect(counted.tags.live.map(\.element) == ["echt"])
        }
    }

    @Test func `what comes late takes the place of what stands after it, in any order`() throws {
        let flood = try self.entries(
            (0..<2_048).map { .addTag("tag-\($0)") },
            each: 64
        )
        let expected = try #require(try self.state(flood).counted()).canonicalJSON(at: nil)
        for seed in UInt64(1)...5 {
            var generator = SeededGenerator(seed: seed)
            let counted = try #require(
                try self.state(flood.shuffled(using: &generator)).counted()
            )
            #expect(counted.canonicalJSON(at: nil) == expected)
            #expect(counted.tags.live.count == 1_024)
        }
    }

    @Test func `what an author writes past the limits is not kept in memory`() throws {
        let many = self.references(256)
        let entry = [CaseOperation](repeating: .remove(many), count: 16)
        let entries = try (0..<40).map { try self.world.operations(2, 10 + $0, entry) }
        // In order of place what was kept is what counts, 32 entries; the other way round those from
        // the ninth on were kept.
        #expect(self.world.state([try self.world.opening()] + entries).missing() == [])
        let state = self.world.state([try self.world.opening()] + entries.reversed())
        #expect(state.missing() == entries.prefix(8).map(\.place))
        #expect(state.ignored().map(\.place) == entries.dropFirst(32).map(\.place))
        #expect(state.isNearLimit(of: 2))
        #expect(!state.isNearLimit(of: 3))
    }
}
