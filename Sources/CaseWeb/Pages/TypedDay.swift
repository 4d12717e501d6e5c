import SyncLog

/// A day as people type it: `1-3-2025`, `01-03-2025`, `1/3/2025`, `1.3.2025`, `1 mrt 2025` or `2025-03-01`.
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
        return Self.named(text)
    }

    /// A day with the name of its month, in Dutch or English, whole or its first three letters, as the pages write it.
    private static func named(_ text: String) -> String? {
        let parts = text.lowercased().split(whereSeparator: \.isWhitespace)
        guard parts.count == 3, (1...2).contains(parts[0].utf8.count), parts[2].utf8.count == 4,
            let month = Self.months.firstIndex(where: { names in
                names.contains { parts[1] == $0 || parts[1].filter { $0 != "." } == $0.prefix(3) }
            })
        else { return nil }
        func padded(_ text: some StringProtocol) -> String {
            text.utf8.count == 1 ? "0" + text : String(text)
        }
        let day = "\(parts[2])-\(padded(String(month + 1)))-\(padded(parts[0]))"
        return day.isCalendarDate ? day : nil
    }

    private static let months = [
        ["januari", "january"], ["februari", "february"], ["maart", "mrt", "march"], ["april"],
        ["mei", "may"], ["juni", "june"], ["juli", "july"], ["augustus", "august"], ["september"],
        ["oktober", "october"], ["november"], ["december"],
    ]
}
