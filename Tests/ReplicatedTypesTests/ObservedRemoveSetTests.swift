import ReplicatedTypes
import TestSupport
import Testing

/// One operation on a set.
private enum SetOperation {
    case add(String, DotReference)
    case remove([DotReference])
}

/// Every operation ever made, and the rule of `Protocol/case-model.md` §2 word for word.
private struct SetOracle {
    var operations: [SetOperation] = []

    var live: [Dot: String] {
        var live: [Dot: String] = [:]
        for case .add(let element, let reference) in self.operations {
            let isRemoved = self.operations.contains { operation in
                guard case .remove(let references) = operation else { return false }
                return references.contains(reference)
            }
            if !isRemoved { live[reference.dot] = element }
        }
        return live
    }

    /// Adds, and removes that name them rightly, with a wrong hash, or name what nobody adds.
    init(using generator: inout SeededGenerator) {
        let references = (UInt16(1)...3).flatMap { member in
            (UInt64(0)..<6).map { index in
                DotReference(
                    dot: Dot(member: member, generation: 0, index: index, operation: 0),
                    entry: .random(in: 0...UInt128.max, using: &generator)
                )
            }
        }
        for reference in references where Int.random(in: 0..<4, using: &generator) > 0 {
            let element = ["asbest", "bodem", "transport"].randomElement(using: &generator)
            self.operations.append(.add(element ?? "asbest", reference))
        }
        for _ in 0..<4 {
            let right = references.filter { _ in Int.random(in: 0..<8, using: &generator) == 0 }
            let wrong = references.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
                .map { DotReference(dot: $0.dot, entry: $0.entry ^ 1) }
            self.operations.append(.remove(right + wrong))
        }
    }

    func set(of operations: some Sequence<SetOperation>) -> ObservedRemoveSet<String> {
        var set = ObservedRemoveSet<String>()
        for operation in operations {
            switch operation {
            case .add(let element, let reference): set.add(element, reference)
            case .remove(let references): set.remove(references)
            }
        }
        return set
    }
}

struct ObservedRemoveSetTests {
    private func reference(_ member: UInt16, _ index: UInt64, entry: UInt128 = 1) -> DotReference {
        DotReference(
            dot: Dot(member: member, generation: 0, index: index, operation: 0),
            entry: entry
        )
    }

    @Test func `a remove takes the adds it saw and no concurrent one`() {
        var set = ObservedRemoveSet<String>()
        set.add("asbest", self.reference(1, 1))
        set.add("asbest", self.reference(2, 1))
        set.remove([self.reference(1, 1)])
        #expect(set.live.map(\.reference) == [self.reference(2, 1)])
        set.remove([self.reference(2, 1)])
        #expect(set.live.isEmpty)
    }

    @Test func `an add that comes after its remove is not present`() {
        var set = ObservedRemoveSet<String>()
        set.remove([self.reference(1, 1)])
        set.add("asbest", self.reference(1, 1))
        #expect(set.live.isEmpty)
    }

    @Test func `a remove with another hash takes nothing, whichever comes first`() {
        var set = ObservedRemoveSet<String>()
        set.remove([self.reference(1, 1, entry: 2)])
        set.add("asbest", self.reference(1, 1))
        set.remove([self.reference(1, 1, entry: 3)])
        #expect(set.live.map(\.element) == ["asbest"])
    }

    @Test func `another element under a dot already applied changes nothing`() {
        var set = ObservedRemoveSet<String>()
        set.add("asbest", self.reference(1, 1))
        set.add("bodem", self.reference(1, 1))
        #expect(set.live.map(\.element) == ["asbest"])
    }

    @Test(arguments: UInt64(1)...200)
    func `any order with repeats gives what the list of all operations says`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let oracle = SetOracle(using: &generator)
        let repeated = (oracle.operations + oracle.operations).shuffled(using: &generator)
        let set = oracle.set(of: repeated)
        #expect(set == oracle.set(of: oracle.operations))
        #expect(set.live.map(\.dot) == oracle.live.keys.sorted())
        for add in set.live { #expect(oracle.live[add.dot] == add.element) }
    }

    @Test(arguments: UInt64(1)...200)
    func `merging is commutative, associative and idempotent and equals applying all`(seed: UInt64)
    {
        var generator = SeededGenerator(seed: seed)
        let oracle = SetOracle(using: &generator)
        let parts = (0..<3).map { _ in
            oracle.set(of: oracle.operations.filter { _ in Bool.random(using: &generator) })
        }
        func merged(_ sets: ObservedRemoveSet<String>...) -> ObservedRemoveSet<String> {
            var result = sets[0]
            for set in sets.dropFirst() { result.merge(set) }
            return result
        }
        let (a, b, c) = (parts[0], parts[1], parts[2])
        #expect(merged(a, b) == merged(b, a))
        #expect(merged(merged(a, b), c) == merged(a, merged(b, c)))
        #expect(merged(a, a) == a)
        let all = oracle.set(of: oracle.operations)
        #expect(merged(a, b, all) == all)
    }
}
