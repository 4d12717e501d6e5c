import CaseModel
@testable import CaseWeb
import Foundation
import Matching
import NodeInterface
import NodeService
import RecordImport
import SyncLog
import Testing
import Vocabulary

@Suite struct LanguageTests {
    @Test(arguments: [
        (nil, Language.dutch), ("", .dutch), ("en", .english), ("en-GB,en;q=0.9", .english),
        ("nl-NL,nl;q=0.9,en;q=0.8", .dutch), ("de,en;q=0.5,nl;q=0.4", .english),
        ("en;q=0.5,nl;q=0.7", .dutch), ("fr", .dutch), ("en;q=0", .dutch), ("*", .dutch),
        ("en;q=2", .dutch), ("EN", .english), ("nl;q=0.001,en;q=0.002", .english),
    ])
    func `the first language asked for is chosen and Dutch without one`(
        header: String?,
        language: Language
    ) {
        #expect(Language(accepting: header) == language)
    }

    @Test func `both catalogues have the same keys and no empty text`() {
        #expect(Set(Catalogue.dutch.keys) == Set(Catalogue.english.keys))
        for language in Language.allCases {
            for (key, text) in language.catalogue {
                #expect(!text.isEmpty && text == text.trimmingBlanks, "\(language) \(key)")
                #expect(!text.contains("<") && !text.contains("{{"), "\(language) \(key)")
            }
        }
    }

    @Test func `the arguments of a text are the same in both languages`() {
        for (key, text) in Catalogue.dutch {
            let english = Catalogue.english[key] ?? ""
            for number in 1...9 {
                #expect(text.contains("%\(number)") == english.contains("%\(number)"), "\(key)")
            }
        }
    }

    /// The keys that the sources of the pages name, read from the sources.
    private func usedKeys() throws -> Set<String> {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "Sources/CaseWeb")
        let files = try #require(FileManager.default.enumerator(atPath: folder.path()))
        var keys: Set<String> = []
        for case let name as String in files where name.hasSuffix(".swift") {
            guard !name.hasPrefix("Language/Catalogue") else { continue }
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            for match in text.matches(of: /\{\{[#^\/]?t\.(\w+)\}\}/) {
                keys.insert(String(match.1))
            }
            for match in text.matches(
                of: /(?:words|problem|doneKey)\(\s*"(\w+)"|PageError\(\.\w+, "(\w+)"|key: "(\w+)"/
            ) {
                keys.insert(String(match.1 ?? match.2 ?? match.3 ?? ""))
            }
            for match in text.matches(of: /\.count\("(\w+)"/) {
                keys.formUnion([String(match.1), String(match.1) + "One"])
            }
        }
        return keys.subtracting([
            "search_", "sort_", "why_", "understood_", "table_", "tableKind_", "", "error",
        ])
    }

    @Test func `every key that is used has a text`() throws {
        let keys = try self.usedKeys()
        #expect(keys.count > 150, "the sources were found")
        for key in keys { #expect(Catalogue.dutch[key] != nil, "\(key)") }
    }

    @Test func `every word of the specification has a text`() {
        var keys = CasePhase.allCases.map { "phase_\($0.rawValue)" }
        keys += RecordType.allCases.map { "type_\($0.rawValue)" }
        keys += Vocabulary.Category.allCases.map { "category_\($0.name)" }
        keys += MemberClass.allCases.map { "class_\($0.rawValue)" }
        keys += MemberRole.allCases.map { "memberRole_\($0.rawValue)" }
        keys += UserRole.allCases.map { "role_\($0.rawValue)" }
        keys += AlarmCode.allCases.flatMap { code in
            ["alarm", "alarmTells", "alarmAsks"].map { "\($0)_\(code.rawValue)" }
        }
        keys += SyncNow.Trouble.allCases.map { "syncTrouble_\($0.rawValue)" }
        keys += FactName.allCases.map { "fact_\($0.rawValue)" }
        keys += EntryKind.allCases.map { "kind_\($0.name)" }
        keys += RegisterName.allCases.map(\.rawValue)
        keys += ShowSubject.Colour.allCases.map { "colour_\($0.rawValue)" }
        keys += SubjectVerdict.allCases.map { "verdict_\($0.rawValue)" }
        keys += PairOutcome.allCases.map { "verdict_\($0.rawValue)" }
        keys += SuccessionKind.allCases.map { "succession_\($0.rawValue)" }
        for comparison in MatchConfiguration.organisations(scope: .all).comparisons {
            keys.append("comparison_\(comparison.name)")
            keys += comparison.kind.levelNames.map { "level_\($0)" }
        }
        keys += FieldCheck.Advice.allCases.map { "advice_\($0.rawValue)" }
        keys += ["record", "fragment"].map { "tableKind_\($0)" }
        let hits = SearchRecords.Answer.tableColumns + ShowQuality.Answer.tableColumns
        keys += hits.map { "table_\($0)" }
        keys += (1...12).map { "month\($0)" }
        keys += [400, 403, 404, 405, 413, 414, 415, 421, 500, 503].map { "error\($0)" }
        for key in keys { #expect(Catalogue.dutch[key] != nil, "\(key)") }
    }

    @Test func `every status that a mapping of the project gives has a text`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let tools = root.appending(path: "tools")
        let files = try #require(FileManager.default.enumerator(atPath: tools.path()))
        var words: Set<String> = []
        for case let name as String in files where name.hasSuffix(".yaml") {
            let text = try String(contentsOf: tools.appending(path: name), encoding: .utf8)
            for match in text.matches(of: /\n  status: \{[^}]*values: \{([^}]*)\}/) {
                words.formUnion(
                    match.1.split(separator: ",").compactMap { pair in
                        pair.split(separator: ":").last.map { String($0).trimmingBlanks }
                    }
                )
            }
        }
        #expect(words.count > 10, "the mappings were found")
        for word in words { #expect(Catalogue.dutch["status_\(word)"] != nil, "\(word)") }
    }

    @Test func `arguments are put in as they are and not looked at again`() {
        let words = Words(.english)
        #expect(words("doneTag", "%1 %2") == "Tag “%1 %2” was added.")
        #expect(words("and", "x") == "and")
        #expect(words("nothing of this name") == "nothing of this name")
    }

    @Test func `numbers and days are written as people write them`() {
        #expect(Words(.dutch).number(1_234_567) == "1.234.567")
        #expect(Words(.english).number(-1_000) == "-1,000")
        #expect(Words(.english).number(999) == "999")
        #expect(Words(.dutch).date("2024-03-01") == "1 mrt 2024")
        #expect(Words(.english).date("no day") == "no day")
        #expect(Words(.dutch).byteCount(1_500) == "1,5 kB")
        #expect(Words(.english).byteCount(999) == "999 B")
        #expect(Words(.dutch).list(["a", "b", "c"]) == "a, b en c")
        #expect(Words(.dutch).count("caseCount", 1) == "1 zaak")
        #expect(Words(.dutch).count("caseCount", 0) == "0 zaken")
    }

    @Test func `no template puts a text in without escaping it`() {
        for (name, text) in Templates.texts {
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name)")
        }
    }
}
