import NodeInterface

/// Postcodes from one to another: `1234`, `1234AB`, `1234-1240`, `1234AB-1240CD`.
struct PostcodeRange {
    private let first: String
    private let last: String

    init(_ text: String) throws(Refusal) {
        let parts = text.uppercased().filter { $0 != " " }.split(
            separator: "-",
            omittingEmptySubsequences: false
        ).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy(Self.isPostcode),
            let first = parts.first, let last = parts.last
        else {
            throw .invalid(.postcode, .form(text))
        }
        self.first = first.utf8.count == 4 ? first + "AA" : first
        self.last = last.utf8.count == 4 ? last + "ZZ" : last
        guard self.first <= self.last else {
            throw .invalid(.postcode, .order(first: first, last: last))
        }
    }

    private static func isPostcode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 4 || bytes.count == 6, bytes[0] != 48 else { return false }
        return bytes.prefix(4).allSatisfy { (48...57).contains($0) }
            && bytes.dropFirst(4).allSatisfy { (65...90).contains($0) }
    }

    /// The four-digit areas the range touches.
    var areas: [String] {
        guard let low = Int(self.first.prefix(4)), let high = Int(self.last.prefix(4)) else {
            return []
        }
        return (low...high).map { String($0) }
    }

    /// Whether everything in the areas it touches is in it.
    var isOfWholeAreas: Bool { self.first.hasSuffix("AA") && self.last.hasSuffix("ZZ") }

    func contains(_ postcode: String) -> Bool {
        // As the index has it: what follows the digits, if it is a Dutch one's letters or not, does not matter.
        guard !self.isOfWholeAreas else {
            let area = postcode.prefix(4)
            return self.first.prefix(4) <= area && area <= self.last.prefix(4)
        }
        let text = postcode.uppercased().filter { $0 != " " }
        let whole = text.utf8.count == 4 ? text + "AA" : text
        return self.first <= whole && whole <= self.last
    }
}
