/// Numbers of cells as text.
enum CellNumber {
    private static let secondsOfDay = 86_400

    /// Returns a number as digits with a decimal point, without an exponent.
    ///
    /// A spreadsheet keeps binary fractions and writes up to 17 digits of them; what comes out is the
    /// shortest number that is the same fraction, which is what was typed where that had up to 15.
    ///
    /// - Parameter raw: The number as the file has it.
    /// - Returns: The digits; nil when it is no number.
    static func text(_ raw: String) -> String? {
        if self.isShort(raw) { return raw }
        guard let value = Double(raw), value.isFinite else { return nil }
        return self.expanded("\(value)")
    }

    /// Returns the day and time of a number; nil when it is before the first day or behind the last.
    ///
    /// - Parameters:
    ///   - raw: The number as the file has it.
    ///   - format: What the cell's format makes of it; not `number`.
    ///   - is1904: Whether days count from 1904-01-01.
    /// - Returns: The day, the time, or both.
    static func moment(_ raw: String, format: NumberFormat, is1904: Bool) -> String? {
        guard let value = Double(raw), value >= 0, value < 2_958_466 else { return nil }
        // To the second: fractions of a day are never exact.
        let seconds = Int((value * Double(self.secondsOfDay)).rounded())
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: self.secondsOfDay)
        let time = [rest / 3_600, rest / 60 % 60, rest % 60].map { self.padded($0, 2) }
            .joined(separator: ":")
        if format == .time, days == 0 { return time }
        guard let date = self.date(days, is1904: is1904) else { return nil }
        return rest == 0 ? date : date + " " + time
    }

    /// Returns the day of a number as `yyyy-MM-dd`.
    private static func date(_ number: Int, is1904: Bool) -> String? {
        // Day 60 is 1900-02-29, which never was.
        guard is1904 || number >= 1 && number != 60 else { return nil }
        var days = is1904 ? number : number < 60 ? number - 1 : number - 2
        var year = is1904 ? 1904 : 1900
        while days >= self.dayCount(of: year) {
            days -= self.dayCount(of: year)
            year += 1
        }
        var month = 0
        let february = self.dayCount(of: year) - 337
        let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        while days >= months[month] {
            days -= months[month]
            month += 1
        }
        guard year <= 9_999 else { return nil }
        return [self.padded(year, 4), self.padded(month + 1, 2), self.padded(days + 1, 2)]
            .joined(separator: "-")
    }

    private static func dayCount(of year: Int) -> Int {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    /// Whether a text is digits, with a sign and a point where they have one, and not more than any
    /// binary fraction keeps: then it is what it was.
    private static func isShort(_ raw: String) -> Bool {
        var digits = raw.utf8[...]
        if digits.first == UInt8(ascii: "-") { digits.removeFirst() }
        guard (1...15).contains(digits.count), let first = digits.first, let last = digits.last
        else {
            return false
        }
        let points = digits.count { $0 == UInt8(ascii: ".") }
        let isNumber = digits.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        let hasZeros =
            first == UInt8(ascii: "0") && digits.count > 1 && !digits.starts(with: "0.".utf8)
        guard raw != "-0" else { return false }
        let isCut = first == UInt8(ascii: ".") || last == UInt8(ascii: ".")
        return isNumber && points <= 1 && !hasZeros && !isCut && !(points == 1 && last == 0x30)
    }

    /// Writes a number out that may have an exponent.
    private static func expanded(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        let halves = text.drop { $0 == "-" }.split(separator: "e")
        let mantissa = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        var fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        if fraction == "0" { fraction = "" }
        let exponent = halves.count > 1 ? Int(halves[1]) ?? 0 : 0
        let digits = whole + fraction
        let point = whole.utf8.count + exponent
        let count = digits.utf8.count
        var result: String
        if point <= 0 {
            result = "0." + String(repeating: "0", count: -point) + digits
        } else if point >= count {
            result = digits + String(repeating: "0", count: point - count)
        } else {
            result = digits.prefix(point) + "." + digits.suffix(count - point)
        }
        if result == "0.0" { result = "0" }
        return isNegative && result != "0" ? "-" + result : result
    }
}
