import CaseModel
import Foundation
import TestSupport
import Testing

struct UTCTimeTests {
    /// Expected values from GNU `date -u -d @SECONDS`.
    @Test(arguments: [
        (UInt64(0), "1970-01-01T00:00:00.000Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_767_225_600_123, "2026-01-01T00:00:00.123Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func `milliseconds are shown in UTC with three decimals`(time: UInt64, text: String) {
        #expect(UTCTime.text(milliseconds: time) == text)
        #expect(UTCTime.milliseconds(text) == time)
    }

    @Test func `the last time of a header has a year of five digits`() {
        #expect(UTCTime.text(milliseconds: (1 << 48) - 1) == "10889-08-02T05:31:50.655Z")
    }

    @Test(arguments: UInt64(1)...10)
    func `the calendar agrees with Foundation's`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<200 {
            // Whole seconds: Foundation rounds decimals of large times.
            let seconds = UInt64.random(in: 0..<253_402_300_800, using: &generator)
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            #expect(UTCTime.text(milliseconds: seconds * 1_000) == date.formatted(style))
            #expect(UTCTime.milliseconds(date.formatted(style)) == seconds * 1_000)
        }
    }

    @Test func `fewer decimals and none are read`() {
        #expect(UTCTime.milliseconds("1970-01-01T00:00:01Z") == 1_000)
        #expect(UTCTime.milliseconds("1970-01-01T00:00:01.5Z") == 1_500)
        #expect(UTCTime.milliseconds("1970-01-01T00:00:01.25Z") == 1_250)
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00+01:00",
        "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234Z",
        "1969-12-31T23:59:59Z", "2026-01-01T00:00:00,5Z", "2026-01-01T0x:00:00Z",
    ])
    func `anything else is no time`(text: String) {
        #expect(UTCTime.milliseconds(text) == nil)
    }
}
