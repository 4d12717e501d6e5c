/// A cell of a fixed grid over WGS84, by which positions are indexed.
///
/// Rows of latitude of 0.00225° and columns of longitude of 0.0036°: at the latitudes of the Netherlands
/// about 250 m by 236 to 255 m. A position's cell follows by integers from its latitude and longitude in
/// units of 1e-7 degrees, so that every machine finds the same (`Protocol/geography.md` §5).
package struct GridCell: Hashable, Sendable {
    /// Row from the south pole, 0 to 79,999.
    package let row: Int
    /// Column from 180° west, 0 to 99,999.
    package let column: Int

    /// Rows of the grid.
    package static let rowCount = 80_000
    /// Columns of the grid.
    package static let columnCount = 100_000
    /// Bytes of a key.
    package static let keyByteCount = 6

    /// Units of 1e-7 degrees in a row: 180° over the rows.
    private static let rowUnits = 22_500
    /// Units of 1e-7 degrees in a column: 360° over the columns.
    private static let columnUnits = 36_000

    /// Creates a cell of the grid, or returns nil where it has none.
    package init?(row: Int, column: Int) {
        guard (0..<Self.rowCount).contains(row), (0..<Self.columnCount).contains(column) else {
            return nil
        }
        self.row = row
        self.column = column
    }

    /// The cell in which a position lies, rounded to 1e-7 degrees.
    ///
    /// A cell has its southern and western edge; the north pole is in the last row.
    package init(_ position: WGS84Position) {
        self.row = Self.row(of: position.latitude, .toNearestOrAwayFromZero)
        // What rounds to 180° east is 180° west.
        let column = Self.column(of: position.longitude, .toNearestOrAwayFromZero)
        self.column = column % Self.columnCount
    }

    /// Reads a key, or returns nil where it is none.
    package init?(key: [UInt8]) {
        guard key.count == Self.keyByteCount else { return nil }
        let numbers = [key[..<3], key[3...]].map { $0.reduce(0) { $0 << 8 | Int($1) } }
        self.init(row: numbers[0], column: numbers[1])
    }

    /// Row (3 bytes) and column (3 bytes), big-endian: in byte order, the cells of a row follow each other.
    package var key: [UInt8] {
        [self.row, self.column].flatMap { number in
            [16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        }
    }

    /// The row of a latitude in degrees, rounded to units by `rule`.
    static func row(of latitude: Double, _ rule: FloatingPointRoundingRule) -> Int {
        let units = Self.units(latitude, rule) + Self.rowCount / 2 * Self.rowUnits
        return min(max(units / Self.rowUnits, 0), Self.rowCount - 1)
    }

    /// The column of a longitude in degrees, rounded to units by `rule`; 180° east is `columnCount`.
    static func column(of longitude: Double, _ rule: FloatingPointRoundingRule) -> Int {
        let units = Self.units(longitude, rule) + Self.columnCount / 2 * Self.columnUnits
        return units / Self.columnUnits
    }

    private static func units(_ degrees: Double, _ rule: FloatingPointRoundingRule) -> Int {
        Int((degrees * WGS84Position.unitsPerDegree).rounded(rule))
    }
}
