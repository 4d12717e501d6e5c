/// What the format of a cell makes of the number in it.
enum NumberFormat: Hashable, Sendable {
    /// It is a number.
    case number
    /// It is a day, with a time where it has a fraction.
    case date
    /// It is a time of day where it is below one, else a day with a time.
    case time

    /// Formats that have a number and no code (ECMA-376 part 1, §18.8.30), those of East Asia too.
    init(builtIn id: Int) {
        switch id {
        case 14...17, 22, 27...31, 34...36, 50...54, 57, 58: self = .date
        case 18...21, 32, 33, 45, 47, 55, 56: self = .time
        // 46 is `[h]:mm:ss`: so much time, and no time of day.
        default: self = .number
        }
    }

    /// Reads a code, such as `dd\-mm\-yyyy` or `#,##0.00 "€"`.
    ///
    /// Only what stands outside quotes, brackets and escapes says what it is; the first of up to four
    /// sections counts, which is that of positive numbers. A code that measures time, such as `[h]:mm`, is
    /// that of a number.
    ///
    /// - Complexity: O(length).
    init(code: String) {
        var letters: Set<Character> = []
        var rest = Array(code.lowercased())[...]
        scan: while let character = rest.popFirst() {
            switch character {
            case "\\", "_", "*": _ = rest.popFirst()
            case "\"":
                rest = rest.drop { $0 != "\"" }.dropFirst()
            case "[":
                let inner = rest.prefix { $0 != "]" }
                let isElapsed = !inner.isEmpty && Set(inner).isSubset(of: ["h", "m", "s"])
                guard !isElapsed else {
                    self = .number
                    return
                }
                rest = rest.dropFirst(inner.count + 1)
            case ";": break scan
            default: letters.insert(character)
            }
        }
        if !letters.isDisjoint(with: ["y", "d"]) {
            self = .date
        } else if !letters.isDisjoint(with: ["h", "s"]) {
            self = .time
        } else {
            // Alone it is a month, and with hours or seconds minutes.
            self = letters.contains("m") ? .date : .number
        }
    }
}
