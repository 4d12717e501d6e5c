#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The oblique stereographic projection, by way of a sphere that keeps angles (EPSG:9809, guidance note 7-2 §3.2.5).
///
/// A latitude goes by its isometric latitude ψ: on the sphere it is `n ψ + shift`, which is what the
/// published formulas say with powers.
struct DoubleStereographic: Sendable {
    private let ellipsoid: Ellipsoid
    /// Longitude of the origin in radians.
    private let longitude0: Double
    private let falseEasting: Double
    private let falseNorthing: Double
    /// Exponent of the sphere.
    private let n: Double
    /// What is added to the isometric latitude on the sphere.
    private let shift: Double
    /// Latitude of the origin on the sphere: sine and cosine.
    private let sine0: Double
    private let cosine0: Double
    /// Diameter of the sphere times the scale, in metres.
    private let diameter: Double

    /// RD New: origin 52° 9' 22.178" N, 5° 23' 15.5" E of Bessel 1841, at x 155,000 and y 463,000.
    static let rijksdriehoek = DoubleStereographic(
        ellipsoid: .bessel,
        latitude0: (52 + 9 / 60.0 + 22.178 / 3_600).radians,
        longitude0: (5 + 23 / 60.0 + 15.5 / 3_600).radians,
        scale: 0.999_907_9,
        falseEasting: 155_000,
        falseNorthing: 463_000
    )

    private init(
        ellipsoid: Ellipsoid,
        latitude0: Double,
        longitude0: Double,
        scale: Double,
        falseEasting: Double,
        falseNorthing: Double
    ) {
        self.ellipsoid = ellipsoid
        self.longitude0 = longitude0
        self.falseEasting = falseEasting
        self.falseNorthing = falseNorthing
        let (sine, cosine) = (sin(latitude0), cos(latitude0))
        let curvature = 1 - ellipsoid.e2 * sine * sine
        // The geometric mean of both radii of curvature at the origin.
        let radius = ellipsoid.a * (1 - ellipsoid.e2).squareRoot() / curvature
        self.diameter = 2 * radius * scale
        self.n = (1 + ellipsoid.secondE2 * cosine * cosine * cosine * cosine).squareRoot()
        // On a sphere that keeps angles and scale at the origin, its latitude there has this sine.
        self.sine0 = sine / self.n
        self.cosine0 = (1 - self.sine0 * self.sine0).squareRoot()
        self.shift = atanh(self.sine0) - self.n * Self.isometric(latitude0, ellipsoid)
    }

    /// x and y in metres of a latitude and longitude in radians.
    func projected(_ latitude: Double, _ longitude: Double) -> (x: Double, y: Double) {
        let isometric = self.n * Self.isometric(latitude, self.ellipsoid) + self.shift
        let (sine, cosine) = (tanh(isometric), 1 / cosh(isometric))
        let turned = self.n * (longitude - self.longitude0)
        let share = 1 + sine * self.sine0 + cosine * self.cosine0 * cos(turned)
        let x = cosine * sin(turned)
        let y = sine * self.cosine0 - cosine * self.sine0 * cos(turned)
        return (
            self.falseEasting + self.diameter * x / share,
            self.falseNorthing + self.diameter * y / share
        )
    }

    /// Latitude and longitude in radians of x and y in metres.
    func geographic(_ x: Double, _ y: Double) -> (latitude: Double, longitude: Double) {
        let east = (x - self.falseEasting) / self.diameter
        let north = (y - self.falseNorthing) / self.diameter
        // Back from the plane to a unit sphere whose pole is the origin, and from that to the sphere's own pole.
        let square = east * east + north * north
        let up = (1 - square) / (1 + square)
        let (right, forward) = (2 * east / (1 + square), 2 * north / (1 + square))
        let sine = up * self.sine0 + forward * self.cosine0
        let turned = atan2(right, up * self.cosine0 - forward * self.sine0)
        let isometric = (atanh(sine) - self.shift) / self.n
        return (self.latitude(isometric: isometric), self.longitude0 + turned / self.n)
    }

    private static func isometric(_ latitude: Double, _ ellipsoid: Ellipsoid) -> Double {
        let e = ellipsoid.e2.squareRoot()
        let sine = sin(latitude)
        return atanh(sine) - e * atanh(e * sine)
    }

    private func latitude(isometric: Double) -> Double {
        let e = self.ellipsoid.e2.squareRoot()
        var sine = tanh(isometric)
        // Each round makes the error some 150 times smaller, so that eight leave nothing of it.
        for _ in 0..<8 { sine = tanh(isometric + e * atanh(e * sine)) }
        return asin(sine)
    }
}
