import RecordImport
import Testing

struct FieldRuleTests {
    @Test(
        arguments: [
            ("12345678", []), ("01234567", []), ("1234567", ["kvk.format"]),
            ("123456789", ["kvk.format"]), ("1234567a", ["kvk.format"]),
            ("00000000", ["kvk.format"]), ("000012345678", ["kvk.format"]),
        ] as [(String, [String])]
    )
    func `a KvK number is 8 digits`(value: String, rules: [String]) throws {
        let one = try ImportHarness.one(value, "subject.kvk")
        #expect(one.rules == rules)
        #expect(one.value == value)
        #expect(one.severities.allSatisfy { $0 == "warning" })
    }

    @Test func `lost zeros come back with a word about it`() throws {
        let short = try ImportHarness.one("1234567", "subject.kvk", .pad(8))
        #expect(short.value == "01234567")
        #expect(short.rules == ["kvk.padded"])
        #expect(short.severities == ["info"])
        let full = try ImportHarness.one("12345678", "subject.kvk", .pad(8))
        #expect(full.rules == [])
        let text = try ImportHarness.one("n.v.t.", "subject.kvk", .pad(8))
        #expect(text.value == "n.v.t.")
        #expect(text.rules == ["kvk.format"])
        let other = try ImportHarness.one("518010000779618", "location.bag", .pad(16))
        #expect(other.value == "0518010000779618")
        #expect(other.rules == ["value.padded"])
    }

    @Test(
        arguments: [
            ("000012345678", true), ("000112345678", false), ("12345678", false),
            ("0000123456789", false), ("00001234567x", false), ("000000000000", false),
        ]
    )
    func `a vestigingsnummer is 12 digits beginning 0000`(value: String, isGood: Bool) throws {
        let one = try ImportHarness.one(value, "subject.vestiging")
        #expect(one.rules == (isGood ? [] : ["vestiging.format"]))
        #expect(one.value == value)
    }

    // 111222333: 9+8+7+2·(6+5+4)+3·(3+2-1) = 66 = 6·11. 123456782: the usual BSN of examples.
    @Test(
        arguments: [
            ("111222333", true), ("123456782", true), ("111222334", false), ("111222332", false),
            ("000000000", false), ("12345678", false), ("1234567820", false), ("11122233a", false),
        ]
    )
    func `an RSIN passes the elfproef`(value: String, isGood: Bool) throws {
        #expect(
            try ImportHarness.one(value, "subject.rsin").rules == (isGood ? [] : ["rsin.elfproef"])
        )
        #expect(FieldCheck.passesElfproef(value) == isGood)
    }

    @Test func `a BSN is checked, never shared and never shown`() throws {
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("subject.bsn", "v")])
        let result = try ImportHarness.run("id,v\n1, 123456789\n", mapping)
        #expect(result.rules == ["text.trimmed", "bsn.elfproef"])
        #expect(result.report.findings.allSatisfy { !$0.value.contains("123456789") })
        #expect(result.report.findings.allSatisfy { !$0.suggestion.contains("123456789") })
        #expect(result.records.first?.neverShare == ["subject.bsn"])
    }

    @Test(
        arguments: [
            ("0363010000779618", true), ("0363100012345678", true), ("363010000779618", false),
            ("03630100007796181", false), ("0363990000779618", false), ("036301000077961x", false),
        ]
    )
    func `a BAG identifier is 16 digits with an object type`(value: String, isGood: Bool) throws {
        #expect(
            try ImportHarness.one(value, "location.bag").rules == (isGood ? [] : ["bag.format"])
        )
    }

    @Test(
        arguments: [
            ("1066JM", true), ("1066 JM", true), ("9999ZZ", true), ("1000AA", true),
            ("0999AA", false), ("1066jm", false), ("1066SA", false), ("1066SD", false),
            ("1066 SS", false), ("1066SB", true), ("1066  JM", false), ("1066", false),
            ("10666JM", false), ("106JM", false),
        ]
    )
    func `a Dutch postcode has a form`(value: String, isGood: Bool) throws {
        let one = try ImportHarness.one(value, "location.postcode")
        #expect(one.rules == (isGood ? [] : ["postcode.format"]))
        #expect(one.value == value)
    }

    @Test func `postcodes depend on the country`() throws {
        for (value, isGood) in [
            ("02134", true), ("02134-1000", true), ("2134", false),
            ("02134-", false), ("02134-100", false),
        ] {
            let one = try ImportHarness.one(value, "location.postcode", country: .us)
            #expect(one.rules == (isGood ? [] : ["postcode.format"]))
        }
        #expect(try ImportHarness.one("SW1A 1AA", "location.postcode", country: .any).rules == [])
    }

    @Test(
        arguments: [
            ("52.37,4.89", []), ("50.7,3.2", []), ("53.7,7.3", []),
            ("50.69,4.89", ["coordinate.outside"]), ("53.71,4.89", ["coordinate.outside"]),
            ("52.37,3.19", ["coordinate.outside"]), ("52.37,7.31", ["coordinate.outside"]),
            ("4.89,52.37", ["coordinate.swapped"]), ("0,0", ["coordinate.outside"]),
            ("121000,487000", ["coordinate.outside"]), ("north,4.89", ["coordinate.outside"]),
            ("52.37,", []), ("4.89,", ["coordinate.outside"]), (",", []),
        ] as [(String, [String])]
    )
    func `degrees lie in the Netherlands`(pair: String, rules: [String]) throws {
        let mapping = try ImportHarness.mapping(fields: [
            ImportHarness.field("location.latitude", "lat"),
            ImportHarness.field("location.longitude", "lon"),
            ImportHarness.field("status", "id"),
        ])
        let result = try ImportHarness.run("id,lat,lon\n1,\(pair)\n", mapping)
        #expect(result.rules == rules)
        #expect(result.report.rejectedCount == 0)
    }

    @Test(
        arguments: [
            ("7000,289000", []), ("300000,629000", []), ("6999.9,300000", ["coordinate.outside"]),
            ("300000.1,400000", ["coordinate.outside"]), ("7000,288999", ["coordinate.outside"]),
            ("7000,629001", ["coordinate.outside"]), ("487000,121000", ["coordinate.swapped"]),
            ("52.37,4.89", ["coordinate.outside"]), ("0,0", ["coordinate.outside"]),
        ] as [(String, [String])]
    )
    func `metres lie on the grid of RD New`(pair: String, rules: [String]) throws {
        let mapping = try ImportHarness.mapping(fields: [
            ImportHarness.field("location.x", "x"), ImportHarness.field("location.y", "y"),
        ])
        let result = try ImportHarness.run("id,x,y\n1,\(pair)\n", mapping)
        #expect(result.rules == rules)
    }

    @Test func `degrees in columns for metres, and the other way, are recognised`() {
        let grid = CoordinateCheck.rijksdriehoek.violation("52.37", "4.89")
        #expect(grid?.suggestion.contains("location.latitude") == true)
        let degrees = CoordinateCheck(country: .nl).violation("121000", "487000")
        #expect(degrees?.suggestion.contains("location.x") == true)
    }

    @Test func `other countries have other boxes`() {
        let us = CoordinateCheck(country: .us)
        #expect(us.violation("42.36", "-71.06") == nil)
        #expect(us.violation("-71.06", "42.36")?.rule == .coordinateSwapped)
        #expect(us.violation("52.37", "4.89")?.rule == .coordinateOutside)
        let any = CoordinateCheck(country: .any)
        #expect(any.violation("-90", "180") == nil)
        #expect(any.violation("90.1", "180")?.rule == .coordinateOutside)
        #expect(any.violation("120", "45")?.rule == .coordinateSwapped)
    }
}
