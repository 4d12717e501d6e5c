extension Double {
    /// Reads a decimal as files and people write it: digits, a minus before them, a point within them, and nothing else.
    ///
    /// Other members write what they like: `0x34`, `inf` or `5 ` is none.
    ///
    /// - Parameters:
    ///   - text: The decimal.
    ///   - allowsExponent: Whether `e` and a whole number may follow, as programs write small numbers.
    /// - Complexity: O(length).
    package init?(plainDecimal text: String, allowsExponent: Bool = false) {
        var rest = text.utf8[...]
        func digits() -> Bool {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count > 0
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard digits() else { return nil }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() else { return nil }
        }
        if allowsExponent, rest.first == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() else { return nil }
        }
        guard rest.isEmpty else { return nil }
        self.init(text)
    }
}
