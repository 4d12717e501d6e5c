/// A place on the map as some source has it, to tell whether two are the same place measured twice
/// (`Protocol/web.md` §7).
enum MapPoint {
    /// Farthest that two coordinates of one place lie apart, in metres.
    static let variantMetresMax = 50.0
    /// Length of a degree of latitude, in metres: a sphere of the Earth's mean radius.
    private static let metresPerDegree = 111_195.0

    /// Degrees of WGS84.
    case degrees(latitude: Double, longitude: Double)
    /// Metres of RD New.
    case metres(x: Double, y: Double)

    /// Reads two coordinates; `nil` where one is no number or lies outside its range.
    init?(_ first: String, _ second: String, areDegrees: Bool) {
        guard let first = Double(first), let second = Double(second), first.isFinite,
            second.isFinite
        else { return nil }
        if areDegrees {
            guard abs(first) <= 90, abs(second) <= 180 else { return nil }
            self = .degrees(latitude: first, longitude: second)
        } else {
            self = .metres(x: first, y: second)
        }
    }

    /// Whether every two of some points lie at most ``variantMetresMax`` apart.
    static func areNear(_ points: [MapPoint]) -> Bool {
        points.indices.allSatisfy { place in
            points[..<place].allSatisfy { $0.isNear(points[place]) }
        }
    }

    private func isNear(_ other: MapPoint) -> Bool {
        let (east, north): (Double, Double)
        switch (self, other) {
        case (.degrees(let latitude, let longitude), .degrees(let latitude2, let longitude2)):
            north = (latitude2 - latitude) * Self.metresPerDegree
            let middle = (latitude + latitude2) / 2
            east = (longitude2 - longitude) * Self.metresPerDegree * Self.cosine(degrees: middle)
        case (.metres(let x, let y), .metres(let x2, let y2)):
            (east, north) = (x2 - x, y2 - y)
        default: return false
        }
        return east * east + north * north <= Self.variantMetresMax * Self.variantMetresMax
    }

    /// The first terms of the series: at the pole it is wrong by 0.00003.
    private static func cosine(degrees: Double) -> Double {
        let square = (degrees * .pi / 180) * (degrees * .pi / 180)
        return 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56)))
    }
}
