import Geodesy

/// Checks a pair of coordinates against the grid or country it is declared to lie in.
package struct CoordinateCheck: Hashable, Sendable {
    /// The ground a pair has to lie on: first and second coordinate, bounds included.
    private let first: ClosedRange<Double>
    private let second: ClosedRange<Double>
    private let outside: FieldCheck.Advice

    /// RD New (EPSG:28992): x from 7,000 to 300,000, y from 289,000 to 629,000 metres.
    package static let rijksdriehoek = CoordinateCheck(
        first: RDPosition.xRange,
        second: RDPosition.yRange,
        outside: .outsideGrid
    )

    private init(
        first: ClosedRange<Double>,
        second: ClosedRange<Double>,
        outside: FieldCheck.Advice
    ) {
        self.first = first
        self.second = second
        self.outside = outside
    }

    /// Latitude and longitude in WGS84 degrees within the bounding box of `country`.
    package init(country: Mapping.Country) {
        switch country {
        case .nl:
            self.init(first: 50.7...53.7, second: 3.2...7.3, outside: .outsideNetherlands)
        case .us:
            // From Puerto Rico to Alaska; the few places across the date line fall outside.
            self.init(first: 17.5...71.5, second: -179.3 ... -64.5, outside: .outsideStates)
        case .any: self.init(first: -90...90, second: -180...180, outside: .outsideEarth)
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
            return .init(rule: .coordinateOutside, advice: .noNumber)
        }
        let one = first.flatMap(Self.number)
        let two = second.flatMap(Self.number)
        let isInside =
            (one.map(self.first.contains) ?? true) && (two.map(self.second.contains) ?? true)
        if isInside { return nil }
        if let one, let two, self.first.contains(two), self.second.contains(one) {
            return .init(rule: .coordinateSwapped, advice: .exchanged)
        }
        return .init(rule: .coordinateOutside, advice: self.advice(one, two))
    }

    private func advice(_ one: Double?, _ two: Double?) -> FieldCheck.Advice {
        let other = self == .rijksdriehoek ? CoordinateCheck(country: .nl) : .rijksdriehoek
        if let one, let two {
            let isOther =
                other.first.contains(one) && other.second.contains(two)
                || other.first.contains(two) && other.second.contains(one)
            if isOther, self == .rijksdriehoek {
                return .areDegrees
            }
            if isOther {
                return .areMetres
            }
        }
        return self.outside
    }

    private static func number(_ text: String) -> Double? {
        NumberStyle.plain.canonical(text).flatMap(Double.init)
    }
}
