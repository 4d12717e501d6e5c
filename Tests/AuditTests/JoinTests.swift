import Cryptography
import SyncLog
import Testing
import Vocabulary
import Wire
@testable import tafel_audit

/// A log in pieces comes to what the whole comes to (`Protocol/bundle.md` §2, Logs).
struct JoinTests {
    /// What is found, and of which bundle's section.
    private struct Found: Equatable, Comparable {
        let name: String
        let index: UInt64?
        let bundle: Int?

        static func < (lhs: Self, rhs: Self) -> Bool {
            (lhs.name, lhs.index ?? 0) < (rhs.name, rhs.index ?? 0)
        }

        var what: String { "\(self.name) \(self.index.map { String($0) } ?? "-")" }
    }

    /// A log with something wrong in it, and what is found in it whole.
    private struct Wrong {
        let name: String
        let log: TestLog
        var said: [FragmentReference] = []
        let found: [String]
    }

    private func wrongLogs() throws -> [Wrong] {
        let story = try TestStory()
        let prosecutor = try #require(Audience([Recipient(member: 3, ground: TestTable.giving)]))
        var history = story
        try history.log.seal(.fragment, to: story.police, category: .police, position: 1)
        try history.log.grant(prosecutor, history: [7])
        var gap = story
        try gap.log.seal(.fragment, to: story.police, position: 2)
        var back = story
        back.log.entries[5].header.time = back.log.entries[4].header.time
        var lower = story
        lower.log.entries[3].header.charterVersion = 2
        var never = story
        for place in 4..<7 { never.log.entries[place].header.charterVersion = 2 }
        return [
            Wrong(name: "in order", log: story.log, said: [Self.first(4)], found: []),
            Wrong(
                name: "history on the wrong ground",
                log: history.log,
                found: ["audience 7", "audience 8"]
            ),
            Wrong(name: "a position left out", log: gap.log, found: ["chain 7"]),
            Wrong(name: "dated back", log: back.log, found: ["entry 5"]),
            Wrong(name: "a lower version", log: lower.log, found: ["entry 3", "entry 4"]),
            Wrong(name: "a version that was not adopted", log: never.log, found: ["entry 4"]),
            Wrong(
                name: "a version of no fragment",
                log: story.log,
                said: [Self.reference(4, first: 3, version: 2)],
                found: ["entry 4"]
            ),
            Wrong(
                name: "a version of another case's fragment",
                log: try self.twoCases(),
                said: [Self.first(4), Self.reference(6, first: 4, version: 2)],
                found: ["entry 6"]
            ),
        ]
    }

    private func twoCases() throws -> TestLog {
        var log = try TestStory().log
        log.entries[6].header.caseID = ObjectID(prefixOf: Digest(hashing: Array("other".utf8)))
        return log
    }

    private static func reference(
        _ index: UInt64,
        first: UInt64,
        version: UInt32
    ) -> FragmentReference {
        FragmentReference(index: index, generation: 0, firstIndex: first, version: version)
    }

    private static func first(_ index: UInt64) -> FragmentReference {
        self.reference(index, first: index, version: 1)
    }

    private func bundle(
        _ log: TestLog,
        _ window: Range<UInt64>,
        _ said: [FragmentReference],
        edit: (inout BundleBody) -> Void = { _ in }
    ) throws -> Bundle {
        var body = log.body(window: window)
        body.fragments = EncodedList(said.filter { window.contains($0.index) })
        var second = log.table.charter.charter
        second.version = 2
        second.previous = log.table.charter.textHash
        var signed = try SignedCharter(second)
        for node in log.table.nodes {
            signed.sign(with: node.keys.identity, members: second.members)
        }
        body.charters.append(signed.note.encodedText)
        edit(&body)
        return try Bundle(
            parsing: log.bundle(body, window: window).encoded(signedWith: log.author.keys.log)
        )
    }

    private func found(_ bundles: [Bundle]) -> [Found] {
        Audit(bundles, policy: nil).findings.map { place, finding in
            Found(name: finding.class.rawValue, index: finding.index, bundle: place)
        }
    }

    @Test func `a log comes to the same whole, twice, and in windows that meet or overlap`()
        throws
    {
        for wrong in try self.wrongLogs() {
            let end = wrong.log.size
            let whole = try self.bundle(wrong.log, 0..<end, wrong.said)
            #expect(self.found([whole]).map(\.what) == wrong.found, "\(wrong.name)")
            #expect(self.found([whole, whole]).map(\.what) == wrong.found, "\(wrong.name)")
            for cut in 1..<end {
                for low in [cut, cut - 1] {
                    let windows = [0..<cut, low..<end]
                    let bundles = try windows.map { try self.bundle(wrong.log, $0, wrong.said) }
                    let comment = Comment(rawValue: "\(wrong.name), cut at \(cut) from \(low)")
                    for (order, windows) in [
                        (bundles, windows), (bundles.reversed(), windows.reversed()),
                    ] {
                        let found = self.found(order)
                        #expect(found.sorted().map(\.what) == wrong.found, comment)
                        // Each stands with the first bundle that shows the entry.
                        for item in found {
                            let index = try #require(item.index)
                            #expect(
                                item.bundle == windows.firstIndex { $0.contains(index) },
                                comment
                            )
                        }
                    }
                }
            }
        }
    }

    @Test func `what the author says of an entry is said once, and by all bundles alike`() throws {
        let log = try TestStory().log
        let first = Self.first(4)
        let one = try self.bundle(log, 0..<7, [first])
        // No fragment at all, and the same in another window.
        #expect(self.found([one, try self.bundle(log, 2..<7, [])]).isEmpty)
        #expect(self.found([one, try self.bundle(log, 2..<5, [first])]).isEmpty)
        let other = try self.bundle(log, 2..<7, [Self.reference(4, first: 0, version: 2)])
        for order in [[one, other], [other, one], [one, one, other]] {
            #expect(self.found(order).map(\.what) == ["entry 4"])
        }
        // What cannot be stands with who says it, though another bundle shows the entry too.
        let silent = try self.bundle(log, 0..<7, [])
        #expect(self.found([silent, other]).map(\.bundle) == [1])
        // That alone is wrong already; what could be is one too.
        let twice = try self.bundle(
            log,
            0..<7,
            [first, Self.reference(6, first: 4, version: 2)]
        )
        let fresh = try self.bundle(log, 0..<7, [first, Self.first(6)])
        #expect(self.found([twice]).isEmpty && self.found([fresh]).isEmpty)
        #expect(self.found([fresh, twice]).map(\.what) == ["entry 6"])
    }

    @Test func `a list and a header that two bundles show are put together`() throws {
        var story = try TestStory()
        try story.log.seal(.fragment, to: story.police, category: .police, position: 1)
        let leaf = story.log.leaves[7]
        let blinded = try self.bundle(story.log, 0..<8, []) {
            $0.entries[7] = BundleEntry(item: .leaf(leaf.bytes), payload: [])
        }
        let unlisted = try self.bundle(story.log, 7..<8, []) { $0.audiences = [] }
        // Neither shows alone that the ground does not fit.
        #expect(self.found([blinded]).map(\.what) == ["blinded 7"])
        #expect(self.found([unlisted]).map(\.what) == ["audience 7"])
        let both = self.found([blinded, unlisted])
        #expect(both.map(\.what) == ["blinded 7", "audience 7", "audience 7"])
        let audit = Audit([blinded, unlisted], policy: nil)
        #expect(audit.reports.map(\.unseenCount) == [0, 0])
        #expect(audit.reports.map { $0.disclosures.last?.index } == [7, 7])
    }

    @Test func `a log is judged by the longest of its bundles' charters`() throws {
        let wrong = try #require(try self.wrongLogs().first { $0.name.hasSuffix("not adopted") })
        let early = try self.bundle(wrong.log, 0..<4, []) { $0.charters.removeLast() }
        let late = try self.bundle(wrong.log, 4..<7, [])
        for order in [[early, late], [late, early]] {
            #expect(self.found(order).map(\.what) == ["entry 4"])
        }
    }

    @Test func `what a bundle leaves out and what its log gives stand in order of their indices`()
        throws
    {
        var story = try TestStory()
        try story.log.seal(.fragment, to: story.both, category: .police, position: 2)
        try story.log.seal(.fragment, to: story.police, position: 1)
        let hash = story.police.hash
        let bundle = try self.bundle(story.log, 0..<9, []) {
            $0.audiences.removeAll { Audience($0)?.hash == hash }
        }
        let found = self.found([bundle]).map(\.what)
        #expect(found == ["audience 5", "audience 6", "audience 7", "audience 8"])
    }
}
