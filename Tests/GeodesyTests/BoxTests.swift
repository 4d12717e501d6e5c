import Foundation
import Geodesy
import TestSupport
import Testing

/// Boxes around circles (`Protocol/geography.md` §4).
struct BoxTests {
    /// Places at which something can go wrong, and any.
    private static func center(
        _ generator: inout SeededGenerator
    ) throws -> WGS84Position {
        let latitudes = [90, -90, 89.99, -89.9, 0, 52.1, 85]
        let longitudes = [-180, 179.999, -179.5, 0, 5.2]
        if Bool.random(using: &generator) { return try .random(&generator) }
        return try #require(
            WGS84Position(
                latitude: latitudes.randomElement(using: &generator) ?? 0,
                longitude: longitudes.randomElement(using: &generator) ?? 0
            )
        )
    }

    /// A place some way from another, with a bearing on a sphere: how far exactly is measured afterwards.
    private static func place(
        from center: WGS84Position,
        metres: Double,
        _ generator: inout SeededGenerator
    ) throws -> WGS84Position {
        let bearing = Double.random(in: 0..<(2 * .pi), using: &generator)
        let angle = metres / 6_371_000
        let start = center.latitude * .pi / 180
        let sine = sin(start) * cos(angle) + cos(start) * sin(angle) * cos(bearing)
        let turn = atan2(
            sin(bearing) * sin(angle) * cos(start),
            cos(angle) - sin(start) * sine
        )
        let longitude = (center.longitude + turn * 180 / .pi).remainder(dividingBy: 360)
        return try #require(
            WGS84Position(
                latitude: asin(min(max(sine, -1), 1)) * 180 / .pi,
                longitude: longitude
            )
        )
    }

    @Test(arguments: (1...6).map(UInt64.init))
    func `every place within the radius is in the box and in one of its cells`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let center = try Self.center(&generator)
            let radius = pow(10, Double.random(in: -1...7.3, using: &generator))
            let box = try #require(GeographicBox(around: center, radius: radius))
            let ranges = try? GridCellRange.covering(box)
            #expect(box.contains(center))
            for _ in 0..<30 {
                let far = Double.random(in: 0.5...1.01, using: &generator) * radius
                let place = try Self.place(from: center, metres: far, &generator)
                guard center.distance(to: place) <= radius else { continue }
                #expect(box.contains(place), "\(center) \(radius) \(place)")
                guard let ranges else { continue }
                let cell = GridCell(place)
                #expect(ranges.count { $0.contains(cell) } == 1, "\(center) \(radius) \(place)")
            }
        }
    }

    @Test func `a box is hardly larger than its circle`() throws {
        let center = try #require(WGS84Position(latitude: 52.1, longitude: 5.2))
        let box = try #require(GeographicBox(around: center, radius: 10_000))
        for (latitude, longitude) in [
            (box.north, 5.2), (box.south, 5.2), (52.1, box.east), (52.1, box.west),
        ] {
            let edge = try #require(WGS84Position(latitude: latitude, longitude: longitude))
            #expect((10_000...10_040).contains(center.distance(to: edge)))
        }
        #expect(!box.isAllRound)
    }

    @Test func `boxes pass the antimeridian and go round the poles`() throws {
        let fiji = try #require(WGS84Position(latitude: -17, longitude: 179.95))
        let box = try #require(GeographicBox(around: fiji, radius: 20_000))
        #expect(box.west > 0 && box.east < 0)
        #expect(box.contains(try #require(WGS84Position(latitude: -17, longitude: -179.9))))
        #expect(box.contains(try #require(WGS84Position(latitude: -17, longitude: 180))))
        #expect(!box.contains(try #require(WGS84Position(latitude: -17, longitude: 0))))
        let arctic = try #require(WGS84Position(latitude: 89.9, longitude: 20))
        let round = try #require(GeographicBox(around: arctic, radius: 12_000))
        #expect(round.isAllRound && round.north == 90 && round.south > 89.7)
        let short = try #require(GeographicBox(around: arctic, radius: 11_000))
        #expect(!short.isAllRound)
        let all = try #require(GeographicBox(around: fiji, radius: .infinity))
        #expect(all.isAllRound && all.south == -90 && all.north == 90)
        let edge = try #require(GeographicBox(south: 0, west: 170, north: 1, east: 180))
        #expect(edge.contains(try #require(WGS84Position(latitude: 0.5, longitude: 175))))
        #expect(edge.contains(try #require(WGS84Position(latitude: 0.5, longitude: -180))))
        #expect(!edge.contains(try #require(WGS84Position(latitude: 0.5, longitude: -179))))
    }

    @Test func `what is no box is refused`() throws {
        let center = try #require(WGS84Position(latitude: 0, longitude: 0))
        #expect(GeographicBox(around: center, radius: -1) == nil)
        #expect(GeographicBox(around: center, radius: .nan) == nil)
        #expect(GeographicBox(around: center, radius: 0)?.contains(center) == true)
        #expect(GeographicBox(south: 1, west: 0, north: 0, east: 1) == nil)
        #expect(GeographicBox(south: 0, west: -181, north: 1, east: 1) == nil)
        #expect(GeographicBox(south: .nan, west: 0, north: 1, east: 1) == nil)
    }
}
