import ReplicatedTypes
import TestSupport
import Testing

/// Every write ever made, and the rule of `Protocol/case-model.md` §2 word for word.
private struct RegisterOracle {
    struct Write {
        let reference: DotReference
        let value: Int
        let supersedes: [DotReference]

        var dot: Dot { self.reference.dot }
        var made: MultiValueRegister<Int>.Write { .init(self.reference, value: self.value) }
    }

    /// In the order in which they were made, which need not be that of their dots.
    var writes: [Write] = []

    private func isNamed(_ write: Write) -> Bool {
        self.writes.contains { $0.supersedes.contains(write.reference) }
    }

    private func isLast(_ write: Write, among writes: [Write]) -> Bool {
        !writes.contains { $0.dot.member == write.dot.member && $0.dot > write.dot }
    }

    /// Whether only the rule for rings gives values.
    var isRing: Bool {
        !self.writes.isEmpty
            && self.writes.allSatisfy {
                self.isNamed($0) || !self.isLast($0, among: self.writes)
            }
    }

    var live: [MultiValueRegister<Int>.Write] {
        let unnamed = self.writes.filter { !self.isNamed($0) }
        let live =
            self.isRing
            ? unnamed.filter { self.isLast($0, among: unnamed) }
            : unnamed.filter { self.isLast($0, among: self.writes) }
        return live.map(\.made).sorted { $0.dot < $1.dot }
    }

    static let dots = (UInt16(1)...4).flatMap { member in
        (UInt16(0)...1).flatMap { generation in
            (UInt64(0)..<3).map { index in
                Dot(member: member, generation: generation, index: index, operation: 0)
            }
        }
    }

    /// Writes by four members in two generations, in an order that liars choose: each names writes
    /// made before it rightly, and any, its own and later ones too, with a wrong hash.
    init(using generator: inout SeededGenerator) {
        let dots = Self.dots.shuffled(using: &generator)
            .prefix(Int.random(in: 1...Self.dots.count, using: &generator))
        for dot in dots {
            let right = self.writes.map(\.reference)
                .filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
            let wrong = Self.dots.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
                .map {
                    DotReference(dot: $0, entry: .random(in: 0...UInt128.max, using: &generator))
                }
            self.writes.append(
                Write(
                    reference: DotReference(
                        dot: dot,
                        entry: .random(in: 0...UInt128.max, using: &generator)
                    ),
                    value: Int.random(in: 0...2, using: &generator),
                    supersedes: (right + wrong).shuffled(using: &generator)
                )
            )
        }
    }

    func register(of writes: some Sequence<Write>) -> MultiValueRegister<Int> {
        var register = MultiValueRegister<Int>()
        for write in writes { register.apply(write.made, superseding: write.supersedes) }
        return register
    }
}

struct MultiValueRegisterTests {
    private func reference(_ member: UInt16, _ index: UInt64) -> DotReference {
        DotReference(
            dot: Dot(member: member, generation: 0, index: index, operation: 0),
            entry: UInt128(member) << 64 | UInt128(index)
        )
    }

    private func write(_ member: UInt16, _ index: UInt64, _ value: String)
        -> MultiValueRegister<String>.Write
    {
        .init(self.reference(member, index), value: value)
    }

    @Test func `concurrent writes stay visible until a write that saw them`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(1, 5, "analyse"), superseding: [])
        register.apply(self.write(2, 3, "beoordeling"), superseding: [])
        #expect(register.live.map(\.value) == ["analyse", "beoordeling"])
        register.apply(
            self.write(1, 9, "afgesloten"),
            superseding: [self.reference(1, 5), self.reference(2, 3)]
        )
        #expect(register.live == [self.write(1, 9, "afgesloten")])
    }

    @Test func `a later write of one author supersedes its own without naming it`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(1, 9, "late"), superseding: [])
        register.apply(self.write(1, 5, "early"), superseding: [])
        #expect(register.live.map(\.value) == ["late"])
    }

    @Test func `a superseded write that arrives later is not added`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(2, 3, "new"), superseding: [self.reference(1, 5)])
        register.apply(self.write(1, 5, "old"), superseding: [])
        #expect(register.live.map(\.value) == ["new"])
    }

    @Test func `a reference with another hash is ignored, whichever comes first`() {
        let wrong = DotReference(
            dot: self.reference(1, 5).dot,
            entry: self.reference(1, 5).entry ^ 1
        )
        for order in [[0, 1], [1, 0]] {
            var register = MultiValueRegister<String>()
            for step in order {
                if step == 0 { register.apply(self.write(1, 5, "honest"), superseding: []) }
                if step == 1 { register.apply(self.write(2, 3, "liar"), superseding: [wrong]) }
            }
            #expect(register.live.map(\.value) == ["honest", "liar"])
        }
    }

    @Test func `a write that was overtaken still supersedes what it names`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(1, 9, "late"), superseding: [])
        register.apply(self.write(2, 3, "seen"), superseding: [])
        register.apply(self.write(1, 5, "early"), superseding: [self.reference(2, 3)])
        #expect(register.live.map(\.value) == ["late"])
    }

    @Test func `a ring made by filling a log backwards leaves the last unnamed write`() {
        // 1 makes its entry 9 first; 2 names it; then 1 makes its entry 5, which names that of 2.
        var register = MultiValueRegister<String>()
        register.apply(self.write(1, 9, "first"), superseding: [])
        register.apply(self.write(2, 3, "second"), superseding: [self.reference(1, 9)])
        register.apply(self.write(1, 5, "third"), superseding: [self.reference(2, 3)])
        #expect(register.live.map(\.value) == ["third"])
        // One liar alone can do it too.
        var alone = MultiValueRegister<String>()
        alone.apply(self.write(1, 9, "first"), superseding: [])
        alone.apply(self.write(1, 5, "second"), superseding: [self.reference(1, 9)])
        #expect(alone.live.map(\.value) == ["second"])
        // An honest write that saw what is shown stands alone.
        register.apply(self.write(3, 1, "honest"), superseding: register.live.map(\.reference))
        #expect(register.live.map(\.value) == ["honest"])
    }

    @Test func `another value under a dot already applied changes nothing`() {
        var register = MultiValueRegister<String>()
        register.apply(self.write(1, 5, "first"), superseding: [])
        register.apply(self.write(1, 5, "second"), superseding: [])
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
        #expect(!inOrder.live.isEmpty)
        #expect(oracle.register(of: repeated) == inOrder)
    }

    @Test(arguments: UInt64(1)...200)
    func `a write that saw what is shown is all that is shown, whatever was written before`(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        let oracle = RegisterOracle(using: &generator)
        var register = oracle.register(of: oracle.writes)
        // Its dot was named by liars before, but nobody could know its hash.
        let dot = Dot(member: 5, generation: 0, index: 0, operation: 0)
        let guesses = (0..<8).map { _ in
            DotReference(dot: dot, entry: .random(in: 0...UInt128.max, using: &generator))
        }
        register.apply(
            .init(
                DotReference(
                    dot: Dot(member: 6, generation: 0, index: 0, operation: 0),
                    entry: 6
                ),
                value: 6
            ),
            superseding: guesses
        )
        let seen = register.live.map(\.reference)
        let honest = MultiValueRegister<Int>.Write(
            DotReference(dot: dot, entry: .random(in: 0...UInt128.max, using: &generator)),
            value: 7
        )
        register.apply(honest, superseding: seen)
        #expect(register.live == [honest])
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

    /// The properties above would hold of writes without rings too.
    @Test func `the oracles make rings`() {
        let rings = (UInt64(1)...200).filter { seed in
            var generator = SeededGenerator(seed: seed)
            return RegisterOracle(using: &generator).isRing
        }
        #expect(rings.count > 3)
    }
}
