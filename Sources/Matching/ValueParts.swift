/// What a value is taken apart into: of a date year, month and day; of a postcode district and area; of
/// an address street, house number and addition.
struct ValueParts: Hashable, Sendable {
    var first: Int32
    var second: Int32
    var third: Int32
}

extension ValueParts {
    /// The parts of a date as `yyyy-mm-dd`.
    var dateText: String {
        func padded(_ number: Int32, _ count: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, count - digits.count)) + digits
        }
        return "\(padded(self.first, 4))-\(padded(self.second, 2))-\(padded(self.third, 2))"
    }
}

/// Dates by their eight digits.
enum DateDigits {
    /// Reads `yyyy-mm-dd`, `yyyymmdd`, `yyyy-mm` or `yyyy`; nil for anything else.
    ///
    /// Blanks, dots, hyphens and slashes may part the digits, and a time may follow after `T`. Months and days that no calendar has are kept: they are slips, and still say what
    /// was meant. A part that is not there is 0.
    static func parts(_ text: String) -> ValueParts? {
        let day = text.utf8.prefix { $0 != UInt8(ascii: "T") }
        let digits = day.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let isPlain = day.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || [0x2D, 0x2F, 0x2E, 0x20].contains($0)
        }
        guard isPlain, [4, 6, 8].contains(digits.count) else { return nil }
        func number(_ range: Range<Int>) -> Int32 {
            digits[range].reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
        }
        return ValueParts(
            first: number(0..<4),
            second: digits.count >= 6 ? number(4..<6) : 0,
            third: digits.count == 8 ? number(6..<8) : 0
        )
    }

    /// Whether one digit, or two neighbours that were exchanged, tell two dates apart.
    static func areOneOff(_ one: ValueParts, _ other: ValueParts) -> Bool {
        var a = one.first * 10_000 + one.second * 100 + one.third
        var b = other.first * 10_000 + other.second * 100 + other.third
        var (differing, position, first): (Int, Int, Int) = (0, 0, -1)
        var digits: [4 of Int32] = [0, 0, 0, 0]
        while a > 0 || b > 0 {
            let (x, y) = (a % 10, b % 10)
            if x != y {
                differing += 1
                if differing == 1 {
                    first = position
                    (digits[0], digits[1]) = (x, y)
                } else if differing == 2, position == first + 1 {
                    (digits[2], digits[3]) = (x, y)
                } else {
                    return false
                }
            }
            (a, b, position) = (a / 10, b / 10, position + 1)
        }
        if differing == 1 { return true }
        return differing == 2 && digits[0] == digits[3] && digits[1] == digits[2]
    }
}
