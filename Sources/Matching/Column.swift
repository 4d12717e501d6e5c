/// The values of one comparison for all items, ready to be compared by number.
///
/// A class that never changes: it is asked for hundreds of millions of levels, and a struct of this size
/// would be copied for each, with a count for every array in it.
final class Column: Sendable {
    /// The level of a pair of which at least one has no value.
    static let noLevel: UInt8 = 15

    /// How values are compared, without what the kind carries.
    private enum Way: Sendable {
        case identifier, organisationName, personName, text, date, postcode, address, distance,
            category

        init(_ kind: ComparisonKind) {
            switch kind {
            case .identifier: self = .identifier
            case .organisationName: self = .organisationName
            case .personName: self = .personName
            case .text: self = .text
            case .date: self = .date
            case .postcode: self = .postcode
            case .address: self = .address
            case .distance: self = .distance
            case .category: self = .category
            }
        }
    }

    private let way: Way
    private let isStrict: Bool
    /// The number of each item's value; -1 for none.
    let numbers: [Int32]
    private let crossed: [Int32]
    private let pool: TextPool
    private let presentCount: Int
    private let words: WordTable
    private let parts: [ValueParts]
    private let streets: TextPool
    private let points: [MatchPoint?]
    private let successions: Set<UInt64>

    /// The column of values that were read.
    init(_ values: ColumnValues) {
        self.way = Way(values.kind)
        self.isStrict = values.isStrict
        self.numbers = values.numbers
        self.crossed = values.crossed
        self.pool = values.pool.closed()
        self.presentCount = values.presentCount
        self.words = values.words
        self.parts = values.parts
        self.streets = values.streets.closed()
        self.points = values.points
        self.successions = values.successions
    }

    /// The level of a pair of items.
    ///
    /// - Complexity: O(length of the values) at most; less for values met before.
    func level(_ one: Int, _ other: Int, _ cache: inout LevelCache) -> UInt8 {
        if self.way == .distance { return self.distanceLevel(one, other) }
        let (a, b) = (self.numbers[one], self.numbers[other])
        guard a >= 0, b >= 0 else { return Self.noLevel }
        if a == b { return 0 }
        switch self.way {
        case .category: return 1
        case .identifier: return self.identifierLevel(a, b)
        case .date: return Self.dateLevel(self.parts[Int(a)], self.parts[Int(b)])
        case .address: return self.addressLevel(a, b, &cache)
        case .personName
        where !self.crossed.isEmpty && (self.crossed[other] == a || self.crossed[one] == b):
            return 5
        case .postcode: return self.postcodeLevel(a, b)
        case .text where !self.pool.mayBeAlike(a, b, 0.7): return 4
        case .personName where !self.pool.mayBeAlike(a, b, 0.82): return self.fragmentLevel(a, b)
        case .text, .organisationName, .personName:
            let key = Self.pairKey(a, b)
            if let level = cache.level(key) { return level }
            let level = self.letterLevel(min(a, b), max(a, b))
            cache.keep(level, key)
            return level
        case .distance: return Self.noLevel
        }
    }

    /// The value of an item as it is compared; nil for none.
    func text(of item: Int) -> String? {
        if self.way == .distance {
            return self.points[item].map { "\($0.latitude) \($0.longitude)" }
        }
        let number = self.numbers[item]
        return number >= 0 ? self.pool.texts[Int(number)] : nil
    }

    /// How common what a pair agrees on is: the part of the items that have it.
    ///
    /// 0 where nothing is agreed on, or it is not looked at.
    func coincidence(_ one: Int, _ other: Int, _ level: UInt8) -> Double {
        let (a, b) = (self.numbers[one], self.numbers[other])
        guard a >= 0, b >= 0, self.presentCount > 0 else { return 0 }
        switch self.way {
        case .identifier, .distance: return 0
        case .organisationName:
            return self.words.coincidence(a, b, level, of: self.presentCount)
        case .personName:
            if level == 2 { return self.words.coincidence(a, b, 4, of: self.presentCount) }
            if level == 5 {
                let shared = self.crossed[other] == a ? a : b
                let count = max(1, self.pool.counts[Int(shared)])
                return Double(count) / Double(self.presentCount)
            }
            let count = max(1, self.pool.counts[Int(a)])
            return level == 0 ? Double(count) / Double(self.presentCount) : 0
        case .text, .date, .postcode, .address, .category:
            let count = max(1, self.pool.counts[Int(a)])
            return level == 0 ? Double(count) / Double(self.presentCount) : 0
        }
    }

    /// The level of two different values by their letters.
    private func letterLevel(_ a: Int32, _ b: Int32) -> UInt8 {
        switch self.way {
        case .text: self.textLevel(a, b)
        case .organisationName: self.words.level(a, b)
        case .personName: self.personLevel(a, b)
        case .identifier, .date, .postcode, .address, .distance, .category:
            preconditionFailure("these are not compared by letters")
        }
    }

    private func identifierLevel(_ a: Int32, _ b: Int32) -> UInt8 {
        if !self.successions.isEmpty, self.successions.contains(Self.pairKey(a, b)) {
            return Self.noLevel
        }
        return !self.isStrict && self.pool.areOneOff(a, b) ? 1 : 2
    }

    /// One word for two numbers, whatever their order.
    static func pairKey(_ a: Int32, _ b: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: min(a, b))) << 32 | UInt64(UInt32(bitPattern: max(a, b)))
    }

    private func textLevel(_ a: Int32, _ b: Int32) -> UInt8 {
        switch self.pool.likeness(a, b) {
        case 0.92...: 1
        case 0.85...: 2
        case 0.70...: 3
        default: 4
        }
    }

    private func personLevel(_ a: Int32, _ b: Int32) -> UInt8 {
        let likeness = self.pool.likeness(a, b)
        if likeness >= 0.92 { return 1 }
        if self.words.shareWord(a, b) { return 2 }
        if likeness >= 0.82 { return 3 }
        return self.fragmentLevel(a, b)
    }

    /// The level of two names that are not alike as wholes.
    private func fragmentLevel(_ a: Int32, _ b: Int32) -> UInt8 {
        if self.words.shareWord(a, b) { return 2 }
        return self.pool.isShortForm(a, b) ? 4 : 6
    }

    private func postcodeLevel(_ a: Int32, _ b: Int32) -> UInt8 {
        if self.pool.areOneOff(a, b) { return 1 }
        let (one, other) = (self.parts[Int(a)], self.parts[Int(b)])
        return one.first == other.first ? 2 : one.second == other.second ? 3 : 4
    }

    private static func dateLevel(_ one: ValueParts, _ other: ValueParts) -> UInt8 {
        let isSameYear = one.first == other.first
        guard one.second > 0, other.second > 0 else { return isSameYear ? 4 : 5 }
        if DateDigits.areOneOff(one, other) { return 1 }
        if isSameYear, one.second == other.third, one.third == other.second { return 2 }
        let (isSameMonth, isSameDay) = (one.second == other.second, one.third == other.third)
        if isSameYear ? isSameMonth || isSameDay : isSameMonth && isSameDay { return 3 }
        return isSameYear ? 4 : 5
    }

    private func addressLevel(_ a: Int32, _ b: Int32, _ cache: inout LevelCache) -> UInt8 {
        let (one, other) = (self.parts[Int(a)], self.parts[Int(b)])
        guard one.first == other.first || self.areAlike(one.first, other.first, &cache) else {
            return 4
        }
        guard one.second == other.second else { return 3 }
        let isSameAddition = one.third == other.third || one.third < 0 || other.third < 0
        if isSameAddition { return one.first == other.first && one.third == other.third ? 0 : 1 }
        return 2
    }

    private func areAlike(_ street: Int32, _ other: Int32, _ cache: inout LevelCache) -> Bool {
        let key = Self.pairKey(street, other)
        if let level = cache.level(key) { return level == 1 }
        guard self.streets.mayBeAlike(street, other, 0.9) else { return false }
        let isAlike = self.streets.likeness(min(street, other), max(street, other)) >= 0.9
        cache.keep(isAlike ? 1 : 0, key)
        return isAlike
    }

    private func distanceLevel(_ one: Int, _ other: Int) -> UInt8 {
        guard let here = self.points[one], let there = self.points[other] else {
            return Self.noLevel
        }
        switch Distance.metres(here, there) {
        case ...25: return 0
        case ...100: return 1
        case ...500: return 2
        case ...2_000: return 3
        case ...10_000: return 4
        default: return 5
        }
    }
}

/// The values of one comparison, as they are read.
struct ColumnValues {
    /// How values are compared.
    let kind: ComparisonKind
    /// Whether a difference is a conflict, so that no slip of a typist is looked for.
    let isStrict: Bool
    /// The number of each item's value; -1 for none.
    var numbers: [Int32] = []
    /// The number of each item's value in the other field, where names may be entered in each other's
    /// place; -2 for none.
    var crossed: [Int32] = []
    /// The distinct values.
    var pool = TextPool()
    /// How many items have a value.
    var presentCount = 0
    /// For names: the words of each value.
    var words = WordTable()
    /// For dates, postcodes and addresses: the parts of each value.
    var parts: [ValueParts] = []
    /// For addresses: the streets.
    var streets = TextPool()
    /// For distances: where each item lies.
    var points: [MatchPoint?] = []
    /// For KvK numbers: pairs of which one took over from the other.
    var successions: Set<UInt64> = []

    init(_ kind: ComparisonKind, isStrict: Bool) {
        self.kind = kind
        self.isStrict = isStrict
    }
}
