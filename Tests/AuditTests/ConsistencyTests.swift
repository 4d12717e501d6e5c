import Cryptography
import SyncLog
import Testing
import Wire

@testable import tafel_audit

/// Several bundles of one log (`Protocol/bundle.md` §2, class `consistency`).
struct ConsistencyTests {
    private func bundle(
        _ log: TestLog,
        _ window: Range<UInt64>,
        receipts: [BundleReceipt] = []
    ) throws -> Bundle {
        let body = log.body(window: window, receipts: receipts)
        return try Bundle(
            parsing: log.bundle(body, window: window).encoded(signedWith: log.author.keys.log)
        )
    }

    @Test func `windows of one log agree in any order`() throws {
        let log = try TestStory().log
        let windows: [Range<UInt64>] = [0..<4, 0..<7, 4..<7, 3..<5]
        let bundles = try windows.map { try self.bundle(log, $0) }
        #expect(Audit(bundles, policy: nil).findings.isEmpty)
        #expect(Audit(bundles.reversed(), policy: nil).findings.isEmpty)
        for first in bundles {
            for second in bundles {
                #expect(Audit([first, second], policy: nil).verdict == .selfConsistent)
            }
        }
    }

    @Test func `what came behind a window says nothing about its end`() throws {
        let log = try TestStory().log
        let audit = Audit(
            [try self.bundle(log, 0..<4), try self.bundle(log, 4..<7)],
            policy: nil
        )
        let start = TestLog.startMilliseconds / 1_000
        #expect(audit.logs == [[0, 1]])
        #expect(audit.reports.map(\.laterThan) == [start + 3, start + 6])
    }

    @Test func `two versions of one log are a finding wherever the windows lie`() throws {
        let story = try TestStory()
        var forked = story.log
        forked.entries.removeLast(3)
        try forked.seal(.fragment, to: story.both, position: 1, text: "anders")
        try forked.seal(.fragment, to: story.both, position: 2, text: "anders")
        try forked.seal(.fragment, to: story.both, position: 3, text: "anders")
        // The entries differ from index 4 on; every pair of windows sees it that shares a place
        // behind it: a leaf, or a root inside or at the end of both.
        let pairs: [(Range<UInt64>, Range<UInt64>)] = [
            (0..<7, 0..<7), (0..<7, 0..<5), (0..<5, 0..<7), (0..<7, 5..<7), (6..<7, 0..<7),
            (5..<6, 6..<7), (0..<6, 6..<7), (4..<5, 4..<5),
        ]
        for (first, second) in pairs {
            let audit = Audit(
                [try self.bundle(story.log, first), try self.bundle(forked, second)],
                policy: nil
            )
            let own = audit.reports.flatMap(\.findings)
            #expect(own.isEmpty)
            #expect(audit.classes == [.consistency], "\(first) and \(second)")
            #expect(audit.verdict == .finding)
        }
        // Before the fork both are the same log.
        let same = Audit(
            [try self.bundle(story.log, 0..<4), try self.bundle(forked, 0..<7)],
            policy: nil
        )
        #expect(same.findings.isEmpty)
    }

    @Test func `a receipt in one bundle contradicts the other version in another`() throws {
        let story = try TestStory()
        let police = story.table.police
        var forked = story.log
        forked.entries.removeLast()
        try forked.seal(.fragment, to: story.police, position: 0, text: "anders")
        // The police's log as the author quotes it, and as the police exports it.
        let receipts = try police.receipts(story.table, [story.log.item(of: police)])
        var own = TestLog(table: story.table, author: police)
        own.appendPlain(
            .receipt,
            try #require(Receipt([forked.item(of: police)])).payload
        )
        let audit = Audit(
            [
                try self.bundle(story.log, 0..<7, receipts: receipts),
                try self.bundle(own, 0..<3),
            ],
            policy: nil
        )
        // Two versions of the author's log, and of that of the police: its exports differ too.
        #expect(audit.classes == [.consistency, .consistency])
        #expect(audit.findings.map(\.finding.index) == [7, 2])
    }

    @Test func `bundles of different tables have nothing to disagree about`() throws {
        let bundles = [
            try self.bundle(TestStory().log, 0..<7), try self.bundle(TestStory().log, 0..<7),
        ]
        #expect(Audit(bundles, policy: nil).findings.isEmpty)
    }

    @Test func `two second versions of one charter are a finding`() throws {
        let story = try TestStory()
        let table = story.table
        let bundles = try ["Aanpak van mest", "Aanpak van asbest"].map { purpose in
            var next = table.charter.charter
            next.version = 2
            next.previous = table.charter.textHash
            next.purpose = purpose
            var signed = try SignedCharter(next)
            for node in table.nodes {
                signed.sign(with: node.keys.identity, members: next.members)
            }
            return try Bundle(parsing: story.file { $0.charters.append(signed.note.encodedText) })
        }
        #expect(Audit(bundles, policy: nil).classes == [.consistency])
        #expect(Audit([bundles[0], bundles[0]], policy: nil).classes.isEmpty)
    }
}
