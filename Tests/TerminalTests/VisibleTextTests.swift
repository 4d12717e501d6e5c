import Terminal
import Testing

/// What becomes of characters that do not show themselves (`Protocol/web.md` §6).
@Suite struct VisibleTextTests {
    /// Categories Cc, Cf, Zl, Zp, Zs but U+0020 and `Default_Ignorable_Code_Point` as Perl has them;
    /// U+2800, U+1D159 and the brackets of marks, as the page says.
    ///
    /// Its tables are of Unicode 14; Python's `unicodedata` says the same of the categories. U+13439
    /// to U+1343F are format characters since Unicode 15.
    static let hidden: [ClosedRange<UInt32>] = [
        0x0...0x1F, 0x7F...0xA0, 0xAD...0xAD, 0x1680...0x1680, 0x2000...0x200A, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0x2800...0x2800, 0x27E8...0x27E9, 0x34F...0x34F,
        0x600...0x605, 0x61C...0x61C,
        0x6DD...0x6DD, 0x70F...0x70F, 0x890...0x891, 0x8E2...0x8E2, 0x115F...0x1160,
        0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
        0x3164...0x3164, 0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0, 0xFFF0...0xFFFB,
        0x110BD...0x110BD, 0x110CD...0x110CD, 0x13430...0x1343F, 0x1BCA0...0x1BCA3,
        0x1D159...0x1D159, 0x1D173...0x1D17A, 0xE0000...0xE0FFF,
    ]

    /// As the Unicode Standard writes a code point.
    private static func mark(_ value: UInt32) -> String {
        let digits = String(value, radix: 16).uppercased()
        return "⟨U+" + String(repeating: "0", count: 4 - min(4, digits.count)) + digits + "⟩"
    }

    @Test func `runs of blanks pass for no column of the program's`() {
        let title = "Oud dossier  [gesloten]   om"
        let shown = "Oud dossier ⟨U+0020⟩[gesloten] ⟨U+0020⟩⟨U+0020⟩om"
        #expect(VisibleText.text(title, in: .line) == shown)
        #expect(VisibleText.text(title, in: .lines) == shown)
        #expect(VisibleText.text(title, in: .page) == title)
        #expect(VisibleText.text("één  twee", in: .line) == "één ⟨U+0020⟩twee")
    }

    @Test(arguments: [VisibleText.Place.lines, .line, .page])
    func `a blank that begins or ends a text is seen`(place: VisibleText.Place) {
        for (text, shown) in [
            (" ", "⟨U+0020⟩"), ("   ", "⟨U+0020⟩ ⟨U+0020⟩"), (" a b", "⟨U+0020⟩a b"),
            ("a b ", "a b⟨U+0020⟩"), ("a b", "a b"), ("é ", "é⟨U+0020⟩"), ("", ""),
        ] {
            // Within a line the second of a run is marked already.
            let expected = text == "   " && place != .page ? "⟨U+0020⟩⟨U+0020⟩⟨U+0020⟩" : shown
            #expect(VisibleText.text(text, in: place) == expected, "'\(text)'")
        }
    }

    @Test func `exactly the characters that do not show themselves are marked`() {
        var wrong: [String] = []
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = UnicodeScalar(value) else { continue }
            let isHidden = Self.hidden.contains { $0.contains(value) }
            let text = "a\(scalar)b"
            let expected = isHidden ? "a\(Self.mark(value))b" : text
            let found = VisibleText.text(text, in: .line)
            if !found.utf8.elementsEqual(expected.utf8) { wrong.append(Self.mark(value)) }
        }
        #expect(wrong.isEmpty)
    }

    @Test(
        arguments: [
            (.lines, "a\n  | b\n  | ⟨U+000D⟩c\n  | ⟨U+0009⟩d\n  | "),
            (.line, "a⟨U+000D⟩⟨U+000A⟩b⟨U+000A⟩⟨U+000D⟩c⟨U+000A⟩⟨U+0009⟩d⟨U+000A⟩"),
            (.page, "a\nb\n⟨U+000D⟩c\n\td\n"),
        ] as [(VisibleText.Place, String)]
    )
    func `line ends go by the place`(_ place: VisibleText.Place, _ expected: String) {
        let found = VisibleText.text("a\r\nb\n\rc\n\td\n", in: place)
        #expect(found.utf8.elementsEqual(expected.utf8), "\(found)")
    }

    @Test func `a text that shows itself stays byte for byte`() {
        let texts = [
            "", "a ~", "Ünïcödé", "e\u{301}", "شرکت", "חברה", "会社", "🏭", "✔\u{FE0F} ja",
            "⚠\u{FE0E}",
            "<U+202E>",
        ]
        for text in texts {
            #expect(VisibleText.text(text, in: .line).utf8.elementsEqual(text.utf8), "\(text)")
        }
    }

    @Test(
        arguments: [
            // No emoji before it; an ASCII one, of which the keys of a telephone are made; a second.
            ("a\u{FE0F}", "a⟨U+FE0F⟩"), ("1\u{FE0F}", "1⟨U+FE0F⟩"), ("\u{FE0F}", "⟨U+FE0F⟩"),
            ("✔\u{FE0F}\u{FE0F}", "✔\u{FE0F}⟨U+FE0F⟩"), ("✔\u{FE00}", "✔⟨U+FE00⟩"),
            ("✔\u{E0100}", "✔⟨U+E0100⟩"), ("👩\u{200D}🏭", "👩⟨U+200D⟩🏭"),
            ("می\u{200C}شود", "می⟨U+200C⟩شود"),
        ]
    )
    func `a variation selector stays right after an emoji alone`(_ text: String, _ expected: String)
    {
        #expect(VisibleText.text(text, in: .line).utf8.elementsEqual(expected.utf8))
    }
}
