import CaseModel
import ReplicatedTypes
import SyncLog
import TestSupport
import Testing

/// What members that lie can do to the state of a case: nothing that the page does not let them.
struct CaseOracleTests {
    private func check(_ entries: [OpenedEntry], _ counted: CountedCase) throws {
        let oracle = try CaseOracle(entries)
        #expect(counted.tags.live.map { "\($0.dot) \($0.element)" } == oracle.tags)
        for register in [RegisterName.title, .phase] {
            let live = counted.live(register).map { "\($0.dot) \($0.value)" }
            #expect(live == oracle.live(register))
            #expect(!live.isEmpty)
        }
        #expect(counted.audience.members == oracle.members)
    }

    @Test(arguments: UInt64(1)...200)
    func `any part of the entries in any order gives what the page says`(seed: UInt64) throws {
        let world = try World()
        var script = CaseScript(world: world, generator: SeededGenerator(seed: seed))
        let entries = try script.entries()
        try self.check(entries, try #require(world.state(entries).counted()))
        for _ in 0..<3 {
            let part = entries.filter { entry in
                entry.place.index == World.openingIndex
                    || Int.random(in: 0..<4, using: &script.generator) > 0
            }.shuffled(using: &script.generator)
            let counted = try #require(world.state(part + part).counted())
            try self.check(part, counted)
        }
    }

    @Test(arguments: UInt64(1)...200)
    func `a writer knows of each next entry whether readers will count it`(seed: UInt64) throws {
        let world = try World()
        var script = CaseScript(world: world, generator: SeededGenerator(seed: seed))
        let entries = try script.entries()
        for (place, next) in entries.enumerated() where place > 0 {
            let before = Array(entries[..<place])
            guard !before.contains(where: { $0.place == next.place }) else { continue }
            let told = world.state(before).ignored(adding: [next]).map(\.reason)
            let after = world.state(before + [next]).ignored().filter { $0.place == next.place }
            #expect(told == after.map(\.reason))
        }
    }

    @Test(arguments: UInt64(1)...200)
    func `what is written after lies that named its dots stands, and alone`(seed: UInt64) throws {
        let world = try World()
        var script = CaseScript(world: world, generator: SeededGenerator(seed: seed))
        var entries = try script.entries()
        let members = try #require(world.state(entries).counted()).audience.members
        let others = members.filter { $0 != 1 }
        guard !others.isEmpty else { return }
        let version = try #require(world.state(entries).counted()).audienceVersion
        // Everybody else, and the author itself, names the dots of what it is about to write.
        let guesses = (UInt8(0)...1).map { operation in
            DotReference(
                dot: world.dot(1, 40, operation),
                entry: .random(in: 0...UInt128.max, using: &script.generator)
            )
        }
        for member in members {
            entries.append(
                try world.operations(
                    member,
                    30,
                    [
                        .remove(guesses),
                        .setRegister(.title, value: "Gekaapt", supersedes: guesses),
                    ],
                    under: version,
                    to: members.filter { $0 != member }
                )
            )
        }
        let seen = try #require(world.state(entries).counted()).liveReferences(of: .title)
        let honest = try world.operations(
            1,
            40,
            [.setRegister(.title, value: "Echt", supersedes: seen), .addTag("echt")],
            under: version,
            to: others
        )
        for order in [entries + [honest], [honest] + entries.shuffled(using: &script.generator)] {
            let counted = try #require(world.state(order).counted())
            #expect(counted.live(.title).map(\.value) == ["Echt"])
            #expect(counted.tags.live.contains { $0.element == "echt" })
        }
    }

    @Test func `two who fill their logs backwards together empty no register`() throws {
        let world = try World()
        let opening = try world.opening()
        func title(
            _ member: MemberNumber,
            _ index: UInt64,
            _ value: String,
            _ named: [OpenedEntry]
        ) throws -> OpenedEntry {
            try world.operations(
                member,
                index,
                [
                    .setRegister(
                        .title,
                        value: value,
                        supersedes: named.map { $0.reference(operation: 0) }
                    )
                ]
            )
        }
        let honest = try title(1, 5, "Echt", [opening])
        let last = try title(2, 9, "Eerste leugen", [honest])
        let middle = try title(3, 5, "Tweede leugen", [last, honest])
        let first = try title(2, 5, "Derde leugen", [middle, honest])
        let entries = [honest, last, middle, first]
        #expect(try world.view(entries).title.map(\.value) == ["Derde leugen"])
        #expect(try world.view(entries.reversed()).title.map(\.value) == ["Derde leugen"])
        try self.check([opening] + entries, try world.counted(entries))
    }
}
