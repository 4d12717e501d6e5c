/// How a source writes its dates, such as `d-MM-yy` or `M/d/yyyy HH:mm:ss`.
///
/// `d`, `M`, `H` take one or two digits, `dd`, `MM`, `HH`, `mm`, `ss` and `yy` exactly two, `yyyy`
/// exactly four, `S` one to nine of a second's fraction; `yy` means 1970 to 2069. Day, month and year
/// stand there once each. Between them stand blanks or the characters `-/.,:TZ`. A time of day is checked
/// and dropped, but for one with a `Z` after it, which is read as `Z` or an offset such as `+01:00`:
/// then the day is the one in the mapping's time zone at that moment. A format without a time of day
/// also reads midnight behind the day. `excel` and `excel-1904` read the day numbers of spreadsheets.
package struct DateFormat: Hashable, Sendable {
    /// Most characters of a format.
    package static let lengthMax = 64

    private enum Unit: Hashable { case day, month, year, shortYear, hour, minute, second, fraction }

    private enum Part: Hashable {
        case number(Unit, digits: ClosedRange<Int>)
        case literal(UInt8)
        /// `Z`, or hours and minutes east of Greenwich.
        case offset
    }

    /// The format as it was written.
    package let text: String
    private let parts: [Part]
    /// What counts the days of a format that has no parts.
    private let numbering: SpreadsheetDay?
    private let hasTime: Bool

    /// Reads a format.
    ///
    /// - Throws: `MappingError.dateFormatMalformed` when a token is unknown or repeated, day,
    ///   month or year is missing, or a number of open length touches the next number.
    package init(_ text: String) throws(MappingError) {
        switch text {
        case "excel": self.init(text: text, parts: [], numbering: .since1900)
        case "excel-1904": self.init(text: text, parts: [], numbering: .since1904)
        default:
            guard text.utf8.count <= Self.lengthMax, let parts = Self.parts(of: Array(text.utf8))
            else { throw .dateFormatMalformed(text) }
            self.init(text: text, parts: parts)
        }
    }

    /// The form all dates are brought to.
    package static let iso = DateFormat(
        text: "yyyy-MM-dd",
        parts: [
            .number(.year, digits: 4...4), .literal(UInt8(ascii: "-")),
            .number(.month, digits: 2...2), .literal(UInt8(ascii: "-")),
            .number(.day, digits: 2...2),
        ]
    )

    private init(text: String, parts: [Part], numbering: SpreadsheetDay? = nil) {
        self.text = text
        self.parts = parts
        self.numbering = numbering
        self.hasTime = parts.contains { part in
            if case .number(.hour, _) = part { true } else { false }
        }
    }

    /// Returns the day that `value` names, or nil when it has another form or names no real day.
    ///
    /// - Parameters:
    ///   - value: The text of a date.
    ///   - offset: Seconds east of Greenwich of the place whose days count, at a moment in seconds
    ///     since 1970; asked only for a value with an offset of its own.
    /// - Returns: The day.
    package func date(in value: String, offset: (Int) -> Int) -> ImportDate? {
        if let numbering = self.numbering { return numbering.date(in: value) }
        var rest = Array(value.utf8)[...]
        var reading = Reading()
        for part in self.parts {
            switch part {
            case .literal(let byte):
                guard rest.popFirst() == byte else { return nil }
            case .number(let unit, let digits):
                guard let number = Self.number(from: &rest, digits: digits),
                    reading.take(number, as: unit)
                else { return nil }
            case .offset:
                guard let east = Self.offset(from: &rest) else { return nil }
                reading.east = east
            }
        }
        guard rest.isEmpty || !self.hasTime && Self.isMidnight(rest) else { return nil }
        return reading.date(offset: offset)
    }

    /// What the parts of a value say.
    private struct Reading {
        var year = 0
        var month = 0
        var day = 0
        var seconds = 0
        /// Seconds east of Greenwich; nil when the value does not say.
        var east: Int?

        /// Takes a number; false when it is out of its range.
        mutating func take(_ number: Int, as unit: Unit) -> Bool {
            switch unit {
            case .day: self.day = number
            case .month: self.month = number
            case .year: self.year = number
            case .shortYear: self.year = number < 70 ? 2000 + number : 1900 + number
            case .hour:
                self.seconds += number * 3600
                return number < 24
            case .minute:
                self.seconds += number * 60
                return number < 60
            case .second:
                // A leap second has number 60, and is of the day that ends with it.
                self.seconds += min(number, 59)
                return number <= 60
            case .fraction: break
            }
            return true
        }

        func date(offset: (Int) -> Int) -> ImportDate? {
            guard let date = ImportDate(year: self.year, month: self.month, day: self.day) else {
                return nil
            }
            guard let east = self.east else { return date }
            let moment = date.daysSince1970 * 86_400 + self.seconds - east
            let here = moment + offset(moment)
            let days = here / 86_400 - (here % 86_400 < 0 ? 1 : 0)
            return ImportDate(daysSince1970: days)
        }
    }

    private static func number(
        from rest: inout ArraySlice<UInt8>,
        digits: ClosedRange<Int>
    ) -> Int? {
        let taken = rest.prefix(digits.upperBound).prefix { (0x30...0x39).contains($0) }
        guard taken.count >= digits.lowerBound else { return nil }
        rest.removeFirst(taken.count)
        return taken.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Reads `Z`, `+hh`, `+hhmm` or `+hh:mm`, to 14 hours; also west of Greenwich.
    private static func offset(from rest: inout ArraySlice<UInt8>) -> Int? {
        guard let sign = rest.popFirst() else { return nil }
        if sign == UInt8(ascii: "Z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hours = Self.number(from: &rest, digits: 2...2), hours <= 14
        else { return nil }
        var minutes = 0
        if !rest.isEmpty {
            if rest.first == UInt8(ascii: ":") { rest.removeFirst() }
            guard let number = Self.number(from: &rest, digits: 2...2), number < 60 else {
                return nil
            }
            minutes = number
        }
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Whether a value goes on with the midnight that columns of dates are exported with.
    private static func isMidnight(_ rest: ArraySlice<UInt8>) -> Bool {
        guard let first = rest.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "T")
        else {
            return false
        }
        var time = String(decoding: rest.dropFirst(), as: UTF8.self)
        if time == "12:00:00 AM" { return true }
        // Of a fraction, zeros alone.
        if let point = time.firstIndex(of: "."), time.hasPrefix("0") {
            let fraction = time[time.index(after: point)...]
            guard !fraction.isEmpty, fraction.allSatisfy({ $0 == "0" }) else { return false }
            time = String(time[..<point])
        }
        return ["0:00", "00:00", "0:00:00", "00:00:00"].contains(time)
    }

    private static func parts(of format: [UInt8]) -> [Part]? {
        var parts: [Part] = []
        var units: [Unit] = []
        var rest = format[...]
        while let byte = rest.first {
            let run = rest.prefix { $0 == byte }
            guard let (unit, digits) = Self.token(byte, count: run.count) else {
                guard Array(" -/.,:TZ".utf8).contains(byte) else { return nil }
                let isOffset = byte == UInt8(ascii: "Z") && rest.count == 1 && units.contains(.hour)
                parts.append(isOffset ? .offset : .literal(byte))
                rest.removeFirst()
                continue
            }
            // A number of open length before another number has no certain end.
            if case .number(_, let before) = parts.last, before.count > 1 { return nil }
            units.append(unit == .shortYear ? .year : unit)
            parts.append(.number(unit, digits: digits))
            rest.removeFirst(run.count)
        }
        guard Set(units).count == units.count else { return nil }
        return Set(units).isSuperset(of: [.day, .month, .year]) ? parts : nil
    }

    private static func token(_ byte: UInt8, count: Int) -> (Unit, ClosedRange<Int>)? {
        switch (Character(Unicode.Scalar(byte)), count) {
        case ("d", 1): (.day, 1...2)
        case ("d", 2): (.day, 2...2)
        case ("M", 1): (.month, 1...2)
        case ("M", 2): (.month, 2...2)
        case ("y", 2): (.shortYear, 2...2)
        case ("y", 4): (.year, 4...4)
        case ("H", 1): (.hour, 1...2)
        case ("H", 2): (.hour, 2...2)
        case ("m", 2): (.minute, 2...2)
        case ("s", 2): (.second, 2...2)
        case ("S", 1...9): (.fraction, 1...9)
        default: nil
        }
    }
}
