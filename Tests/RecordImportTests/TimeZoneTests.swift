import RecordImport
import Testing

struct TimeZoneTests {
    // Made with Python: datetime.fromisoformat(value).astimezone(ZoneInfo("Europe/Amsterdam")).date()
    @Test(
        arguments: [
            ("2024-01-31T23:30:00Z", "2024-02-01"), ("2024-03-31T00:59:59Z", "2024-03-31"),
            ("2024-06-30T21:59:59Z", "2024-06-30"), ("2024-06-30T22:00:00Z", "2024-07-01"),
            ("2024-10-27T22:30:00Z", "2024-10-27"), ("2024-10-27T23:30:00Z", "2024-10-28"),
            ("2024-12-31T18:00:00-05:00", "2025-01-01"),
            ("2024-12-31T17:59:59-0500", "2024-12-31"),
            ("2024-01-01T00:30:00+02", "2023-12-31"), ("2024-01-01T01:00:00+02:00", "2024-01-01"),
            ("1985-06-30T22:30:00Z", "1985-07-01"), ("1975-06-30T22:30:00Z", "1975-06-30"),
            ("2024-02-29T12:00:00+14:00", "2024-02-28"), ("2016-09-06T23:06:60Z", "2016-09-07"),
            ("2024-01-31T23:30:00", nil), ("2024-01-31T23:30:00+15:00", nil),
            ("2024-01-31T23:30:00+01:60", nil), ("2024-01-31T23:30:00+1", nil),
            ("2024-01-31T23:30:00+01:00x", nil), ("2024-01-31T23:30:00 01:00", nil),
        ] as [(String, String?)]
    )
    func `a time with an offset is the Dutch day it falls on`(value: String, day: String?) throws {
        let format = try DateFormat("yyyy-MM-ddTHH:mm:ssZ")
        #expect(format.date(in: value, offset: ImportHarness.dutchOffset)?.text == day)
    }

    @Test(arguments: ["2024-01-31T23:30:00.000Z", "2024-01-31T23:30:00.1234567Z"])
    func `a fraction of a second is read and dropped`(value: String) throws {
        let format = try DateFormat("yyyy-MM-ddTHH:mm:ss.SSSZ")
        #expect(format.date(in: value, offset: ImportHarness.dutchOffset)?.text == "2024-02-01")
    }

    @Test func `the days of another place count where the mapping names it`() throws {
        let format = try DateFormat("yyyy-MM-ddTHH:mm:ssZ")
        // New York in winter.
        let date = format.date(in: "2024-02-01T03:00:00Z") { _ in -5 * 3600 }
        #expect(date?.text == "2024-01-31")
    }

    @Test func `a Z without a time before it is a letter`() throws {
        let format = try DateFormat("yyyy-MM-ddZ")
        #expect(
            format.date(in: "2024-02-01Z", offset: ImportHarness.dutchOffset)?.text == "2024-02-01"
        )
        #expect(format.date(in: "2024-02-01+01:00", offset: ImportHarness.dutchOffset) == nil)
    }

    @Test func `days count from 1970 as the calendar does`() throws {
        // Made with Python: (datetime.date(y, m, d) - date(1970, 1, 1)).days
        for (days, text) in [
            (-719_162, "0001-01-01"), (-1, "1969-12-31"), (0, "1970-01-01"), (11_016, "2000-02-29"),
            (11_017, "2000-03-01"), (19_754, "2024-02-01"), (2_932_896, "9999-12-31"),
        ] {
            let date = try #require(ImportDate(daysSince1970: days))
            #expect(date.text == text)
            #expect(date.daysSince1970 == days)
        }
        #expect(ImportDate(daysSince1970: -719_163) == nil)
        #expect(ImportDate(daysSince1970: 2_932_897) == nil)
    }
}
