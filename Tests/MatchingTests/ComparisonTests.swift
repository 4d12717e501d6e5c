import Matching
import Testing

/// Levels of pairs of values, written by hand from `Protocol/matching.md` §3.
struct ComparisonTests {
    private static func level(_ kind: ComparisonKind, _ one: String, _ other: String) throws
        -> String?
    {
        let field = MatchField("value")
        let configuration = MatchingHarness.configuration([Comparison("value", of: field, as: kind)]
        )
        return try MatchingHarness.levels([field: one], [field: other], configuration)["value"]
    }

    @Test(
        arguments: [
            ("1853-07-04", "18530704", "same"), ("1853-07-04", "1853-07-05", "one digit off"),
            ("1853-07-04", "1853-87-04", "one digit off"),
            ("1853-07-04", "1835-07-04", "one digit off"),
            ("1853-07-04", "1853-04-07", "day and month exchanged"),
            ("1853-07-04", "1853-07-29", "two parts the same"),
            ("1853-07-04", "1799-07-04", "two parts the same"),
            ("1853-07-04", "1853-12-29", "same year"), ("1853-07-04", "1853", "same year"),
            ("1853-07-04", "1911-12-29", "different"), ("1853", "1854", "different"),
            ("1853-07-04", "ruadri", nil), ("1853-07-04", "", nil),
            ("2001-02-03T04:05", "2001-02-03", "same"),
        ] as [(String, String, String?)]
    )
    func `dates`(one: String, other: String, level: String?) throws {
        #expect(try Self.level(.date, one, other) == level)
        #expect(try Self.level(.date, other, one) == level)
    }

    @Test(
        arguments: [
            ("1018 RL", "1018rl", "same"), ("1018RL", "1018RM", "one character off"),
            ("1018RL", "1081RL", "one character off"), ("1018RL", "1018AB", "same district"),
            ("1018RL", "1031AB", "same area"), ("1018RL", "9712AB", "different"),
            ("tn24 8xw", "tn24 1ab", "same district"), ("tn24 8xw", "tn1 1ab", "same area"),
        ]
    )
    func `postcodes`(one: String, other: String, level: String) throws {
        #expect(try Self.level(.postcode, one, other) == level)
    }

    @Test(
        arguments: [
            ("Nieuwe Teertuinen 17 A", "Nieuwe Teertuinen 17a", "same"),
            ("Nieuwe Teertuinen 17 A", "Nieuwe Teertuinen 17", "same number, street alike"),
            ("Nieuwe Teertuinen 17", "Nieuwe Teertuijnen 17", "same number, street alike"),
            ("Nieuwe Teertuinen 17 A", "Nieuwe Teertuinen 17 B", "other addition"),
            ("Nieuwe Teertuinen 17", "Nieuwe Teertuinen 19", "same street"),
            ("Nieuwe Teertuinen 17", "Bachstraat 17", "different"),
        ]
    )
    func `addresses`(one: String, other: String, level: String) throws {
        #expect(try Self.level(.address, one, other) == level)
    }

    @Test(
        arguments: [
            ("Jansen B.V.", "BV Jansen", "same name"), ("Jansen B.V.", "Jansen", "same words"),
            ("Jansen B.V.", "Stichting Jansen", "same words, other legal form"),
            ("Van Dijk", "Dijk", "same words"),
            ("Oosterwijk Puinrecycling", "Puinrecycling Oosterwijk", "same name"),
            ("Oosterwijk Puin Recycling", "Oosterwijk Puinrecycling", "same name"),
            ("Oosterwijk Puinrecycling", "Oosterwijk Puinrecyling", "nearly the same words"),
            ("Oosterwijk Puinrecycling", "Bakkerij De Vries", "different"),
        ]
    )
    func `names of organisations`(one: String, other: String, level: String) throws {
        #expect(try Self.level(.organisationName, one, other) == level)
    }

    @Test(
        arguments: [
            (["samuel", "galbraith"], ["samuel", "galbraith"], ["same", "same"]),
            (["samuel", "galbraith"], ["samual", "galbrwith"], ["close", "close"]),
            (["sam", "galbraith"], ["samuel", "galbraith"], ["alike", "same"]),
            (["s", "galbraith"], ["samuel", "galbraith"], ["short form", "same"]),
            (["mary ann", "hall"], ["ann", "hall"], ["a part the same", "same"]),
            (["fred", "bigland"], ["alfred", "bigland"], ["alike", "same"]),
            (["tony", "bigland"], ["antony", "bigland"], ["short form", "same"]),
            (["beth", "hall"], ["elizabeth", "hall"], ["short form", "same"]),
            (
                ["hall", "mary"], ["mary", "hall"],
                ["in the other's place", "in the other's place"]
            ),
            (["mary", "hall"], ["john", "smith"], ["different", "different"]),
            (["mary", "hall"], ["mary", ""], ["same", nil]),
        ] as [([String], [String], [String?])]
    )
    func `names of persons`(one: [String], other: [String], levels: [String?]) throws {
        let found = try MatchingHarness.levels(
            [.givenName: one[0], .surname: one[1]],
            [.givenName: other[0], .surname: other[1]],
            .persons(scope: .all)
        )
        #expect([found["given name"], found["surname"]] == levels)
    }

    @Test(
        arguments: [
            ("1234567", "1234567", nil), ("00000000", "00000000", nil),
            ("12345678", "12345678", "same"),
            ("12345678", "12345679", "different"), ("1234567a", "12345678", nil),
        ] as [(String, String, String?)]
    )
    func `KvK numbers count when they are well formed, and one digit is another company`(
        one: String,
        other: String,
        level: String?
    ) throws {
        #expect(try MatchingHarness.levels([.kvk: one], [.kvk: other])["kvk"] == level)
    }

    @Test func `a vestigingsnummer without its zeros is no KvK number`() throws {
        let levels = try MatchingHarness.levels(
            [.kvk: "20988540", .vestiging: "000020988540"],
            [.kvk: "34276067", .vestiging: "000020988540"]
        )
        #expect(levels == ["vestiging": "same"])
    }

    @Test(
        arguments: [
            ("111222333", "111222333", "same"), ("123456789", "123456789", nil),
            ("000000000", "000000000", nil),
        ] as [(String, String, String?)]
    )
    func `an RSIN passes the elfproef`(one: String, other: String, level: String?) throws {
        #expect(try MatchingHarness.levels([.rsin: one], [.rsin: other])["rsin"] == level)
    }

    /// Metres between places in Amsterdam by the haversine formula, worked out apart.
    @Test(
        arguments: [
            (52.3694125, 4.93019, 52.3694125, 4.93054, "within 25 m"),
            (52.3694125, 4.93019, 52.3699, 4.93019, "within 100 m"),
            (52.3694125, 4.93019, 52.3694125, 4.9366, "within 500 m"),
            (52.3694125, 4.93019, 52.3784, 4.9442, "within 2 km"),
            (52.3694125, 4.93019, 52.4, 4.8, "within 10 km"),
            (52.3694125, 4.93019, 51.9244, 4.4777, "further"),
        ]
    )
    func `distances`(north: Double, east: Double, north2: Double, east2: Double, level: String)
        throws
    {
        let points = (
            MatchPoint(latitude: north, longitude: east),
            MatchPoint(latitude: north2, longitude: east2)
        )
        #expect(try MatchingHarness.levels([:], [:], points: points)["distance"] == level)
    }

    @Test func `a point that is none is refused`() {
        #expect(MatchPoint(latitude: 0, longitude: 0) == nil)
        #expect(MatchPoint(latitude: 91, longitude: 4) == nil)
        #expect(MatchPoint(latitude: .nan, longitude: 4) == nil)
    }
}
