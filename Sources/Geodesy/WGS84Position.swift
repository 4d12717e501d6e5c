/// A point on the earth's surface in WGS84 (EPSG:4326): latitude and longitude in degrees.
///
/// Every value lies on the earth. 180° east is kept as 180° west, so that a place has one longitude;
/// a pole keeps the longitude that it came with. Heights are not kept.
package struct WGS84Position: Hashable, Sendable {
    /// Degrees north of the equator, -90 to 90.
    package let latitude: Double
    /// Degrees east of Greenwich, from -180 to below 180.
    package let longitude: Double

    /// Units of 1e-7 degrees in a degree: one is 11 mm along a meridian.
    static let unitsPerDegree = 10_000_000.0

    /// Creates a position, or returns nil where a number is none or lies outside -90 to 90 and -180 to 180.
    package init?(latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.latitude = latitude
        self.longitude = longitude == 180 ? -180 : longitude
    }

    /// Creates a position from degrees that a computation of ours made: rounding may pass the edge by a little.
    init(computedLatitude latitude: Double, longitude: Double) {
        precondition(latitude.isFinite && longitude.isFinite, "a computed position has numbers")
        self.latitude = min(max(latitude, -90), 90)
        self.longitude = Self.wrapped(longitude)
    }

    /// The same longitude from -180 to below 180.
    static func wrapped(_ longitude: Double) -> Double {
        let turned = longitude.remainder(dividingBy: 360)
        return turned == 180 ? -180 : turned
    }
}
