import Geodesy
import TestSupport
import Testing

/// Distances on the ellipsoid (`Protocol/geography.md` §3).
struct DistanceTests {
    private struct Case: Decodable {
        let name: String
        let from: [Double]
        let to: [Double]
        let metres: Double
    }

    private static func position(_ numbers: [Double]) -> WGS84Position? {
        WGS84Position(latitude: numbers[0], longitude: numbers[1])
    }

    @Test func `distances are those of PROJ`() throws {
        let cases: [Case] = try VectorCase.read("accept/distances.json")
        #expect(cases.count > 150)
        for item in cases {
            let from = try #require(Self.position(item.from))
            let to = try #require(Self.position(item.to))
            #expect(abs(from.distance(to: to) - item.metres) < 1e-5, "\(item.name)")
            #expect(from.distance(to: to) == to.distance(to: from), "\(item.name)")
            if item.metres <= WGS84Position.nearMetresMax {
                #expect(abs(from.nearDistance(to: to) - item.metres) < 0.1, "\(item.name)")
            }
        }
    }

    @Test(arguments: [UInt64(1), 2])
    func `no way over a third place is shorter`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let (one, two) = (
                try WGS84Position.random(&generator), try WGS84Position.random(&generator)
            )
            let three = try WGS84Position.random(&generator)
            let direct = one.distance(to: two)
            #expect(direct <= one.distance(to: three) + three.distance(to: two) + 1e-6)
            #expect((0...20_003_931.5).contains(direct))
        }
    }

    @Test(arguments: [UInt64(3)])
    func `nearly antipodal places have a distance that changes smoothly`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let one = try WGS84Position.random(&generator)
            let off = Double.random(in: -0.5...0.5, using: &generator)
            let latitude = min(max(-one.latitude + off, -90), 90)
            let turn = Double.random(in: -0.7...0.7, using: &generator)
            let longitude = (one.longitude + 180 + turn).remainder(dividingBy: 360)
            let two = try #require(WGS84Position(latitude: latitude, longitude: longitude))
            let beside = try #require(
                WGS84Position(latitude: latitude, longitude: (longitude * 0.999_999_99))
            )
            let change = one.distance(to: two) - one.distance(to: beside)
            #expect(abs(change) <= two.distance(to: beside) + 1e-6)
        }
    }

    @Test(arguments: [UInt64(5)])
    func `near distances are within a tenth of a metre up to 100 km, everywhere`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        var count = 0
        while count < 20_000 {
            let one = try WGS84Position.random(&generator)
            let up = Double.random(in: -0.9...0.9, using: &generator)
            let latitude = min(max(one.latitude + up, -90), 90)
            let near = Double.random(in: -1...1, using: &generator)
            // Near the poles, all longitudes are close.
            let turn = abs(one.latitude) > 89 ? near * 180 : near * 0.9
            let two = try #require(
                WGS84Position(
                    latitude: latitude,
                    longitude: (one.longitude + turn).remainder(dividingBy: 360)
                )
            )
            let exact = one.distance(to: two)
            guard exact <= WGS84Position.nearMetresMax else { continue }
            count += 1
            #expect(abs(one.nearDistance(to: two) - exact) < 0.02)
        }
        // Beyond, it is still never longer than half round the earth.
        let pole = try #require(WGS84Position(latitude: 90, longitude: 0))
        let other = try #require(WGS84Position(latitude: -90, longitude: 0))
        #expect(pole.nearDistance(to: other) < pole.distance(to: other))
    }

    @Test func `a pole is one place and a meridian two`() throws {
        let pole = try #require(WGS84Position(latitude: 90, longitude: 10))
        let same = try #require(WGS84Position(latitude: 90, longitude: -60))
        #expect(pole.distance(to: same) == 0)
        let east = try #require(WGS84Position(latitude: 12, longitude: 180))
        let west = try #require(WGS84Position(latitude: 12, longitude: -180))
        #expect(east.distance(to: west) == 0)
    }
}
