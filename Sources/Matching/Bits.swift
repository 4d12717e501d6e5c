/// Logarithms to base 2 and back, the same on every machine: evidence is counted in bits.
///
/// The mathematics library of a system is free in its last digit, and a pair must not be a suggestion on
/// one node alone; these are made of additions, multiplications and divisions, which IEEE 754 fixes.
enum Bits {
    /// Returns the logarithm to base 2 of a positive finite number, off by less than 1e-12.
    static func log2(_ value: Double) -> Double {
        precondition(value > 0 && value.isFinite, "only positive numbers have a logarithm here")
        var (exponent, significand) = (Double(value.exponent), value.significand)
        if significand > 1.414_213_562_373_095_1 {
            significand /= 2
            exponent += 1
        }
        let s = (significand - 1) / (significand + 1)
        let square = s * s
        var (sum, divisor) = (0.0, 19.0)
        while divisor >= 1 {
            sum = sum * square + 1 / divisor
            divisor -= 2
        }
        return exponent + 2 * s * sum * 1.442_695_040_888_963_4
    }

    /// Returns 2 to the power of a number, off by less than 1e-12 of it; numbers beyond ±1,000 count as
    /// ±1,000.
    static func power(_ exponent: Double) -> Double {
        let bounded = min(max(exponent, -1_000), 1_000)
        let whole = bounded.rounded()
        let x = (bounded - whole) * 0.693_147_180_559_945_3
        var sum = 1.0
        for term in stride(from: 14.0, through: 1.0, by: -1.0) { sum = 1 + x / term * sum }
        return Double(sign: .plus, exponent: Int(whole), significand: sum)
    }

    /// Returns the probability that belongs to odds of 2^`bits`.
    static func probability(_ bits: Double) -> Double { 1 / (1 + self.power(-bits)) }

    /// Returns the bits that belong to a probability between 0 and 1.
    static func odds(_ probability: Double) -> Double { self.log2(probability / (1 - probability)) }
}

/// Choices that fall the same way on every node: SplitMix64 (Steele, Lea, Flood 2014).
struct SampleGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(self.state)
    }

    /// A number below `bound`, without favour as far as 2^32 choices can tell.
    mutating func index(below bound: Int) -> Int {
        Int((self.next() >> 32).multipliedFullWidth(by: UInt64(bound)).low >> 32)
    }

    /// The last step of SplitMix64, which spreads every bit over all.
    static func mix(_ value: UInt64) -> UInt64 {
        var word = value
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
