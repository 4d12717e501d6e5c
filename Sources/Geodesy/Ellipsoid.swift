#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An ellipsoid of revolution, and how latitude and longitude on it become cartesian coordinates.
struct Ellipsoid: Sendable {
    /// Equatorial radius in metres.
    let a: Double
    /// Flattening.
    let f: Double

    /// WGS84 (EPSG:7030).
    static let wgs84 = Ellipsoid(a: 6_378_137, f: 1 / 298.257_223_563)
    /// Bessel 1841 (EPSG:7004), on which RD New is drawn.
    static let bessel = Ellipsoid(a: 6_377_397.155, f: 1 / 299.152_812_8)

    /// Polar radius in metres.
    var b: Double { self.a * (1 - self.f) }
    /// First eccentricity, squared.
    var e2: Double { self.f * (2 - self.f) }
    /// Second eccentricity, squared.
    var secondE2: Double { self.e2 / (1 - self.e2) }

    /// Metres from the centre: towards 0° and 90° east on the equator, and the north pole.
    struct Cartesian {
        var x: Double
        var y: Double
        var z: Double
    }

    /// The point at a latitude and longitude (radians) and height zero (EPSG guidance note 7-2 §4.1.1).
    func cartesian(latitude: Double, longitude: Double) -> Cartesian {
        let (sine, cosine) = (sin(latitude), cos(latitude))
        let normal = self.a / (1 - self.e2 * sine * sine).squareRoot()
        return Cartesian(
            x: normal * cosine * cos(longitude),
            y: normal * cosine * sin(longitude),
            z: normal * (1 - self.e2) * sine
        )
    }

    /// Latitude and longitude (radians) of a point near the surface; its height is dropped.
    ///
    /// Bowring's formula, without a second round: within 100 m of the surface it errs by less than a micrometre.
    func geographic(_ point: Cartesian) -> (latitude: Double, longitude: Double) {
        let axis = hypot(point.x, point.y)
        let reduced = atan2(point.z * self.a, axis * self.b)
        let (sine, cosine) = (sin(reduced), cos(reduced))
        let latitude = atan2(
            point.z + self.secondE2 * self.b * sine * sine * sine,
            axis - self.e2 * self.a * cosine * cosine * cosine
        )
        return (latitude, atan2(point.y, point.x))
    }

    /// Sine and cosine of the reduced latitude that belongs to a latitude in degrees; exact at the poles.
    func reducedLatitude(_ degrees: Double) -> (sine: Double, cosine: Double) {
        if abs(degrees) == 90 { return (degrees > 0 ? 1 : -1, 0) }
        let latitude = degrees.radians
        let (sine, cosine) = ((1 - self.f) * sin(latitude), cos(latitude))
        let length = hypot(sine, cosine)
        return (sine / length, cosine / length)
    }
}

extension Double {
    /// These degrees in radians.
    var radians: Double { self * (.pi / 180) }
    /// These radians in degrees.
    var degrees: Double { self * (180 / .pi) }
}
