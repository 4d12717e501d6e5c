import Foundation
import JSONText
import TestSupport
import Testing

/// Documents of typed values, beside what Foundation makes of the same values.
struct DocumentTextTests {
    private struct Part: Codable, Hashable {
        var name: String
        var count: Int?
        var isSeen: Bool
        var parts: [Part]
        var fields: [String: String]
        var size: UInt64
    }

    private enum Kind: String, Codable { case one, two }

    private struct Whole: Codable, Hashable {
        var kind: Kind?
        var part: Part?
        var names: [String]
        var several: [[Int]]
        var nothing: [String: Int]
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let parts = ["", "a", "\"", "\\", "\n", "\u{1}", "é", "🙂", "/", "\u{7F}", "\u{2028}"]
        return (0..<Int.random(in: 0...3, using: &generator))
            .map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
    }

    private static func part(_ generator: inout SeededGenerator, depth: Int) -> Part {
        let count = depth == 0 ? 0 : Int.random(in: 0...3, using: &generator)
        var fields: [String: String] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            fields[self.text(&generator)] = self.text(&generator)
        }
        return Part(
            name: self.text(&generator),
            count: Bool.random(using: &generator) ? nil : Int.random(in: -9...9, using: &generator),
            isSeen: Bool.random(using: &generator),
            parts: (0..<count).map { _ in self.part(&generator, depth: depth - 1) },
            fields: fields,
            size: UInt64.random(in: 0...9_007_199_254_740_991, using: &generator)
        )
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `a document says what another library reads and what it says of the value`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let whole = Whole(
            kind: [.one, .two, nil].randomElement(using: &generator) ?? nil,
            part: Bool.random(using: &generator) ? nil : Self.part(&generator, depth: 3),
            names: (0..<3).map { _ in Self.text(&generator) },
            several: [[1, -2], [], [9_007_199_254_740_991]],
            nothing: [:]
        )
        let text = DocumentText.text(of: whole)
        #expect(try JSONDecoder().decode(Whole.self, from: Data(text.utf8)) == whole)
        // Foundation leaves nothing out that is there; what is nil there is null here.
        let ours = try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
        )
        let theirs = try JSONSerialization.jsonObject(with: JSONEncoder().encode(whole))
        #expect(Self.withoutNull(ours) as? NSDictionary == theirs as? NSDictionary)
        #expect(ours.count == 5)
    }

    private static func withoutNull(_ value: Any) -> Any {
        if let object = value as? [String: Any] {
            return object.filter { !($0.value is NSNull) }.mapValues(self.withoutNull)
                as NSDictionary
        }
        if let array = value as? [Any] { return array.map(self.withoutNull) as NSArray }
        return value
    }

    @Test(arguments: [0, 1, 5_000, 40_000])
    func `the parts of a document are its text, a mebibyte each`(count: Int) throws {
        let names = (0..<count).map { "naam \($0) \(String(repeating: "é", count: 40))" }
        let parts = DocumentText.parts(of: names)
        let text = DocumentText.text(of: names)
        #expect(Array(parts.joined()) == Array(text.utf8))
        #expect(parts.count == text.utf8.count / (1 << 20) + 1)
        #expect(parts.allSatisfy { !$0.isEmpty && $0.count < 2 << 20 })
        // A text lies in one part: each is UTF-8 by itself.
        #expect(parts.allSatisfy { String(validating: $0, as: UTF8.self) != nil })
        #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == names)
    }

    @Test func `a document stands on indented lines, names in the order of the type`() {
        let part = Part(
            name: "a",
            count: nil,
            isSeen: true,
            parts: [],
            fields: ["x.y": "z"],
            size: 1
        )
        let whole = Whole(kind: .one, part: part, names: [], several: [], nothing: [:])
        #expect(
            DocumentText.text(of: whole)
                == """
                {
                  "kind": "one",
                  "part": {
                    "name": "a",
                    "count": null,
                    "isSeen": true,
                    "parts": [],
                    "fields": {
                      "x.y": "z"
                    },
                    "size": 1
                  },
                  "names": [],
                  "several": [],
                  "nothing": {}
                }
                """
        )
        struct Numbers: Encodable {
            var small: UInt8?
            var wide: Int64? = 5
            var word: String?
        }
        #expect(
            DocumentText.text(of: Numbers())
                == "{\n  \"small\": null,\n  \"wide\": 5,\n  \"word\": null\n}"
        )
        #expect(DocumentText.text(of: ["b"]) == "[\n  \"b\"\n]")
        #expect(DocumentText.text(of: 7) == "7")
        #expect(DocumentText.text(of: [String?.none, "a"]) == "[\n  null,\n  \"a\"\n]")
    }
}
