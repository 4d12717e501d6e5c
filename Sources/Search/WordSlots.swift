/// The words of a question, each with the words of the index that are like it.
package struct WordSlots: Sendable {
    /// Most words of own records that one is like.
    package static let alternativesMax = 128
    /// Most words that only fragments of others have and that one is like.
    package static let othersMax = 512
    /// Most ways to take one word for two.
    private static let splitCount = 4
    /// Bytes of each half at least.
    private static let halfMin = 2

    /// A word of the question.
    package struct Slot: Sendable {
        /// The word.
        package let asked: Question.AskedWord
        /// The words of the index that are like it, and how.
        var alternatives: [[UInt8]: Likeness] = [:]
        /// Pairs of words that together are it.
        var splits: [([UInt8], [UInt8])] = []
        /// What it says of a document that has it.
        var weight: Double = 0
        /// Whether more words are like it than are looked for.
        package var isCut = false

        /// Whether something in own records is like it.
        package var isOfRecords = false
    }

    /// The words, in the order of the question.
    package private(set) var all: [Slot] = []

    /// A word of the index that is like one.
    private struct Alternative {
        var likeness: Likeness
        var count: Int
    }

    init(
        _ question: Question,
        reach: Likeness.Reach,
        documentCount: Int,
        in segments: [OpenSegment],
        _ blocks: BlockReader
    ) throws(SegmentError) {
        guard !question.words.isEmpty else { return }
        var lists: [WordList] = []
        var own: [WordList] = []
        for segment in segments {
            let words = try segment.words(blocks)
            lists.append(words)
            if segment.head.family == 0 { own.append(words) }
        }
        func count(_ word: [UInt8]) -> Int { lists.reduce(0) { $0 + $1.count(of: word) } }
        let words = question.words
        for (index, asked) in words.enumerated() {
            var found = Self.alternatives(of: asked, reach, in: lists)
            // Words are of letters or of digits: of two that are one both are of letters.
            for neighbour in [index - 1, index + 1]
            where words.indices.contains(neighbour) && !asked.isNumber && !words[neighbour].isNumber
            {
                let pair = neighbour < index ? [neighbour, index] : [index, neighbour]
                let joined = pair.flatMap { words[$0].bytes }
                let joinedCount = count(joined)
                if joinedCount > 0, found[joined].map({ $0.likeness > .joined }) ?? true {
                    found[joined] = Alternative(likeness: .joined, count: joinedCount)
                }
            }
            var slot = Slot(asked: asked)
            slot.splits = asked.isNumber ? [] : Self.splits(of: asked.bytes, count: count)
            // Own words are chosen among themselves: nobody's many push them away.
            let sorted = found.sorted {
                if $0.value.likeness != $1.value.likeness {
                    return $0.value.likeness < $1.value.likeness
                }
                if $0.value.count != $1.value.count { return $0.value.count > $1.value.count }
                return $0.key.lexicographicallyPrecedes($1.key)
            }
            var (ofRecords, ofOthers) = (0, 0)
            var best: [(key: [UInt8], value: Alternative)] = []
            for one in sorted {
                if own.contains(where: { $0.count(of: one.key) > 0 }) {
                    ofRecords += 1
                    if ofRecords <= Self.alternativesMax { best.append(one) }
                } else {
                    ofOthers += 1
                    if ofOthers <= Self.othersMax { best.append(one) }
                }
            }
            for (word, alternative) in best { slot.alternatives[word] = alternative.likeness }
            slot.isOfRecords =
                slot.asked.postcodes != nil || !slot.splits.isEmpty
                || slot.alternatives.keys.contains { word in own.contains { $0.count(of: word) > 0 }
                }
            slot.isCut = ofRecords > Self.alternativesMax || ofOthers > Self.othersMax
            // That of the word itself, or of the commonest of those that are likest.
            let weighed = max(1, best.first?.value.count ?? 1)
            let share = Double(max(documentCount, weighed)) / Double(weighed)
            slot.weight = Logarithm.natural(1 + share)
            self.all.append(slot)
        }
    }

    private static func alternatives(
        of asked: Question.AskedWord,
        _ reach: Likeness.Reach,
        in lists: [WordList]
    ) -> [[UInt8]: Alternative] {
        var found: [[UInt8]: Alternative] = [:]
        func add(_ word: [UInt8], _ likeness: Likeness, _ count: Int) {
            guard count > 0 else { return }
            if var held = found[word] {
                held.likeness = min(held.likeness, likeness)
                held.count += held.likeness == likeness ? count : 0
                found[word] = held
            } else {
                found[word] = Alternative(likeness: likeness, count: count)
            }
        }
        let edits = Likeness.editsMax(of: asked.bytes, reach)
        for list in lists {
            for name in [asked.bytes] + asked.otherNames {
                add(name, .same, list.count(of: name))
            }
            if asked.isPrefix || (reach == .far && asked.reachesBeginnings) {
                list.forEach(prefix: asked.bytes) { word, count in
                    if word != asked.bytes { add(word, .prefix, count) }
                }
            }
            guard edits > 0 else { continue }
            list.forEach(near: asked.bytes, editsMax: edits) { word, edits, count in
                // One that begins with it was found as such.
                if found[word]?.likeness != .prefix {
                    add(word, .ofEdits(edits), count)
                }
            }
        }
        return found
    }

    private static func splits(
        of word: [UInt8],
        count: ([UInt8]) -> Int
    ) -> [([UInt8], [UInt8])] {
        guard word.count >= 2 * self.halfMin else { return [] }
        var splits: [(halves: ([UInt8], [UInt8]), count: Int)] = []
        for place in self.halfMin...(word.count - self.halfMin) {
            let halves = (Array(word[..<place]), Array(word[place...]))
            let least = min(count(halves.0), count(halves.1))
            if least > 0 { splits.append((halves, least)) }
        }
        return splits.sorted {
            $0.count == $1.count ? $0.halves.0.count < $1.halves.0.count : $0.count > $1.count
        }.prefix(self.splitCount).map(\.halves)
    }
}

/// What a word is worth that is like one of the question, in a field; as a byte that orders by it.
enum HitRank {
    private struct Value {
        let likeness: Likeness
        let field: WordField
        var worth: Double { self.likeness.quality * self.field.weight }
    }

    private static let likenesses: [Likeness] = [.same, .prefix, .joined, .oneEdit, .twoEdits]
    /// The worst first; rank r stands at r − 1.
    private static let values: [Value] = Self.likenesses.flatMap { likeness in
        WordField.allCases.map { Value(likeness: likeness, field: $0) }
    }.sorted { lhs, rhs in
        if lhs.worth != rhs.worth { return lhs.worth < rhs.worth }
        return (lhs.likeness, rhs.field.rawValue) > (rhs.likeness, lhs.field.rawValue)
    }
    private static let ranks: [[UInt8]] = Self.likenesses.map { likeness in
        WordField.allCases.map { field in
            let index = Self.values.firstIndex { $0.likeness == likeness && $0.field == field }
            guard let index else { preconditionFailure("every pair has a rank") }
            return UInt8(index + 1)
        }
    }

    static func rank(_ likeness: Likeness, _ field: WordField) -> UInt8 {
        self.ranks[likeness.rawValue][Int(field.rawValue) - 1]
    }

    /// What a rank adds to the score, of a word of weight 1, and whether it is in the name.
    static func value(_ rank: UInt8) -> (Double, isName: Bool) {
        let value = self.values[Int(rank) - 1]
        return (value.worth, value.field == .name)
    }

    static func parts(_ rank: UInt8) -> (Likeness, WordField) {
        let value = self.values[Int(rank) - 1]
        return (value.likeness, value.field)
    }
}

/// Logarithms without a library of the system.
enum Logarithm {
    /// The natural logarithm of a number of at least 1.
    static func natural(_ value: Double) -> Double {
        // value = significand · 2^exponent; ln significand by the series of artanh.
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        var term = ratio
        var sum = 0.0
        for power in stride(from: 1, through: 41, by: 2) {
            sum += term / Double(power)
            term *= square
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }
}
