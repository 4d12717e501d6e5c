import Cryptography
import SyncLog
import TestSupport
import Testing
import Vocabulary
import Wire
@testable import tafel_audit

/// The author itself lies: it edits the body and signs the manifest with its true log key.
struct LyingAuthorTests {
    @Test func `every byte of the body is under a check even when the author signs again`() throws {
        let story = try TestStory()
        let file = try story.file()
        let honest = try Bundle(parsing: file)
        var body = Array(file.suffix(file.count - honest.manifest.note.encoded.count))
        var generator = SeededGenerator(seed: 2)
        for byte in stride(from: Int.random(in: 0..<3, using: &generator), to: body.count, by: 3) {
            let bit: UInt8 = 1 << UInt8.random(in: 0..<8, using: &generator)
            body[byte] ^= bit
            var manifest = SignedNote(
                text: honest.manifest.note.text.replacing(
                    base64: honest.bodyHash,
                    with: Digest(hashing: body)
                )
            )
            manifest.sign(with: story.table.author.keys.log, name: honest.manifest.origin)
            let fate = Fate(manifest.encoded + body)
            #expect(fate != .taken, "byte \(byte), bits \(bit)")
            body[byte] ^= bit
        }
    }

    @Test func `entries reordered, dropped or repeated do not give the tree`() throws {
        let story = try TestStory()
        #expect(try story.audit { $0.entries.swapAt(3, 4) }.classes == [.entry])
        #expect(try story.audit { $0.entries.remove(at: 4) }.classes == [.manifest])
        #expect(try story.audit { $0.entries.insert($0.entries[4], at: 4) }.classes == [.manifest])
        #expect(try story.audit { $0.entries[4] = $0.entries[3] }.classes == [.entry])
        let other = try TestStory()
        #expect(
            try story.audit {
                $0.entries[6] = BundleEntry(
                    header: other.log.entries[6].header,
                    payload: other.log.entries[6].payload
                )
            }.classes == [.tree]
        )
    }

    @Test func `a log rewritten after its checkpoint was cosigned is refused`() throws {
        var story = try TestStory()
        let honest = try story.body()
        story.log.entries.removeLast()
        try story.log.seal(
            .fragment,
            to: story.police,
            category: .environmental,
            position: 0,
            text: "anders"
        )
        let until = story.log.checkpoint(7).note.encodedText
        let entries = story.log.body().entries
        // The rewritten tree is the author's own, but the recipients have seen another.
        let classes = try story.audit { body in
            body = honest
            body.until = until
            body.entries = entries
        }.classes
        #expect(classes == [.receipt, .receipt])
    }

    @Test func `a header left out is a finding`() throws {
        let story = try TestStory()
        let leaf = story.log.leaves[4]
        let audit = try story.audit {
            $0.entries[4] = BundleEntry(item: .leaf(leaf.bytes), payload: [])
        }
        #expect(audit.classes == [.blinded])
        #expect(audit.reports[0].findings[0].index == 4)
        #expect(audit.reports[0].entries.leaf == 1)
        #expect(
            try story.audit { $0.entries[4] = BundleEntry(item: nil, payload: []) }.classes
                == [.entry]
        )
    }

    @Test func `another audience list is a finding`() throws {
        let story = try TestStory()
        let lists = try story.body().audiences
        #expect(try story.audit { $0.audiences.removeLast() }.classes.first == .audience)
        #expect(try story.audit { $0.audiences.reverse() }.classes == [.audience])
        #expect(try story.audit { $0.audiences.append(lists[1]) }.classes == [.audience])
        #expect(
            try story.audit { $0.audiences[0][0].member = 3 }.classes.allSatisfy { $0 == .audience }
        )
        #expect(try story.audit { $0.audiences[0][0].member = 70_000 }.classes.first == .audience)
        #expect(try story.audit { $0.audiences[0] = [] }.classes.first == .audience)
    }

    @Test(arguments: [
        // Not a member; the author itself; a ground for another direction; no such ground.
        Recipient(member: 9, ground: TestTable.giving),
        Recipient(member: 1, ground: TestTable.giving),
        Recipient(member: 2, ground: TestTable.backwards),
        Recipient(member: 2, ground: "X-1"),
    ])
    func `a list that the charter does not allow is a finding`(_ recipient: Recipient) throws {
        var story = try TestStory()
        let audience = try #require(Audience([recipient]))
        try story.log.grant(audience)
        try story.log.seal(.fragment, to: audience, position: 0)
        let audit = try story.audit { $0.receipts = [] }
        #expect(audit.classes == [.audience, .audience])
        #expect(audit.reports[0].findings.map(\.index) == [7, 8])
    }

    @Test(arguments: [Category.police, nil])
    func `a category that the ground does not allow is a finding`(_ category: Category?) throws {
        var story = try TestStory()
        try story.log.seal(.fragment, to: story.police, category: category, position: 1)
        let audit = try story.audit()
        #expect(audit.classes == [.audience])
        #expect(audit.reports[0].findings[0].index == 7)
    }

    @Test func `history of a category that the ground does not allow is a finding`() throws {
        var story = try TestStory()
        let prosecutor = try #require(Audience([Recipient(member: 3, ground: TestTable.giving)]))
        try story.log.grant(prosecutor, history: [3])
        #expect(try story.audit().classes.isEmpty)
        story = try TestStory()
        try story.log.seal(.fragment, to: story.police, category: .police, position: 1)
        try story.log.grant(prosecutor, history: [7])
        let findings = try story.audit().reports[0].findings
        #expect(findings.map(\.index) == [7, 8])
        #expect(findings.allSatisfy { $0.class == .audience })
    }

    @Test func `a grant whose payload names another list than its header is refused`() throws {
        var story = try TestStory()
        try story.log.grant(story.police, listed: story.both)
        #expect(try story.audit().classes == [.entry])
    }

    @Test func `positions with a gap or used twice, and chains without a grant, are findings`()
        throws
    {
        for position: UInt32 in [0, 2] {
            var story = try TestStory()
            try story.log.seal(.fragment, to: story.police, position: position)
            let audit = try story.audit()
            #expect(audit.classes == [.chain])
            #expect(audit.reports[0].findings[0].index == 7)
        }
        var story = try TestStory()
        // The place of an entry that is no grant, and of none that came before.
        for epoch: UInt32 in [1, 7, 8] {
            story = try TestStory()
            try story.log.seal(.fragment, to: story.police, epoch: epoch, position: 0)
            #expect(try story.audit().classes == [.chain])
        }
        story = try TestStory()
        try story.log.grant(story.police, epoch: 2)
        #expect(try story.audit().classes == [.chain])
        story = try TestStory()
        try story.log.grant(story.police)
        try story.log.seal(.fragment, to: story.police, position: 0)
        #expect(try story.audit().classes.isEmpty)
    }

    @Test func `a log that does not begin with card and charter is refused`() throws {
        var story = try TestStory()
        story.log.entries.swapAt(0, 1)
        #expect(try story.audit { $0.receipts = [] }.classes == [.entry])
        story = try TestStory()
        let stranger = story.table.police.card
        story.log.appendPlain(.card, stranger.note.encoded)
        #expect(try story.audit().classes == [.entry])
    }

    @Test func `a checkpoint, card or frontier that does not fit is a finding of its class`() throws
    {
        let story = try TestStory()
        let table = story.table
        let other = story.log.checkpoint(6).note.encodedText
        #expect(try story.audit { $0.until = other }.classes == [.checkpoint])
        #expect(try story.audit { $0.until = "" }.classes == [.checkpoint])
        #expect(try story.audit { $0.from = other }.classes == [.checkpoint])
        #expect(try story.audit { $0.frontier = [Digest.zero.bytes] }.classes == [.frontier])
        #expect(try story.audit { $0.cards.swapAt(1, 2) }.classes == [.card])
        #expect(try story.audit { $0.cards.append($0.cards[2]) }.classes == [.card])
        #expect(try story.audit { $0.cards.removeLast() }.classes == [.card])
        #expect(try story.audit { $0.cards.removeFirst() }.classes == [.manifest])
        #expect(try story.audit { $0.charters = [] }.classes == [.manifest])
        let stranger = try TestNode(number: 4, handle: "om-oost", memberClass: .om)
        let card = stranger.card.note.encodedText
        #expect(try story.audit { $0.cards.append(card) }.classes == [.card])
        let cosigned = story.log.checkpoint(7, cosigners: [stranger]).note.encodedText
        #expect(try story.audit { $0.until = cosigned }.classes == [.checkpoint])
        let twice = story.log.checkpoint(7, cosigners: [table.police]).note.encodedText
        let line = try #require(twice.split(separator: "\n").last)
        #expect(try story.audit { $0.until = twice + line + "\n" }.classes == [.checkpoint])
    }

    @Test func `a receipt that disagrees with the list is a finding`() throws {
        let story = try TestStory()
        let (table, police) = (story.table, story.table.police)
        func classes(_ receipts: [BundleReceipt]) throws -> [Finding.Class] {
            try story.audit { $0.receipts = receipts }.classes
        }
        let short = try story.log.item(of: police, without: [4])
        #expect(try classes(police.receipts(table, [short])) == [.receipt])
        let elsewhere = try story.log.item(of: police, unopened: [1])
        #expect(try classes(police.receipts(table, [elsewhere])) == [.receipt])
        // The prosecutor's confirmation in the police's log: the cosignature is not its own.
        let borrowed = try story.log.item(of: table.prosecutor)
        #expect(try classes(police.receipts(table, [borrowed])) == [.receipt])
        // A receipt about another log only.
        let own = TestLog(table: table, author: table.prosecutor)
        #expect(try classes(police.receipts(table, [own.item(of: police)])) == [.receipt])
    }

    @Test func `a receipt that is not proven is a finding`() throws {
        let story = try TestStory()
        let receipts = try story.receipts()
        func classes(_ edit: (inout BundleReceipt) -> Void) throws -> [Finding.Class] {
            var changed = receipts
            edit(&changed[0])
            return try story.audit { $0.receipts = changed }.classes
        }
        #expect(try classes { _ in }.isEmpty)
        #expect(try classes { $0.proof.removeLast() } == [.receipt])
        #expect(try classes { $0.proof.append(Digest.zero.bytes) } == [.receipt])
        #expect(try classes { $0.proof[0] = [1] } == [.receipt])
        #expect(try classes { $0.payload = receipts[1].payload } == [.receipt])
        #expect(try classes { $0.header = receipts[1].header } == [.receipt])
        #expect(try classes { $0.checkpoint = receipts[1].checkpoint } == [.receipt])
        #expect(try classes { $0.generation = 1 } == [.receipt])
        #expect(try classes { $0.generation = 70_000 } == [.receipt])
        #expect(try classes { $0.member = 1 } == [.receipt])
        #expect(try classes { $0.member = 70_000 } == [.card])
        #expect(try story.audit { $0.receipts.swapAt(0, 1) }.classes == [.receipt])
        #expect(try story.audit { $0.receipts[1] = $0.receipts[0] }.classes == [.receipt])
    }

    @Test func `a receipt beyond the window is a finding`() throws {
        let story = try TestStory()
        let body = story.log.body(window: 0..<5, receipts: try story.receipts())
        let file = story.log.bundle(body, window: 0..<5)
            .encoded(signedWith: story.table.author.keys.log)
        #expect(Fate(file) == .finding(.receipt))
    }
}

extension String {
    /// The text with one hash in base64 in place of another.
    fileprivate func replacing(base64 old: Digest, with new: Digest) -> String {
        let (old, new) = (TextEncoding.base64(old.bytes), TextEncoding.base64(new.bytes))
        guard let range = self.firstRange(of: old) else { return self }
        return self.replacingCharacters(in: range, with: new)
    }

    private func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
