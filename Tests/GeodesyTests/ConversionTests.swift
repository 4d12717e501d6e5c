import Geodesy
import TestSupport
import Testing

/// RD New to WGS84 and back (`Protocol/geography.md` §2).
struct ConversionTests {
    private struct Case: Decodable {
        let name: String
        let x: Double
        let y: Double
        let latitude: Double
        let longitude: Double
        let back: [Double]
    }

    @Test func `conversions are those of PROJ without a grid`() throws {
        let cases: [Case] = try VectorCase.read("accept/conversions.json")
        #expect(cases.count > 90)
        for item in cases {
            let point = try #require(RDPosition(x: item.x, y: item.y), "\(item.name)")
            let position = WGS84Position(point)
            // 1e-9 degrees are 0.1 mm.
            #expect(abs(position.latitude - item.latitude) < 1e-9, "\(item.name)")
            #expect(abs(position.longitude - item.longitude) < 2e-9, "\(item.name)")
            let typed = try #require(
                WGS84Position(latitude: item.latitude, longitude: item.longitude)
            )
            // On the edge of the grid, a rounded position may lie outside it.
            guard let back = RDPosition(typed) else {
                #expect(RDPosition(x: item.back[0], y: item.back[1]) == nil, "\(item.name)")
                continue
            }
            #expect(abs(back.x - item.back[0]) < 1e-4, "\(item.name)")
            #expect(abs(back.y - item.back[1]) < 1e-4, "\(item.name)")
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `there and back is less than a millimetre`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let point = try #require(
                RDPosition(
                    x: Double.random(in: 7_001...299_999, using: &generator),
                    y: Double.random(in: 289_001...628_999, using: &generator)
                )
            )
            let back = try #require(RDPosition(WGS84Position(point)))
            #expect(abs(back.x - point.x) < 1e-3 && abs(back.y - point.y) < 1e-3)
        }
    }

    @Test func `two towers stand where a published table has them`() throws {
        // Schreutelkamp and Strang van Hees, "Benaderingsformules voor de transformatie tussen RD- en
        // WGS84-kaartcoördinaten". Their degrees are of an older realisation: RDNAPTRANS 2018 itself is up
        // to 0.32 m from them.
        let towers = [
            (120_700.723, 487_525.502, 52.374_532_53, 4.883_525_59),
            (233_883.131, 582_065.168, 53.219_383_17, 6.568_200_53),
        ]
        for (x, y, latitude, longitude) in towers {
            let converted = WGS84Position(try #require(RDPosition(x: x, y: y)))
            let measured = try #require(WGS84Position(latitude: latitude, longitude: longitude))
            #expect(converted.distance(to: measured) < 0.35)
        }
    }

    @Test func `positions outside their ranges are none`() {
        #expect(RDPosition(x: 7_000, y: 289_000) != nil)
        #expect(RDPosition(x: 300_000, y: 629_000) != nil)
        #expect(RDPosition(x: 6_999.999, y: 400_000) == nil)
        #expect(RDPosition(x: 300_000.001, y: 400_000) == nil)
        #expect(RDPosition(x: 100_000, y: 288_999.999) == nil)
        #expect(RDPosition(x: 100_000, y: 629_000.001) == nil)
        #expect(RDPosition(x: .nan, y: 400_000) == nil)
        #expect(RDPosition(x: 100_000, y: .infinity) == nil)
        #expect(WGS84Position(latitude: 90, longitude: 180)?.longitude == -180)
        #expect(WGS84Position(latitude: -90, longitude: -180) != nil)
        #expect(WGS84Position(latitude: 90.000_000_1, longitude: 0) == nil)
        #expect(WGS84Position(latitude: -90.000_000_1, longitude: 0) == nil)
        #expect(WGS84Position(latitude: 0, longitude: 180.000_000_1) == nil)
        #expect(WGS84Position(latitude: 0, longitude: -180.000_000_1) == nil)
        #expect(WGS84Position(latitude: .nan, longitude: 0) == nil)
        #expect(WGS84Position(latitude: 0, longitude: .nan) == nil)
    }

    @Test(arguments: [UInt64(4)])
    func `no position anywhere traps, and those of the grid are Dutch`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let position = try WGS84Position.random(&generator)
            guard RDPosition(position) != nil else { continue }
            #expect((50.5...53.7).contains(position.latitude))
            #expect((3.1...7.6).contains(position.longitude))
        }
        for latitude in [-90.0, 90, 0] {
            let edge = try #require(WGS84Position(latitude: latitude, longitude: -174.6))
            #expect(RDPosition(edge) == nil)
        }
    }
}
