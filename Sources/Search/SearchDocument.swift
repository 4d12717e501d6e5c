import Geodesy
package import Vocabulary

/// By which a document is known in a family of segments: a record's ID, or the place of a fragment's version.
package struct DocumentKey: Hashable, Comparable, Sendable {
    /// The first 8 bytes, as a big-endian number.
    package let high: UInt64
    /// The last 8.
    package let low: UInt64

    /// Creates a key of its two halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Orders as the bytes do.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.high == rhs.high ? lhs.low < rhs.low : lhs.high < rhs.high
    }
}

/// Of which fragment a document is a version, and in which case.
package struct FragmentReference: Hashable, Sendable {
    /// ID of the fragment.
    package let fragment: DocumentKey
    /// ID of the case.
    package let caseID: DocumentKey

    /// Creates a reference of the two IDs.
    package init(fragment: DocumentKey, caseID: DocumentKey) {
        self.fragment = fragment
        self.caseID = caseID
    }
}

/// What the index keeps of a record or fragment (`Protocol/search.md` §1, §2).
package struct SearchDocument: Sendable {
    /// Most different words that free text gives; the rest is not found.
    package static let textWordsMax = 2_000

    /// By which it is known.
    package let key: DocumentKey
    /// Of a fragment, which.
    package let reference: FragmentReference?
    let type: RecordType
    let source: String
    let content: SearchContent

    /// Takes what was read of the fields.
    package init(
        key: DocumentKey,
        reference: FragmentReference?,
        type: RecordType,
        source: String,
        content: SearchContent
    ) {
        self.key = key
        self.reference = reference
        self.type = type
        self.source = source
        self.content = content
    }
}

/// What the fields of a record or fragment give to be found by.
package struct SearchContent: Sendable {
    /// The terms, one after the other; some may be there twice.
    private(set) var termBytes: [UInt8] = []
    private(set) var termEnds: [UInt32] = []
    /// The date, as a ``DateNumber``.
    private(set) var date: Int32?
    private(set) var position: GridPosition?
    /// How many words the name has that are not marked.
    private(set) var nameWordCount = 0
    /// Those of the name that are.
    private(set) var markedWords: Set<[UInt8]> = []

    /// Reads the fields.
    ///
    /// - Parameters:
    ///   - folding: Reads texts.
    ///   - forEachField: Calls what it is given with the name and value of every field.
    /// - Complexity: O(length of the values).
    package init(folding: TextFolding, forEachField: ((String, String) -> Void) -> Void) {
        var textWords: Set<[UInt8]> = []
        var degrees = CoordinateFields()
        var content = SearchContent()
        forEachField { name, value in
            switch name {
            case FieldName.subjectName.text:
                content.nameWordCount = content.addName(value, folding)
            case FieldName.locationAddress.text:
                folding.forEachWord(of: value) { content.add($0, .address) }
            case FieldName.locationPlace.text:
                folding.forEachWord(of: value) { content.add($0, .place) }
            case FieldName.locationPostcode.text:
                if let postcode = SearchTerm.postcode(value) {
                    content.add([SearchTerm.postcode] + postcode)
                }
            case FieldName.subjectKvK.text: content.add(.kvk, value)
            case FieldName.subjectVestiging.text: content.add(.vestiging, value)
            case FieldName.subjectRSIN.text: content.add(.rsin, value)
            case FieldName.locationBAG.text: content.add(.bag, value)
            case FieldName.date.text: content.date = DateNumber.read(value)
            case FieldName.subjectBSN.text, FieldName.endDate.text, FieldName.amountEUR.text: break
            default:
                if degrees.take(name, value) { return }
                folding.forEachWord(of: value) { word in
                    guard textWords.count < SearchDocument.textWordsMax else { return }
                    if textWords.insert(word).inserted { content.add(word, .text) }
                }
            }
        }
        if let position = degrees.position {
            content.position = position
            content.add([SearchTerm.cell] + position.cell.key)
        }
        self = content
    }

    private init() {}

    /// Calls `body` with each term; with one twice where it is there twice.
    func forEachTerm(_ body: (ArraySlice<UInt8>) -> Void) {
        var start = 0
        for end in self.termEnds {
            body(self.termBytes[start..<Int(end)])
            start = Int(end)
        }
    }

    private mutating func add(_ term: [UInt8]) {
        self.termBytes += term
        self.termEnds.append(UInt32(self.termBytes.count))
    }

    private mutating func add(_ word: [UInt8], _ field: WordField) {
        self.termBytes.append(SearchTerm.word)
        self.termBytes += word
        self.termBytes.append(0)
        self.termBytes.append(field.rawValue)
        self.termEnds.append(UInt32(self.termBytes.count))
    }

    private mutating func add(_ kind: IdentifierKind, _ text: String) {
        guard let number = IdentifierKind.number(text) else { return }
        self.add(SearchTerm.identifier(kind, number))
    }

    /// Adds the words of a name, and returns how many are not marked.
    private mutating func addName(_ text: String, _ folding: TextFolding) -> Int {
        let words = folding.words(text)
        let plain = words.filter { !$0.isMarked }
        for word in plain.isEmpty ? words : plain { self.add(word.bytes, .name) }
        for word in words where word.isMarked {
            if self.markedWords.insert(word.bytes).inserted {
                self.add([SearchTerm.marked] + word.bytes)
            }
        }
        return plain.count
    }
}

/// The fields of which a position is read.
struct CoordinateFields {
    private var latitude: Double?
    private var longitude: Double?
    private var x: Double?
    private var y: Double?

    /// Takes a field; whether it is one of these.
    mutating func take(_ name: String, _ value: String) -> Bool {
        switch name {
        case FieldName.locationLatitude.text: self.latitude = Double(plainDecimal: value)
        case FieldName.locationLongitude.text: self.longitude = Double(plainDecimal: value)
        case FieldName.locationX.text: self.x = Double(plainDecimal: value)
        case FieldName.locationY.text: self.y = Double(plainDecimal: value)
        default: return false
        }
        return true
    }

    /// The position: WGS84, else RD New.
    var position: GridPosition? {
        if let latitude, let longitude,
            let position = WGS84Position(latitude: latitude, longitude: longitude)
        {
            return GridPosition(position)
        }
        if let x, let y, let position = RDPosition(x: x, y: y) {
            return GridPosition(WGS84Position(position))
        }
        return nil
    }
}

/// Dates as numbers that order as they do: year, month and day in decimal places, 2025-03-01 being 20250301.
package enum DateNumber {
    /// The number of a date `YYYY-MM-DD` of the calendar, from the year 1 on; `nil` for what is none.
    package static func read(_ text: String) -> Int32? {
        var number: Int32 = 0
        var place = 0
        for byte in text.utf8 {
            defer { place += 1 }
            if place == 4 || place == 7 {
                guard byte == 0x2D else { return nil }
                continue
            }
            guard place < 10, byte >= 0x30, byte <= 0x39 else { return nil }
            number = number * 10 + Int32(byte - 0x30)
        }
        guard place == 10, number >= 1_01_01 else { return nil }
        let (year, month, day) = (number / 1_00_00, number / 100 % 100, number % 100)
        guard (1...12).contains(month), day >= 1, day <= self.dayCount(of: month, in: year) else {
            return nil
        }
        return number
    }

    private static func dayCount(of month: Int32, in year: Int32) -> Int32 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
