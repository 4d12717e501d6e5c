import Cryptography
import SyncLog
import Terminal
import Testing
import Wire

@testable import tafel_audit

/// The sentences of a report, each where it is true and where it is not (`Protocol/statements.md`).
struct ReportSentenceTests {
    /// Audit of the vector of a name.
    private func audit(_ path: String, _ name: String) throws -> Audit {
        let cases: [AuditVectorTests.BundleCase] = try AuditVectorTests.cases(path)
        let item = try #require(cases.first { $0.name == name }, "no vector \(name)")
        let policy = try item.policy.map {
            try AuditPolicy(parsing: try #require(TextBytes.hex($0)))
        }
        return Audit(try item.bundles.map { try Bundle(parsing: Array($0)) }, policy: policy)
    }

    private func text(
        _ path: String,
        _ name: String,
        _ language: Language = .en
    ) throws -> String {
        let audit = try self.audit(path, name)
        let files = audit.reports.indices.map { "file-\($0)" }
        return ReportDocument(audit, files: files, language: language).text.string
    }

    @Test func `windows of one log are told as one log`() throws {
        let together = try self.text(
            "accept/calls.json",
            "two windows that meet, with every demand met by both together"
        )
        let told = together.split(separator: "\n").filter { $0.contains("one log with") }
        #expect(told.map { $0.split(separator: " ").last } == ["file-1", "file-0"])
        #expect(!together.contains("not confirmed") && !together.contains("Not recomputed"))
        let alone = try self.text("accept/bundles.json", "window from 2")
        #expect(!alone.contains("one log with"))
        #expect(alone.contains("Not recomputed: the counts in the receipts of od-oost, since not"))
        let contradicting = try self.text(
            "reject/calls.json",
            "two windows that contradict each other at their join"
        )
        #expect(!contradicting.contains("one log with"))
    }

    @Test func `what is not recomputed is said for what is hidden, wherever the window starts`()
        throws
    {
        let blinded = try self.text("reject/findings.json", "an entry without its header")
        #expect(blinded.contains("since not of every entry before them it can be seen"))
        #expect(blinded.contains("Of 1 entry this report cannot say"))
        let whole = try self.text("accept/bundles.json", "complete log without a policy")
        #expect(!whole.contains("Not recomputed") && !whole.contains("cannot say"))
    }

    @Test func `that nothing was disclosed is said of what is seen, whatever else is found`() throws
    {
        for (path, name) in [
            ("accept/evidence.json", "a partner's export that quotes a member without a card"),
            ("reject/calls.json", "two roots that one partner quotes, and a demand"),
        ] {
            let text = try self.text(path, name)
            #expect(text.contains("Nothing was disclosed in this window."))
            #expect(!text.contains("Because of the findings"))
        }
        let unseen = try self.text("reject/evidence.json", "every entry with contents lost")
        #expect(unseen.contains("Because of the findings this report cannot say what was"))
        #expect(!unseen.contains("Nothing was disclosed"))
    }

    @Test(arguments: [
        ("accept/bundles.json", "complete log without a policy", "by 1 other member,"),
        ("reject/evidence.json", "requirement: a witness that is not there", "by 0 other members,"),
        (
            "reject/evidence.json",
            "an entry too late for a cosignature in another bundle", "by 1 other member,"
        ),
        (
            "reject/calls.json", "an end cosigned after the auditor's clock",
            "by 0 other members,"
        ),
    ])
    func `the end is cosigned by as many as the call shows`(
        _ path: String,
        _ name: String,
        _ words: String
    ) throws {
        #expect(try self.text(path, name).contains("is cosigned \(words)"))
    }

    @Test func `what a policy misses is told in the number that it has`() throws {
        func text(_ name: String, _ language: Language) throws -> String {
            try self.text("reject/evidence.json", "requirement: \(name)", language)
        }
        let none = "a witness that is not there"
        #expect(
            try text(none, .en).contains("asks for 1 witness of the end; there are 0.")
                && text(none, .nl).contains("vraagt 1 getuige van het einde; het zijn er 0.")
        )
        let two = "two witnesses where one is"
        #expect(
            try text(two, .en).contains("asks for 2 witnesses of the end; there is 1.")
                && text(two, .nl).contains("vraagt 2 getuigen van het einde; het is er 1.")
        )
        #expect(try text("an end before the day", .en).contains("it is not known that far"))
        #expect(
            try text("a receipt of a smaller size", .en).contains("did not confirm entry 4")
        )
        #expect(try text("a receipt that is not there", .en).contains("did not confirm entry 2"))
        #expect(try text("a receipt of nobody", .en).contains("there is none"))
        #expect(try text("a window that ends later", .en).contains("entry 6 is missing."))
    }

    @Test func `a generation that nobody gave is told`() throws {
        let missing = try self.text("reject/calls.json", "a generation left out")
        #expect(missing.contains("Generation 0 of the log of od-noord was not given here."))
        #expect(missing.contains("The charter pins it at 5 entries;"))
        #expect(missing.contains("entry 0 is missing of generation 0 of od-noord."))
        let given = try self.text(
            "accept/evidence.json",
            "the generation behind a pin, and the log up to it"
        )
        #expect(!given.contains("was not given here"))
    }

    @Test func `a fork is told by the author's name, and no bundle of that log is in order`() throws
    {
        let name = "a log rewritten and signed anew, beside a partner's export"
        let audit = try self.audit("reject/evidence.json", name)
        #expect(audit.verdict(at: 0) == .finding)
        #expect(audit.verdict(at: 1) == .selfConsistent)
        let english = try self.text("reject/evidence.json", name)
        #expect(english.contains("two versions of the log of od-noord (tafel/v1/log/"))
        let dutch = try self.text("reject/evidence.json", name, .nl)
        #expect(dutch.contains("samenhang") && !dutch.contains("consistency"))
    }

    @Test func `what a pin explains is told by the author's name`() throws {
        let text = try self.text(
            "accept/evidence.json",
            "quotes of two histories, which a pin explains"
        )
        #expect(text.contains("Two versions of the log of od-noord (tafel/v1/log/"))
        #expect(text.contains("Charter version 2 says which counts: the one of 5 entries."))
        let one = try self.text("accept/evidence.json", "a pinned log up to its pin")
        #expect(!one.contains("Two versions"))
    }

    @Test func `nothing is said of disclosures where the entries are not proven`() throws {
        let sentence = "Nothing can be said of the disclosures: the entries are not proven."
        let changed = try self.text("reject/findings.json", "header changed after signing")
        #expect(changed.contains(sentence) && !changed.contains("Nothing was disclosed"))
        let lost = try self.text("reject/evidence.json", "every entry with contents lost")
        #expect(!lost.contains(sentence))
    }

    @Test func `what is dated after now is told, and whose it is`() throws {
        let entry = try self.text("reject/calls.json", "a fragment dated after the auditor's clock")
        #expect(entry.contains("later than the clock of this computer: that cannot be"))
        let end = "an end cosigned after the auditor's clock"
        #expect(
            try self.text("reject/calls.json", end)
                .contains("od-oost cosigned at 2027-01-01T00:05:01Z, later than the clock of this")
        )
        #expect(
            try self.audit("reject/calls.json", end).findings.map(\.finding.signer)
                == ["od-oost", nil]
        )
        let old = try self.audit(
            "reject/calls.json",
            "a receipt cosigned long before the entries"
        )
        #expect(old.findings.map(\.finding.signer) == ["od-oost"])
        #expect(old.findings[0].finding.wording.en.contains("one of both clocks is wrong"))
    }

    @Test func `two cards of one version are told by name`() throws {
        let text = try self.text("reject/calls.json", "two cards of one version in two bundles")
        #expect(text.contains("od-noord signed two different cards as version 1"))
    }

    @Test func `a fragment that the author does not name is said to be unknown`() throws {
        let none = try self.text("accept/evidence.json", "references: no references")
        #expect(none.contains("Of 2 entries with a fragment or a withdrawal the author does not"))
        let named = try self.text("accept/bundles.json", "complete log without a policy")
        #expect(!named.contains("with a fragment or a withdrawal"))
    }

    @Test func `what one window says of a fragment is said of it in every window`() throws {
        let name = "a fragment that one of two windows names"
        for (language, words) in [(Language.en, "the author does not"), (.nl, "zegt de schrijver")]
        {
            #expect(try !self.text("accept/joins.json", name, language).contains(words))
        }
        let audit = try self.audit("accept/joins.json", name)
        #expect(audit.reports.map { $0.disclosures.filter { $0.fragment != nil }.count } == [2, 2])
        // Of the entry in each that opens the case, and of no other.
        let json = audit.json(files: ["a", "b"], language: .en).text
        #expect(json.ranges(of: "\"fragment\":null").count == 2)
    }

    @Test func `two statements about one entry are told`() throws {
        let text = try self.text(
            "reject/joins.json",
            "two exports that say different things of one entry"
        )
        #expect(
            text.contains("says different things of the fragment of entry 5: two bundles, both")
        )
        #expect(text.contains("Of 1 entry with a fragment or a withdrawal the author does not say"))
        // What cannot be is not shown as if it were so.
        let audit = try self.audit("reject/evidence.json", "reference: to a later entry")
        #expect(audit.reports[0].disclosures.map { $0.fragment == nil } == [true, true, true])
    }

    @Test func `a generation that was given and is not proven is told as that`() throws {
        let name = "an earlier generation that does not hold"
        let given = try self.text("reject/joins.json", name)
        #expect(given.contains("Generation 0 of the log of od-noord was given here, but is not"))
        #expect(!given.contains("was not given here"))
        let dutch = try self.text("reject/joins.json", name, .nl)
        #expect(dutch.contains("is hier wel gegeven, maar niet bewezen. Het convenant legt die"))
        let json = try self.audit("reject/joins.json", name)
            .json(files: ["a", "b"], language: .en).text
        #expect(json.contains("true") && json.contains("\"given\""))
        let alone = try self.text(
            "accept/joins.json",
            "versions of two generations, of which the later is given alone"
        )
        #expect(alone.contains("was not given here. The charter pins it at 6 entries"))
    }

    @Test func `no bundle of a log is in order beside one that does not hold`() throws {
        let audit = try self.audit(
            "reject/joins.json",
            "a window that does not hold beside one that does"
        )
        #expect(audit.logs == [[0], [1]])
        #expect([0, 1].map(audit.verdict) == [.finding, .finding])
        // Of another log it says nothing.
        let generations = try self.audit(
            "reject/joins.json",
            "an earlier generation that does not hold"
        )
        #expect([0, 1].map(generations.verdict) == [.finding, .selfConsistent])
    }

    @Test func `what one window shows is not said to be hidden in another`() throws {
        for name in [
            "an entry without its header that another window shows",
            "an entry said to be lost that another window shows",
        ] {
            let text = try self.text("reject/joins.json", name)
            #expect(!text.contains("cannot say") && !text.contains("Not recomputed"))
            let audit = try self.audit("reject/joins.json", name)
            #expect(audit.reports.map { $0.disclosures.map(\.index) } == [[3, 4, 5], [3, 4, 5]])
        }
    }

    @Test func `a ground says what the version says under which was disclosed`() throws {
        let story = try TestStory()
        let audit = try story.audit { body in
            var next = story.table.charter.charter
            next.version = 2
            next.previous = story.table.charter.textHash
            next.grounds = next.grounds.map { ground in
                Ground(
                    code: ground.code,
                    from: ground.from,
                    to: ground.to,
                    categories: ground.categories,
                    retentionDays: ground.retentionDays,
                    text: "Artikel 99"
                ) ?? ground
            }
            var signed = try SignedCharter(next)
            for node in story.table.nodes {
                signed.sign(with: node.keys.identity, members: next.members)
            }
            body.charters.append(signed.note.encodedText)
        }
        #expect(audit.verdict == .selfConsistent)
        let text = ReportDocument(audit, files: ["a"], language: .nl).text.string
        #expect(text.contains("Artikel 5 <AVG> & Wm") && !text.contains("Artikel 99"))
    }
}
