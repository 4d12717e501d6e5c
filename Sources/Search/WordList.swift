/// The words of a segment, ascending, and which of them are like a word (`Protocol/search.md` §5).
struct WordList: Sendable {
    private var bytes: [UInt8] = []
    /// Where each word ends.
    private var ends: [UInt32] = []
    /// In how many documents each is, once for each field.
    private var counts: [UInt32] = []
    /// A bit for each letter that each has: one edit changes two at most.
    private var letters: [UInt32] = []

    var byteCount: Int { self.bytes.count + self.ends.count * 12 }

    /// Adds a word that is not before the last one; the last one once more adds to its count.
    mutating func add(_ word: ArraySlice<UInt8>, count: Int) {
        if let last = self.ends.indices.last, self.word(last) == word {
            self.counts[last] += UInt32(count)
            return
        }
        self.bytes += word
        self.ends.append(UInt32(self.bytes.count))
        self.counts.append(UInt32(count))
        self.letters.append(Self.letters(of: word))
    }

    private func word(_ index: Int) -> ArraySlice<UInt8> {
        self.bytes[(index > 0 ? Int(self.ends[index - 1]) : 0)..<Int(self.ends[index])]
    }

    private static func letters(of word: ArraySlice<UInt8>) -> UInt32 {
        word.reduce(0) { $0 | 1 << UInt32($1 & 0x1F) }
    }

    /// The first word that is not before `word`.
    private func lowerBound(_ word: [UInt8]) -> Int {
        var (low, high) = (0, self.ends.count)
        while low < high {
            let middle = low + (high - low) / 2
            if self.word(middle).lexicographicallyPrecedes(word) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// In how many documents a word is.
    func count(of word: [UInt8]) -> Int {
        let index = self.lowerBound(word)
        guard index < self.ends.count, self.word(index) == word[...] else { return 0 }
        return Int(self.counts[index])
    }

    /// Calls `body` with every word that begins with `prefix`, and in how many documents it is.
    func forEach(prefix: [UInt8], _ body: ([UInt8], Int) -> Void) {
        var index = self.lowerBound(prefix)
        while index < self.ends.count, self.word(index).starts(with: prefix) {
            body(Array(self.word(index)), Int(self.counts[index]))
            index += 1
        }
    }

    /// Calls `body` with every word that is at most `editsMax` edits from `word` and not the same.
    ///
    /// - Complexity: O(words), some nanoseconds each but for those that are nearly like it.
    func forEach(
        near word: [UInt8],
        editsMax: Int,
        _ body: ([UInt8], _ edits: Int, _ count: Int) -> Void
    ) {
        let letters = Self.letters(of: word[...])
        let (shortest, longest) = (max(1, word.count - editsMax), word.count + editsMax)
        let distance = EditDistance(word)
        let bytes = self.bytes.span
        var start = 0
        for index in self.ends.indices {
            let end = Int(self.ends[index])
            defer { start = end }
            let count = end - start
            guard count >= shortest, count <= longest,
                (self.letters[index] ^ letters).nonzeroBitCount <= 2 * editsMax,
                bytes[start] < 0x30 || bytes[start] > 0x39
            else { continue }
            let edits = distance.edits(to: bytes.extracting(start..<end))
            if edits > 0, edits <= editsMax {
                body(Array(self.bytes[start..<end]), edits, Int(self.counts[index]))
            }
        }
    }
}

/// How a word of a question is like one of a document.
package enum Likeness: Int, Comparable, Sendable {
    /// It is the same.
    case same
    /// It begins with it.
    case prefix
    /// Two words of one are one word of the other.
    case joined
    /// One edit apart.
    case oneEdit
    /// Two edits apart.
    case twoEdits

    /// How far words may be from those of a question.
    enum Reach: Int, Sendable {
        /// An edit, of words of 4 bytes or more.
        case near
        /// An edit of 3 bytes or more, two of 6 or more: where nothing nearer has enough hits.
        case far

        /// Most edits of a word of so many bytes.
        func editsMax(byteCount: Int) -> Int {
            switch self {
            case .near: byteCount >= 4 ? 1 : 0
            case .far: byteCount >= 6 ? 2 : byteCount >= 3 ? 1 : 0
            }
        }
    }

    /// Bytes from which a word that is being typed finds those that begin with it.
    static let prefixMin = 2

    /// The better first.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    var quality: Double {
        switch self {
        case .same: 1
        case .prefix, .joined: 0.9
        case .oneEdit: 0.75
        case .twoEdits: 0.5
        }
    }

    /// Most edits at which a word is still like another; numbers are like themselves alone.
    static func editsMax(of word: [UInt8], _ reach: Reach) -> Int {
        guard let first = word.first, first < 0x30 || first > 0x39 else { return 0 }
        return reach.editsMax(byteCount: word.count)
    }

    static func ofEdits(_ edits: Int) -> Likeness {
        switch edits {
        case 0: .same
        case 1: .oneEdit
        default: .twoEdits
        }
    }
}

/// How many edits words are apart from one: insertions, deletions, substitutions and exchanges of neighbours, each
/// place edited once (optimal string alignment).
///
/// A column of the matrix is a word of the machine: H. Hyyrö, "A Bit-Vector Algorithm for Computing
/// Levenshtein and Damerau Edit Distances" (2003).
struct EditDistance: Sendable {
    private let count: Int
    /// For each byte the places at which the word has it.
    private let places: [UInt64]

    /// Prepares for a word of at most 64 bytes.
    init(_ word: [UInt8]) {
        precondition(word.count <= 64, "a column is a word of the machine")
        var places = [UInt64](repeating: 0, count: 256)
        for (place, byte) in word.enumerated() { places[Int(byte)] |= 1 << UInt64(place) }
        self.count = word.count
        self.places = places
    }

    /// The edits to another word.
    ///
    /// - Complexity: O(its length).
    func edits(to other: Span<UInt8>) -> Int {
        guard self.count > 0 else { return other.count }
        let last: UInt64 = 1 << UInt64(self.count - 1)
        var (up, down): (UInt64, UInt64) = (.max, 0)
        var zero: UInt64 = 0
        var matchedBefore: UInt64 = 0
        var edits = self.count
        for index in other.indices {
            let matched = self.places[Int(other[index])]
            let exchanged = ((~zero & matched) << 1) & matchedBefore
            zero = (((matched & up) &+ up) ^ up) | matched | down | exchanged
            let right = down | ~(zero | up)
            let left = zero & up
            if right & last != 0 { edits += 1 }
            if left & last != 0 { edits -= 1 }
            let shifted = right << 1 | 1
            up = left << 1 | ~(zero | shifted)
            down = shifted & zero
            matchedBefore = matched
        }
        return edits
    }
}
