import Cryptography
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary
import Wire
@testable import tafel_audit

struct BundleVerifierTests {
    @Test func `an honest bundle is verified under a policy and self-consistent without`() throws {
        let story = try TestStory()
        let bundle = try Bundle(parsing: story.file())
        #expect(Audit([bundle], policy: nil).verdict == .selfConsistent)
        #expect(!Audit([bundle], policy: nil).isAnchored)
        let lines =
            ["charter \(TextBytes.text(story.table.id.bytes))"]
            + story.table.nodes.map { "identity \(TextBytes.text($0.card.identity.bytes))" }
        for text in [
            lines[0], lines.dropFirst().joined(separator: "\n"), lines.joined(separator: "\n"),
        ] {
            let audit = Audit([bundle], policy: try AuditPolicy(parsing: Array(text.utf8)))
            #expect(audit.verdict == .verified)
            #expect(audit.isAnchored)
        }
        let partial = Array(lines[..<3].joined(separator: "\n").utf8)
        let audit = Audit([bundle], policy: try AuditPolicy(parsing: partial))
        #expect(audit.classes == [.policy])
        #expect(!audit.isAnchored)
    }

    @Test func `the report says who received what on which ground`() throws {
        let story = try TestStory()
        let report = try #require(story.audit().reports.first)
        #expect(report.author == "od-noord")
        #expect(report.disclosures.map(\.index) == [3, 4, 6])
        #expect(report.disclosures.map(\.kind) == [.operations, .fragment, .fragment])
        #expect(report.disclosures.map(\.category) == [.business, .business, .environmental])
        #expect(report.disclosures[0].recipients.map(\.handle) == ["politie", "om"])
        #expect(report.disclosures[2].recipients.map(\.handle) == ["politie"])
        for disclosure in report.disclosures {
            for recipient in disclosure.recipients {
                #expect(recipient.ground == TestTable.giving)
                #expect(recipient.isConfirmed)
            }
        }
        #expect(report.entries == EntryCounts(full: 4, header: 3, leaf: 0, lost: 0))
        #expect(report.cosignatures.map(\.handle) == ["om", "politie"])
        #expect(report.cosignatures.allSatisfy { $0.size == 7 && $0.seconds == 1_767_225_660 })
        #expect(report.witnesses == ["om", "politie"])
        #expect(report.uncountedReceipts.isEmpty)
    }

    @Test func `what no receipt confirms is listed and is no finding`() throws {
        let story = try TestStory()
        let audit = try story.audit { $0.receipts.removeLast() }
        #expect(audit.verdict == .selfConsistent)
        let report = try #require(audit.reports.first)
        #expect(report.disclosures[0].recipients.map(\.isConfirmed) == [true, false])
        #expect(report.keys.map(\.handle) == ["od-noord", "politie"])
    }

    @Test func `a receipt confirms what lies below its checkpoint and nothing more`() throws {
        let story = try TestStory()
        let audit = try story.audit { body in
            body.receipts = try story.table.police.receipts(
                story.table,
                [story.log.item(of: story.table.police, size: 4)]
            )
        }
        let report = try #require(audit.reports.first)
        #expect(report.findings.isEmpty)
        let confirmed = report.disclosures.map { $0.recipients[0].isConfirmed }
        #expect(confirmed == [true, false, false])
    }

    @Test func `a later receipt may confirm what an earlier one could not open`() throws {
        let story = try TestStory()
        let police = story.table.police
        let audit = try story.audit { body in
            body.receipts = try police.receipts(
                story.table,
                [story.log.item(of: police, size: 5, unopened: [4])],
                [story.log.item(of: police)]
            )
        }
        #expect(audit.classes.isEmpty)
        let report = try #require(audit.reports.first)
        #expect(report.disclosures[1].recipients.map(\.isConfirmed) == [true, false])
    }

    @Test func `what the newest receipt lists as unopened is a finding`() throws {
        let story = try TestStory()
        let police = story.table.police
        let audit = try story.audit { body in
            body.receipts = try police.receipts(
                story.table,
                [story.log.item(of: police, unopened: [4, 6])]
            )
        }
        #expect(audit.classes == [.receipt, .receipt])
        let report = try #require(audit.reports.first)
        #expect(report.findings.map(\.index) == [4, 6])
        #expect(report.disclosures.map { $0.recipients[0].isConfirmed } == [true, false, false])
    }

    @Test func `a window that starts later is verified from its frontier`() throws {
        let story = try TestStory()
        for start in 1..<story.log.size {
            let window = start..<story.log.size
            let body = story.log.body(window: window, receipts: try story.receipts())
            let file = story.log.bundle(body, window: window)
                .encoded(signedWith: story.table.author.keys.log)
            let audit = Audit([try Bundle(parsing: file)], policy: nil)
            #expect(audit.classes.isEmpty, "window from \(start)")
            let report = try #require(audit.reports.first)
            #expect(report.uncountedReceipts == ["politie", "om"])
            #expect(report.disclosures.map(\.index) == [3, 4, 6].filter { $0 >= start })
            #expect(report.disclosures.allSatisfy { $0.recipients.allSatisfy(\.isConfirmed) })
        }
    }

    @Test func `a window that ends earlier is verified with receipts of its size`() throws {
        let story = try TestStory()
        let police = story.table.police
        for end in 1...story.log.size {
            let receipts = try police.receipts(
                story.table,
                [story.log.item(of: police, size: end)]
            )
            let body = story.log.body(window: 0..<end, receipts: receipts)
            let file = story.log.bundle(body, window: 0..<end)
                .encoded(signedWith: story.table.author.keys.log)
            #expect(Fate(file) == .taken, "window until \(end)")
        }
    }

    @Test func `a grant of history is a disclosure of the entries it names`() throws {
        var story = try TestStory()
        let prosecutor = try #require(Audience([Recipient(member: 3, ground: TestTable.giving)]))
        try story.log.grant(prosecutor, history: [6])
        let report = try #require(story.audit().reports.first)
        #expect(report.findings.isEmpty)
        let last = try #require(report.disclosures.last)
        #expect(last.index == 7)
        #expect(last.kind == .keyGrant)
        #expect(last.history == [6])
        #expect(last.recipients.map(\.handle) == ["om"])
        #expect(last.recipients.map(\.isConfirmed) == [true])
    }

    @Test func `the charter of a second version is followed`() throws {
        var story = try TestStory()
        let table = story.table
        var next = table.charter.charter
        next.version = 2
        next.previous = table.charter.textHash
        next.purpose = "Aanpak van e-waste"
        var signed = try SignedCharter(next)
        for node in [table.author, table.prosecutor] {
            signed.sign(with: node.keys.identity, members: next.members)
        }
        let chain = [table.charter, signed].map(\.note.encodedText)
        var header = story.log.header(.charterAdopted)
        header.charterVersion = 2
        story.log.append(header, signed.note.encoded)
        #expect(try story.audit { $0.charters = chain }.classes.isEmpty)
        #expect(try story.audit().classes == [.entry])
        var unsigned = try SignedCharter(next)
        unsigned.sign(with: table.author.keys.identity, members: next.members)
        let short = [table.charter, unsigned].map(\.note.encodedText)
        #expect(try story.audit { $0.charters = short }.classes == [.charter])
        #expect(try story.audit { $0.charters = chain.reversed() }.classes == [.charter])
    }

    @Test func `a charter that gives a member's number to another is refused`() throws {
        // Else receipts by a stranger's keys would pass for those of a trusted member.
        let story = try TestStory()
        let table = story.table
        let stranger = try TestNode(number: 2, handle: "politie", memberClass: .politie)
        var next = table.charter.charter
        next.version = 2
        next.previous = table.charter.textHash
        next.members[1] = stranger.member
        var signed = try SignedCharter(next)
        for node in table.nodes {
            signed.sign(with: node.keys.identity, members: table.charter.charter.members)
        }
        let chain = [table.charter, signed].map(\.note.encodedText)
        #expect(try story.audit { $0.charters = chain }.classes == [.charter])
    }
}
