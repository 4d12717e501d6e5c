/// Postcodes from one to another: `1234`, `1234AB`, `1234-1240`, `1234AB-1240CD`.
package struct PostcodeRange: Hashable, Sendable {
    /// Why a text is no range.
    package enum ReadingError: Error, Hashable {
        /// It has another form.
        case form
        /// The last is before the first.
        case order(first: String, last: String)
    }

    private let first: [UInt8]
    private let last: [UInt8]
    /// Whether everything in the areas it touches is in it.
    private let isOfWholeAreas: Bool

    /// Reads a range, in any case, with blanks anywhere.
    package init(_ text: String) throws(ReadingError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            .map { SearchTerm.postcode(String($0)) }
        guard (1...2).contains(parts.count), let first = parts.first ?? nil,
            let last = parts.last ?? nil, Self.isWhole(first), Self.isWhole(last)
        else { throw .form }
        self.first = first.count == 4 ? first + Array("AA".utf8) : first
        self.last = last.count == 4 ? last + Array("ZZ".utf8) : last
        self.isOfWholeAreas =
            self.first.suffix(2).elementsEqual("AA".utf8)
            && self.last.suffix(2).elementsEqual("ZZ".utf8)
        guard !self.last.lexicographicallyPrecedes(self.first) else {
            throw .order(
                first: String(decoding: first, as: UTF8.self),
                last: String(decoding: last, as: UTF8.self)
            )
        }
    }

    /// Whether it is four digits, the first not 0, or these with two letters.
    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        (bytes.count == 4 || bytes.count == 6) && bytes[0] != 0x30
            && bytes.dropFirst(4).allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
    }

    /// The range as it is written.
    package var text: String {
        let (first, last) = (
            String(decoding: self.first, as: UTF8.self), String(decoding: self.last, as: UTF8.self)
        )
        guard self.isOfWholeAreas else { return first == last ? first : "\(first)-\(last)" }
        let areas = (first.prefix(4), last.prefix(4))
        return areas.0 == areas.1 ? String(areas.0) : "\(areas.0)-\(areas.1)"
    }

    /// The first four digits of the first, and of the last.
    var areas: (first: [UInt8], last: [UInt8]) {
        (Array(self.first.prefix(4)), Array(self.last.prefix(4)))
    }

    /// Whether a postcode as the index has it is in the range.
    func contains(_ postcode: ArraySlice<UInt8>) -> Bool {
        // What follows the digits does not matter in whole areas, whether it is a Dutch one's letters or not.
        if self.isOfWholeAreas {
            let area = postcode.prefix(4)
            return !area.lexicographicallyPrecedes(self.first.prefix(4))
                && !self.last.prefix(4).lexicographicallyPrecedes(area)
        }
        let whole = postcode.count == 4 ? postcode + Array("AA".utf8) : postcode
        return !whole.lexicographicallyPrecedes(self.first)
            && !self.last.lexicographicallyPrecedes(whole)
    }
}
