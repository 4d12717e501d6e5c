import SyncLog

/// A day as people type it: `1-3-2025`, `01-03-2025`, `1/3/2025`, `1.3.2025` or `2025-03-01`.
enum TypedDay {
    /// The day as `YYYY-MM-DD`; `nil` for what is none of the calendar.
    ///
    /// Day before month, as in both languages here: `3/13/2025` is none.
    static func read(_ text: String) -> String? {
        if text.isCalendarDate { return text }
        for separator in ["-", "/", "."] as [Character] {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            guard parts.count == 3, (1...2).contains(parts[0].utf8.count),
                (1...2).contains(parts[1].utf8.count), parts[2].utf8.count == 4
            else { continue }
            let padded = [parts[2], parts[1], parts[0]].map {
                $0.utf8.count == 1 ? "0" + $0 : String($0)
            }
            let day = padded.joined(separator: "-")
            return day.isCalendarDate ? day : nil
        }
        return nil
    }
}
