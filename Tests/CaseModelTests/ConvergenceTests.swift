import CaseModel
import ReplicatedTypes
import SyncLog
import TestSupport
import Testing

/// One set of entries gives one view, however it arrives.
struct ConvergenceTests {
    private func json(_ state: CaseState) throws -> String {
        let counted = try #require(state.counted())
        return counted.canonicalJSON(at: nil)
            + counted.canonicalJSON(at: World.start + 9_000)
            + "\(counted.audience)\(state.ignored())"
    }

    @Test(arguments: UInt64(1)...60)
    func `any order with repeats gives one view`(seed: UInt64) throws {
        let world = try World()
        var script = CaseScript(world: world, generator: SeededGenerator(seed: seed))
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
        var script = CaseScript(world: world, generator: SeededGenerator(seed: seed))
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
            var script = CaseScript(world: world, generator: SeededGenerator(seed: seed))
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
        let reasons: [IgnoreReason] = [
            .recipients, .notOwner, .outsideCase, .audienceVersion(2), .removals, .removed,
        ]
        let expected =
            ["conflict", "phases", "withdrawal", "audience", "same-as"] + reasons.map { "\($0)" }
        #expect(seen.isSuperset(of: expected))
    }

    @Test func `of two entries in one place the lower leaf hash stays`() throws {
        let world = try World()
        let one = try world.operations(2, 5, [.addTag("een")])
        let other = try world.operations(2, 5, [.addTag("twee")])
        let lower = one.header.leafHash < other.header.leafHash ? "een" : "twee"
        for entries in [[one, other], [other, one]] {
            #expect(try world.view(entries).tags.map(\.tag) == [lower])
        }
        // What names the other one names nothing.
        for entry in [one, other] {
            let removal = try world.operations(3, 5, [.remove([entry.reference(operation: 0)])])
            let left = try world.view([one, other, removal]).tags.map(\.tag)
            #expect(
                left
                    == (entry.header.leafHash == max(one.header.leafHash, other.header.leafHash)
                        ? [lower] : [])
            )
        }
    }
}
