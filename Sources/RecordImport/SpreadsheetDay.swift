/// How a spreadsheet program numbers days.
package enum SpreadsheetDay: Hashable, Sendable {
    /// Day 1 is 1900-01-01 and day 60 is one that never was, 1900-02-29: Excel's own.
    case since1900
    /// Day 0 is 1904-01-01: of workbooks that once were made on a Macintosh.
    case since1904

    /// Returns the day of a number; nil where it names none.
    ///
    /// - Complexity: O(1).
    package func date(_ number: Int) -> ImportDate? {
        switch self {
        case .since1900:
            guard number >= 1, number != 60 else { return nil }
            // 1899-12-30 is 25,569 days before 1970; before the day that never was it is one less.
            return ImportDate(daysSince1970: number - (number < 60 ? 25_568 : 25_569))
        case .since1904:
            return number < 0 ? nil : ImportDate(daysSince1970: number - 24_107)
        }
    }

    /// Returns the day of a number in text, with or without a fraction, which is a time of day.
    ///
    /// - Complexity: O(length).
    package func date(in text: String) -> ImportDate? {
        let halves = text.utf8.split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",")
        }
        let areDigits = halves.allSatisfy { half in
            !half.isEmpty && half.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard areDigits, let whole = halves.first, whole.count <= 7 else { return nil }
        return self.date(whole.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
}
