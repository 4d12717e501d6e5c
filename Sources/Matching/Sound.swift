/// How a word sounds, roughly: a key under which spellings of one name fall together.
///
/// It serves blocking alone, where a key that is too coarse costs time and one that is too fine a pair.
/// The first letter keeps whether it is a vowel; after it vowels go, and consonants that Dutch and
/// English spellings exchange are one (`Protocol/matching.md` §4).
package enum Sound {
    /// Returns the key of a folded word: at most 8 letters, `0` for a vowel at the start.
    ///
    /// Words with digits, and words of other alphabets, are their own key.
    ///
    /// - Complexity: O(length).
    package static func key(_ word: String) -> String {
        let bytes = Array(word.utf8)
        guard bytes.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
            return word
        }
        var key: [UInt8] = []
        var index = 0
        while index < bytes.count, key.count < 8 {
            let (letter, count) = self.consonant(bytes, at: index)
            defer { index += count }
            guard letter != 0 else {
                if index == 0 { key.append(UInt8(ascii: "0")) }
                continue
            }
            if key.last != letter { key.append(letter) }
        }
        return String(decoding: key, as: UTF8.self)
    }

    /// The consonant at an index and how many letters it takes; 0 for a vowel, and for h and w within a
    /// word.
    private static func consonant(_ bytes: [UInt8], at index: Int) -> (UInt8, Int) {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        let h = UInt8(ascii: "h")
        switch bytes[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"),
            UInt8(ascii: "u"), UInt8(ascii: "y"):
            return (0, 1)
        case h: return index == 0 ? (h, 1) : (0, 1)
        case UInt8(ascii: "w"): return index == 0 ? (UInt8(ascii: "v"), 1) : (0, 1)
        case UInt8(ascii: "s"), UInt8(ascii: "z"):
            let isSch =
                next == UInt8(ascii: "c") && index + 2 < bytes.count && bytes[index + 2] == h
            return (UInt8(ascii: "s"), isSch ? 3 : next == h ? 2 : 1)
        case UInt8(ascii: "c"):
            if next == h { return (UInt8(ascii: "g"), 2) }
            let isSoft = [UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "y")].contains(next)
            return (
                isSoft ? UInt8(ascii: "s") : UInt8(ascii: "k"), next == UInt8(ascii: "k") ? 2 : 1
            )
        case UInt8(ascii: "q"): return (UInt8(ascii: "k"), 1)
        case UInt8(ascii: "g"): return (UInt8(ascii: "g"), next == h ? 2 : 1)
        case UInt8(ascii: "p"): return next == h ? (UInt8(ascii: "v"), 2) : (UInt8(ascii: "p"), 1)
        case UInt8(ascii: "f"), UInt8(ascii: "v"): return (UInt8(ascii: "v"), 1)
        case UInt8(ascii: "d"), UInt8(ascii: "t"): return (UInt8(ascii: "t"), next == h ? 2 : 1)
        default: return (bytes[index], 1)
        }
    }
}
