import Cryptography
import Foundation
import SyncLog
import Terminal
import Testing
import Wire

@testable import tafel_audit

/// The command line, up to the point where it prints.
final class ProgramTests {
    private let folder: URL

    init() throws {
        self.folder = FileManager.default.temporaryDirectory
            .appending(path: "tafel-audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: self.folder) }

    private func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let url = self.folder.appending(path: name)
        try Data(bytes).write(to: url)
        return url.path
    }

    private func failure(_ arguments: [String]) -> CommandFailure? {
        do throws(CommandFailure) {
            _ = try Program.parsed(arguments)
            return nil
        } catch {
            return error
        }
    }

    private func document(_ result: CommandResult) throws -> [String: Any] {
        #expect(result.output.string.hasSuffix("}"))
        #expect(result.output.string.split(separator: "\n").count == 1)
        let value = try JSONSerialization.jsonObject(with: Data(result.output.string.utf8))
        return try #require(value as? [String: Any])
    }

    @Test func `verify prints the document of the contract`() throws {
        let story = try TestStory()
        let path = try self.file("a.bundle", story.file())
        let result = try Program.parsed(["verify", path, "--json", "--language", "en"])
        #expect(result.outcome == .good)
        let document = try self.document(result)
        #expect(document["verdict"] as? String == "self-consistent")
        #expect(document["anchored"] as? Bool == false)
        #expect(document["window"] as? [String: Int] == ["from": 0, "until": 7])
        #expect(
            document["entries"] as? [String: Int]
                == ["full": 4, "header": 3, "leaf": 0, "lost": 0]
        )
        let disclosures = try #require(document["disclosures"] as? [[String: Any]])
        #expect(disclosures.count == 3)
        #expect(disclosures[0]["index"] as? Int == 3)
        #expect(disclosures[0]["category"] as? String == "business")
        #expect(disclosures[0]["received_by"] as? [String] == ["politie", "om"])
        let cosignatures = try #require(document["cosignatures"] as? [[String: Any]])
        #expect(cosignatures[0]["time"] as? String == "2026-01-01T00:01:00Z")
        // The third line of a checkpoint is its root in base64.
        let line = try story.body().until.split(separator: "\n")[2]
        let root = try #require(Data(base64Encoded: String(line)))
        #expect(cosignatures[0]["root"] as? String == TextEncoding.hex(Array(root)))
        #expect((document["findings"] as? [Any])?.isEmpty == true)
    }

    @Test func `of what is no bundle it is said in the reader's language, and in the report`()
        throws
    {
        let whole = try TestStory().file()
        let cut = try self.file("cut", whole.prefix(whole.count / 2))
        let gone = cut + ".gone"
        for (language, words, none, missing) in [
            ("nl", "geen auditbundel: wat op het manifest volgt", "Geen oordeel", "het is er niet"),
            ("en", "not an audit bundle: what follows the manifest", "No verdict", "No such file"),
        ] {
            let report = cut + "-\(language).html"
            do throws(CommandFailure) {
                _ = try Program.parsed([
                    "verify", cut, "--language", language, "--report", report,
                ])
                Issue.record("half a bundle was read")
            } catch {
                #expect(error.kind == .badInput && error.line.contains(words))
            }
            let html = try String(contentsOfFile: report, encoding: .utf8)
            #expect(html.contains(words) && html.contains(none))
            do throws(CommandFailure) {
                _ = try Program.parsed(["verify", gone, "--language", language])
                Issue.record("a file that is not there was read")
            } catch {
                #expect(error.kind == .unavailable && error.line.contains(missing))
            }
        }
    }

    @Test func `several bundles give one document with all of them`() throws {
        let story = try TestStory()
        let good = try self.file("good", story.file())
        let bad = try self.file("bad", story.file { $0.receipts.swapAt(0, 1) })
        let result = try Program.parsed(["verify", good, bad, "--json"])
        #expect(result.outcome == .finding)
        let document = try self.document(result)
        #expect(document["verdict"] as? String == "finding")
        let bundles = try #require(document["bundles"] as? [[String: Any]])
        // Both are of one log, about which there is a finding.
        #expect(bundles.map { $0["verdict"] as? String } == ["finding", "finding"])
        let findings = try #require(document["findings"] as? [[String: Any]])
        #expect(findings.map { $0["class"] as? String } == ["receipt"])
        #expect(findings.map { $0["file"] as? String } == [bad])
    }

    @Test func `a policy makes it verified`() throws {
        let story = try TestStory()
        let path = try self.file("a", story.file())
        let text = "# tafel Afval\ncharter \(TextBytes.text(story.table.id.bytes))\n"
        let policy = try self.file("policy", text.utf8)
        let result = try Program.parsed(["verify", path, "--policy", policy, "--json"])
        #expect(try self.document(result)["verdict"] as? String == "verified")
        #expect(try self.document(result)["anchored"] as? Bool == true)
        let wrong = try self.file("wrong", "charter \(String(repeating: "0", count: 64))\n".utf8)
        let refused = try Program.parsed(["verify", path, "--policy", wrong, "--json"])
        #expect(refused.outcome == .finding)
    }

    @Test func `the document names what the verdict rests on`() throws {
        let story = try TestStory()
        let file = try story.file {
            $0.fragments = [FragmentReference(index: 4, generation: 0, firstIndex: 4, version: 1)]
        }
        let path = try self.file("a", file)
        let policy = "charter \(TextBytes.text(story.table.id.bytes))\n"
        let result = try Program.parsed([
            "verify", path, "--policy", self.file("policy", policy.utf8), "--json",
        ])
        let document = try self.document(result)
        #expect(document["program"] as? String == "tafel-audit 0.1.0")
        #expect(document["sha256"] as? String == TextBytes.text(Digest(hashing: file).bytes))
        #expect(
            (document["policy"] as? [String: String])?["sha256"]
                == TextBytes.text(Digest(hashing: Array(policy.utf8)).bytes)
        )
        let organisations = try #require(document["organisations"] as? [[String: String]])
        #expect(organisations.map { $0["name"] } == story.table.nodes.map { $0.card.name })
        #expect(organisations.allSatisfy { $0["oin"] == "00000001234567890000" })
        // The cosignatures by police and prosecutor are of a minute later than the last entry.
        #expect(document["later_than"] as? String == "2026-01-01T00:01:00Z")
        let disclosures = try #require(document["disclosures"] as? [[String: Any]])
        let caseID = TextBytes.text(Array(Digest(hashing: Array("case".utf8)).bytes.prefix(16)))
        #expect(disclosures.allSatisfy { $0["case"] as? String == caseID })
        #expect(disclosures.map { $0["version"] as? Int } == [nil, 1, nil])
        let dot: [UInt8] = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0]
        let named = Array("tafel/v1/object".utf8) + [0] + story.table.id.bytes + dot
        let fragment = TextBytes.text(Array(Digest(hashing: named).bytes.prefix(16)))
        #expect(disclosures.map { $0["fragment"] as? String } == [nil, fragment, nil])
    }

    @Test func `the report's verdict is in its language, and lost entries are said to be missing`()
        throws
    {
        let good = try self.file("a", TestStory().file())
        let dutch = try Program.parsed(["verify", good]).output.string
        #expect(dutch.contains("klopt in zichzelf") && !dutch.contains("self-consistent"))
        #expect(dutch.contains("Organisatie politie") && dutch.contains("00000001234567890000"))
        let story = try TestStory()
        let leaf = story.log.leaves[4]
        let lost = try self.file(
            "b",
            story.file { $0.entries[4] = BundleEntry(item: .lost(leaf.bytes), payload: []) }
        )
        let result = try Program.parsed(["verify", lost, "--language", "en"])
        #expect(result.outcome == .finding)
        // What is not lost is told all the same.
        #expect(result.output.string.contains("Of 1 entry this report cannot say"))
        #expect(result.output.string.contains("What was disclosed to whom"))
    }

    @Test(arguments: [("nl", "Aan wie wat is verstrekt"), ("en", "What was disclosed to whom")])
    func `the plain report is in the language asked for`(_ language: String, _ words: String) throws
    {
        let path = try self.file("a", TestStory().file())
        let result = try Program.parsed(["verify", path, "--language", language])
        #expect(result.output.string.contains(words))
        #expect(result.output.string.contains("politie"))
        #expect(result.output.string.contains("AVG-5.1B (Artikel 5 <AVG> & Wm)"))
        let exchange = language == "nl" ? "beide kanten" : "both sides"
        #expect(result.output.string.contains(exchange))
    }

    @Test func `the page has the same contents, escaped and without script`() throws {
        let path = try self.file("a<b>&\"c", TestStory().file())
        let report = self.folder.appending(path: "report.html").path
        _ = try Program.parsed(["verify", path, "--report", report, "--language", "en"])
        let page = try String(contentsOfFile: report, encoding: .utf8)
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(page.contains("Artikel 5 &lt;AVG&gt; &amp; Wm"))
        #expect(page.contains("a&lt;b&gt;&amp;&quot;c"))
        #expect(page.contains("What was disclosed to whom"))
        #expect(page.contains("both sides"))
        for word in ["<script", "javascript:", "http://", "https://", "src=", "a<b>"] {
            #expect(!page.contains(word), "\(word)")
        }
        // Well-formed apart from the head: every element that is opened is closed.
        for name in ["table", "caption", "thead", "tbody", "tr", "td", "ul", "li", "main", "h2"] {
            let opened = page.split(separator: "<").count {
                $0.hasPrefix("\(name)>") || $0.hasPrefix("\(name) ")
            }
            #expect(opened == page.split(separator: "<").count { $0.hasPrefix("/\(name)>") })
        }
    }

    @Test func `a report replaces nothing that stands there, whatever it is`() throws {
        let file = try TestStory().file()
        let path = try self.file("a", file)
        let link = self.folder.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let dangling = self.folder.appending(path: "dangling").path
        try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: "nowhere")
        let pipe = self.folder.appending(path: "pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: self.folder.path).sorted()
        for target in [path, link, dangling, pipe, self.folder.path, ""] {
            let failure = try #require(self.failure(["verify", path, "--report", target]))
            #expect(failure.kind == .badInput)
            #expect(failure.line.contains(target.isEmpty ? "--report" : target))
            // Before anything is verified.
            #expect(self.failure(["verify", "missing", "--report", target]) == failure)
        }
        #expect(try Array(Data(contentsOf: URL(filePath: path))) == file)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: self.folder.path).sorted() == names
        )
    }

    @Test func `wrong use and wrong files have their exit codes`() throws {
        let bundle = try self.file("a", TestStory().file())
        let text = try self.file("text", "hallo\n".utf8)
        let missing = self.folder.appending(path: "missing").path
        let badInput = [
            ["verify"], ["verify", bundle, "--wat"], ["verify", bundle, "--language", "fr"],
            ["wat"], ["verify", text], ["verify", bundle, text],
            ["verify", bundle, "--policy", text], ["checkpoint", text, "--key", "x"],
            ["checkpoint", text], ["proof", text, "--key", "x"],
        ]
        for arguments in badInput {
            #expect(self.failure(arguments)?.kind == .badInput, "\(arguments)")
        }
        let unavailable = [
            ["verify", missing], ["verify", self.folder.path],
            ["verify", bundle, "--policy", missing],
            ["verify", bundle, "--report", missing + "/report.html"],
        ]
        for arguments in unavailable {
            #expect(self.failure(arguments)?.kind == .unavailable, "\(arguments)")
        }
        for arguments in badInput + unavailable {
            let line = try #require(self.failure(arguments)).line
            #expect(line.hasPrefix("error: "))
            #expect(!line.contains("\n"))
            #expect(line.hasSuffix("."))
        }
        for arguments in [["--help"], ["verify", "--help"], ["help"], []] {
            #expect(try Program.parsed(arguments).outcome == .good)
        }
    }

    @Test func `checkpoint accepts the log key's signature and nothing else`() throws {
        let story = try TestStory()
        let log = story.log
        let checkpoint = log.checkpoint(7, cosigners: [story.table.police])
        let path = try self.file("c", checkpoint.note.encoded)
        let key = Checkpoint.noteKey(
            origin: log.origin,
            logKey: log.author.card.logKey
        ).verifierText
        let witness = story.table.police.witnessKey.verifierText
        let other = Checkpoint.noteKey(
            origin: log.origin,
            logKey: story.table.police.card.logKey
        ).verifierText
        let good = try Program.parsed(["checkpoint", path, "--key", key, "--json"])
        #expect(good.outcome == .good)
        #expect(try self.document(good)["size"] as? Int == 7)
        #expect((try self.document(good)["unknown_signers"] as? [String])?.count == 1)
        let both = try Program.parsed([
            "checkpoint", path, "--key", key, "--key", witness, "--json",
        ])
        #expect((try self.document(both)["signed_by"] as? [String])?.count == 2)
        #expect(try Program.parsed(["checkpoint", path, "--key", other]).outcome == .finding)
        #expect(try Program.parsed(["checkpoint", path, "--key", witness]).outcome == .finding)
        let text = checkpoint.note.encodedText.replacing("\n7\n", with: "\n8\n")
        let changed = try self.file("d", text.utf8)
        #expect(try Program.parsed(["checkpoint", changed, "--key", key]).outcome == .finding)
        // A file in another form accuses nobody.
        let marked = try self.file("e", [0xEF, 0xBB, 0xBF] + checkpoint.note.encoded)
        #expect(self.failure(["checkpoint", marked, "--key", key])?.kind == .badInput)
    }

    @Test func `proof accepts the entry at its index and nothing else`() throws {
        let log = try TestStory().log
        let key = Checkpoint.noteKey(
            origin: log.origin,
            logKey: log.author.card.logKey
        ).verifierText
        for index in 0..<log.size {
            let hashes = log.proof(index).map { Data($0.bytes).base64EncodedString() + "\n" }
            func proof(_ head: String, _ place: UInt64) throws -> String {
                let text =
                    "\(head)index \(place)\n" + hashes.joined() + "\n"
                    + log.checkpoint(log.size).note.encodedText
                return try self.file("proof", text.utf8)
            }
            let leaf = try self.file("leaf", log.entries[Int(index)].header.bytes)
            let head = "c2sp.org/tlog-proof@v1\n"
            func outcome(_ path: String, _ leaf: String) throws -> Outcome {
                try Program.parsed(["proof", path, "--leaf", leaf, "--key", key]).outcome
            }
            #expect(try outcome(proof(head, index), leaf) == .good)
            #expect(try outcome(proof(head + "extra aGFsbG8=\n", index), leaf) == .good)
            #expect(try outcome(proof(head, (index + 1) % log.size), leaf) == .finding)
            let other = try self.file("other", [1, 2, 3])
            #expect(try outcome(proof(head, index), other) == .finding)
            for wrong in ["c2sp.org/tlog-proof@v2\n", head + "extra ?\n", head + "wat\n"] {
                let path = try proof(wrong, index)
                #expect(
                    self.failure(["proof", path, "--leaf", leaf, "--key", key])?.kind == .badInput
                )
            }
        }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"), (253_402_300_800, "@253402300800"),
    ])
    func `times are written as RFC 3339`(_ seconds: UInt64, _ text: String) {
        #expect(Timestamp.text(seconds: seconds) == text)
    }

    @Test func `JSON escapes what must not stand in a text`() {
        let text = "\"\\\n\u{1}\u{7F}é\u{2028}</"
        #expect(JSON.string(text).text == "\"\\\"\\\\\\n\\u0001\\u007fé\u{2028}</\"")
        #expect(
            JSON.object(["b": .array([.null, .bool(true)]), "a": .number(.max)]).text
                == "{\"b\":[null,true],\"a\":18446744073709551615}"
        )
    }
}
