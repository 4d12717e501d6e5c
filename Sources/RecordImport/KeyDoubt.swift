/// Keys that a spreadsheet program has most likely changed.
enum KeyDoubt {
    /// Digits that Excel keeps of a number.
    private static let digitsKept = 15
    /// Zeros behind those that are no chance.
    private static let zeroCount = 3

    /// Returns what to do about a part of a key; nil when there is no doubt about it.
    ///
    /// `isNumber`: Whether a cell with a number in it, not a text, is part of the key.
    ///
    /// - Complexity: O(length).
    static func advice(_ text: String, isNumber: Bool) -> String? {
        guard let first = text.utf8.first, self.isDigit(first) || first == UInt8(ascii: "-") else {
            return nil
        }
        if self.isScientific(text) {
            return "scientific notation: digits are lost. Export the column as text"
        }
        if isNumber, text.utf8.count(where: self.isDigit) > self.digitsKept {
            return
                "more than \(self.digitsKept) digits, in a cell of numbers, which keeps no more. "
                + "Make it a cell of text at the source"
        }
        let lost = text.utf8.dropFirst(self.digitsKept)
        if lost.count >= self.zeroCount, text.utf8.allSatisfy(self.isDigit),
            lost.allSatisfy({ $0 == UInt8(ascii: "0") })
        {
            return "zeros after \(self.digitsKept) digits: a spreadsheet keeps no more. "
                + "Export the column as text"
        }
        return nil
    }

    /// Whether `text` is a number with an exponent, such as `2,02E+11`; `12E3` is a code.
    static func isScientific(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let whole = rest.prefix(while: self.isDigit)
        rest = rest.dropFirst(whole.count)
        var isCertain = false
        if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
            let fraction = rest.dropFirst().prefix(while: self.isDigit)
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(fraction.count + 1)
            isCertain = true
        }
        guard !whole.isEmpty, let mark = rest.popFirst(), mark | 0x20 == UInt8(ascii: "e") else {
            return false
        }
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
            rest.removeFirst()
            isCertain = true
        }
        return isCertain && !rest.isEmpty && rest.allSatisfy(self.isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
