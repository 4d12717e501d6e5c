/// Finds HTML in text that should be plain.
package enum Markup {
    /// Longest tag that is looked for, in bytes.
    package static let tagBytesMax = 1024

    private static let entityNames: Set<String> = [
        "amp", "lt", "gt", "quot", "apos", "nbsp", "euro", "copy", "reg", "deg", "hellip",
        "ndash", "mdash", "lsquo", "rsquo", "ldquo", "rdquo", "laquo", "raquo", "bull", "middot",
        "szlig", "aelig", "oslash", "aring", "shy", "sect", "sup2", "sup3", "frac12",
    ]
    private static let entityEndings = ["acute", "grave", "circ", "uml", "tilde", "cedil"]

    /// Whether `text` holds a tag, a comment or a character reference of HTML.
    ///
    /// - Complexity: O(length · `tagBytesMax`), O(length) for text without `<` and `&`.
    package static func isPresent(in text: String) -> Bool {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") })
        else { return false }
        let bytes = Array(text.utf8)
        return bytes.indices.contains { index in
            switch bytes[index] {
            case UInt8(ascii: "<"): self.isTag(bytes[(index + 1)...].prefix(Self.tagBytesMax))
            case UInt8(ascii: "&"): self.isReference(bytes[(index + 1)...].prefix(12))
            default: false
            }
        }
    }

    /// Whether what follows a `<` makes it a tag or a comment.
    private static func isTag(_ rest: ArraySlice<UInt8>) -> Bool {
        if rest.starts(with: "!--".utf8) { return true }
        let body = rest.first == UInt8(ascii: "/") ? rest.dropFirst() : rest
        guard let first = body.first, Self.isLetter(first) else { return false }
        let after = body.drop { Self.isLetter($0) || Self.isDigit($0) }
        guard let next = after.first, Array("> /\t\r\n".utf8).contains(next) else { return false }
        let end = after.first { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "<") }
        return end == UInt8(ascii: ">")
    }

    /// Whether what follows an `&` makes it a character reference.
    private static func isReference(_ rest: ArraySlice<UInt8>) -> Bool {
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")), end > rest.startIndex else {
            return false
        }
        let name = rest[..<end]
        if name.first == UInt8(ascii: "#") {
            let number = name.dropFirst()
            let isHex = number.first == UInt8(ascii: "x") || number.first == UInt8(ascii: "X")
            let digits = isHex ? number.dropFirst() : number
            guard !digits.isEmpty else { return false }
            return digits.allSatisfy { byte in
                Self.isDigit(byte) || isHex && (0x61...0x66).contains(byte | 0x20)
            }
        }
        guard name.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) }) else { return false }
        let text = String(decoding: name, as: UTF8.self).lowercased()
        return Self.entityNames.contains(text)
            || Self.entityEndings.contains { text.hasSuffix($0) && text != $0 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
