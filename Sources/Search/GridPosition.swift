import Geodesy

/// A position as the index keeps it: in units of 10⁻⁷ degrees, 11 mm along a meridian.
struct GridPosition: Hashable, Sendable {
    /// How a document without a position is kept.
    static let noneBytes: [UInt8] = [0x80, 0, 0, 0, 0x80, 0, 0, 0]
    private static let unitsPerDegree = 10_000_000.0

    private let latitude: Int32
    private let longitude: Int32

    init(_ position: WGS84Position) {
        self.latitude = Int32((position.latitude * Self.unitsPerDegree).rounded())
        self.longitude = Int32((position.longitude * Self.unitsPerDegree).rounded())
    }

    /// Reads 8 bytes; `nil` for a document without a position.
    init?(_ bytes: [UInt8], at place: Int) {
        let latitude: Int32 = bytes.bigEndian(at: place)
        guard latitude != .min else { return nil }
        self.latitude = latitude
        self.longitude = bytes.bigEndian(at: place + 4)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self.latitude)
        bytes.append(bigEndian: self.longitude)
        return bytes
    }

    /// The position; `nil` for units that are beyond the earth's, which no writer wrote.
    var degrees: WGS84Position? {
        WGS84Position(
            latitude: Double(self.latitude) / Self.unitsPerDegree,
            longitude: Double(self.longitude) / Self.unitsPerDegree
        )
    }

    /// The cell of the position as it is kept.
    var cell: GridCell {
        guard let degrees = self.degrees else { preconditionFailure("made of a position") }
        return GridCell(degrees)
    }
}
