/// The distinct values of a column, each with a number, its scalars and how many items have it.
struct TextPool: Sendable {
    /// The values, by number.
    private(set) var texts: [String] = []
    /// How many items have each value in the column's own field.
    private(set) var counts: [UInt32] = []
    /// Which letters each value has, as bits.
    private var letters: [UInt64] = []
    /// The first scalars of all values, one after the other.
    private var scalars: [UInt32] = []
    /// Where each value begins in `scalars`; one more than values.
    private var starts: [Int] = [0]
    private var numbers: [String: Int32] = [:]

    /// How many distinct values there are.
    var count: Int { self.texts.count }

    /// The number of a value, which is new if it was not there.
    ///
    /// - Parameters:
    ///   - text: A value.
    ///   - count: How many more items have it.
    /// - Returns: Its number, from 0 in the order of first mention.
    mutating func number(of text: String, adding count: Int) -> Int32 {
        if let number = self.numbers[text] {
            self.counts[Int(number)] += UInt32(count)
            return number
        }
        let number = Int32(self.texts.count)
        self.numbers[text] = number
        self.texts.append(text)
        self.counts.append(UInt32(count))
        let scalars = text.unicodeScalars.prefix(JaroWinkler.scalarsMax).map(\.value)
        self.letters.append(scalars.reduce(0) { $0 | 1 << Self.bit($1) })
        self.scalars += scalars
        self.starts.append(self.scalars.count)
        return number
    }

    /// The number of a value that is there.
    func existing(_ text: String) -> Int32? { self.numbers[text] }

    /// The same without what finds values by their text; nothing is added afterwards.
    func closed() -> TextPool {
        var pool = self
        pool.numbers = [:]
        return pool
    }

    /// The bit of a letter: its own for those of folded text in ASCII, shared for others.
    private static func bit(_ scalar: UInt32) -> UInt64 {
        switch scalar {
        case 0x61...0x7A: UInt64(scalar - 0x61)
        case 0x30...0x39: UInt64(scalar - 0x30 + 26)
        default: UInt64(36 + scalar % 28)
        }
    }

    /// Whether the likeness of two values can be `likenessMin` or more, by their lengths and which letters
    /// they have: a letter that the other side lacks has no match there.
    ///
    /// - Parameters:
    ///   - one: The number of a value.
    ///   - other: The number of the other.
    ///   - likenessMin: 0.7 to 1. Below 0.7 Winkler adds nothing; above, at most 0.4 of what is left to 1.
    /// - Returns: False only where the likeness is surely less.
    func mayBeAlike(_ one: Int32, _ other: Int32, _ likenessMin: Double) -> Bool {
        let (a, b) = (self.letters[Int(one)], self.letters[Int(other)])
        let left = self.starts[Int(one) + 1] - self.starts[Int(one)]
        let right = self.starts[Int(other) + 1] - self.starts[Int(other)]
        let matches = min(left - (a & ~b).nonzeroBitCount, right - (b & ~a).nonzeroBitCount)
        // Jaro is at most (matches / left + matches / right + 1) / 3; a hair is left for rounding.
        let jaroMin = max(0.7, (likenessMin - 0.4) / 0.6) - 1e-9
        return Double(matches * (left + right)) >= (3 * jaroMin - 1) * Double(left * right)
    }

    /// The likeness of two values by Jaro and Winkler.
    func likeness(_ one: Int32, _ other: Int32) -> Double {
        let span = self.scalars.span
        return JaroWinkler.likeness(
            span.extracting(self.starts[Int(one)]..<self.starts[Int(one) + 1]),
            span.extracting(self.starts[Int(other)]..<self.starts[Int(other) + 1])
        )
    }

    /// Whether one letter more, less, other or exchanged with its neighbour makes one of the other.
    func areOneOff(_ one: Int32, _ other: Int32) -> Bool {
        let span = self.scalars.span
        return OneOff.holds(
            span.extracting(self.starts[Int(one)]..<self.starts[Int(one) + 1]),
            span.extracting(self.starts[Int(other)]..<self.starts[Int(other) + 1])
        )
    }

    /// Whether the shorter value begins the longer one, or ends it with three letters or more.
    func isShortForm(_ one: Int32, _ other: Int32) -> Bool {
        let span = self.scalars.span
        var short = span.extracting(self.starts[Int(one)]..<self.starts[Int(one) + 1])
        var long = span.extracting(self.starts[Int(other)]..<self.starts[Int(other) + 1])
        if short.count > long.count { (short, long) = (long, short) }
        guard !short.isEmpty, short.count < long.count else { return false }
        let gap = long.count - short.count
        var (begins, ends) = (true, short.count >= 3)
        for index in short.indices {
            if short[index] != long[index] { begins = false }
            if short[index] != long[index + gap] { ends = false }
            if !begins, !ends { return false }
        }
        return true
    }
}

/// Texts that one slip of a typist tells apart.
enum OneOff {
    /// Whether the distance of Damerau 1964 (insertion, deletion, substitution, exchange of neighbours)
    /// is exactly 1.
    ///
    /// - Complexity: O(length).
    static func holds(_ one: Span<UInt32>, _ other: Span<UInt32>) -> Bool {
        let (short, long) = one.count <= other.count ? (one, other) : (other, one)
        let gap = long.count - short.count
        guard gap <= 1 else { return false }
        var start = 0
        while start < short.count, short[start] == long[start] { start += 1 }
        if gap == 0, start == short.count { return false }
        if gap == 0, start + 1 < short.count, short[start] == long[start + 1],
            short[start + 1] == long[start]
        {
            return self.areSame(short, from: start + 2, long, from: start + 2)
        }
        return self.areSame(short, from: start + 1 - gap, long, from: start + 1)
    }

    private static func areSame(
        _ one: Span<UInt32>,
        from start: Int,
        _ other: Span<UInt32>,
        from otherStart: Int
    ) -> Bool {
        let count = one.count - start
        guard count == other.count - otherStart else { return false }
        for offset in 0..<max(0, count) where one[start + offset] != other[otherStart + offset] {
            return false
        }
        return true
    }
}

/// Levels of pairs of values that were compared before, as many as fit: values repeat, and letters are
/// slow to compare.
struct LevelCache {
    private static let sizeBits = 13
    private var keys: [UInt64]
    private var levels: [UInt8]

    init() {
        self.keys = [UInt64](repeating: .max, count: 1 << Self.sizeBits)
        self.levels = [UInt8](repeating: 0, count: 1 << Self.sizeBits)
    }

    /// The level that is kept for a pair of values; nil for none.
    func level(_ key: UInt64) -> UInt8? {
        let slot = Self.slot(key)
        return self.keys[slot] == key ? self.levels[slot] : nil
    }

    /// Keeps the level of a pair of values, in place of another.
    mutating func keep(_ level: UInt8, _ key: UInt64) {
        let slot = Self.slot(key)
        self.keys[slot] = key
        self.levels[slot] = level
    }

    private static func slot(_ key: UInt64) -> Int {
        Int(SampleGenerator.mix(key) >> (64 - UInt64(self.sizeBits)))
    }
}
