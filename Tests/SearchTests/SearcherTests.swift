import Geodesy
import Search
import TestSupport
import Testing
import Vocabulary

@Suite("Search over segments")
struct SearcherTests {
    private static let folding = TextFolding { $0 }
    private static let roots = [
        "jansen", "janssen", "hansen", "bakker", "bakkerij", "recycling", "recyling", "transport",
        "afval", "verwerking", "afvalverwerking", "oosterveen", "loswal", "de", "van", "bv",
        "stichting", "puin", "metaal", "metalen", "kade", "rotterdam", "rotterdm", "12", "7",
        "127", "1212", "10000007", "10000041",
        "oosterwyk", "containers", "container", "holding",
    ]

    private static func text(_ generator: inout SeededGenerator) -> String {
        (0...Int.random(in: 0...3, using: &generator))
            .map { _ in self.roots.randomElement(using: &generator) ?? "" }
            .joined(separator: " ")
    }

    private static func record(
        _ key: UInt64,
        family: UInt32,
        _ generator: inout SeededGenerator
    ) -> NaiveRecord {
        var fields: [(String, String)] = []
        func sometimes(_ name: String, _ value: String, _ generator: inout SeededGenerator) {
            if Int.random(in: 0..<4, using: &generator) > 0 { fields.append((name, value)) }
        }
        sometimes("subject.name", self.text(&generator), &generator)
        sometimes("location.address", self.text(&generator), &generator)
        sometimes("location.place", self.text(&generator), &generator)
        sometimes("text", self.text(&generator), &generator)
        sometimes(
            "subject.kvk",
            String(10_000_000 + Int.random(in: 0..<40, using: &generator)),
            &generator
        )
        let letters = ["AB", "CD", ""].randomElement(using: &generator) ?? ""
        let area = 1_000 + Int.random(in: 0..<30, using: &generator)
        sometimes("location.postcode", "\(area)\(letters)", &generator)
        let month = 1 + Int.random(in: 0..<9, using: &generator)
        sometimes("date", "202\(Int.random(in: 0..<6, using: &generator))-0\(month)-15", &generator)
        // Keys are spread as hashes are.
        let spread = key &* 0x9E37_79B9_7F4A_7C15
        return NaiveRecord(
            key: DocumentKey(high: spread, low: key),
            family: family,
            type: RecordType.allCases.randomElement(using: &generator) ?? .subject,
            source: "s\(key % 3)",
            fields: fields
        )
    }

    private static func document(_ record: NaiveRecord) -> SearchDocument {
        SearchDocument(
            key: record.key,
            reference: record.family == 0
                ? nil : FragmentReference(fragment: record.key, caseID: record.key),
            type: record.type,
            source: record.source,
            content: SearchContent(folding: self.folding) { body in
                for (name, value) in record.fields { body(name, value) }
            }
        )
    }

    private static func asked(_ generator: inout SeededGenerator) -> NaiveSearch.Asked {
        var asked = NaiveSearch.Asked()
        if Int.random(in: 0..<3, using: &generator) > 0 {
            asked.words = self.text(&generator).split(separator: " ").map { word in
                self.mistyped(String(word), &generator)
            }
        }
        if Int.random(in: 0..<5, using: &generator) == 0 {
            asked.kvk = 10_000_000 + UInt64.random(in: 0..<45, using: &generator)
            asked.isKvKOrWord = Bool.random(using: &generator)
            if asked.isKvKOrWord, Bool.random(using: &generator) {
                asked.kvk = [10_000_007, 10_000_041].randomElement(using: &generator)
            }
        }
        if Int.random(in: 0..<5, using: &generator) == 0 {
            asked.places = ["rotterdam", self.text(&generator), "van kade"]
        }
        if Int.random(in: 0..<5, using: &generator) == 0 {
            let low = 1_000 + Int.random(in: 0..<30, using: &generator)
            asked.postcode = low...(low + Int.random(in: 0..<8, using: &generator))
        }
        if Int.random(in: 0..<5, using: &generator) == 0 {
            asked.type = RecordType.allCases.randomElement(using: &generator)
        }
        if Int.random(in: 0..<5, using: &generator) == 0 { asked.from = "2022-03-01" }
        if Int.random(in: 0..<5, using: &generator) == 0 { asked.until = "2024-03-15" }
        return asked
    }

    private static func mistyped(_ word: String, _ generator: inout SeededGenerator) -> String {
        var bytes = Array(word.utf8)
        // A number is found as it is, and letters in it would make three words of it.
        guard bytes.count > 3, word.first?.isNumber == false else { return word }
        let place = Int.random(in: 0..<bytes.count - 1, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(0x71, at: place)
        case 2: bytes.swapAt(place, place + 1)
        case 3: bytes[place] = 0x78
        default: break
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func question(_ asked: NaiveSearch.Asked) throws -> Question {
        var question = Question()
        question.ask(
            asked.words.joined(separator: " "),
            in: Set(WordField.allCases),
            isTyping: false,
            folding: self.folding
        )
        if let kvk = asked.kvk {
            let words: Set<[UInt8]> = asked.isKvKOrWord ? [Array(String(kvk).utf8)] : []
            question.identifiers.append(.init(.kvk, [kvk], orWords: words))
        }
        question.ask(places: asked.places, folding: self.folding)
        if let range = asked.postcode {
            let text = "\(range.lowerBound)-\(range.upperBound)"
            question.postcodes.append(try PostcodeRange(text))
        }
        if let type = asked.type { question.types = [type] }
        question.from = asked.from.flatMap { DateNumber.read($0) }
        question.until = asked.until.flatMap { DateNumber.read($0) }
        return question
    }

    @Test(
        "Finds what a look at every record finds, after any adding, changing, removing and merging",
        arguments: 0..<6 as Range<UInt64>
    )
    func equalsNaiveSearch(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let index = MemoryIndex()
        var records: [DocumentKey: NaiveRecord] = [:]
        var nextKey: UInt64 = 1
        for _ in 0..<40 {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0, 1, 2:
                let family = UInt32.random(in: 0..<3, using: &generator)
                let new = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                    defer { nextKey += 1 }
                    return Self.record(nextKey, family: family, &generator)
                }
                for record in new { records[record.key] = record }
                index.add(new.map(Self.document), family: family)
            case 3:
                // A new state of a record takes the place of the one before.
                for old in records.values.sorted(by: { $0.key < $1.key }).prefix(5) {
                    let made = Self.record(old.key.low, family: old.family, &generator)
                    try index.remove(old.key, family: old.family)
                    index.add([Self.document(made)], family: old.family)
                    records[old.key] = made
                }
            case 4:
                for key in records.keys.sorted().suffix(3) {
                    let family = try #require(records[key]).family
                    try index.remove(key, family: family)
                    records[key] = nil
                }
            default:
                var rest = records.keys.sorted()[...]
                _ = try index.merge(byteCount: Int.random(in: 1...20_000, using: &generator)) {
                    // Others go on meanwhile.
                    guard let key = rest.popFirst(), let record = records[key] else { return }
                    try index.remove(key, family: record.family)
                    records[key] = nil
                }
            }
        }
        for _ in 0..<60 {
            let asked = Self.asked(&generator)
            let found = try index.search(try Self.question(asked))
            let all = Array(records.values)
            let expected = NaiveSearch.keys(of: asked, in: all)
            // Of fragments the period is asked by who reads the case.
            let inPeriod = found.fragments.filter {
                found.evaluation.question.contains(date: $0.date)
            }
            let keys = Set((found.records + inPeriod).map(\.key))
            #expect(keys == expected, "\(asked)")
            // Which ones come first depends on nothing but what they are.
            func precedes(_ one: Candidate, _ other: Candidate) -> Bool {
                if one.score != other.score { return one.score > other.score }
                if one.finesse != other.finesse { return one.finesse > other.finesse }
                if one.date != other.date { return one.date > other.date }
                return (one.family, one.key) < (other.family, other.key)
            }
            for most in [1, 3, 40] {
                let some = try index.search(try Self.question(asked), most: most)
                let first = found.records.sorted(by: precedes).prefix(most)
                #expect(some.records.map(\.key) == first.map(\.key), "\(most) of \(asked)")
                let firstGiven = found.fragments.sorted(by: precedes).prefix(most)
                #expect(some.fragments.map(\.key) == firstGiven.map(\.key), "\(most) of \(asked)")
            }
            #expect(found.recordCount == found.records.count)
            for candidate in found.records + inPeriod {
                let record = try #require(records[candidate.key])
                let fields = DocumentFields(folding: Self.folding) { body in
                    for (name, value) in record.fields { body(name, value) }
                }
                let match = found.evaluation.match(
                    type: record.type,
                    source: record.source,
                    key: record.key,
                    fields: fields
                )
                let exact = try #require(match, "\(asked) \(record)")
                #expect(abs(exact.score - candidate.score) < 0.01, "\(asked) \(record)")
            }
            for record in all where !expected.contains(record.key) {
                let fields = DocumentFields(folding: Self.folding) { body in
                    for (name, value) in record.fields { body(name, value) }
                }
                let match = found.evaluation.match(
                    type: record.type,
                    source: record.source,
                    key: record.key,
                    fields: fields
                )
                let isInPeriod = found.evaluation.question.contains(date: fields.date ?? 0)
                #expect(match == nil || !isInPeriod, "\(asked) \(record)")
            }
        }
    }

    @Test(
        "Around a point the nearest is first and its distance is told, whatever else is asked",
        arguments: [false, true],
        [false, true]
    )
    func distances(asksType: Bool, asksSource: Bool) throws {
        // A thousandth of a degree of the meridian at 52° north is 111.267 m, by the radius of curvature of the
        // WGS84 ellipsoid there: 6,378,137 m × (1 - e²) / (1 - e² sin² 52°)^1.5.
        let step = 111.267
        let index = MemoryIndex()
        let records = (1...9).reversed().map { steps in
            NaiveRecord(
                key: DocumentKey(high: UInt64(steps), low: 0),
                family: 0,
                type: .inspection,
                source: "bron",
                fields: [
                    ("location.latitude", "52.00\(steps)"), ("location.longitude", "5"),
                ]
            )
        }
        index.add(records.map(Self.document), family: 0)
        let center = try #require(WGS84Position(latitude: 52, longitude: 5))
        var question = Question()
        question.circle = Question.Circle(center: center, radius: 1_000)
        if asksType { question.types = [.inspection] }
        if asksSource { question.sources = ["bron"] }
        let found = try index.search(question)
        #expect(found.records.map(\.key.high) == Array(1...8))
        for candidate in found.records {
            let match = try #require(found.evaluation.match(candidate))
            guard case .distance(let metres)? = match.reasons.first else {
                Issue.record("no distance")
                continue
            }
            #expect(abs(metres - step * Double(candidate.key.high)) < 0.5)
        }
    }
}
