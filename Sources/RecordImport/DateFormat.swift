/// How a source writes its dates, such as `d-MM-yy` or `M/d/yyyy HH:mm:ss`.
///
/// `d`, `M`, `H` take one or two digits, `dd`, `MM`, `HH`, `mm`, `ss` and `yy` exactly two, `yyyy`
/// exactly four; `yy` means 1970 to 2069. Day, month and year stand there once each. The time of
/// day is checked and dropped. Between them stand blanks or the characters `-/.,:TZ`.
package struct DateFormat: Hashable, Sendable {
    /// Most characters of a format.
    package static let lengthMax = 64

    private enum Unit: Hashable { case day, month, year, shortYear, hour, minute, second }

    private enum Part: Hashable {
        case number(Unit, digits: ClosedRange<Int>)
        case literal(UInt8)
    }

    /// The format as it was written.
    package let text: String
    private let parts: [Part]

    /// Reads a format.
    ///
    /// - Throws: `MappingError.dateFormatMalformed` when a token is unknown or repeated, day,
    ///   month or year is missing, or a number of open length touches the next number.
    package init(_ text: String) throws(MappingError) {
        guard text.utf8.count <= Self.lengthMax, let parts = Self.parts(of: Array(text.utf8)) else {
            throw .dateFormatMalformed(text)
        }
        self.text = text
        self.parts = parts
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

    private init(text: String, parts: [Part]) {
        self.text = text
        self.parts = parts
    }

    /// Returns the day that `value` names, or nil when it has another form or names no real day.
    package func date(in value: String) -> ImportDate? {
        var rest = Array(value.utf8)[...]
        var year: Int?
        var month: Int?
        var day: Int?
        for part in self.parts {
            switch part {
            case .literal(let byte):
                guard rest.popFirst() == byte else { return nil }
            case .number(let unit, let digits):
                guard let number = Self.number(from: &rest, digits: digits) else { return nil }
                switch unit {
                case .day: day = number
                case .month: month = number
                case .year: year = number
                case .shortYear: year = number < 70 ? 2000 + number : 1900 + number
                case .hour: guard number < 24 else { return nil }
                case .minute: guard number < 60 else { return nil }
                // A leap second has number 60.
                case .second: guard number <= 60 else { return nil }
                }
            }
        }
        guard rest.isEmpty, let year, let month, let day else { return nil }
        return ImportDate(year: year, month: month, day: day)
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

    private static func parts(of format: [UInt8]) -> [Part]? {
        var parts: [Part] = []
        var units: [Unit] = []
        var rest = format[...]
        while let byte = rest.first {
            let run = rest.prefix { $0 == byte }
            guard let (unit, digits) = Self.token(byte, count: run.count) else {
                guard Array(" -/.,:TZ".utf8).contains(byte) else { return nil }
                parts.append(.literal(byte))
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
        default: nil
        }
    }
}
