import Geodesy

/// Checks a pair of coordinates against the grid or country it is declared to lie in.
package struct CoordinateCheck: Hashable, Sendable {
    /// The ground a pair has to lie on: first and second coordinate, bounds included.
    private let first: ClosedRange<Double>
    private let second: ClosedRange<Double>
    private let place: String

    /// RD New (EPSG:28992): x from 7,000 to 300,000, y from 289,000 to 629,000 metres.
    package static let rijksdriehoek = CoordinateCheck(
        first: RDPosition.xRange,
        second: RDPosition.yRange,
        place: "the grid of RD New"
    )

    private init(first: ClosedRange<Double>, second: ClosedRange<Double>, place: String) {
        self.first = first
        self.second = second
        self.place = place
    }

    /// Latitude and longitude in WGS84 degrees within the bounding box of `country`.
    package init(country: Mapping.Country) {
        switch country {
        case .nl:
            self.init(first: 50.7...53.7, second: 3.2...7.3, place: "the European Netherlands")
        case .us:
            // From Puerto Rico to Alaska; the few places across the date line fall outside.
            self.init(first: 17.5...71.5, second: -179.3 ... -64.5, place: "the United States")
        case .any: self.init(first: -90...90, second: -180...180, place: "the earth")
        }
    }

    /// Returns what is wrong with a pair, or nil when it lies where it should.
    ///
    /// - Parameters:
    ///   - first: Latitude or x, as text; nil when the record has none.
    ///   - second: Longitude or y, as text; nil when the record has none.
    /// - Returns: `coordinate.outside` or `coordinate.swapped`, with what to do.
    package func violation(_ first: String?, _ second: String?) -> FieldCheck.Violation? {
        for text in [first, second].compactMap(\.self) where Self.number(text) == nil {
            return .init(
                rule: .coordinateOutside,
                suggestion: "not a number with a decimal point; number: nl reads a decimal comma"
            )
        }
        let one = first.flatMap(Self.number)
        let two = second.flatMap(Self.number)
        let isInside =
            (one.map(self.first.contains) ?? true) && (two.map(self.second.contains) ?? true)
        if isInside { return nil }
        if let one, let two, self.first.contains(two), self.second.contains(one) {
            return .init(
                rule: .coordinateSwapped,
                suggestion: "the pair fits when exchanged: exchange the two columns"
            )
        }
        return .init(rule: .coordinateOutside, suggestion: self.suggestion(one, two))
    }

    private func suggestion(_ one: Double?, _ two: Double?) -> String {
        let other = self == .rijksdriehoek ? CoordinateCheck(country: .nl) : .rijksdriehoek
        if let one, let two {
            let isOther =
                other.first.contains(one) && other.second.contains(two)
                || other.first.contains(two) && other.second.contains(one)
            if isOther, self == .rijksdriehoek {
                return "these are degrees: map them to location.latitude and location.longitude"
            }
            if isOther {
                return "these are metres of RD New: map them to location.x and location.y"
            }
        }
        return "outside \(self.place)"
    }

    private static func number(_ text: String) -> Double? {
        NumberStyle.plain.canonical(text).flatMap(Double.init)
    }
}
