import Testing

@testable import SyncLog

@Suite struct CalendarDayTests {
    /// By `date -u -d DAY +%s`, divided by 86,400.
    @Test(arguments: [
        ("1970-01-01", UInt64(0)), ("1970-12-31", 364), ("2000-02-29", 11_016),
        ("2000-03-01", 11_017), ("2020-01-01", 18_262), ("2026-11-28", 20_785),
        ("9999-12-31", 2_932_896),
    ])
    func `a day is so many after the first of 1970`(text: String, days: UInt64) {
        #expect(text.calendarDay == days)
    }

    @Test(arguments: ["1969-12-31", "2026-02-29", "2026-1-01", "", "2026-01-01T00:00:00Z", "x"])
    func `what is no day from 1970 on has none`(text: String) { #expect(text.calendarDay == nil) }
}
