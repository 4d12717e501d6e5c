import CaseModel
import Geodesy
import NodeInterface
import RecordStore
import Search
import SyncLog
import Vocabulary

/// What a request asks of the index, and how it was understood.
struct SearchQuestion {
    private(set) var question = Question()
    private(set) var understood: [SearchRecords.Understood] = []
    private(set) var period: SearchPeriod?
    /// Keys of which an own record must have one.
    private(set) var keys: [String] = []
    /// What may be the key of an own record beside what it is else.
    private(set) var keyText: String?
    /// Whether the hits are ordered by date.
    let isByDate: Bool

    /// Reads a request; `today`: the day now.
    init(_ asked: SearchRecords, today: String) throws(Refusal) {
        guard (1...SearchRecords.limitMax).contains(asked.limit) else {
            throw .invalid(.limit, .outside(asked.limit, min: 1, max: SearchRecords.limitMax))
        }
        if let offset = asked.offset, !(0...SearchRecords.offsetMax).contains(offset) {
            throw .invalid(.offset, .outside(offset, min: 0, max: SearchRecords.offsetMax))
        }
        switch asked.sort {
        case nil, "relevance": self.isByDate = false
        case "date": self.isByDate = true
        case let other?:
            throw .invalid(.sort, .notOneOf(other, allowed: ["relevance", "date"]))
        }
        try self.takePeriod(asked, today: today)
        try self.takeFilters(asked)
        try self.takeNumbers(asked)
        try self.takeWords(asked)
        try self.takeCircle(asked)
        try self.takeBox(asked)
        guard self.question.words.count <= Question.wordsMax else {
            throw .invalid(.searchText, .tooMany(max: Question.wordsMax))
        }
    }

    /// Asks also for one of the numbers of a list.
    mutating func ask(_ list: ListNumbers) {
        self.question.identifiers.append(.init(.kvk, list.numbers, tellsNumbers: true))
    }

    /// Asks for own records alone that are among some.
    mutating func ask(records: Set<DocumentKey>) {
        self.question.records =
            self.question.records.map { $0.intersection(records) } ?? records
    }

    /// Asks for own records by their keys.
    mutating func askByKey(_ records: Set<DocumentKey>) {
        self.ask(records: records)
        self.question.isByKey = true
    }

    // MARK: Conditions

    private mutating func takePeriod(
        _ asked: SearchRecords,
        today: String
    ) throws(Refusal) {
        for date in [asked.from, asked.until].compactMap(\.self) where !date.isCalendarDate {
            throw .invalid(.day, .notADate(date))
        }
        if let from = asked.from, let until = asked.until, until < from {
            throw .invalid(.day, .order(first: from, last: until))
        }
        self.question.from = asked.from.flatMap { DateNumber.read($0) }
        self.question.until = asked.until.flatMap { DateNumber.read($0) }
        if asked.from != nil || asked.until != nil {
            self.period = SearchPeriod(from: asked.from, until: asked.until, years: nil)
        } else if let years = asked.years {
            guard (1...SearchRecords.yearsMax).contains(years) else {
                throw .invalid(.years, .outside(years, min: 1, max: SearchRecords.yearsMax))
            }
            let from = Self.day(years, before: today)
            self.question.from = DateNumber.read(from)
            self.question.takesUndated = true
            self.period = SearchPeriod(from: from, until: nil, years: years)
        }
    }

    /// The same day so many years before; of 29 February the day before where the year has none.
    private static func day(_ years: Int, before today: String) -> String {
        let year = max(1, (Int(today.prefix(4)) ?? 1) - years)
        let text = String(year)
        let padded = String(repeating: "0", count: 4 - text.utf8.count) + text
        let day = padded + today.dropFirst(4)
        return day.isCalendarDate ? day : padded + "-02-28"
    }

    private mutating func takeFilters(_ asked: SearchRecords) throws(Refusal) {
        if let type = asked.type {
            guard let known = RecordType(rawValue: type) else {
                throw .invalid(
                    .recordType,
                    .notOneOf(type, allowed: RecordType.allCases.map(\.rawValue))
                )
            }
            self.question.types = [known]
        }
        if let source = asked.source { self.question.sources = [source] }
        if let phase = asked.phase, CasePhase(rawValue: phase) == nil {
            throw .invalid(
                .phase,
                .notOneOf(phase, allowed: CasePhase.allCases.map(\.rawValue))
            )
        }
    }

    private mutating func takeNumbers(_ asked: SearchRecords) throws(Refusal) {
        let numbers: [(String?, IdentifierKind, Refusal.Field)] = [
            (asked.kvk, .kvk, .kvk), (asked.vestiging, .vestiging, .vestiging),
        ]
        for (text, kind, field) in numbers {
            guard let text else { continue }
            // What is no number is refused, for that nothing has it would say nothing.
            guard let number = BoxReading.number(text, kind) else {
                throw .invalid(field, .digits(text, max: kind.digits))
            }
            self.question.identifiers.append(.init(kind, [number]))
        }
        if let text = asked.postcode { try Self.checkLength(text) }
        for text in asked.postcode.map(Self.listed) ?? [] {
            do throws(PostcodeRange.ReadingError) {
                self.question.postcodes.append(try PostcodeRange(text))
            } catch {
                switch error {
                case .form: throw .invalid(.postcode, .form(text))
                case .order(let first, let last):
                    throw .invalid(.postcode, .order(first: first, last: last))
                }
            }
        }
        if let key = asked.key {
            let trimmed = key.typedLine
            guard !trimmed.isEmpty else { throw .invalid(.key, .empty) }
            self.keys = Array(Set([key.normalised, trimmed])).sorted()
        }
    }

    private mutating func takeWords(_ asked: SearchRecords) throws(Refusal) {
        let texts: [(String?, Set<WordField>)] = [
            (asked.name, [.name]), (asked.place, [.place]), (asked.address, [.address]),
        ]
        for (text, fields) in texts {
            guard let text else { continue }
            try Self.checkLength(text)
            let places = fields == [.place] ? Self.listed(text) : []
            if places.count > 1 {
                self.question.ask(places: places, folding: .unicode)
                guard !self.question.places.isEmpty else { throw .invalid(.searchText, .empty) }
                continue
            }
            let count = self.question.words.count
            self.question.ask(text, in: fields, isTyping: false, folding: .unicode)
            guard self.question.words.count > count else {
                throw .invalid(.searchText, .empty)
            }
        }
    }

    /// The parts of a list: what stands between commas, semicolons and line ends; a text without any is one.
    private static func listed(_ text: String) -> [String] {
        let parts = text.split(whereSeparator: { $0 == "," || $0 == ";" || $0.isNewline })
            .map { String($0).typedLine }.filter { !$0.isEmpty }
        return parts.isEmpty ? [text] : parts
    }

    private static func checkLength(_ text: String) throws(Refusal) {
        guard text.utf8.count <= SearchRecords.textMax else {
            throw .invalid(.searchText, .tooLong(bytesMax: SearchRecords.textMax))
        }
    }

    private mutating func takeCircle(_ asked: SearchRecords) throws(Refusal) {
        let radius = asked.radius ?? Int(BoxReading.radiusDefault)
        guard (1...SearchRecords.radiusMax).contains(radius) else {
            throw .invalid(.radius, .outside(radius, min: 1, max: SearchRecords.radiusMax))
        }
        guard let near = asked.near else {
            if asked.radius != nil { throw .invalid(.point, .empty) }
            return
        }
        let point: TypedPoint
        do throws(TypedPoint.ReadingError) { point = try TypedPoint(near) } catch {
            throw .invalid(.point, error == .empty ? .empty : .form(String(near.prefix(64))))
        }
        let (place, isExchanged) =
            switch point {
            case .point(let place): (place, false)
            case .swapped(_, let exchanged): (exchanged, true)
            }
        guard let circle = Question.Circle(center: place.position, radius: Double(radius)) else {
            throw .invalid(.radius, .outside(radius, min: 1, max: SearchRecords.radiusMax))
        }
        self.take(circle, isExchanged: isExchanged)
    }

    private mutating func take(_ circle: Question.Circle, isExchanged: Bool) {
        self.question.circle = circle
        let (latitude, longitude) = (circle.center.latitude, circle.center.longitude)
        self.understood.append(
            .init(
                meaning: .circle,
                text: "\(Self.rounded(latitude)), \(Self.rounded(longitude)) "
                    + "\(Int(circle.radius.rounded())) m",
                exchanged: isExchanged
            )
        )
    }

    /// Degrees to a metre or so.
    private static func rounded(_ degrees: Double) -> Double {
        (degrees * 100_000).rounded() / 100_000
    }

    // MARK: The one box

    private mutating func takeBox(_ asked: SearchRecords) throws(Refusal) {
        guard let text = asked.text else { return }
        try Self.checkLength(text)
        let typed = text.typedLine
        guard !typed.isEmpty else { return }
        let box = BoxReading(typed)
        guard box.wrongRadius == nil else {
            throw .invalid(.radius, .form(String(typed.prefix(64))))
        }
        if let (first, last) = box.wrongRange {
            throw .invalid(.postcode, .order(first: first, last: last))
        }
        self.keyText = typed.normalised
        let all = Set(WordField.allCases)
        // Who types several numbers of one register looks for each of them.
        var numbers: [IdentifierKind: Set<UInt64>] = [:]
        var orWords: [IdentifierKind: Set<[UInt8]>] = [:]
        defer {
            for kind in IdentifierKind.allCases {
                guard let some = numbers[kind] else { continue }
                self.question.identifiers.append(
                    .init(kind, some, orWords: orWords[kind] ?? [])
                )
            }
        }
        // A legal form beside a number says nothing more of it.
        let isWords = box.parts.allSatisfy { if case .words = $0 { true } else { false } }
        for part in box.parts {
            switch part {
            case .identifier(let kind, let text, let isNamed):
                guard let number = IdentifierKind.number(text) else { continue }
                numbers[kind, default: []].insert(number)
                if !isNamed {
                    let digits = text.utf8.filter { (0x30...0x39).contains($0) }
                    orWords[kind, default: []].insert(digits)
                }
                self.understood.append(.init(meaning: kind.meaning, text: text))
            case .postcodes(let range):
                self.question.postcodes.append(range)
                self.understood.append(.init(meaning: .postcode, text: range.text))
            case .circle(let circle, let isExchanged):
                self.take(circle, isExchanged: isExchanged)
            case .houseNumber(let number):
                self.question.ask(number, in: [.address], isTyping: false, folding: .unicode)
                self.understood.append(.init(meaning: .house_number, text: number))
            case .words(let words):
                let count = self.question.words.count
                self.question.ask(
                    words,
                    in: all,
                    isTyping: asked.typing == true && typed.last == text.last,
                    asksMarked: isWords,
                    folding: .unicode
                )
                guard self.question.words.count > count else {
                    if !isWords { continue }
                    throw .invalid(.searchText, .form(String(words.prefix(64))))
                }
                self.understood.append(.init(meaning: .words, text: words))
            }
        }
        if box.parts.isEmpty { throw .invalid(.searchText, .form(String(typed.prefix(64)))) }
    }
}

extension IdentifierKind {
    fileprivate var meaning: SearchRecords.Meaning {
        switch self {
        case .kvk: .kvk
        case .vestiging: .vestiging
        case .rsin: .rsin
        case .bag: .bag
        }
    }
}
