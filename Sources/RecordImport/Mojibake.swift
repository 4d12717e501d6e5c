/// Finds text whose UTF-8 bytes were read as another encoding, such as `cafÃ©` for `café`.
package enum Mojibake {
    /// Most times that text is taken to have been misread.
    package static let roundsMax = 3

    /// Returns the text as it most likely was, or nil when nothing points to a misreading.
    ///
    /// A sequence is taken for misread when its characters, as bytes of Windows-1252 or Mac Roman,
    /// are UTF-8 for a character that is usual in European text. Text misread more than once is
    /// undone as often. A replacement character (U+FFFD) is found too, but cannot be undone.
    ///
    /// - Complexity: O(length).
    package static func repaired(_ text: String) -> String? {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var scalars = Array(text.unicodeScalars)
        var isFound = scalars.contains("\u{FFFD}")
        for _ in 0..<Self.roundsMax {
            let tables = [SingleByteTable.windows1252, .macRoman]
            guard let next = tables.lazy.compactMap({ Self.round(scalars, $0) }).first else {
                break
            }
            scalars = next
            isFound = true
        }
        return isFound ? String(String.UnicodeScalarView(scalars)) : nil
    }

    /// Undoes one misreading; nil when there is none.
    private static func round(
        _ scalars: [Unicode.Scalar],
        _ table: SingleByteTable
    ) -> [Unicode.Scalar]? {
        var result: [Unicode.Scalar] = []
        var index = 0
        var isFound = false
        while index < scalars.count {
            if let (scalar, count) = Self.sequence(scalars[index...], table) {
                result.append(scalar)
                index += count
                isFound = true
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return isFound ? result : nil
    }

    /// Returns the character that the first scalars are the bytes of, and how many they are.
    private static func sequence(
        _ scalars: ArraySlice<Unicode.Scalar>,
        _ table: SingleByteTable
    ) -> (Unicode.Scalar, Int)? {
        guard let first = scalars.first, first.value >= 0x80, let lead = table.byte(for: first)
        else { return nil }
        let count: Int
        switch lead {
        case 0xC2...0xDF: count = 2
        case 0xE0...0xEF: count = 3
        case 0xF0...0xF4: count = 4
        default: return nil
        }
        let bytes = scalars.prefix(count).compactMap { table.byte(for: $0) }
        guard bytes.count == count, bytes.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }),
            let scalar = String(validating: bytes, as: UTF8.self)?.unicodeScalars.first,
            Self.isUsual(scalar)
        else { return nil }
        return (scalar, count)
    }

    /// Whether a character is one that European text, misread or not, consists of.
    private static func isUsual(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xA0...0x17F, 0x1F300...0x1FAFF: true
        case ..<0xA0: false
        default:
            SingleByteTable.windows1252.byte(for: scalar) != nil
                || SingleByteTable.macRoman.byte(for: scalar) != nil
        }
    }
}
