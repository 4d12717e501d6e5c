#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The geodesic of WGS84 that leaves a first point at an azimuth, up to the parallel of a second.
///
/// Karney, "Algorithms for geodesics" (J. Geodesy 87, 2013), §2 to §4, with the points as
/// ``GeodesicPair`` turns them: the first in the south, and no nearer to the equator than the second.
/// The integrals along the line are computed by Gauss's rule in place of the paper's series: their
/// integrands change by less than one part in 250, so that 16 points leave nothing of the error.
struct GeodesicLine {
    /// Longitude that the line passes, in radians, 0 to π and a little more.
    let longitude: Double
    /// Its length in metres.
    let length: Double
    /// How the longitude grows with the azimuth at the first point; not finite where it turns.
    let longitudeSlope: Double
    /// How the length grows with the longitude of the second point, in metres (Clairaut's constant).
    let lengthSlope: Double

    /// Follows the line that leaves at `azimuth`, in radians, between 0 and π.
    init(_ pair: GeodesicPair, azimuth: Double) {
        let ellipsoid = Ellipsoid.wgs84
        let (first, second) = (pair.first, pair.second)
        let (sineAzimuth, cosineAzimuth) = (sin(azimuth), cos(azimuth))
        // Azimuth where the line crosses the equator, and at the second point.
        let sine0 = sineAzimuth * first.cosine
        let cosine0 = hypot(cosineAzimuth, sineAzimuth * first.sine)
        let towards1 = cosineAzimuth * first.cosine
        let towards2 = (towards1 * towards1 + pair.cosineSquareGain).squareRoot()
        // From the crossing to each point: the arc of the auxiliary sphere, and the longitude on it.
        let arc1 = Angle(sine: first.sine, cosine: towards1)
        let arc2 = Angle(sine: second.sine, cosine: towards2)
        let turn1 = Angle(sine: sine0 * first.sine, cosine: towards1)
        let turn2 = Angle(sine: sine0 * second.sine, cosine: towards2)
        let arc = arc1.turn(to: arc2)

        let k2 = ellipsoid.secondE2 * cosine0 * cosine0
        let sums = Self.integrals(from: arc1.radians, over: arc, k2: k2)
        self.longitude = turn1.turn(to: turn2) - ellipsoid.f * sine0 * sums.longitude
        self.length = ellipsoid.b * sums.length
        self.lengthSlope = ellipsoid.a * sine0
        // Reduced length over b (the paper's equation 38).
        let reduced =
            (1 + k2 * arc2.sine * arc2.sine).squareRoot() * arc1.cosine * arc2.sine
            - (1 + k2 * arc1.sine * arc1.sine).squareRoot() * arc1.sine * arc2.cosine
            - arc1.cosine * arc2.cosine * sums.excess
        self.longitudeSlope = (1 - ellipsoid.f) * reduced / towards2
    }

    /// Metres along a meridian from one reduced latitude to another, both in radians.
    static func meridian(from start: Double, to end: Double) -> Double {
        let ellipsoid = Ellipsoid.wgs84
        // A meridian crosses the equator at a right angle, and its arc is then the reduced latitude.
        let sums = Self.integrals(from: start, over: end - start, k2: ellipsoid.secondE2)
        return ellipsoid.b * sums.length
    }

    private struct Integrals {
        /// Of `g`, the root of 1 + k² sin² σ: length over b (equation 7).
        var length = 0.0
        /// Of (2 − f) / (1 + (1 − f) g): what longitude lacks (equation 8).
        var longitude = 0.0
        /// Of g − 1 / g: J, of which the reduced length is made (equations 39 and 40).
        var excess = 0.0
    }

    private static func integrals(from start: Double, over arc: Double, k2: Double) -> Integrals {
        let f = Ellipsoid.wgs84.f
        let half = arc / 2
        let middle = start + half
        var sums = Integrals()
        for (place, weight) in Self.gauss {
            for node in [middle - half * place, middle + half * place] {
                let sine = sin(node)
                let growth = k2 * sine * sine
                let root = (1 + growth).squareRoot()
                sums.length += weight * root
                sums.longitude += weight * (2 - f) / (1 + (1 - f) * root)
                sums.excess += weight * growth / root
            }
        }
        sums.length *= half
        sums.longitude *= half
        sums.excess *= half
        return sums
    }

    /// Places above zero and weights of Gauss's rule of 16 points: the zeros of the Legendre polynomial.
    private static let gauss: [(Double, Double)] = [
        (0.09501250983763744, 0.18945061045506864),
        (0.2816035507792589, 0.18260341504492364),
        (0.45801677765722737, 0.16915651939500265),
        (0.6178762444026438, 0.1495959888165767),
        (0.755404408355003, 0.12462897125553407),
        (0.8656312023878318, 0.0951585116824926),
        (0.9445750230732326, 0.062253523938647456),
        (0.9894009349916499, 0.027152459411754176),
    ]

    /// An angle as its sine and cosine, which stay exact where the angle itself would not.
    private struct Angle {
        let sine: Double
        let cosine: Double

        /// The direction of a point in the plane; `cosine` is not 0 where `sine` is.
        init(sine: Double, cosine: Double) {
            let length = hypot(sine, cosine)
            self.sine = sine / length
            self.cosine = cosine / length
        }

        var radians: Double { atan2(self.sine, self.cosine) }

        /// From this angle on to another, 0 to π.
        func turn(to other: Angle) -> Double {
            let across = self.cosine * other.sine - self.sine * other.cosine
            // No turn is negative; rounding, and the sign of a zero, would make it so.
            return atan2(
                across > 0 ? across : 0,
                self.cosine * other.cosine + self.sine * other.sine
            )
        }
    }
}
