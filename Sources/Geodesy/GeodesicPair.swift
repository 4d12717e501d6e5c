#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Two points of WGS84, exchanged and mirrored so that one kind of geodesic joins them.
///
/// The first is in the south or on the equator, and no nearer to the equator than the second, which lies to
/// the east of it by no more than half a turn (Karney 2013, §4). The distance stays what it was.
struct GeodesicPair {
    /// Sine and cosine of the reduced latitude of the first point.
    let first: (sine: Double, cosine: Double)
    /// Sine and cosine of the reduced latitude of the second point.
    let second: (sine: Double, cosine: Double)
    /// Radians from the first to the second, 0 to π.
    let longitude: Double
    /// Square of the second cosine less that of the first, without loss of digits; not negative.
    let cosineSquareGain: Double

    /// Most azimuths that are tried before the last is taken.
    ///
    /// Halving alone leaves nothing of the interval after some 60; Newton's steps come in between.
    static let azimuthsMax = 100
    /// Radians of longitude by which the line may miss: 0.6 µm, and the length is corrected for it.
    private static let longitudeTolerance = 1e-13

    /// Turns two positions.
    init(_ one: WGS84Position, _ other: WGS84Position) {
        let isOneFarther = abs(one.latitude) >= abs(other.latitude)
        let (far, near) = isOneFarther ? (one, other) : (other, one)
        let mirror: Double = far.latitude > 0 ? -1 : 1
        self.first = Ellipsoid.wgs84.reducedLatitude(mirror * far.latitude)
        self.second = Ellipsoid.wgs84.reducedLatitude(mirror * near.latitude)
        let turn = (other.longitude - one.longitude).remainder(dividingBy: 360)
        self.longitude = abs(turn).radians
        // Whichever of sine and cosine is the smaller has the more digits.
        let (first, second) = (self.first, self.second)
        let gain =
            first.cosine < -first.sine
            ? (second.cosine - first.cosine) * (second.cosine + first.cosine)
            : (first.sine - second.sine) * (first.sine + second.sine)
        self.cosineSquareGain = max(gain, 0)
    }

    /// Metres along the shortest line between the points.
    ///
    /// For all points, nearly antipodal ones too: the azimuth at the first point is enclosed, so that the
    /// search always ends, and what is left is corrected.
    var distance: Double {
        let start = atan2(self.first.sine, self.first.cosine)
        let end = atan2(self.second.sine, self.second.cosine)
        if self.first.cosine == 0 || self.longitude == 0 {
            return GeodesicLine.meridian(from: start, to: end)
        }
        if self.longitude == .pi {
            // Over the nearer pole: of a flattened earth no line is shorter.
            return GeodesicLine.meridian(from: -.pi / 2, to: start)
                + GeodesicLine.meridian(from: -.pi / 2, to: end)
        }
        if self.first.sine == 0, self.longitude <= (1 - Ellipsoid.wgs84.f) * .pi {
            return Ellipsoid.wgs84.a * self.longitude
        }
        return self.solved()
    }

    /// Finds the azimuth at which the line meets the second point.
    ///
    /// By Newton's steps within an interval that holds it, halved where they do not help: the longitude
    /// that a line passes grows with its azimuth.
    private func solved() -> Double {
        var (low, high) = (0.0, Double.pi)
        var azimuth = self.sphericalAzimuth
        var line = GeodesicLine(self, azimuth: azimuth)
        var lastMiss = Double.infinity
        for _ in 1..<Self.azimuthsMax {
            let miss = line.longitude - self.longitude
            if abs(miss) <= Self.longitudeTolerance { break }
            if miss > 0 { high = azimuth } else { low = azimuth }
            let step = azimuth - miss / line.longitudeSlope
            let helps = abs(miss) < abs(lastMiss) / 2
            lastMiss = miss
            azimuth = helps && low < step && step < high ? step : low + (high - low) / 2
            // Between two numbers that follow each other: a hair beside the equator, where the azimuth that
            // misses least need not be near, both are as good, and what they miss is corrected all the same.
            if azimuth <= low || azimuth >= high { break }
            line = GeodesicLine(self, azimuth: azimuth)
        }
        // To first order, the line to the point itself is shorter by this.
        return line.length - line.lengthSlope * (line.longitude - self.longitude)
    }

    /// The azimuth on a sphere with the longitude that the ellipsoid's mean would have (equation 48 of the paper).
    private var sphericalAzimuth: Double {
        let cosine = (self.first.cosine + self.second.cosine) / 2
        let stretch = (1 - Ellipsoid.wgs84.e2 * cosine * cosine).squareRoot()
        let turn = min(self.longitude / stretch, .pi)
        let (first, second) = (self.first, self.second)
        let azimuth = atan2(
            second.cosine * sin(turn),
            first.cosine * second.sine - first.sine * second.cosine * cos(turn)
        )
        return azimuth > 0 && azimuth < .pi ? azimuth : .pi / 2
    }
}
