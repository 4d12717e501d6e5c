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

    /// Creates the day that is `days` after 1970-01-01, or before it; nil outside the years 1 to 9999.
    ///
    /// - Complexity: O(1).
    package init?(daysSince1970 days: Int) {
        // Years that begin in March end with the day that leap years add (Hinnant, "chrono-Compatible
        // Low-Level Date Algorithms"): 146,097 days are 400 years.
        guard (-719_162...2_932_896).contains(days) else { return nil }
        let sinceMarch = days + 719_468
        let era = sinceMarch / 146_097
        let dayOfEra = sinceMarch % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        self.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01, negative before.
    package var daysSince1970: Int {
        let year = self.month <= 2 ? self.year - 1 : self.year
        let era = year / 400
        let yearOfEra = year % 400
        let monthFromMarch = self.month > 2 ? self.month - 3 : self.month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + self.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
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
