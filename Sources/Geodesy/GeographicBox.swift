#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A range of latitudes and a range of longitudes, bounds included; the latter may pass the antimeridian.
package struct GeographicBox: Hashable, Sendable {
    /// Lowest latitude in degrees.
    package let south: Double
    /// Highest latitude in degrees, not below `south`.
    package let north: Double
    /// Longitude in degrees from which the box goes east, from -180 to below 180.
    package let west: Double
    /// Longitude in degrees where it ends; below `west` where it passes the antimeridian, and 180 with a
    /// `west` of -180 where it goes all round.
    package let east: Double

    /// Creates a box, or returns nil where a number is none or outside, or `south` lies above `north`.
    package init?(south: Double, west: Double, north: Double, east: Double) {
        guard (-90...90).contains(south), (-90...90).contains(north), south <= north,
            (-180...180).contains(west), (-180...180).contains(east)
        else { return nil }
        self.south = south
        self.north = north
        self.west = west == 180 ? -180 : west
        self.east = east == 180 && self.west != -180 ? -180 : east
    }

    /// Creates a box around a circle: every position within `radius` metres of `center` lies in it.
    ///
    /// It is that of a circle on a sphere of the polar radius, with reduced latitudes: distances there are
    /// nowhere longer than on the ellipsoid, and at most 0.34% shorter (`Protocol/geography.md` §4). Where
    /// that circle reaches a pole, the box goes all round. Returns nil where the radius is negative or no
    /// number.
    package init?(around center: WGS84Position, radius: Double) {
        guard radius >= 0 else { return nil }
        // Degrees, 0.1 mm: what the rounding of these formulas comes to is far below it.
        let margin = 1e-9
        let ellipsoid = Ellipsoid.wgs84
        let reduced = ellipsoid.reducedLatitude(center.latitude)
        let latitude = atan2(reduced.sine, reduced.cosine)
        let angle = min(radius / ellipsoid.b, .pi)
        let (low, high) = (latitude - angle, latitude + angle)
        self.south = low <= -.pi / 2 ? -90 : max(Self.latitude(reduced: low) - margin, -90)
        self.north = high >= .pi / 2 ? 90 : min(Self.latitude(reduced: high) + margin, 90)
        if self.south == -90 || self.north == 90 {
            self.west = -180
            self.east = 180
        } else {
            // The farthest longitudes of a circle on a sphere; its latitudes end before the pole.
            let share = min(sin(angle) / cos(latitude), 1)
            let turn = asin(share).degrees + margin / cos(latitude)
            self.west = WGS84Position.wrapped(center.longitude - turn)
            self.east = WGS84Position.wrapped(center.longitude + turn)
        }
    }

    /// Whether the box goes all round the earth.
    package var isAllRound: Bool { self.west == -180 && self.east == 180 }

    /// Whether a position lies in the box.
    ///
    /// A pole is at every longitude: it lies in a box that reaches its latitude.
    package func contains(_ position: WGS84Position) -> Bool {
        guard (self.south...self.north).contains(position.latitude) else { return false }
        if abs(position.latitude) == 90 { return true }
        let longitude = position.longitude
        return self.west <= self.east
            ? (self.west...self.east).contains(longitude)
            : longitude >= self.west || longitude <= self.east
    }

    private static func latitude(reduced: Double) -> Double {
        atan2(sin(reduced), (1 - Ellipsoid.wgs84.f) * cos(reduced)).degrees
    }
}
