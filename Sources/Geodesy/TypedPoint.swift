/// A point as somebody typed it: in degrees or in metres of RD New, and whether its order is in doubt.
///
/// What is read, and what is not, stands in `Protocol/geography.md` §6. A point at sea or in another
/// country is as good as any; only a pair that fits the Netherlands when exchanged, and does not as it
/// stands, is held to be swapped, and then it is for the person to say.
package enum TypedPoint: Hashable, Sendable {
    /// The numbers are in order.
    case point(Place)
    /// The numbers are most likely exchanged: `typed` is what they say as they stand, nil where that is
    /// no place, and `exchanged` what they say the other way round.
    case swapped(typed: Place?, exchanged: Place)

    /// A place in the coordinates in which it was typed.
    package enum Place: Hashable, Sendable {
        /// Latitude and longitude.
        case degrees(WGS84Position)
        /// RD New.
        case metres(RDPosition)

        /// The place in WGS84.
        package var position: WGS84Position {
            switch self {
            case .degrees(let position): position
            case .metres(let position): WGS84Position(position)
            }
        }
    }

    /// Why a text is no point.
    package enum ReadingError: Error, Hashable {
        /// There is nothing but blanks.
        case empty
        /// It is over ``bytesMax``.
        case tooLong
        /// It is not two numbers, or not written in a way that is read.
        case notAPair
        /// One comma, which parts two numbers or is a decimal comma: ask for a blank or semicolon between.
        case doubtfulComma
        /// Two numbers that are neither degrees on the earth nor metres of RD New.
        case outside
    }

    /// Most bytes of a text.
    package static let bytesMax = 128

    /// Latitudes of the Netherlands and their sea nearby, by which an exchange is found.
    package static let dutchLatitudes = 50.5...53.8
    /// Longitudes of the same.
    package static let dutchLongitudes = 3.2...7.3

    /// Reads what somebody typed.
    package init(_ text: String) throws(ReadingError) {
        try self.init(utf8: text.utf8)
    }

    /// Reads what somebody typed, from bytes; those that are no UTF-8 are no point.
    ///
    /// - Complexity: O(``bytesMax``).
    package init(utf8 bytes: some Collection<UInt8>) throws(ReadingError) {
        guard bytes.prefix(Self.bytesMax + 1).count <= Self.bytesMax else { throw .tooLong }
        let pair = try PointText(String(decoding: bytes, as: UTF8.self)).pair()
        if let axes = pair.axes {
            let (latitude, longitude) = axes == .latitudeFirst ? pair.numbers : pair.exchanged
            guard let position = WGS84Position(latitude: latitude, longitude: longitude) else {
                throw .outside
            }
            self = .point(.degrees(position))
            return
        }
        let typed = Self.place(pair.numbers)
        let exchanged = Self.place(pair.exchanged)
        if let exchanged, Self.isDutch(exchanged), !(typed.map(Self.isDutch) ?? false) {
            self = .swapped(typed: typed, exchanged: exchanged)
        } else if let typed {
            self = .point(typed)
        } else {
            throw .outside
        }
    }

    private static func place(_ numbers: (Double, Double)) -> Place? {
        if let position = RDPosition(x: numbers.0, y: numbers.1) { return .metres(position) }
        return WGS84Position(latitude: numbers.0, longitude: numbers.1).map(Place.degrees)
    }

    private static func isDutch(_ place: Place) -> Bool {
        switch place {
        case .metres: true
        case .degrees(let position):
            Self.dutchLatitudes.contains(position.latitude)
                && Self.dutchLongitudes.contains(position.longitude)
        }
    }
}
