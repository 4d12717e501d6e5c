/// Distances between places.
enum Distance {
    /// Metres of one degree of latitude, on a sphere of 6,371,009 m.
    private static let metresOfDegree = 111_195.08

    /// Returns the distance between two places in metres.
    ///
    /// On a plane that touches the earth at the mean latitude: within a country it is off by less than
    /// 0.5 %, which is less than the steps that distances are compared in.
    ///
    /// - Complexity: O(1).
    static func metres(_ lhs: MatchPoint, _ rhs: MatchPoint) -> Double {
        let north = (lhs.latitude - rhs.latitude) * self.metresOfDegree
        let mean = (lhs.latitude + rhs.latitude) / 2
        let east =
            (lhs.longitude - rhs.longitude) * self.metresOfDegree * self.cosine(ofDegrees: mean)
        return (north * north + east * east).squareRoot()
    }

    /// The cosine of an angle of -90 to 90 degrees, by its series: off by less than 1e-6 there, and the
    /// same on every machine.
    static func cosine(ofDegrees degrees: Double) -> Double {
        let x = degrees * .pi / 180
        let y = x * x
        return 1 - y / 2 * (1 - y / 12 * (1 - y / 30 * (1 - y / 56 * (1 - y / 90))))
    }
}
