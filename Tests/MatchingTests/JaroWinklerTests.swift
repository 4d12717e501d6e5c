import Matching
import TestSupport
import Testing

struct JaroWinklerTests {
    /// Names of Winkler 2006, "Overview of record linkage and current research directions", table 6, and
    /// of Winkler 1990; to three digits as printed there.
    @Test(
        arguments: [
            ("shackleford", "shackelford", 0.982), ("dunningham", "cunnigham", 0.896),
            ("nichleson", "nichulson", 0.956), ("jones", "johnson", 0.832),
            ("massey", "massie", 0.933),
            ("abroms", "abrams", 0.922), ("hardin", "martinez", 0.722), ("itman", "smith", 0.467),
            ("jeraldine", "geraldine", 0.926), ("marhta", "martha", 0.961),
            ("michelle", "michael", 0.921), ("julies", "julius", 0.933), ("tanya", "tonya", 0.880),
            ("dwayne", "duane", 0.840), ("sean", "susan", 0.805), ("jon", "john", 0.933),
            ("dixon", "dicksonx", 0.813),
        ] as [(String, String, Double)]
    )
    func `names are as alike as was published`(one: String, other: String, likeness: Double) {
        #expect(abs(JaroWinkler.likeness(one, other) - likeness) < 0.000_6)
        #expect(JaroWinkler.likeness(one, other) == JaroWinkler.likeness(other, one))
    }

    @Test func `nothing is like nothing, and unlike anything`() {
        #expect(JaroWinkler.likeness("", "") == 1)
        #expect(JaroWinkler.likeness("a", "") == 0)
        #expect(JaroWinkler.likeness("abc", "xyz") == 0)
        #expect(JaroWinkler.likeness("één", "één") == 1)
    }

    @Test func `64 scalars are looked at`() {
        let max = String(repeating: "a", count: JaroWinkler.scalarsMax)
        #expect(JaroWinkler.likeness(max, max + "b") == 1)
        let short = String(repeating: "a", count: JaroWinkler.scalarsMax - 1)
        #expect(JaroWinkler.likeness(short, short + "b") < 1)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `random texts are as alike as a naive program says`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let one = Self.word(&generator)
            let other = Self.word(&generator)
            #expect(
                abs(JaroWinkler.likeness(one, other) - Self.naive(one, other)) < 1e-9,
                "\(one) \(other)"
            )
        }
    }

    private static func word(_ generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 1...9, using: &generator)
        return String((0..<count).map { _ in "abcde".randomElement(using: &generator) ?? "a" })
    }

    /// The definition, letter by letter: lists of matched letters instead of bits.
    private static func naive(_ one: String, _ other: String) -> Double {
        let (a, b) = (Array(one), Array(other))
        let window = max(0, max(a.count, b.count) / 2 - 1)
        var isTaken = [Bool](repeating: false, count: b.count)
        var left: [Character] = []
        for (index, letter) in a.enumerated() {
            let match = b.indices.first { other in
                abs(other - index) <= window && !isTaken[other] && b[other] == letter
            }
            guard let match else { continue }
            isTaken[match] = true
            left.append(letter)
        }
        guard !left.isEmpty else { return 0 }
        let right = b.indices.filter { isTaken[$0] }.map { b[$0] }
        let exchanged = zip(left, right).count { $0 != $1 } / 2
        let m = Double(left.count)
        let jaro = (m / Double(a.count) + m / Double(b.count) + (m - Double(exchanged)) / m) / 3
        guard jaro >= 0.7 else { return jaro }
        let prefix = zip(a, b).prefix(4).prefix { $0 == $1 }.count
        return jaro + Double(prefix) * 0.1 * (1 - jaro)
    }
}
