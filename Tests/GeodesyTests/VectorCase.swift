import Foundation
import Geodesy
import Testing

/// Reads `Protocol/vectors/geodesy`, which PROJ and a program in another language wrote.
enum VectorCase {
    private struct File<Case: Decodable>: Decodable {
        let cases: [Case]
    }

    static func read<Case: Decodable>(_ path: String, as _: Case.Type = Case.self) throws -> [Case]
    {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocol/vectors/geodesy")
        let data = try Data(contentsOf: folder.appending(path: path))
        return try JSONDecoder().decode(File<Case>.self, from: data).cases
    }

    /// The bytes of lower-case hexadecimal.
    static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).compactMap { place in
            UInt8(hex.dropFirst(place).prefix(2), radix: 16)
        }
    }
}

extension WGS84Position {
    /// A position anywhere, evenly by latitude and longitude.
    static func random(
        _ generator: inout some RandomNumberGenerator,
        latitudes: ClosedRange<Double> = -90...90
    ) throws -> WGS84Position {
        try #require(
            WGS84Position(
                latitude: Double.random(in: latitudes, using: &generator),
                longitude: Double.random(in: -180...180, using: &generator)
            )
        )
    }
}
