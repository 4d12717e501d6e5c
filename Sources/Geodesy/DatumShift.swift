/// Seven parameters that carry cartesian coordinates of one datum to another: a shift, a turn and a scale.
///
/// Coordinate-frame rotation (EPSG:9607, guidance note 7-2 §4.3.3), with its small angles taken as they are.
struct DatumShift: Sendable {
    private let shift: Ellipsoid.Cartesian
    /// Radians about each axis.
    private let turn: Ellipsoid.Cartesian
    private let scale: Double

    /// Amersfoort, the datum of RD New, to WGS84 ("Amersfoort to WGS 84 (4)", EPSG:4833).
    static let amersfoort = DatumShift(
        shift: .init(x: 565.4171, y: 50.3319, z: 465.5524),
        // Microradians in EPSG.
        turn: .init(x: 1.9342e-6, y: -1.6677e-6, z: 9.1019e-6),
        scale: 1 + 4.0725e-6
    )

    /// Carries a point to the other datum.
    func shifted(_ point: Ellipsoid.Cartesian) -> Ellipsoid.Cartesian {
        .init(
            x: self.shift.x
                + self.scale * (point.x + self.turn.z * point.y - self.turn.y * point.z),
            y: self.shift.y
                + self.scale * (point.y - self.turn.z * point.x + self.turn.x * point.z),
            z: self.shift.z
                + self.scale * (point.z + self.turn.y * point.x - self.turn.x * point.y)
        )
    }

    /// Carries a point back: turns the other way, which leaves less than a millimetre.
    func reversed(_ point: Ellipsoid.Cartesian) -> Ellipsoid.Cartesian {
        let x = (point.x - self.shift.x) / self.scale
        let y = (point.y - self.shift.y) / self.scale
        let z = (point.z - self.shift.z) / self.scale
        return .init(
            x: x - self.turn.z * y + self.turn.y * z,
            y: y + self.turn.z * x - self.turn.x * z,
            z: z - self.turn.y * x + self.turn.x * y
        )
    }
}
