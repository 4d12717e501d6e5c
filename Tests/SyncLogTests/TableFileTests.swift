import Cryptography
import SyncLog
import Testing
import Vocabulary

/// Chains of charters with their cards, and how they are merged.
struct TableFileTests {
    private let world = CharterWorld()
    private var nodes: [Fixture] { self.world.nodes }
    private var charter: Charter { self.world.charter }

    private func next(_ purpose: String) throws -> Charter {
        var next = self.charter
        next.version = 2
        next.previous = try SignedCharter(self.charter).textHash
        next.purpose = purpose
        return next
    }

    private func card(_ node: Int, version: UInt32 = 1) throws -> Card {
        try self.nodes[node].card(
            self.nodes[node].contents(version: version, handle: "lid-\(node)")
        )
    }

    private func file(signers: [Int] = [0, 1], cards: [Card] = []) throws -> TableFile {
        try TableFile(self.world.signed(self.charter, by: signers), cards: cards)
    }

    @Test func `a table is effective once its quorum has signed`() throws {
        var file = try self.file(signers: [0])
        #expect(file.effectiveVersion == 0)
        #expect(file.effective == nil)
        try file.sign(with: self.nodes[1].keys.identity)
        #expect(file.effectiveVersion == 1)
        #expect(file.signers(version: 1) == [1, 2])
        #expect(file.effective == self.charter)
        #expect(file.table == Digest(hashing: Array(self.charter.text.utf8)))
    }

    @Test func `a table file is written and read back, and merging takes what is newer`() throws {
        var file = try self.file(signers: [0], cards: [self.card(1), self.card(0)])
        #expect(try TableFile(parsing: Array(file.encodedText.utf8)) == file)
        let other = try self.file(signers: [2], cards: [self.card(1, version: 2), self.card(2)])
        #expect(try file.merge(other))
        #expect(try !file.merge(other))
        #expect(file.signers(version: 1) == [1, 3])
        #expect(file.cards.mapValues(\.version) == [1: 1, 2: 2, 3: 1])
        let second = try self.world.signed(
            self.next("Anders"),
            by: [0, 2],
            voters: self.charter.members
        )
        let text = try self.file().encodedText + "=== charter\n" + second.note.encodedText
        let longer = try TableFile(parsing: Array(text.utf8))
        #expect(longer.effectiveVersion == 2)
        #expect(try file.merge(longer))
        #expect(file.newest.purpose == "Anders")
        let branches = try [[0], [1, 2]].map { signers in
            let third = try self.world.signed(
                self.next("Weer anders"),
                by: signers,
                voters: self.charter.members
            )
            let text = try self.file().encodedText + "=== charter\n" + third.note.encodedText
            return try TableFile(parsing: Array(text.utf8))
        }
        // A draft changes nothing. Of two effective texts the one with the lower hash stands.
        let before = file
        #expect(try !file.merge(branches[0]))
        #expect(throws: TableFileError.otherTable) { try file.adoptDrafts(of: branches[0]) }
        #expect(file == before)
        #expect(file.rivalVersion(in: branches[0]) == nil)
        #expect(file.rivalVersion(in: branches[1]) == 2 && branches[1].rivalVersion(in: file) == 2)
        var branch = branches[1]
        try branch.merge(file)
        try file.merge(branches[1])
        let lower = min(second.textHash, branches[1].charters[1].textHash)
        #expect(file.governingHash == lower && branch.governingHash == lower)
        let hasSameCharters = file.charters == branch.charters
        #expect(hasSameCharters)
    }

    @Test func `a draft takes the place of another only where the operator says so`() throws {
        func file(_ purpose: String, by signer: Int) throws -> TableFile {
            let next = try self.world.signed(
                self.next(purpose),
                by: [signer],
                voters: self.charter.members
            )
            let text = try self.file().encodedText + "=== charter\n" + next.note.encodedText
            return try TableFile(parsing: Array(text.utf8))
        }
        var held = try file("Het ene", by: 0)
        let other = try file("Het andere", by: 1)
        let before = held
        #expect(throws: TableFileError.otherDraft(version: 2)) { try held.adoptDrafts(of: other) }
        #expect(held == before)
        #expect(try held.adoptDrafts(of: other, replacing: true))
        #expect(held.newest.purpose == "Het andere" && held.governing == self.charter)
        #expect(held.signers(version: 2) == [2])
        // Until its quorum has signed, no entry can name it.
        #expect(held.charter(version: 2) == nil && held.charter(version: 1) == self.charter)
        try held.sign(with: self.nodes[0].keys.identity)
        #expect(held.charter(version: 2)?.purpose == "Het andere")
        #expect(held.charter(version: 3) == nil && held.charter(version: 0) == nil)
    }

    @Test func `every line in which two charters differ is a change`() throws {
        var next = self.charter
        next.version = 2
        next.previous = try SignedCharter(self.charter).textHash
        #expect(next.changes(since: self.charter).isEmpty)
        next.name = "Naam"
        next.theme = "Thema"
        next.purpose = "Doel"
        next.from = "2025-01-02"
        next.evaluation = "2025-06-01"
        next.until = "2030-03-04"
        next.quorum = 3
        next.witnessQuorum = 2
        let gone = next.members.removeLast()
        next.members[0] = Member(
            number: next.members[0].number,
            role: .observer,
            memberClass: next.members[0].memberClass,
            handle: next.members[0].handle,
            identity: next.members[0].identity
        )
        let ground = next.grounds.removeFirst()
        next.pins = [
            Pin(log: LogID(member: gone.number, generation: 0), size: 12, root: MerkleHashing.empty)
        ]
        let changes = next.changes(since: self.charter)
        #expect(
            changes.map(\.what) == [
                "name", "theme", "purpose", "from", "until", "evaluation", "quorum",
                "witness-quorum", "member \(next.members[0].handle)", "pin \(gone.handle) 0",
                "member \(gone.handle)", "ground \(ground.code)",
            ]
        )
        #expect(changes[0].before == self.charter.name && changes[0].after == "Naam")
        #expect(changes[9].before == nil && changes[10].after == nil && changes[11].after == nil)
        let node = TextEncoding.hex(gone.identity.bytes)
        #expect(changes[10].before?.hasSuffix("node \(node)") == true)
    }

    @Test func `a draft is taken from an operator alone and governs nothing`() throws {
        var file = try self.file(signers: [0, 1])
        var next = try self.next("Zonder lid 0")
        next.members.removeFirst()
        let draft = try self.world.signed(next, by: [2], voters: self.charter.members)
        let text = file.encodedText + "=== charter\n" + draft.note.encodedText
        let other = try TableFile(parsing: Array(text.utf8))
        #expect(try !file.merge(other))
        #expect(try file.adoptDrafts(of: other))
        #expect(file.newest.version == 2)
        #expect(file.governing == self.charter && file.effective == self.charter)
        try file.sign(with: self.nodes[1].keys.identity)
        #expect(file.governing.version == 2)
        #expect(file.governing.member(1) == nil)
        #expect(file.member(identity: self.nodes[0].keys.identity.verifyingKey)?.number == 1)
    }

    /// A chain of versions whose file is `room` bytes short of the limit.
    private func chain(leaving room: Int) throws -> TableFile {
        func ground(_ number: Int, _ byteCount: Int) throws -> Ground {
            try #require(
                Ground(
                    code: "G-\(number)",
                    from: .all,
                    to: .all,
                    categories: [.business],
                    retentionDays: nil,
                    text: String(repeating: "t", count: byteCount)
                )
            )
        }
        var last = self.charter
        var text = try self.file().encodedText
        func next(_ grounds: [Ground]) throws -> String {
            var charter = last
            charter.version += 1
            charter.previous = try SignedCharter(last).textHash
            charter.grounds = grounds
            let signed = try self.world.signed(charter, by: [0, 1], voters: self.charter.members)
            last = charter
            return "=== charter\n" + signed.note.encodedText
        }
        for _ in 0..<9 { text += try next(try (0..<200).map { try ground($0, 500) }) }
        // The last one takes what is left: grounds of one size, and one that fits.
        let held = last
        let empty = try next([]).utf8.count
        let goal = TableFile.bytesMax - room - text.utf8.count - empty
        last = held
        let line = try next([ground(100, 1)]).utf8.count - empty - 1
        last = held
        var grounds: [Ground] = []
        var left = goal
        while left > line + 500 + line {
            grounds.append(try ground(100 + grounds.count, 500))
            left -= line + 500
        }
        if left > 500 + line {
            grounds.append(try ground(100 + grounds.count, 200))
            left -= line + 200
        }
        grounds.append(try ground(100 + grounds.count, left - line))
        text += try next(grounds)
        return try TableFile(parsing: Array(text.utf8))
    }

    @Test func `what would make a file larger than its limit is not taken`() throws {
        let card = try self.card(1)
        let cardBytes = "=== card\n".utf8.count + card.note.encodedText.utf8.count
        var fits = try self.chain(leaving: cardBytes)
        fits.update(card)
        #expect(fits.encodedText.utf8.count == TableFile.bytesMax)
        #expect(try TableFile(parsing: Array(fits.encodedText.utf8)) == fits)
        var full = try self.chain(leaving: cardBytes - 1)
        let before = full
        let over = before.encodedText + "=== card\n" + card.note.encodedText
        #expect(throws: TableFileError.malformed) { try TableFile(parsing: Array(over.utf8)) }
        full.update(card)
        #expect(full == before)
        // The last member's signature of version 1 has no room beside a card.
        let signed = try self.file(signers: [0, 1, 2])
        #expect(throws: TableFileError.tooLarge) { try fits.merge(signed) }
        #expect(try full.merge(signed))
    }

    @Test func `each other table file is refused`() throws {
        let charter = try self.world.signed(self.charter, by: [0, 1]).note.encodedText
        let second = try self.world.signed(self.next("X"), by: [0], voters: self.charter.members)
            .note.encodedText
        let card = try self.card(0).note.encodedText
        let stranger = Fixture()
        let strange = try stranger.card(stranger.contents()).note.encodedText
        let head = "tafel/v1/table\n=== charter\n\(charter)"
        #expect(throws: Never.self) {
            try TableFile(
                parsing: Array("\(head)=== charter\n\(second)=== card\n\(card)".utf8)
            )
        }
        let refused: [(String, TableFileError)] = [
            ("", .malformed), ("tafel/v1/table\n", .malformed), ("tafel/v2/table\n", .malformed),
            (String(head.dropLast()), .malformed), (head + "=== remark\n", .malformed),
            (head + "=== card\n\(card)=== charter\n\(second)", .malformed),
            (head + "=== charter\n\(charter)", .chain(version: 2)),
            ("tafel/v1/table\n=== charter\n\(second)", .chain(version: 1)),
            (head + "=== card\n\(card)=== card\n\(card)", .cardOwner),
            (head + "=== card\n\(strange)", .cardOwner),
            (head + "=== card\nx\n", .card(.malformed)),
            (head + "=== charter\nx\n", .charter(version: 2, .malformed)),
        ]
        for (text, error) in refused {
            #expect(throws: error, "\(text.suffix(60))") {
                try TableFile(parsing: Array(text.utf8))
            }
        }
        let cards = try [self.card(1), self.card(0)].map { "=== card\n" + $0.note.encodedText }
        #expect(throws: TableFileError.malformed) {
            try TableFile(parsing: Array((head + cards.joined()).utf8))
        }
    }
}
