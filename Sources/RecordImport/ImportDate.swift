/// A day of the Gregorian calendar, from year 1 to 9999.
package struct ImportDate: Hashable, Comparable, Sendable {
    /// Year, 1 to 9999.
    package let year: Int
    /// Month, 1 to 12.
    package let month: Int
    /// Day, 1 to the length of the month.
    package let day: Int

    /// Creates a day, or returns nil when the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        guard day <= Self.dayCount(year: year, month: month) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day as `YYYY-MM-DD`.
    package var text: String {
        Self.padded(self.year, 4) + "-" + Self.padded(self.month, 2) + "-"
            + Self.padded(self.day, 2)
    }

    /// Whether a record can be about this day: from 1950 to two years after `today`.
    package func isPlausible(today: ImportDate) -> Bool {
        let last = (today.year + 2, today.month, today.day)
        return self.year >= 1950 && (self.year, self.month, self.day) <= last
    }

    /// Whether `lhs` is an earlier day.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.year, lhs.month, lhs.day) < (rhs.year, rhs.month, rhs.day)
    }

    private static func dayCount(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
