/// The words of the distinct names of a column, and how many items have each word.
struct WordTable: Sendable {
    /// What a name is taken apart into.
    private struct Entry: Sendable {
        /// Where its words lie in `wordNumbers`: sorted, each once.
        var range: Range<Int>
        /// The number of its core, of its legal forms and of its particles.
        var core: Int32
        var forms: Int32
        var particles: Int32
        /// Weights of its words together.
        var weight: Double
    }

    /// The words.
    private(set) var words = TextPool()
    /// Cores without blanks, and how many items have each.
    private var cores = TextPool()
    private var forms = TextPool()
    private var particles = TextPool()
    private var entries: [Entry] = []
    private var wordNumbers: [Int32] = []
    /// Bits that each word says: the rarer, the more.
    private(set) var weights: [Double] = []

    /// Takes in the next value; values come in the order of their numbers.
    ///
    /// - Parameters:
    ///   - analysis: What it is taken apart into.
    ///   - count: How many items have it.
    mutating func append(_ analysis: NameAnalysis, count: Int) {
        var numbers: [Int32] = []
        var seen: Set<String> = []
        for word in analysis.core where seen.insert(word).inserted {
            numbers.append(self.words.number(of: word, adding: count))
        }
        let start = self.wordNumbers.count
        self.wordNumbers += numbers.sorted()
        self.entries.append(
            Entry(
                range: start..<self.wordNumbers.count,
                core: self.cores.number(of: analysis.core.joined(), adding: count),
                forms: self.forms.number(
                    of: analysis.legalForms.joined(separator: " "),
                    adding: 0
                ),
                particles: self.particles.number(
                    of: analysis.particles.joined(separator: " "),
                    adding: 0
                ),
                weight: 0
            )
        )
    }

    /// Weighs the words, once all values are in.
    ///
    /// - Parameter presentCount: How many items have a name.
    mutating func close(presentCount: Int) {
        self.weights = self.words.counts.map { count in
            Bits.log2(Double(presentCount + 1) / Double(max(1, count)))
        }
        for index in self.entries.indices {
            let numbers = self.wordNumbers[self.entries[index].range]
            self.entries[index].weight = numbers.reduce(0) { $0 + self.weights[Int($1)] }
        }
    }

    /// Whether two values have a word in common.
    func shareWord(_ one: Int32, _ other: Int32) -> Bool {
        var found = false
        self.eachShared(self.entries[Int(one)].range, self.entries[Int(other)].range) { _ in
            found = true
        }
        return found
    }

    /// The level of two different names of organisations (`ComparisonKind.levelNames`).
    func level(_ one: Int32, _ other: Int32) -> UInt8 {
        let (a, b) = (self.entries[Int(one)], self.entries[Int(other)])
        let isSameCore = a.core == b.core || self.wordNumbers[a.range] == self.wordNumbers[b.range]
        if isSameCore {
            if a.forms == b.forms { return a.particles == b.particles ? 0 : 1 }
            let isSilent =
                self.forms.texts[Int(a.forms)].isEmpty || self.forms.texts[Int(b.forms)].isEmpty
            return isSilent ? 1 : 2
        }
        let likeness = self.likeness(a, b)
        if likeness >= 0.8 { return 3 }
        let mayBeAlike = self.cores.mayBeAlike(a.core, b.core, 0.96)
        if mayBeAlike, self.cores.likeness(a.core, b.core) >= 0.96 { return 3 }
        return likeness >= 0.5 ? 4 : likeness >= 0.2 ? 5 : 6
    }

    /// How often what two names agree on is met by chance: the rarest word that both have, or the core.
    func coincidence(_ one: Int32, _ other: Int32, _ level: UInt8, of presentCount: Int) -> Double {
        let (a, b) = (self.entries[Int(one)], self.entries[Int(other)])
        guard level < 6 else { return 0 }
        var count = UInt32.max
        if level <= 2 {
            count = max(self.cores.counts[Int(a.core)], self.cores.counts[Int(b.core)])
        } else {
            self.eachShared(a.range, b.range) { count = min(count, self.words.counts[$0]) }
            guard count < .max else { return 0 }
        }
        return Double(max(1, count)) / Double(presentCount)
    }

    /// The weight of what two names share over the weight of all their words; words that are nearly the
    /// same share nine tenths of the lighter one.
    private func likeness(_ a: Entry, _ b: Entry) -> Double {
        var shared = 0.0
        self.eachShared(a.range, b.range) { shared += self.weights[$0] }
        if shared < a.weight, shared < b.weight {
            shared += self.nearlyShared(a.range, b.range)
        }
        let all = a.weight + b.weight - shared
        return all > 0 ? shared / all : 0
    }

    private func nearlyShared(_ a: Range<Int>, _ b: Range<Int>) -> Double {
        var (sum, taken): (Double, UInt64) = (0, 0)
        for index in a where !self.contains(self.wordNumbers[index], b) {
            let word = self.wordNumbers[index]
            var (best, bestOffset) = (0.9, -1)
            for other in b where !self.contains(self.wordNumbers[other], a) {
                let offset = other - b.lowerBound
                guard taken & (1 << UInt64(offset)) == 0,
                    self.words.mayBeAlike(word, self.wordNumbers[other], 0.9)
                else { continue }
                let likeness = self.words.likeness(word, self.wordNumbers[other])
                if likeness > best { (best, bestOffset) = (likeness, offset) }
            }
            guard bestOffset >= 0 else { continue }
            taken |= 1 << UInt64(bestOffset)
            let other = self.wordNumbers[b.lowerBound + bestOffset]
            sum += 0.9 * min(self.weights[Int(word)], self.weights[Int(other)])
        }
        return sum
    }

    private func contains(_ word: Int32, _ range: Range<Int>) -> Bool {
        range.contains { self.wordNumbers[$0] == word }
    }

    private func eachShared(_ a: Range<Int>, _ b: Range<Int>, _ body: (Int) -> Void) {
        var (i, j) = (a.lowerBound, b.lowerBound)
        while i < a.upperBound, j < b.upperBound {
            let (x, y) = (self.wordNumbers[i], self.wordNumbers[j])
            if x == y {
                body(Int(x))
                i += 1
                j += 1
            } else if x < y {
                i += 1
            } else {
                j += 1
            }
        }
    }
}
