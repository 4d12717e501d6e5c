import CaseModel
import Foundation
import SyncLog
import Vocabulary

/// Writes texts, numbers and times in one language.
package struct Words: Sendable {
    /// The language.
    package let language: Language
    /// Its texts.
    package let catalogue: [String: String]

    /// Creates words of a language.
    package init(_ language: Language) {
        self.language = language
        self.catalogue = language.catalogue
    }

    /// The text with a key, `%1` to `%9` replaced by the arguments.
    ///
    /// Arguments are put in as they are: what they hold is not looked at again.
    package func callAsFunction(_ key: String, _ arguments: String...) -> String {
        self(key, arguments: arguments)
    }

    /// The text with a key, `%1` to `%9` replaced by the arguments.
    package func callAsFunction(_ key: String, arguments: [String]) -> String {
        guard let text = self.catalogue[key] else { return key }
        guard !arguments.isEmpty else { return text }
        var result = ""
        var rest = Substring(text)
        while let sign = rest.firstIndex(of: "%") {
            result += rest[..<sign]
            rest = rest[rest.index(after: sign)...]
            if let digit = rest.first?.wholeNumberValue, (1...arguments.count).contains(digit) {
                result += arguments[digit - 1]
                rest.removeFirst()
            } else {
                result += "%"
            }
        }
        return result + rest
    }

    /// The text of a count: key and `One` for one, with `%1`.
    package func count(_ key: String, _ number: Int) -> String {
        self(number == 1 ? key + "One" : key, arguments: [self.number(number)])
    }

    /// A whole number with its thousands apart.
    package func number(_ number: Int) -> String {
        let digits = Array(String(number.magnitude).utf8)
        var text = number < 0 ? "-" : ""
        for (offset, digit) in digits.enumerated() {
            if offset > 0, (digits.count - offset) % 3 == 0 {
                text += self.language == .dutch ? "." : ","
            }
            text.unicodeScalars.append(UnicodeScalar(digit))
        }
        return text
    }

    /// A number of bytes in a unit that people read.
    package func byteCount(_ bytes: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1_000, unit < units.count - 1 {
            value /= 1_000
            unit += 1
        }
        let text = unit == 0 ? String(bytes) : String(format: "%.1f", value)
        let point = self.language == .dutch ? text.replacing(".", with: ",") : text
        return "\(point) \(units[unit])"
    }

    /// A day `YYYY-MM-DD` as people write it; as it came when it is none.
    package func date(_ text: String) -> String {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard text.isCalendarDate, parts.count == 3 else { return text }
        return self.day(parts[2], month: parts[1], year: parts[0])
    }

    private func day(_ day: Int, month: Int, year: Int) -> String {
        "\(day) \(self("month\(month)")) \(year)"
    }

    private static func parts(_ text: String) -> (day: DateComponents, clock: String)? {
        guard let milliseconds = UTCTime.milliseconds(text) else { return nil }
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        let parts = Calendar(identifier: .gregorian).dateComponents(in: .current, from: date)
        guard let hour = parts.hour, let minute = parts.minute else { return nil }
        return (parts, String(format: "%02d:%02d", hour, minute))
    }

    /// The day of a time in RFC 3339 in this machine's time zone; as it came when it is none.
    package func day(_ text: String) -> String {
        guard let parts = Self.parts(text)?.day, let day = parts.day, let month = parts.month,
            let year = parts.year
        else { return text }
        return self.day(day, month: month, year: year)
    }

    /// A time in RFC 3339 as day and minute in this machine's time zone; as it came when it is
    /// none.
    package func time(_ text: String) -> String {
        guard let clock = Self.parts(text)?.clock else { return text }
        return "\(self.day(text)), \(clock)"
    }

    /// The value of a field or fact as people read it: days in their form, outcomes in their words.
    package func value(_ value: String, of name: String) -> String {
        switch name {
        case FieldName.date.text, FieldName.endDate.text: self.date(value)
        case FieldName.status.text: self.term("status", value)
        default: value
        }
    }

    /// The label of a field of a record or fragment.
    package func field(_ name: String) -> String {
        if let text = self.catalogue["field_" + name] { return text }
        return name.hasPrefix("extra.") ? String(name.dropFirst("extra.".count)) : name
    }

    /// A word of the specification in this language; as it is when there is none.
    package func term(_ family: String, _ word: String) -> String {
        self.catalogue["\(family)_\(word)"] ?? word
    }

    /// Words as a list: `a, b en c`.
    package func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(self("and")) " + last
    }
}
