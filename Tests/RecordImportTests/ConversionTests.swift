import RecordImport
import Testing

struct ConversionTests {
    @Test(
        arguments: [
            ("d-MM-yy", "2-01-12", "2012-01-02"), ("d-MM-yy", "12-01-12", "2012-01-12"),
            ("d-MM-yy", "2-1-12", nil), ("d-MM-yy", "2-01-2012", nil),
            ("d-MM-yy", "1-01-69", "2069-01-01"), ("d-MM-yy", "1-01-70", "1970-01-01"),
            ("d-MM-yy", "1-01-99", "1999-01-01"), ("d-MM-yy", "1-01-00", "2000-01-01"),
            ("M/d/yyyy", "2/16/2012", "2012-02-16"), ("M/d/yyyy", "02/16/2012", "2012-02-16"),
            ("M/d/yyyy", "16/2/2012", nil), ("MM/dd/yyyy", "02/16/2012", "2012-02-16"),
            ("MM/dd/yyyy", "2/16/2012", nil), ("yyyy-MM-dd", "2012-02-29", "2012-02-29"),
            ("yyyy-MM-dd", "2013-02-29", nil), ("yyyy-MM-dd", "2000-02-29", "2000-02-29"),
            ("yyyy-MM-dd", "1900-02-29", nil), ("yyyy-MM-dd", "2012-04-31", nil),
            ("yyyy-MM-dd", "2012-00-10", nil), ("yyyy-MM-dd", "2012-13-10", nil),
            ("yyyy-MM-dd", "2012-12-00", nil), ("yyyy-MM-dd", "0000-01-01", nil),
            ("yyyy-MM-dd", "2012-02-29 ", nil), ("yyyyMMdd", "20120229", "2012-02-29"),
            ("yyyyMMdd", "2012029", nil), ("d-M-yyyy", "31-12-2015", "2015-12-31"),
            ("dd.MM.yyyy", "01.02.2015", "2015-02-01"),
            ("dd/MM/yyyy HH:mm:ss", "06/09/2016 23:06:21", "2016-09-06"),
            ("dd/MM/yyyy HH:mm:ss", "06/09/2016 24:06:21", nil),
            ("dd/MM/yyyy HH:mm", "06/09/2016 23:60", nil),
            ("d/M/yyyy H:mm", "6/9/2016 3:06", "2016-09-06"),
        ] as [(String, String, String?)]
    )
    func `dates are read by their format`(format: String, value: String, date: String?) throws {
        #expect(try DateFormat(format).date(in: value) { _ in 0 }?.text == date)
    }

    @Test(
        arguments: [
            "", "yyyy-MM", "dd-MM", "yyyy-MM-dd-dd", "yy yyyy-MM-dd", "dMyyyy", "yyyy-MM-dd hh",
            "yyy-MM-dd", "yyyy-MMM-dd", "yyyy_MM_dd", "yyyy-MM-dd'T'",
            String(repeating: " ", count: 65) + "yyyyMMdd",
        ]
    )
    func `formats that leave a doubt are refused`(format: String) {
        #expect(throws: MappingError.dateFormatMalformed(format)) { try DateFormat(format) }
    }

    @Test func `a format of the longest size is read`() throws {
        let format = String(repeating: " ", count: DateFormat.lengthMax - 8) + "yyyyMMdd"
        #expect(try DateFormat(format).date(in: format.dropLast(8) + "20120229") { _ in 0 } != nil)
    }

    @Test func `the first format that fits counts, and none rejects`() throws {
        let formats = try [DateFormat("M/d/yyyy"), DateFormat("yyyy-MM-dd")]
        #expect(try ImportHarness.one("1/2/2020", "date", .date(formats)).value == "2020-01-02")
        #expect(try ImportHarness.one("2020-01-02", "date", .date(formats)).value == "2020-01-02")
        let bad = try ImportHarness.one("2 jan 2020", "date", .date(formats))
        #expect(bad.value == nil)
        #expect(bad.rules == ["date.unreadable"])
        #expect(bad.severities == ["error"])
        #expect(try ImportHarness.one("2-1-2020", "date").rules == ["date.unreadable"])
        #expect(try ImportHarness.one("2020-01-02", "end_date").value == "2020-01-02")
        #expect(try ImportHarness.one("2-1-2020", "extra.when").value == "2-1-2020")
    }

    @Test(
        arguments: [
            ("1949-12-31", ["date.implausible"]), ("1950-01-01", []), ("2028-03-31", []),
            ("2028-04-01", ["date.implausible"]), ("2202-11-21", ["date.implausible"]),
        ] as [(String, [String])]
    )
    func `dates before 1950 or more than two years ahead are doubted`(
        value: String,
        rules: [String]
    ) throws {
        let one = try ImportHarness.one(value, "date")
        #expect(one.rules == rules)
        #expect(one.value == value)
    }

    @Test(
        arguments: [
            (.english, "1,234.5", "1234.5"), (.english, "1234.50", "1234.5"),
            (.english, "1,234,567", "1234567"), (.english, "12,34", nil),
            (.english, "1234,567", nil), (.english, ",234", nil), (.english, "1,23,456", nil),
            (.english, "1.234,5", nil), (.english, "-0.00", "0"), (.english, "+7", "7"),
            (.english, "-1,000.10", "-1000.1"), (.english, ".5", nil), (.english, "5.", nil),
            (.english, "007", "7"), (.english, "1e3", nil), (.english, "$5", nil),
            (.english, "", nil), (.english, "-", nil), (.english, "--1", nil),
            (.english, "0.05", "0.05"), (.english, "1.2.3", nil), (.english, "1 000", "1000"),
            (.dutch, "1.234,5", "1234.5"), (.dutch, "1234,5", "1234.5"), (.dutch, "1,234.5", nil),
            (.dutch, "1.234", "1234"), (.dutch, "12.34", nil), (.dutch, "0,50", "0.5"),
            (.plain, "1234.5", "1234.5"), (.plain, "1,234", nil), (.plain, "1.234.567", nil),
        ] as [(NumberStyle, String, String?)]
    )
    func `numbers are brought to one form`(style: NumberStyle, value: String, number: String?) {
        #expect(style.canonical(value) == number)
    }

    @Test func `a number has at most so many digits`() {
        let most = String(repeating: "9", count: NumberStyle.digitsMax)
        #expect(NumberStyle.plain.canonical(most) == most)
        #expect(NumberStyle.plain.canonical(most + "9") == nil)
    }

    @Test func `an unreadable number rejects, and amounts are always numbers`() throws {
        let bad = try ImportHarness.one("veel", "extra.n", .number(.dutch))
        #expect(bad.rules == ["number.unreadable"])
        #expect(bad.severities == ["error"])
        #expect(try ImportHarness.one("1.5", "amount_eur").value == "1.5")
        #expect(try ImportHarness.one("1,5", "amount_eur").rules == ["number.unreadable"])
    }

    @Test func `values are replaced, kept with a warning, left out or rejected`() throws {
        let list = ["groen": "compliant", "n.v.t.": ""]
        let keep = Mapping.Conversion.values(list, otherwise: .keep)
        let reject = Mapping.Conversion.values(list, otherwise: .reject)
        #expect(try ImportHarness.one("groen", "status", keep).value == "compliant")
        #expect(try ImportHarness.one("groen", "status", keep).rules == [])
        #expect(try ImportHarness.one("n.v.t.", "status", keep).value == nil)
        let kept = try ImportHarness.one("paars", "status", keep)
        #expect(kept.value == "paars")
        #expect(kept.rules == ["value.unmapped"])
        #expect(kept.severities == ["warning"])
        let rejected = try ImportHarness.one("paars", "status", reject)
        #expect(rejected.value == nil)
        #expect(rejected.severities == ["error"])
        #expect(try ImportHarness.one("", "status", reject).rules == [])
    }

    @Test(
        arguments: [
            ("{a}", ["x"], "x"), ("{a}: {b}", ["x", "y"], "x: y"), ("{a}: {b}", ["", "y"], ": y"),
            ("{a}: {b}", ["", ""], ""), ("{{{a}}}", ["x"], "{x}"), ("{a}{a}", ["x", "x"], "xx"),
            ("-{een kolom}-", ["x"], "-x-"),
        ]
    )
    func `templates are filled in`(template: String, values: [String], text: String) throws {
        #expect(try Mapping.Template(template).text(with: values) == text)
    }

    @Test(arguments: ["{a", "a}", "{}", "{a{b}}", "{a}}", "}{"])
    func `braces pair`(template: String) {
        #expect(throws: MappingError.templateMalformed(template)) {
            try Mapping.Template(template)
        }
    }

    @Test(arguments: ["", "constant", "{{a}}"])
    func `a template names a column`(template: String) {
        #expect(throws: MappingError.templateWithoutColumn(template)) {
            try Mapping.Template(template)
        }
    }
}
