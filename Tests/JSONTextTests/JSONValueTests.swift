import Foundation
import JSONText
import TestSupport
import Testing

struct JSONValueTests {
    /// RFC 8785 §3.2.2, the member `string` of the sample object, and §3.2.4's other members.
    @Test func `strings are escaped as in the example of RFC 8785`() {
        let value: JSONValue = [
            "string": "\u{20ac}$\u{000F}\u{000a}A'\u{0042}\u{0022}\u{005c}\\\"/",
            "literals": [nil, true, false],
        ]
        let expected = #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(value.canonicalText == expected)
    }

    /// RFC 8785 §3.2.3.
    @Test func `members are sorted by UTF-16 code units as in the example of RFC 8785`() {
        let value: JSONValue = [
            "\u{20ac}": "Euro Sign",
            "\r": "Carriage Return",
            "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One",
            "\u{1f600}": "Emoji: Grinning Face",
            "\u{0080}": "Control",
            "\u{00f6}": "Latin Small Letter O With Diaeresis",
        ]
        let order = [
            "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis",
            "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
        ]
        let text = value.canonicalText
        let places = order.compactMap { text.range(of: $0)?.lowerBound }
        #expect(places.count == order.count)
        #expect(places == places.sorted())
        #expect(text.utf8.starts(with: #"{"\r":"Carriage Return","1":"One","#.utf8))
    }

    /// RFC 8785 §3.2.3, by the standard library's own view of UTF-16.
    @Test(arguments: UInt64(1)...20)
    func `members of any name are sorted by UTF-16 code units`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let letters = ["a", "b", "é", "\u{7ff}", "\u{d7ff}", "\u{e000}", "\u{ffee}", "\u{1f600}"]
        let names = Set(
            (0..<40).map { _ in
                (0..<Int.random(in: 0...3, using: &generator))
                    .compactMap { _ in letters.randomElement(using: &generator) }.joined()
            }
        )
        let value = JSONValue.object(names.map { JSONValue.Member($0, nil) })
        let sorted = names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
        #expect(
            value.canonicalText == "{" + sorted.map { "\"\($0)\":null" }.joined(separator: ",")
                + "}"
        )
    }

    /// The table of ECMA-262 `QuoteJSONString`.
    @Test func `control characters have their short form or four small digits`() {
        #expect(JSONValue.string("\u{8}\t\n\u{c}\r").canonicalText == #""\b\t\n\f\r""#)
        #expect(JSONValue.string("\u{0}\u{1f}").canonicalText == #""\u0000\u001f""#)
        #expect(JSONValue.string("\u{7f}\u{2028}/").canonicalText == "\"\u{7f}\u{2028}/\"")
    }

    @Test func `nested objects are sorted and numbers are whole`() {
        let value: JSONValue = ["b": [["z": 1, "a": -20]], "a": [:], "c": []]
        #expect(value.canonicalText == #"{"a":{},"b":[{"a":-20,"z":1}],"c":[]}"#)
        #expect(
            JSONValue.integer(JSONValue.integerMagnitudeMax).canonicalText == "9007199254740991"
                && JSONValue.integer(.max).canonicalText == "9007199254740991"
                && JSONValue.integer(.min).canonicalText == "-9007199254740991"
        )
    }

    @Test func `pretty text keeps the order given`() {
        let value: JSONValue = ["b": [1, "x"], "a": ["n": nil], "empty": [:], "none": []]
        let expected = """
            {
              "b": [
                1,
                "x"
              ],
              "a": {
                "n": null
              },
              "empty": {},
              "none": []
            }
            """
        #expect(value.prettyText == expected)
    }

    @Test(arguments: UInt64(1)...20)
    func `another reader finds the same in both forms`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var scalars = String.UnicodeScalarView()
        for _ in 0..<200 {
            let code = UInt32.random(in: 0...0x2FFF, using: &generator)
            if let scalar = Unicode.Scalar(code) { scalars.append(scalar) }
        }
        let text = String(scalars)
        let value: JSONValue = ["text": .string(text), "list": [1, true, nil]]
        for form in [value.canonicalText, value.prettyText] {
            let read = try JSONSerialization.jsonObject(with: Data(form.utf8))
            let object = try #require(read as? [String: Any])
            let found = try #require(object["text"] as? String)
            #expect(Array(found.utf8) == Array(text.utf8))
            #expect((object["list"] as? [Any])?.count == 3)
        }
    }
}
