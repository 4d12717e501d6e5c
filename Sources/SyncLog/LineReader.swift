/// Reads a text of `KEY VALUE` lines in a fixed order.
struct LineReader {
    private let lines: [Substring.UTF8View]
    private var next = 0

    /// Splits a text that ends with a newline.
    init(_ text: String) {
        self.lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    }

    /// Whether all lines were read.
    var isAtEnd: Bool { self.next == self.lines.count }

    /// Reads a line that must be exactly `line`.
    mutating func read(line: String) -> Bool {
        guard !self.isAtEnd, self.lines[self.next].elementsEqual(line.utf8) else { return false }
        self.next += 1
        return true
    }

    /// Reads the value of a line that must have this key; `nil` when it has not.
    mutating func read(_ key: String) -> String? {
        guard !self.isAtEnd else { return nil }
        let line = self.lines[self.next]
        guard line.starts(with: (key + " ").utf8) else { return nil }
        let value = line.dropFirst(key.utf8.count + 1)
        guard !value.isEmpty else { return nil }
        self.next += 1
        return String(decoding: value, as: UTF8.self)
    }

    /// Reads the values of all lines in a row with this key, at most `max`.
    mutating func readAll(_ key: String, max: Int) -> [String]? {
        var values: [String] = []
        while let value = self.read(key) {
            guard values.count < max else { return nil }
            values.append(value)
        }
        return values
    }
}

extension String {
    /// Whether the text has 1 to `bytesMax` bytes on one line and no blank at either end.
    func isOneLine(bytesMax: Int) -> Bool {
        !self.isEmpty && self.isSpecificationText(bytesMax: bytesMax, allowsLines: false)
            && self.utf8.first != 0x20 && self.utf8.last != 0x20
    }

    /// Whether the text has only digits, `count` of them.
    package func isDigits(count: Int) -> Bool {
        self.utf8.count == count
            && self.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Whether the text is a day of the calendar as `YYYY-MM-DD`, from the year 1 on.
    package var isCalendarDate: Bool {
        let parts = self.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 3, parts[0].isDigits(count: 4), parts[1].isDigits(count: 2),
            parts[2].isDigits(count: 2), let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), year > 0, (1...12).contains(month)
        else { return false }
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }
}
