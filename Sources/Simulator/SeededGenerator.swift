import Synchronization

/// SplitMix64 (Steele, Lea, Flood 2014): every random choice of a run comes from one of these.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the sequence that belongs to `seed`.
    package init(seed: UInt64) { self.state = seed }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// Whether something happens that happens in `ratio` (0 to 1) of the cases.
    package mutating func chance(_ ratio: Double) -> Bool {
        ratio > 0 && Double.random(in: 0..<1, using: &self) < ratio
    }

    /// The next `count` bytes.
    package mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: self.next()) }
    }
}

/// A seeded source of bytes for those who ask through a closure.
package final class SeededBytes: Sendable {
    private let generator: Mutex<SeededGenerator>

    /// Starts the sequence that belongs to `seed`.
    package init(seed: UInt64) { self.generator = Mutex(SeededGenerator(seed: seed)) }

    /// The next `count` bytes.
    package func next(_ count: Int) -> [UInt8] {
        self.generator.withLock { $0.bytes(count: count) }
    }
}
