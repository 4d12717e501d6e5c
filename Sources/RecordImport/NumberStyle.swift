/// How a source writes its numbers.
package enum NumberStyle: String, CaseIterable, Sendable {
    /// `1,234.5` or `1234.5`.
    case english = "en"
    /// `1.234,5` or `1234,5`.
    case dutch = "nl"
    /// `1234.5`, without groups of thousands.
    case plain

    /// Most digits of a number.
    package static let digitsMax = 40

    /// Returns the number in canonical form, or nil when it is not written in this style.
    ///
    /// The canonical form has no plus sign, no groups, no leading zeros, no trailing zeros after
    /// the point and no negative zero: `-1234.5`, `0.05`, `10`. No digit is rounded away. Groups
    /// have exactly three digits, and either all thousands are grouped or none. Exponents are not
    /// numbers. The Dutch and the English style also read amounts as people and spreadsheets write
    /// them (``Amount``).
    ///
    /// - Complexity: O(length).
    package func canonical(_ value: String) -> String? {
        if let number = self.number(Array(value.utf8)[...]) { return number }
        guard self != .plain, let amount = Amount(value, decimal: self.decimal, group: self.group),
            let number = self.number(Array(amount.digits.utf8)[...])
        else { return nil }
        return amount.isNegative && number != "0" ? "-" + number : number
    }

    private var decimal: Unicode.Scalar { self == .dutch ? "," : "." }

    private var group: Unicode.Scalar { self == .dutch ? "." : "," }

    private func number(_ bytes: ArraySlice<UInt8>) -> String? {
        var rest = bytes
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let decimal = self == .dutch ? UInt8(ascii: ",") : UInt8(ascii: ".")
        let halves = rest.split(
            separator: decimal,
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard let head = halves.first, let whole = self.ungrouped(head) else { return nil }
        let fraction = halves.count == 2 ? halves[1] : []
        guard halves.count == 1 || Self.isDigits(fraction) else { return nil }
        guard whole.count + fraction.count <= Self.digitsMax else { return nil }
        let zero = UInt8(ascii: "0")
        var kept = fraction
        while kept.last == zero { kept.removeLast() }
        let leading = whole.drop { $0 == zero }
        let text = leading.isEmpty ? "0" : String(decoding: leading, as: UTF8.self)
        let all = kept.isEmpty ? text : text + "." + String(decoding: kept, as: UTF8.self)
        return isNegative && all != "0" ? "-" + all : all
    }

    /// Returns the digits before the decimal mark, or nil when they are grouped wrongly.
    private func ungrouped(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let separator: UInt8
        switch self {
        case .english: separator = UInt8(ascii: ",")
        case .dutch: separator = UInt8(ascii: ".")
        case .plain: return Self.isDigits(digits) ? digits : nil
        }
        let groups = digits.split(separator: separator, omittingEmptySubsequences: false)
        guard groups.allSatisfy(Self.isDigits) else { return nil }
        guard groups.count > 1 else { return digits }
        guard (1...3).contains(groups[0].count) else { return nil }
        guard groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
        return groups.joined().reduce(into: []) { $0.append($1) }
    }

    private static func isDigits(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x30...0x39).contains($0) }
    }
}
