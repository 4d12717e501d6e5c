import ReplicatedTypes
import Testing

/// One operation on a set.
private enum SetOperation {
    case add(String, Dot)
    case remove([Dot])
}

/// Every operation ever made, and the rule of `Protocol/case-model.md` §2 word for word.
private struct SetOracle {
    var operations: [SetOperation] = []

    var live: [Dot: String] {
        var live: [Dot: String] = [:]
        for case .add(let element, let dot) in self.operations {
            let isRemoved = self.operations.contains { operation in
                guard case .remove(let dots) = operation else { return false }
                return dots.contains(dot)
            }
            if !isRemoved { live[dot] = element }
        }
        return live
    }

    init(using generator: inout SeededGenerator) {
        let dots = (UInt16(1)...3).flatMap { member in
            (UInt64(0)..<6).map { index in
                Dot(member: member, generation: 0, index: index, operation: 0)
            }
        }
        for dot in dots where Int.random(in: 0..<4, using: &generator) > 0 {
            let element = ["asbest", "bodem", "transport"].randomElement(using: &generator)
            self.operations.append(.add(element ?? "asbest", dot))
        }
        for _ in 0..<4 {
            self.operations.append(
                .remove(dots.filter { _ in Int.random(in: 0..<8, using: &generator) == 0 })
            )
        }
    }

    func set(of operations: some Sequence<SetOperation>) -> ObservedRemoveSet<String> {
        var set = ObservedRemoveSet<String>()
        for operation in operations {
            switch operation {
            case .add(let element, let dot): set.add(element, dot: dot)
            case .remove(let dots): set.remove(dots)
            }
        }
        return set
    }
}

struct ObservedRemoveSetTests {
    private func dot(_ member: UInt16, _ index: UInt64) -> Dot {
        Dot(member: member, generation: 0, index: index, operation: 0)
    }

    @Test func `a remove takes the adds it saw and no concurrent one`() {
        var set = ObservedRemoveSet<String>()
        set.add("asbest", dot: self.dot(1, 1))
        set.add("asbest", dot: self.dot(2, 1))
        set.remove([self.dot(1, 1)])
        #expect(set.live.map(\.dot) == [self.dot(2, 1)])
        set.remove([self.dot(2, 1)])
        #expect(set.live.isEmpty)
    }

    @Test func `an add that comes after its remove is not present`() {
        var set = ObservedRemoveSet<String>()
        set.remove([self.dot(1, 1)])
        set.add("asbest", dot: self.dot(1, 1))
        #expect(set.live.isEmpty)
    }

    @Test func `another element under a dot already applied changes nothing`() {
        var set = ObservedRemoveSet<String>()
        set.add("asbest", dot: self.dot(1, 1))
        set.add("bodem", dot: self.dot(1, 1))
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
        for (dot, element) in set.live { #expect(oracle.live[dot] == element) }
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
