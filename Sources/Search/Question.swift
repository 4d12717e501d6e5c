package import Geodesy
package import Vocabulary

/// What is looked for: conditions that all must hold, and words (`Protocol/search.md` §5).
package struct Question: Sendable {
    /// Most words.
    package static let wordsMax = 24
    /// Longest radius, in metres.
    package static let radiusMax = 100_000.0

    /// A word that must be found.
    package struct AskedWord: Hashable, Sendable {
        /// Folded.
        package let bytes: [UInt8]
        /// In which fields it may stand.
        package let fields: Set<WordField>
        /// Whether words that begin with it count.
        package let isPrefix: Bool
        /// The postcodes that it may also stand for: four digits.
        package let postcodes: PostcodeRange?
        /// Other names of the town that it is of.
        let otherNames: [[UInt8]]

        /// Whether it is a legal form or a particle, which is looked for in names alone that have nothing else.
        package var isMarked: Bool { Word(folded: self.bytes).isMarked }

        /// Whether it is of digits.
        var isNumber: Bool { (0x30...0x39).contains(self.bytes[0]) }

        /// Whether words that begin with it are like it, where it is looked farther.
        var reachesBeginnings: Bool { self.bytes.count >= 3 && !self.isNumber }

        /// Whether more words are like it where it is looked farther.
        var reachesFarther: Bool {
            self.reachesBeginnings
                || Likeness.editsMax(of: self.bytes, .far)
                    > Likeness.editsMax(of: self.bytes, .near)
        }

        /// As it was typed.
        package let typed: String
    }

    /// Numbers of which a document must have one.
    package struct Identifiers: Hashable, Sendable {
        /// Of which kind.
        package let kind: IdentifierKind
        /// The numbers.
        package let numbers: Set<UInt64>
        /// The same as words, one of which a document may have instead: a number may be no identifier.
        package let words: Set<[UInt8]>
        /// Whether it is to be told which of the numbers own records have that fit.
        let tellsNumbers: Bool

        /// Asks for one of numbers, or else for one of words.
        package init(
            _ kind: IdentifierKind,
            _ numbers: Set<UInt64>,
            orWords: Set<[UInt8]> = [],
            tellsNumbers: Bool = false
        ) {
            self.kind = kind
            self.numbers = numbers
            self.words = orWords
            self.tellsNumbers = tellsNumbers
        }
    }

    /// A town or village, by the words of its name.
    package struct Place: Hashable, Sendable {
        /// Of each of them one form stands in the field.
        let words: [[[UInt8]]]
        /// As it was typed.
        package let typed: String
    }

    /// A circle on the earth.
    package struct Circle: Hashable, Sendable {
        /// The centre.
        package let center: WGS84Position
        /// In metres.
        package let radius: Double

        /// Creates a circle; `nil` for a radius that is not over 0 or over ``Question/radiusMax``.
        package init?(center: WGS84Position, radius: Double) {
            guard radius > 0, radius <= Question.radiusMax else { return nil }
            self.center = center
            self.radius = radius
        }

        /// How far a position is from the centre, in metres to some centimetres; `nil` where it is not in the
        /// circle: the geodesic distance is over the radius.
        func distance(within position: WGS84Position) -> Double? {
            let near = self.center.nearDistance(to: position)
            // What the fast distance is off at most, with room.
            guard abs(near - self.radius) < 1 else { return near < self.radius ? near : nil }
            let exact = self.center.distance(to: position)
            return exact <= self.radius ? exact : nil
        }
    }

    /// Words that must all be found.
    package private(set) var words: [AskedWord] = []
    /// Words of which it only matters for the rank whether a name has them.
    private(set) var marked: Set<[UInt8]> = []
    /// Lists of which a document must have a number each.
    package var identifiers: [Identifiers] = []
    /// Ranges of which one must have its postcode; none for any.
    package var postcodes: [PostcodeRange] = []
    /// Places of which it must be in one; none for any.
    package private(set) var places: [Place] = []
    /// Where it must be.
    package var circle: Circle?
    /// Types of which it must be; none for any.
    package var types: Set<RecordType> = []
    /// Sources of which one must be its; none for any.
    package var sources: Set<String> = []
    /// The first date, as a ``DateNumber``.
    package var from: Int32?
    /// The last date.
    package var until: Int32?
    /// Whether a document without a date is in the period.
    package var takesUndated = false
    /// Own records of which it must be one, where it is an own record.
    package var records: Set<DocumentKey>?
    /// Whether those were asked for by their keys.
    package var isByKey = false

    /// Asks for everything.
    package init() {}

    /// Asks for the words of a text, in some fields.
    ///
    /// - Parameters:
    ///   - text: What was typed.
    ///   - fields: Where they may stand.
    ///   - isTyping: Whether the last word may go on.
    ///   - asksMarked: Whether legal forms and particles are asked for where there is nothing else.
    ///   - folding: Reads the text.
    package mutating func ask(
        _ text: String,
        in fields: Set<WordField>,
        isTyping: Bool,
        asksMarked: Bool = true,
        folding: TextFolding
    ) {
        // "v/d" is "v.d.", which is one word.
        let words = folding.words(text.replacing("v/d", with: "vd").replacing("V/D", with: "vd"))
        let tokens = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let plain = words.filter { !$0.isMarked && !$0.isAbbreviation }
        let isUnfinished = isTyping && (text.last?.isLetter ?? false)
        for word in plain.isEmpty && asksMarked ? words : plain {
            let asked = AskedWord(
                bytes: word.bytes,
                fields: fields,
                isPrefix: isUnfinished && word == words.last
                    && word.bytes.count >= Likeness.prefixMin,
                postcodes: fields.contains(.address) && word.kind == .number
                    && word.bytes.count == 4 ? try? PostcodeRange(word.text) : nil,
                otherNames: word.otherNames,
                // What was typed as one word and is several is named by the word alone.
                typed: tokens.first { folding.words($0) == [word] } ?? word.text
            )
            if !self.words.contains(asked) { self.words.append(asked) }
        }
        if !plain.isEmpty || !asksMarked {
            for word in words where word.isMarked { self.marked.insert(word.bytes) }
        }
    }

    /// Asks that it be in one of some places, the names of which are not looked for with typing errors.
    package mutating func ask(places texts: [String], folding: TextFolding) {
        for text in texts {
            let words = folding.words(text)
            let plain = words.filter { !$0.isMarked }
            let place = Place(
                words: (plain.isEmpty ? words : plain).map { [$0.bytes] + $0.otherNames },
                typed: text
            )
            if !place.words.isEmpty, !self.places.contains(place) { self.places.append(place) }
        }
    }

    /// Whether what is chosen beside words, numbers and the period holds: type, source, and which records.
    package func filters(_ type: RecordType, _ source: String, _ key: DocumentKey) -> Bool {
        (self.types.isEmpty || self.types.contains(type))
            && (self.sources.isEmpty || self.sources.contains(source))
            && (self.records?.contains(key) ?? true)
    }

    /// Whether a date is in the period; 0 is none.
    package func contains(date: Int32) -> Bool {
        if date == 0 { return self.takesUndated || (self.from == nil && self.until == nil) }
        return date >= self.from ?? .min && date <= self.until ?? .max
    }
}

extension Question.Circle {
    /// Ranges of cells that have all positions in the circle, among others.
    var cells: [GridCellRange] {
        guard let box = GeographicBox(around: self.center, radius: self.radius) else { return [] }
        do throws(GridCellRange.CoverError) {
            return try GridCellRange.covering(box)
        } catch {
            preconditionFailure("the longest radius is within the most ranges")
        }
    }
}
