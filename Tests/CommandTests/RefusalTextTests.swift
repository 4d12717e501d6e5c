import CaseWeb
import Foundation
import NodeInterface
import NodeService
import Testing

@testable import tafel

/// What is said of a refusal, by the command line and by pages.
struct RefusalTextTests {
    /// Every case of the sources, as `Refusal.Rule.form`.
    private func cases() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "Sources/NodeInterface")
        var found: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path())
        where name.hasPrefix("Refusal") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            var type = ""
            for line in text.split(separator: "\n") {
                if let match = line.firstMatch(of: /^ *package enum (\w+)/) {
                    type = match.1 == "Refusal" ? "Refusal" : "Refusal.\(match.1)"
                } else if line == "    }" {
                    type = "Refusal"
                } else if let match = line.firstMatch(of: /^ *case `?(\w+)`?(?:\(|$)/),
                    type != "Refusal.Kind"
                {
                    found.append("\(type).\(match.1)")
                }
            }
        }
        return found
    }

    @Test func `the samples have every case there is`() throws {
        let cases = try self.cases()
        #expect(cases.count > 200, "the sources were found")
        let samples = Set(
            RefusalSamples.all.flatMap { refusal in
                String(reflecting: refusal).matches(of: /Refusal(?:\.\w+)+/).map { String($0.0) }
            }
        )
        for name in cases { #expect(samples.contains(name), "\(name)") }
    }

    @Test func `a refusal is the same after it went to another process`() throws {
        for refusal in RefusalSamples.all {
            let data = try JSONEncoder().encode(refusal)
            #expect(try JSONDecoder().decode(Refusal.self, from: data) == refusal)
        }
    }

    @Test func `pages say every refusal in both languages and name no command`() {
        let (dutch, english) = (Words(.dutch), Words(.english))
        for refusal in RefusalSamples.all {
            let texts = [dutch.text(of: refusal), english.text(of: refusal)]
            #expect(texts[0] != texts[1], "\(texts[0])")
            for text in texts {
                #expect(!text.contains("--") && text.hasSuffix("."), "\(text)")
                #expect(
                    !text.contains(#/tafel (?:\w+ )?(?:sync|case|table|node|log|user)/#),
                    "\(text)"
                )
                #expect(!text.contains("  ") && !text.contains("%"), "\(text)")
                #expect(!text.contains("tafel-audit"), "\(text)")
            }
            #expect(!texts[0].contains(#/\b(?:the|this|not|and|node's|Choose)\b/#), "\(texts[0])")
        }
    }

    @Test func `the command line says what, why and what to do on one line`() {
        for refusal in RefusalSamples.all {
            let line = refusal.line
            #expect(line.contains(#/^.+: .+\. \S.+[^.]$/#), "\(line)")
            #expect(!line.contains("\n") && !line.contains("  "), "\(line)")
        }
    }

    @Test func `exit codes go by the kind`() {
        for refusal in RefusalSamples.all {
            let code = NodeFailure(refusal).code
            switch refusal {
            case .unavailable: #expect(code == .unavailable)
            case .bug: #expect(code == .bug)
            case .notFound, .ambiguous, .invalid, .notAllowed, .conflict, .refused:
                #expect(code == .usage)
            }
        }
        #expect(Set(RefusalSamples.all.map(\.kind)) == Set(Refusal.Kind.allCases))
    }

    @Test(
        arguments: [
            (
                .notFound(.case, typed: "abcdef"),
                "case 'abcdef': not known here. Run 'tafel sync now', then 'tafel case list'"
            ),
            (
                .ambiguous(.record, typed: "abcdef", candidates: []),
                "record 'abcdef': more than one ID begins so. Give more digits"
            ),
            (
                .invalid(.id(.fragment), .form("x")),
                "fragment 'x': not the beginning of an ID. Give 6 or more of its digits, 0-9 and a-f"
            ),
            (
                .invalid(.quorum, .outside(1, min: 2, max: 3)),
                "--quorum 1: not a strict majority of 3 members. Choose 2 to 3"
            ),
            (
                .invalid(.index, .outside(9, min: 0, max: 3)),
                "entry 9: the log has 4. Choose one below that"
            ),
            (.invalid(.fields, .tooMany(max: 64)), "fields: more than 64. Share fewer"),
            (.invalid(.day, .notADate("x")), "'x': not a date. Write YYYY-MM-DD"),
            (
                .invalid(.peer, .notOneOf("x", allowed: [])),
                "--peer 'x': not a partner of any table here. Accept a table first"
            ),
            (
                .refused(.sharing(.noGround([.init(from: "om", to: "ilt")], category: "police"))),
                "sharing: no ground for police data from om to ilt. "
                    + "Check the charter with 'tafel table show'"
            ),
            (
                .notAllowed(.administer, user: "eva"),
                "user 'eva': may not do this. Log in as somebody with another role"
            ),
            (
                .unavailable(.store(.full, words: "the disk is full. Free it")),
                "store: the disk is full. Free it"
            ),
            (.bug("case: was not written"), "case: was not written. Report this"),
        ] as [(Refusal, String)]
    )
    func `lines that others go by`(refusal: Refusal, line: String) {
        #expect(refusal.line == line)
    }
}
