/// Neighbouring cells of one row, from a first to a last: one range of keys.
package struct GridCellRange: Hashable, Sendable {
    /// The westernmost cell.
    package let first: GridCell
    /// The easternmost cell, of the same row.
    package let last: GridCell

    /// Most ranges that a box is divided into: 4,096 rows are some 1,000 km.
    package static let rangesMax = 4_096

    /// Why a box is not divided.
    package enum CoverError: Error, Hashable {
        /// It needs more than ``rangesMax``; take a smaller box, or look at everything.
        case tooManyRanges(Int)
    }

    /// The cells of a box, as ranges from south to north, and from west to east within a row.
    ///
    /// Every position in the box lies in one of the cells, and every cell meets the box or ends less than
    /// 1e-7 degrees from it. Ranges do not overlap. A box that passes the antimeridian has two in a row.
    ///
    /// - Complexity: O(ranges).
    package static func covering(_ box: GeographicBox) throws(CoverError) -> [GridCellRange] {
        let rows = GridCell.row(of: box.south, .down)...GridCell.row(of: box.north, .up)
        let spans = Self.columns(box)
        let count = rows.count * spans.count
        guard count <= Self.rangesMax else { throw .tooManyRanges(count) }
        return rows.flatMap { row in
            spans.map { GridCellRange(row: row, columns: $0) }
        }
    }

    /// Whether a cell is one of these.
    package func contains(_ cell: GridCell) -> Bool {
        cell.row == self.first.row
            && (self.first.column...self.last.column).contains(cell.column)
    }

    private init(row: Int, columns: ClosedRange<Int>) {
        guard let first = GridCell(row: row, column: columns.lowerBound),
            let last = GridCell(row: row, column: columns.upperBound)
        else { preconditionFailure("rows and columns of degrees on the earth are in the grid") }
        self.first = first
        self.last = last
    }

    private static func columns(_ box: GeographicBox) -> [ClosedRange<Int>] {
        let all = 0...GridCell.columnCount - 1
        // A position at a pole is in a box of that latitude whatever its longitude.
        if box.isAllRound || box.south == -90 || box.north == 90 { return [all] }
        let west = GridCell.column(of: box.west, .down)
        var east = GridCell.column(of: box.east, .up)
        // Rounding can carry the eastern edge over the antimeridian, into the first column.
        let isCarried = east == GridCell.columnCount
        if isCarried { east = 0 }
        guard isCarried || box.west > box.east else { return [west...east] }
        return east >= west - 1 ? [all] : [0...east, west...all.upperBound]
    }
}
