import Search
import Vocabulary

/// A record of a test: its fields, and the key by which it is known.
struct NaiveRecord {
    let key: DocumentKey
    let family: UInt32
    let type: RecordType
    let source: String
    var fields: [(String, String)]

    func value(_ name: String) -> String? { self.fields.first { $0.0 == name }?.1 }
}

/// Looks at every record, by the words of `Protocol/search.md` and without an index; texts are words of lower-case
/// ASCII parted by blanks.
enum NaiveSearch {
    /// What is asked.
    struct Asked {
        var words: [String] = []
        var kvk: UInt64?
        /// Whether the number may also stand in a text.
        var isKvKOrWord = false
        var places: [String] = []
        var postcode: ClosedRange<Int>?
        var type: RecordType?
        var from: String?
        var until: String?
    }

    private static let marked: Set<String> = ["van", "de", "der", "bv", "nv", "stichting"]

    /// The same for letters that are written in two ways.
    private static func folded(_ word: String) -> String {
        [("y", "ij"), ("ae", "a"), ("oe", "o"), ("ue", "u")].reduce(word) { text, pair in
            text.split(separator: pair.0, omittingEmptySubsequences: false)
                .joined(separator: pair.1)
        }
    }

    static func keys(of asked: Asked, in records: [NaiveRecord]) -> Set<DocumentKey> {
        func find(_ edits: Int, _ missing: Int) -> Set<DocumentKey> {
            let words = Self.unmarked(asked.words)
            let fit = records.filter {
                Self.fits(asked, $0) && Self.fits(words, $0, edits, missing)
            }
            return Set(fit.map(\.key))
        }
        func near(_ edits: Int, _ missing: Int) -> Int {
            let words = Self.unmarked(asked.words)
            // Whatever their date.
            return records.count {
                Self.fits(asked, $0, takesAnyDate: true) && Self.fits(words, $0, edits, missing)
            }
        }
        var edits = 1
        if near(1, 0) < 10 { edits = 2 }
        if near(edits, 0) == 0, Self.unmarked(asked.words).count >= 2 { return find(2, 1) }
        return find(edits, 0)
    }

    private static func unmarked(_ words: [String]) -> [String] {
        let plain = words.filter { !Self.marked.contains($0) }
        var unique: [String] = []
        for word in (plain.isEmpty ? words : plain).map(Self.folded) where !unique.contains(word) {
            unique.append(word)
        }
        return unique
    }

    private static func fits(
        _ asked: Asked,
        _ record: NaiveRecord,
        takesAnyDate: Bool = false
    ) -> Bool {
        if let kvk = asked.kvk, record.value("subject.kvk").flatMap({ UInt64($0) }) != kvk {
            guard asked.isKvKOrWord, Self.words(of: record).contains(String(kvk)) else {
                return false
            }
        }
        if !asked.places.isEmpty {
            let held = (record.value("location.place") ?? "").split(separator: " ")
                .map { Self.folded(String($0)) }
            let fits = asked.places.contains { place in
                Self.unmarked(place.split(separator: " ").map(String.init))
                    .allSatisfy { held.contains($0) }
            }
            guard fits else { return false }
        }
        if let range = asked.postcode {
            guard let area = record.value("location.postcode").flatMap({ Int($0.prefix(4)) }),
                range.contains(area)
            else { return false }
        }
        if let type = asked.type, record.type != type { return false }
        if asked.from != nil || asked.until != nil, !takesAnyDate {
            guard let date = record.value("date") else { return false }
            if let from = asked.from, date < from { return false }
            if let until = asked.until, date > until { return false }
        }
        return true
    }

    private static func words(of record: NaiveRecord) -> Set<String> {
        var words: Set<String> = []
        for (name, value) in record.fields {
            let parts = value.split(separator: " ").map { Self.folded(String($0)) }
            switch name {
            case "subject.name": words.formUnion(Self.unmarked(parts))
            case "location.address", "location.place", "text": words.formUnion(parts)
            default: break
            }
        }
        return words
    }

    private static func fits(
        _ asked: [String],
        _ record: NaiveRecord,
        _ edits: Int,
        _ missingMax: Int
    ) -> Bool {
        guard !asked.isEmpty else { return true }
        let words = Self.words(of: record)
        var missing = 0
        var hasWord = missingMax == 0
        for (index, word) in asked.enumerated() {
            let joined = [index - 1, index + 1].filter { asked.indices.contains($0) }
                .filter { !Self.isNumber(asked[$0]) && !Self.isNumber(word) }
                .map { $0 < index ? asked[$0] + word : word + asked[$0] }
            if words.contains(where: { Self.isLike(word, $0, edits) || joined.contains($0) })
                || Self.hasHalves(word, words)
            {
                hasWord = hasWord || !Self.isNumber(word)
                continue
            }
            missing += 1
        }
        return missing <= missingMax && hasWord
    }

    private static func isNumber(_ word: String) -> Bool { word.first?.isNumber ?? false }

    private static func hasHalves(_ word: String, _ words: Set<String>) -> Bool {
        guard word.utf8.count >= 4, !Self.isNumber(word) else { return false }
        return (2...word.utf8.count - 2).contains {
            words.contains(String(word.prefix($0))) && words.contains(String(word.dropFirst($0)))
        }
    }

    static func isLike(_ asked: String, _ word: String, _ most: Int) -> Bool {
        if asked == word { return true }
        guard most > 0 else { return false }
        if most > 1, asked.utf8.count >= 3, asked.first?.isNumber == false, word.hasPrefix(asked) {
            return true
        }
        guard asked.first?.isNumber == false, word.first?.isNumber == false else { return false }
        let count = asked.utf8.count
        let edits = most == 1 ? (count >= 4 ? 1 : 0) : count >= 6 ? 2 : count >= 3 ? 1 : 0
        return edits > 0 && Self.distance(Array(asked.utf8), Array(word.utf8)) <= edits
    }

    /// Optimal string alignment by the whole matrix.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var d = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { d[i][0] = i }
        for j in 0...b.count { d[0][j] = j }
        for i in 0..<a.count {
            for j in 0..<b.count {
                let cost = a[i] == b[j] ? 0 : 1
                d[i + 1][j + 1] = min(d[i][j + 1] + 1, d[i + 1][j] + 1, d[i][j] + cost)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    d[i + 1][j + 1] = min(d[i + 1][j + 1], d[i - 1][j - 1] + 1)
                }
            }
        }
        return d[a.count][b.count]
    }
}
