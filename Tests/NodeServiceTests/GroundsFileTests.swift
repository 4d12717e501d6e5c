import Foundation
import NodeService
import Testing

struct GroundsFileTests {
    private func refusal(_ text: String) -> String? {
        do throws(YAMLFileError) {
            _ = try GroundsFile.parse(Array(text.utf8))
            return nil
        } catch {
            return error.description
        }
    }

    /// A file of one ground with one of its lines replaced.
    private func file(_ key: String = "", _ value: String = "") -> String {
        var lines = [
            ("code", "A-1"), ("text", "Artikel 1"), ("from", "[politie]"), ("to", "[om]"),
            ("categories", "[police]"),
        ]
        if let index = lines.firstIndex(where: { $0.0 == key }) {
            lines[index].1 = value
        } else if !key.isEmpty {
            lines.append((key, value))
        }
        return "grounds:\n  - " + lines.map { "\($0.0): \($0.1)" }.joined(separator: "\n    ")
    }

    @Test func `the default grounds are the ten of the covenant`() throws {
        let grounds = try GroundsFile.parse(Array(DefaultGrounds.yaml.utf8))
        #expect(
            grounds.map(\.code) == [
                "WABO-5.8", "AVG-5.1B", "BPG-BOA-7", "WPG-15", "WPG-16.1A", "WPG-18", "WJSG-39F",
                "WJSG-39E-F", "WJSG-39E-D", "WJSG-39B",
            ]
        )
        let first = grounds.first
        #expect(first?.text == "Artikel 5.8 Wabo en paragraaf 7.3 Besluit omgevingsrecht")
        #expect(first?.from == ["od-toezicht"])
        #expect(first?.to == ["od-toezicht"])
        #expect(first?.categories == ["public", "environmental", "business", "personal"])
        #expect(first?.retention == nil)
        // Every cell of the covenant's table has exactly one ground for data about businesses.
        let classes = ["od-toezicht", "od-boa", "politie", "om"]
        for from in classes {
            for to in classes {
                let fitting = grounds.filter {
                    $0.from.contains(from) && $0.to.contains(to)
                        && $0.categories.contains("business")
                }
                #expect(fitting.count == 1, "\(from) to \(to)")
            }
        }
    }

    private static let shared = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/domain/grounds-default.yaml")

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: GroundsFileTests.shared.path()),
            "../shared/domain is absent"
        )
    )
    func `the default grounds are those of the domain's file`() throws {
        let data = try Data(contentsOf: Self.shared)
        let expected = try GroundsFile.parse(Array(data))
        #expect(try GroundsFile.parse(Array(DefaultGrounds.yaml.utf8)) == expected)
    }

    @Test func `a ground has its names in the order of the specification`() throws {
        let text = self.file("from", "[other, om, od-boa]")
            .replacing("to: [om]", with: "to: \"*\"")
            .replacing("[police]", with: "[criminal-justice, public]")
        let ground = try GroundsFile.parse(Array((text + "\n    retention: 365\n").utf8)).first
        #expect(ground?.from == ["od-boa", "om", "other"])
        #expect(ground?.to == ["*"])
        #expect(ground?.categories == ["public", "criminal-justice"])
        #expect(ground?.retention == 365)
    }

    @Test func `limits hold at the edge`() throws {
        func parses(_ text: String) -> Bool { self.refusal(text) == nil }
        let code = String(repeating: "A", count: GroundsFile.codeBytesMax)
        #expect(parses(self.file("code", code)))
        #expect(!parses(self.file("code", code + "A")))
        let words = String(repeating: "x", count: GroundsFile.textBytesMax)
        #expect(parses(self.file("text", words)))
        #expect(!parses(self.file("text", words + "x")))
        #expect(parses(self.file("retention", "1")))
        #expect(!parses(self.file("retention", "0")))
        #expect(parses(self.file("retention", "\(GroundsFile.retentionMax)")))
        #expect(!parses(self.file("retention", "\(GroundsFile.retentionMax + 1)")))
        func many(_ count: Int) -> String {
            "grounds:\n"
                + (1...count).map { index in
                    "- {code: G\(index), text: t, from: [om], to: [om], categories: [public]}\n"
                }.joined()
        }
        #expect(parses(many(GroundsFile.groundsMax)))
        #expect(!parses(many(GroundsFile.groundsMax + 1)))
        #expect(try GroundsFile.parse(Array("grounds: []\n".utf8)) == [])
    }

    @Test(
        arguments: [
            (
                "code", "a-1",
                "line 2: grounds[1].code: \"a-1\" is not 1 to 32 of A-Z, 0-9, dot and "
                    + "hyphen, beginning with a letter or digit"
            ),
            (
                "code", "-A",
                "line 2: grounds[1].code: \"-A\" is not 1 to 32 of A-Z, 0-9, dot and "
                    + "hyphen, beginning with a letter or digit"
            ),
            ("text", "\"a\\nb\"", "line 3: grounds[1].text: not one line of 1 to 500 bytes"),
            ("text", "\"\"", "line 3: grounds[1].text: not one line of 1 to 500 bytes"),
            (
                "from", "[police]",
                "line 4: grounds[1].from: \"police\" is not one of od-toezicht, "
                    + "od-boa, politie, om, rijksinspectie-toezicht, rijksinspectie-opsporing, "
                    + "waterschap, provincie, gemeente, douane, fiu, other, * alone"
            ),
            ("from", "[]", "line 4: grounds[1].from: names nothing"),
            ("to", "[om, om]", "line 5: grounds[1].to: names the same twice"),
            ("to", "{om: 1}", "line 5: grounds[1].to is not text or a list of text"),
            (
                "categories", "\"*\"",
                "line 6: grounds[1].categories: \"*\" is not one of public, "
                    + "environmental, business, personal, police, criminal-justice"
            ),
            ("categories", "", "line 2: grounds[1] lacks categories"),
            ("retention", "a year", "line 7: grounds[1].retention is not a whole number"),
            (
                "until", "x",
                "line 7: unknown key \"grounds[1].until\"; known are code, text, from, "
                    + "to, categories, retention"
            ),
        ]
    )
    func `a wrong ground is refused with its line and the reason`(
        key: String,
        value: String,
        reason: String
    ) {
        #expect(self.refusal(self.file(key, value)) == reason)
    }

    @Test func `a wrong file is refused`() {
        #expect(self.refusal("ground: []") == "line 1: unknown key \"ground\"; known are grounds")
        #expect(self.refusal("grounds: x") == "line 1: grounds is not a list of grounds")
        #expect(self.refusal("{}") == "line 1: the file lacks grounds")
        let twice = self.file() + "\n" + self.file().dropFirst("grounds:\n".count)
        #expect(
            self.refusal(twice)
                == "line 7: grounds[2].code: \"A-1\" is another ground's code already"
        )
    }
}
