extension String {
    /// Days from 1970-01-01 to a date `YYYY-MM-DD`; `nil` when it is none or earlier.
    ///
    /// The calendar is the proleptic Gregorian one, computed with Howard Hinnant's `days_from_civil`
    /// ("chrono-Compatible Low-Level Date Algorithms").
    package var calendarDay: UInt64? {
        guard self.isCalendarDate else { return nil }
        let parts = self.split(separator: "-").compactMap { UInt64($0) }
        guard parts.count == 3, parts[0] >= 1970 else { return nil }
        let (month, day) = (parts[1], parts[2])
        let year = month <= 2 ? parts[0] - 1 : parts[0]
        let yearOfEra = year % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return year / 400 * 146_097 + dayOfEra - 719_468
    }
}
