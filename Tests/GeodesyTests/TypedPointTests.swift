import Geodesy
import TestSupport
import Testing

/// What people type as a point (`Protocol/geography.md` §6).
struct TypedPointTests {
    /// A place as `["degrees", latitude, longitude]` or `["metres", x, y]`.
    private struct Place: Decodable {
        let place: TypedPoint.Place

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            let kind = try list.decode(String.self)
            let (first, second) = (try list.decode(Double.self), try list.decode(Double.self))
            if kind == "metres" {
                self.place = .metres(try #require(RDPosition(x: first, y: second)))
            } else {
                self.place = .degrees(
                    try #require(WGS84Position(latitude: first, longitude: second))
                )
            }
        }
    }

    private struct Accepted: Decodable {
        let name: String
        let text: String
        let typed: Place?
        let exchanged: Place?
    }

    private struct Refused: Decodable {
        let name: String
        let text: String
    }

    @Test func `points are those of the vectors`() throws {
        let cases: [Accepted] = try VectorCase.read("accept/points.json")
        #expect(cases.count > 40)
        for item in cases {
            let point = try? TypedPoint(utf8: VectorCase.bytes(item.text))
            let expected: TypedPoint? =
                if let exchanged = item.exchanged {
                    .swapped(typed: item.typed?.place, exchanged: exchanged.place)
                } else {
                    item.typed.map { .point($0.place) }
                }
            #expect(point == expected, "\(item.name)")
        }
    }

    @Test func `what the vectors refuse is refused`() throws {
        let cases: [Refused] = try VectorCase.read("reject/points.json")
        #expect(cases.count > 40)
        for item in cases {
            #expect(throws: TypedPoint.ReadingError.self, "\(item.name)") {
                try TypedPoint(utf8: VectorCase.bytes(item.text))
            }
        }
    }

    @Test(arguments: [
        ("", TypedPoint.ReadingError.empty), ("\u{A0} \t", .empty), ("52,4", .doubtfulComma),
        ("91 10", .outside), ("121.687 487.484", .outside), ("N91 E4", .outside),
        ("Dam 1, Amsterdam", .notAPair), ("52.37", .notAPair), ("52,37", .doubtfulComma),
    ])
    func `a refusal says why`(text: String, error: TypedPoint.ReadingError) {
        #expect(throws: error) { try TypedPoint(text) }
    }

    @Test func `the longest text is read, and one byte more is not`() throws {
        let point = "52.3731 4.8922"
        let blanks = String(repeating: " ", count: TypedPoint.bytesMax - point.utf8.count)
        #expect(try TypedPoint(blanks + point) == TypedPoint(point))
        #expect(throws: TypedPoint.ReadingError.tooLong) { try TypedPoint(blanks + " " + point) }
        let digits = String(repeating: "9", count: 120)
        #expect(throws: TypedPoint.ReadingError.outside) { try TypedPoint(digits + " 1") }
    }

    @Test func `a place of metres has degrees`() throws {
        let point = try TypedPoint("155000, 463000")
        guard case .point(let place) = point else {
            Issue.record("\(point)")
            return
        }
        // What RDNAPTRANS 2018, with its grid, makes of the origin.
        let origin = try #require(
            WGS84Position(latitude: 52.155_172_887, longitude: 5.387_203_650)
        )
        #expect(place.position.distance(to: origin) < 0.1)
    }

    @Test(arguments: (1...3).map(UInt64.init))
    func `any bytes are read or refused`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = Array("0123456789.,;+-NESWZOBL° \u{A0}\u{2212}é\n".unicodeScalars)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? TypedPoint(utf8: bytes)
            var text = String.UnicodeScalarView()
            for _ in 0..<count {
                text.append(pieces.randomElement(using: &generator) ?? "0")
            }
            _ = try? TypedPoint(String(text))
        }
    }

    @Test(arguments: [UInt64(7)])
    func `what a position is written as is read as that position`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let position = try #require(
                WGS84Position(
                    latitude: Double(Int.random(in: -9_000_000...9_000_000, using: &generator))
                        / 1e5,
                    longitude: Double(Int.random(in: 1_000_000...17_999_999, using: &generator))
                        / 1e5
                )
            )
            let (latitude, longitude) = ("\(position.latitude)", "\(position.longitude)")
            guard !latitude.contains("e") else { continue }
            let dutch = "\(latitude) \(longitude)".replacing(".", with: ",")
            for text in ["\(latitude), \(longitude)", "\(latitude),\(longitude)", dutch] {
                #expect(try TypedPoint(text) == .point(.degrees(position)), "\(text)")
            }
        }
    }
}
