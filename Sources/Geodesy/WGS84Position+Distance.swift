extension WGS84Position {
    /// Metres along the shortest line on the ellipsoid to another position.
    ///
    /// Symmetric, 0 for the same place, and at most 20,003,931.5; equal within 0.1 µm to the
    /// geodesics of PROJ for all pairs that were tried, nearly antipodal ones and poles too
    /// (`Protocol/geography.md` §3).
    ///
    /// - Complexity: a few lines followed, each with 16 points; ``GeodesicPair/azimuthsMax`` at most.
    package func distance(to other: WGS84Position) -> Double {
        self == other ? 0 : GeodesicPair(self, other).distance
    }

    /// Metres up to which ``nearDistance(to:)`` is close to the distance.
    package static let nearMetresMax = 100_000.0

    /// Metres to another position, for choosing candidates: cheaper, and within 0.1 m up to 100 km.
    ///
    /// Through the earth and then bent: a chord c of a circle of radius R has an arc of c + c³ / 24 R². The
    /// curvature of the ellipsoid lies between two circles' everywhere, which leaves less than 0.02 m at
    /// 100 km (`Protocol/geography.md` §3). Farther away it is too short, more and more.
    package func nearDistance(to other: WGS84Position) -> Double {
        let here = Ellipsoid.wgs84.cartesian(
            latitude: self.latitude.radians,
            longitude: self.longitude.radians
        )
        let there = Ellipsoid.wgs84.cartesian(
            latitude: other.latitude.radians,
            longitude: other.longitude.radians
        )
        let (x, y, z) = (there.x - here.x, there.y - here.y, there.z - here.z)
        let chord2 = x * x + y * y + z * z
        let radius = 6_367_300.0
        return chord2.squareRoot() * (1 + chord2 / (24 * radius * radius))
    }
}
