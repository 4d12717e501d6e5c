import ReplicatedTypes
import Testing

/// Every write ever made, and the rule of `Protocol/case-model.md` §2 word for word.
private struct RegisterOracle {
    struct Write {
        let dot: Dot
        let value: Int
        let supersedes: [Dot]
    }

    var writes: [Write] = []

    var live: [MultiValueRegister<Int>.Write] {
        self.writes.filter { write in
            let isNamed = self.writes.contains { $0.supersedes.contains(write.dot) }
            let hasLater = self.writes.contains {
                $0.dot.member == write.dot.member && $0.dot > write.dot
            }
            return !isNamed && !hasLater
        }
        .map { MultiValueRegister.Write(dot: $0.dot, value: $0.value) }
        .sorted { $0.dot < $1.dot }
    }

    /// Writes by four members in two generations; each names dots at random, also of writes that
    /// nobody makes.
    init(using generator: inout SeededGenerator) {
        let dots = (UInt16(1)...4).flatMap { member in
            (UInt16(0)...1).flatMap { generation in
                (UInt64(0)..<4).map { index in
                    Dot(member: member, generation: generation, index: index, operation: 0)
                }
            }
        }
        for dot in dots where Bool.random(using: &generator) {
            let named = dots.filter { _ in Int.random(in: 0..<12, using: &generator) == 0 }
            let value = Int.random(in: 0...2, using: &generator)
            self.writes.append(
                Write(dot: dot, value: value, supersedes: named.filter { $0 != dot })
            )
        }
    }

    func register(of writes: some Sequence<Write>) -> MultiValueRegister<Int> {
        var register = MultiValueRegister<Int>()
        for write in writes {
            register.apply(
                MultiValueRegister.Write(dot: write.dot, value: write.value),
                superseding: write.supersedes
            )
        }
        return register
    }
}

struct MultiValueRegisterTests {
    private func dot(_ member: UInt16, _ index: UInt64) -> Dot {
        Dot(member: member, generation: 0, index: index, operation: 0)
    }

    private func write(_ dot: Dot, _ value: String) -> MultiValueRegister<String>.Write {
        MultiValueRegister.Write(dot: dot, value: value)
    }

    @Test func `concurrent writes stay visible until a write that saw them`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(self.dot(1, 5), "analyse"), superseding: [])
        register.apply(self.write(self.dot(2, 3), "beoordeling"), superseding: [])
        #expect(register.live.map(\.value) == ["analyse", "beoordeling"])
        register.apply(
            self.write(self.dot(1, 9), "afgesloten"),
            superseding: [self.dot(1, 5), self.dot(2, 3)]
        )
        #expect(register.live == [self.write(self.dot(1, 9), "afgesloten")])
    }

    @Test func `a later write of one author supersedes its own without naming it`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(self.dot(1, 9), "late"), superseding: [])
        register.apply(self.write(self.dot(1, 5), "early"), superseding: [])
        #expect(register.live.map(\.value) == ["late"])
    }

    @Test func `a superseded dot that arrives later is not added`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(self.dot(2, 3), "new"), superseding: [self.dot(1, 5)])
        register.apply(self.write(self.dot(1, 5), "old"), superseding: [])
        #expect(register.live.map(\.value) == ["new"])
    }

    @Test func `a write that was overtaken still supersedes what it names`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(self.dot(1, 9), "late"), superseding: [])
        register.apply(self.write(self.dot(2, 3), "seen"), superseding: [])
        register.apply(self.write(self.dot(1, 5), "early"), superseding: [self.dot(2, 3)])
        #expect(register.live.map(\.value) == ["late"])
    }

    @Test func `another value under a dot already applied changes nothing`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(self.dot(1, 5), "first"), superseding: [])
        register.apply(self.write(self.dot(1, 5), "second"), superseding: [])
        #expect(register.live.map(\.value) == ["first"])
    }

    @Test(arguments: UInt64(1)...200)
    func `any order with repeats gives what the list of all writes says`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let oracle = RegisterOracle(using: &generator)
        let inOrder = oracle.register(of: oracle.writes)
        let repeated =
            (oracle.writes
            + oracle.writes.filter { _ in
                Bool.random(using: &generator)
            }).shuffled(using: &generator)
        #expect(inOrder.live == oracle.live)
        #expect(oracle.register(of: repeated) == inOrder)
    }

    @Test(arguments: UInt64(1)...200)
    func `merging is commutative, associative and idempotent and equals applying all`(seed: UInt64)
    {
        var generator = SeededGenerator(seed: seed)
        let oracle = RegisterOracle(using: &generator)
        let parts = (0..<3).map { _ in
            oracle.register(of: oracle.writes.filter { _ in Bool.random(using: &generator) })
        }
        func merged(_ registers: MultiValueRegister<Int>...) -> MultiValueRegister<Int> {
            var result = registers[0]
            for register in registers.dropFirst() { result.merge(register) }
            return result
        }
        let (a, b, c) = (parts[0], parts[1], parts[2])
        #expect(merged(a, b) == merged(b, a))
        #expect(merged(merged(a, b), c) == merged(a, merged(b, c)))
        #expect(merged(a, a) == a)
        #expect(merged(a, b, a) == merged(a, b))
        let all = oracle.register(of: oracle.writes)
        #expect(merged(a, b, all) == all)
        #expect(merged(a, b, all).live == oracle.live)
    }
}
