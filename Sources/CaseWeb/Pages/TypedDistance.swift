/// A distance as people type it: `250`, `250 m`, `1.500`, `0,5 km`, `2 km`.
enum TypedDistance {
    /// Whole metres; `nil` for what is no distance.
    ///
    /// A dot parts thousands of metres where three digits follow, as in Dutch, else it is a decimal point; a comma is one.
    static func metres(_ text: String) -> Int? {
        var rest = text.lowercased().filter { !$0.isWhitespace }[...]
        var unit = 1.0
        if rest.hasSuffix("km") {
            unit = 1_000
            rest = rest.dropLast(2)
        } else if rest.hasSuffix("m") {
            rest = rest.dropLast()
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        let areThousands =
            unit == 1 && parts.count > 1 && (1...3).contains(parts[0].count)
            && parts[0].first != "0"
            && parts.dropFirst().allSatisfy { $0.prefix { $0 != "," }.count == 3 }
        let plain = areThousands ? parts.joined() : String(rest)
        let number = String(plain.map { $0 == "," ? "." : $0 })
        guard number.utf8.count <= 12, number.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true,
            number.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E }),
            let value = Double(number)
        else { return nil }
        let metres = (value * unit).rounded()
        return metres >= 1 || value == 0 ? Int(metres) : nil
    }
}
