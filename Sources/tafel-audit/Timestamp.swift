#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Writes times for people and for JSON.
enum Timestamp {
    /// The last second that has a year of four digits.
    static let secondsMax: UInt64 = 253_402_300_799

    /// This computer's clock, in seconds since 1970.
    static func now() -> UInt64 { UInt64(max(0, time(nil))) }

    /// RFC 3339 in UTC, to the second; a time after the year 9999 as its number of seconds.
    static func text(seconds: UInt64) -> String {
        guard seconds <= self.secondsMax else { return "@\(seconds)" }
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        // Years from March on, in eras of 400 years: leap days come last, so months are regular.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(self.pad(year, 4))-\(self.pad(month, 2))-\(self.pad(day, 2))"
        let time =
            "\(self.pad(rest / 3_600, 2)):\(self.pad(rest / 60 % 60, 2)):\(self.pad(rest % 60, 2))"
        return "\(date)T\(time)Z"
    }

    private static func pad(_ number: UInt64, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
