import Geodesy
import TestSupport
import Testing

/// Cells and their ranges (`Protocol/geography.md` §5).
struct GridTests {
    private struct Case: Decodable {
        let name: String
        let latitude: Double
        let longitude: Double
        let row: Int
        let column: Int
        let key: String
    }

    @Test func `cells and keys are those of the vectors`() throws {
        let cases: [Case] = try VectorCase.read("accept/cells.json")
        #expect(cases.count > 50)
        for item in cases {
            let position = try #require(
                WGS84Position(latitude: item.latitude, longitude: item.longitude)
            )
            let cell = GridCell(position)
            #expect(cell.row == item.row && cell.column == item.column, "\(item.name)")
            #expect(cell.key == VectorCase.bytes(item.key), "\(item.name)")
            #expect(GridCell(key: cell.key) == cell)
        }
    }

    @Test func `a cell is about 250 metres in the Netherlands`() throws {
        for latitude in [50.7, 52.1, 53.6] {
            let corner = try #require(WGS84Position(latitude: latitude, longitude: 5))
            let up = try #require(WGS84Position(latitude: latitude + 0.00225, longitude: 5))
            let right = try #require(WGS84Position(latitude: latitude, longitude: 5.0036))
            #expect((250...251).contains(corner.distance(to: up)))
            #expect((236...256).contains(corner.distance(to: right)))
        }
    }

    @Test(arguments: [UInt64(1)])
    func `keys sort as rows and then columns do`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let cells = try (0..<500).map { _ in GridCell(try WGS84Position.random(&generator)) }
        let byKey = cells.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let byNumber = cells.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
        #expect(byKey == byNumber)
    }

    @Test func `keys of no cell are refused`() {
        #expect(GridCell(key: []) == nil)
        #expect(GridCell(key: [0, 0, 0, 0, 0]) == nil)
        #expect(GridCell(key: [0, 0, 0, 0, 0, 0, 0]) == nil)
        #expect(GridCell(key: [0x01, 0x38, 0x7F, 0x01, 0x86, 0x9F])?.row == 79_999)
        #expect(GridCell(key: [0x01, 0x38, 0x80, 0, 0, 0]) == nil)
        #expect(GridCell(key: [0, 0, 0, 0x01, 0x86, 0xA0]) == nil)
        #expect(GridCell(row: -1, column: 0) == nil)
        #expect(GridCell(row: 0, column: 100_000) == nil)
    }

    @Test(arguments: (1...4).map(UInt64.init))
    func `ranges hold the cells of the box, each once, and no other`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let corner = try WGS84Position.random(&generator, latitudes: -90...89)
            let height = Double.random(in: 0...1, using: &generator)
            let width = Double.random(in: 0...360, using: &generator)
            let east = (corner.longitude + width).remainder(dividingBy: 360)
            let box = try #require(
                GeographicBox(
                    south: corner.latitude,
                    west: corner.longitude,
                    north: corner.latitude + height,
                    east: east
                )
            )
            let ranges = try GridCellRange.covering(box)
            let keys = ranges.flatMap { [$0.first.key, $0.last.key] }
            for place in keys.indices.dropFirst() {
                #expect(!keys[place].lexicographicallyPrecedes(keys[place - 1]))
            }
            for place in ranges.indices.dropFirst() {
                #expect(ranges[place - 1].last != ranges[place].first)
            }
            for _ in 0..<50 {
                let position = try WGS84Position.random(
                    &generator,
                    latitudes: max(-90, box.south - 0.1)...min(90, box.north + 0.1)
                )
                let cell = GridCell(position)
                let count = ranges.count { $0.contains(cell) }
                if box.contains(position) { #expect(count == 1, "\(box) \(position)") }
                if count > 0, box.south > -90, box.north < 90 {
                    #expect(Self.isNear(position, box), "\(box) \(position)")
                }
            }
        }
    }

    /// Whether a position is no more than one cell from the box.
    private static func isNear(_ position: WGS84Position, _ box: GeographicBox) -> Bool {
        let width = 0.0036 + 2e-7
        func east(of from: Double, _ to: Double) -> Double {
            let turn = (to - from).truncatingRemainder(dividingBy: 360)
            return turn < 0 ? turn + 360 : turn
        }
        let isBeside =
            box.isAllRound
            || east(of: box.west - width, position.longitude)
                <= east(of: box.west, box.east) + 2 * width
        return isBeside && position.latitude >= box.south - 0.0023
            && position.latitude <= box.north + 0.0023
    }

    @Test func `the last unit before the antimeridian is in the first column`() throws {
        let last = try #require(WGS84Position(latitude: 0, longitude: 179.999_999_99))
        #expect(GridCell(last).column == 0)
        for west in [-180, 179.999, 0] {
            let box = try #require(
                GeographicBox(south: 0, west: west, north: 0, east: 179.999_999_99)
            )
            #expect(box.contains(last))
            let ranges = try GridCellRange.covering(box)
            #expect(ranges.count { $0.contains(GridCell(last)) } == 1)
            let beside = try #require(WGS84Position(latitude: 0, longitude: 179.9995))
            #expect(ranges.count { $0.contains(GridCell(beside)) } == 1)
        }
    }

    @Test func `a box of as many ranges as may be is divided, and no larger one`() throws {
        // 4,096 rows from the edge of one to within the last.
        let fits = try #require(GeographicBox(south: 0, west: 5, north: 9.215, east: 6))
        #expect(try GridCellRange.covering(fits).count == GridCellRange.rangesMax)
        let over = try #require(GeographicBox(south: 0, west: 5, north: 9.2165, east: 6))
        #expect(throws: GridCellRange.CoverError.tooManyRanges(4_097)) {
            try GridCellRange.covering(over)
        }
        let all = try #require(GeographicBox(south: -90, west: -180, north: 90, east: 180))
        #expect(throws: GridCellRange.CoverError.tooManyRanges(80_000)) {
            try GridCellRange.covering(all)
        }
    }
}
