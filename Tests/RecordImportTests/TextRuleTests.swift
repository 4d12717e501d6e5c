import Foundation
import RecordImport
import Testing

struct TextRuleTests {
    // Made with Python: "Café Zoë’s".encode().decode("cp1252"), and likewise with mac_roman.
    @Test(
        arguments: [
            ("cafÃ©", "café"), ("ZoÃ«â€™s", "Zoë’s"), ("caf√©", "café"), ("Zo√´‚Äôs", "Zoë’s"),
            ("â‚¬ 5", "€ 5"), ("cr‚àö¬Æche", "crèche"), ("Ãƒ«", "ë"), ("café", nil), ("Zoë’s", nil),
            ("l’église “à”", nil), ("Ångström ÄÖÜ", nil), ("plain", nil), ("½ ° €", nil),
            ("Łódź Σ", nil),
        ] as [(String, String?)]
    )
    func `text read in a wrong encoding is found`(text: String, repaired: String?) throws {
        #expect(Mojibake.repaired(text) == repaired)
        let one = try ImportHarness.one(text, "text")
        #expect(one.rules == (repaired == nil ? [] : ["text.mojibake"]))
        #expect(one.value == text)
    }

    @Test func `a replacement character is found`() throws {
        let one = try ImportHarness.one("caf\u{FFFD}", "text")
        #expect(one.rules == ["text.mojibake"])
        #expect(one.value == "caf\u{FFFD}")
    }

    @Test func `every misreading of a European letter is found and undone`() {
        for table in [SingleByteTable.windows1252, .macRoman] {
            for value in UInt32(0xC0)...0x17F {
                guard let scalar = Unicode.Scalar(value) else { continue }
                var misread = String.UnicodeScalarView()
                for byte in String(scalar).utf8 { misread.append(table.scalars[Int(byte) - 0x80]) }
                #expect(Mojibake.repaired("x" + String(misread)) == "x" + String(scalar))
            }
        }
    }

    @Test func `what was misread three times is undone, and of four times one is left`() {
        func misread(_ text: String, times: Int) -> String {
            (0..<times).reduce(text) { text, _ in
                let table = SingleByteTable.windows1252
                let scalars = text.utf8.map { byte in
                    byte < 0x80 ? Unicode.Scalar(byte) : table.scalars[Int(byte) - 0x80]
                }
                return String(String.UnicodeScalarView(scalars))
            }
        }
        #expect(Mojibake.repaired(misread("café", times: 3)) == "café")
        #expect(Mojibake.repaired(misread("café", times: 4)) == misread("café", times: 1))
    }

    @Test(
        arguments: [
            ("a <b>bold</b> name", true), ("a<br/>b", true), ("</p>", true), ("<!-- x", true),
            ("<a href='x'>y</a>", true), ("Jansen &amp; Zn", true), ("caf&eacute;", true),
            ("&#233;", true), ("&#xE9;", true), ("a < b and c > d", false), ("R&D; x", false),
            ("<5 mg/l", false), ("a@b <a@b.nl>", false), ("x <b", false), ("&acute;", false),
            ("AT&T", false), ("&#;", false), ("&#x;", false), ("&#12a;", false),
            ("?a=1&copy=2", false),
        ]
    )
    func `markup is found`(text: String, isPresent: Bool) throws {
        #expect(Markup.isPresent(in: text) == isPresent)
        let one = try ImportHarness.one(text, "text")
        #expect(one.rules == (isPresent ? ["text.markup"] : []))
        #expect(one.value == text)
    }

    @Test func `a tag is looked for so far and no further`() {
        let most = "<a " + String(repeating: "x", count: Markup.tagBytesMax - 3) + ">"
        #expect(Markup.isPresent(in: most))
        #expect(!Markup.isPresent(in: "<a x" + most.dropFirst(3)))
    }

    @Test(arguments: [" a", "a ", "\ta\n", "\u{A0}a", "a\u{3000}"])
    func `blanks at the ends go, with a word about it`(text: String) throws {
        let one = try ImportHarness.one(text, "text")
        #expect(one.value == "a")
        #expect(one.rules == ["text.trimmed"])
        #expect(one.severities == ["info"])
    }

    @Test func `a value of only blanks is no value`() throws {
        let one = try ImportHarness.one(" \t ", "text")
        #expect(one.value == nil)
        #expect(one.rules == ["text.trimmed"])
        #expect(try ImportHarness.one("a  b", "text").value == "a  b")
    }

    @Test func `text becomes NFC, with a word about it`() throws {
        let one = try ImportHarness.one("Zoe\u{308}", "text")
        #expect(one.value.map { Array($0.unicodeScalars) } == ["Z", "o", "\u{EB}"])
        #expect(one.rules == ["text.normalised"])
        #expect(one.severities == ["info"])
        #expect(try ImportHarness.one("Zo\u{EB}", "text").rules == [])
    }

    @Test func `what needs no normalising is what Foundation leaves alone`() {
        for value in UInt32(0x20)..<0x300 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a" + String(scalar)
            let composed = text.precomposedStringWithCanonicalMapping
            #expect(composed.utf8.elementsEqual(text.utf8))
            #expect(CellText.normalised(text, by: { _ in "called" }) == text)
        }
        #expect(CellText.normalised("\u{300}", by: { _ in "called" }) == "called")
    }

    @Test(.enabled(if: Python.isAvailable, "python3 is absent"))
    func `the tables are those of Python's codecs`() throws {
        let script = """
            import sys
            for codec in ('cp1252', 'mac_roman'):
                for b in range(128, 256):
                    try: c = ord(bytes([b]).decode(codec))
                    except UnicodeDecodeError: c = b
                    print(c)
            """
        let printed = try Python.run(script, arguments: [])
        let expected = printed.split(separator: "\n").compactMap { UInt32($0) }
        let tables = SingleByteTable.windows1252.scalars + SingleByteTable.macRoman.scalars
        #expect(tables.map(\.value) == expected)
    }
}
