import SyncLog

/// Times in UTC between milliseconds since 1970-01-01T00:00:00Z and RFC 3339.
///
/// The calendar is the proleptic Gregorian one without leap seconds, computed with Howard Hinnant's
/// `civil_from_days` ("chrono-Compatible Low-Level Date Algorithms").
package enum UTCTime {
    private static let millisecondsPerDay: UInt64 = 86_400_000

    /// The time, `YYYY-MM-DDTHH:MM:SS.mmmZ`.
    ///
    /// Years past 9999, which headers can hold, have five digits.
    package static func text(milliseconds: UInt64) -> String {
        let time = milliseconds % Self.millisecondsPerDay
        var bytes = Self.dateBytes(milliseconds: milliseconds)
        bytes.append(UInt8(ascii: "T"))
        Self.append(time / 3_600_000, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(time / 60_000 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(time / 1_000 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(time % 1_000, digits: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The day, `YYYY-MM-DD`.
    package static func date(milliseconds: UInt64) -> String {
        String(decoding: Self.dateBytes(milliseconds: milliseconds), as: UTF8.self)
    }

    private static func dateBytes(milliseconds: UInt64) -> [UInt8] {
        let days = milliseconds / Self.millisecondsPerDay + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Years of this reckoning begin in March, so that the leap day is the last of its year.
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        Self.append(year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(day, digits: 2, to: &bytes)
        return bytes
    }

    /// Reads `YYYY-MM-DDTHH:MM:SSZ` or the same with one to three decimals; from 1970 on.
    ///
    /// `nil` for anything else, other offsets and leap seconds included.
    package static func milliseconds(_ text: String) -> UInt64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 || (22...24).contains(bytes.count),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes.last == UInt8(ascii: "Z"),
            let hour = Self.number(bytes[11..<13]), hour < 24,
            let minute = Self.number(bytes[14..<16]), minute < 60,
            let second = Self.number(bytes[17..<19]), second < 60,
            let days = String(decoding: bytes[..<10], as: UTF8.self).calendarDay
        else { return nil }
        var fraction: UInt64 = 0
        if bytes.count > 20 {
            let decimals = bytes[20..<bytes.count - 1]
            guard bytes[19] == UInt8(ascii: "."), let value = Self.number(decimals) else {
                return nil
            }
            fraction = value * [100, 10, 1][decimals.count - 1]
        }
        let clock = hour * 3_600_000 + minute * 60_000 + second * 1_000 + fraction
        return days * Self.millisecondsPerDay + clock
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// Appends a number with zeros before it; one that is longer keeps all its digits.
    private static func append(_ number: UInt64, digits: Int, to bytes: inout [UInt8]) {
        if digits > 1 || number > 9 { self.append(number / 10, digits: digits - 1, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
