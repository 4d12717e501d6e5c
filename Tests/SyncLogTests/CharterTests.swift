import Cryptography
import SyncLog
import Testing

struct CharterTests {
    private let nodes = [Fixture(), Fixture(), Fixture()]

    private var charter: Charter {
        let handles = ["od-noord", "politie", "om"]
        let classes: [MemberClass] = [.odToezicht, .politie, .om]
        let members = self.nodes.enumerated().map { offset, node in
            Member(
                number: MemberNumber(offset + 1),
                role: .partner,
                memberClass: classes[offset],
                handle: handles[offset],
                identity: node.identity
            )
        }
        let ground = Ground(
            code: "WABO-5.8",
            from: .some([.odToezicht]),
            to: .some([.politie, .om]),
            categories: [.public, .business],
            retentionDays: 365,
            text: "Artikel 5.8 Wabo"
        )
        return Charter(
            version: 1,
            previous: nil,
            name: "Afval",
            theme: "afval",
            purpose: "Aanpak van illegale afvalstromen",
            from: "2026-01-01",
            until: "2028-12-31",
            evaluation: "2028-12-31",
            quorum: 2,
            witnessQuorum: 1,
            members: members,
            grounds: [ground].compactMap { $0 }
        )
    }

    private func signed(_ charter: Charter, by signers: [Int], voters: [Member]? = nil) throws
        -> SignedCharter
    {
        var signed = try SignedCharter(charter)
        for signer in signers {
            signed.sign(
                with: self.nodes[signer].keys.identity,
                members: voters ?? charter.members
            )
        }
        return signed
    }

    @Test func `a charter is written and read back`() throws {
        let charter = self.charter
        #expect(charter.grounds.count == 1)
        let read = try Charter(text: charter.text)
        #expect(read == charter)
        #expect(read.grounds[0].retentionDays == 365)
        #expect(
            charter.text.contains(
                "\nground WABO-5.8 od-toezicht politie,om public,business 365 Artikel 5.8 Wabo\n"
            )
        )
    }

    @Test(arguments: [
        ("version 1\n", "version 0\n", "version"), ("previous -", "previous x", "previous"),
        ("version 1\n", "version 2\n", "previous"), ("name Afval", "name ", "name"),
        ("theme afval", "thema afval", "theme"), ("from 2026-01-01", "from 2026-02-30", "from"),
        ("from 2026-01-01", "from 2026-1-1", "from"),
        ("from 2026-01-01", "from 2029-01-01", "evaluation"),
        ("evaluation 2028-12-31", "evaluation 2029-01-01", "evaluation"),
        ("quorum 2", "quorum 1", "quorum"), ("quorum 2", "quorum 4", "quorum"),
        ("quorum 2", "quorum 02", "quorum"),
        ("witness-quorum 1", "witness-quorum 4", "witness-quorum"),
        ("member 1 partner", "member 0 partner", "member"),
        ("member 1 partner", "member 2 partner", "member"),
        ("member 1 partner", "member 1 voorzitter", "member"),
        ("partner politie politie", "partner agenten politie", "member"),
        ("ground WABO-5.8", "ground wabo", "ground"),
        ("ground WABO-5.8", "ground -5.8", "ground"),
        ("politie,om public", "om,politie public", "ground"),
        ("politie,om public", "politie,politie public", "ground"),
        ("public,business", "business,public", "ground"),
        ("public,business", "geheim", "ground"), (" 365 ", " 0 ", "ground"),
        (" 365 ", " 36501 ", "ground"), (" 365 ", " x ", "ground"),
        ("Artikel 5.8 Wabo", " Artikel", "ground"),
    ])
    func `a line outside its range is refused`(_ old: String, _ new: String, _ field: String) throws
    {
        let lines = "\n" + self.charter.text
        let mark = old.hasPrefix(" ") || lines.contains("\n" + old) == false
        let text = try mark ? lines.with(old, new) : lines.with("\n" + old, "\n" + new)
        #expect(throws: CharterError.field(field)) { try Charter(text: String(text.dropFirst())) }
    }

    @Test func `two members of one handle or identity are refused`() throws {
        var charter = self.charter
        let (first, second) = (charter.members[0], charter.members[1])
        charter.members[1] = Member(
            number: 2,
            role: .partner,
            memberClass: .politie,
            handle: first.handle,
            identity: second.identity
        )
        #expect(throws: CharterError.duplicateHandle("od-noord")) {
            try Charter(text: charter.text)
        }
        charter.members[1] = Member(
            number: 2,
            role: .partner,
            memberClass: .politie,
            handle: "politie",
            identity: first.identity
        )
        #expect(throws: CharterError.duplicateIdentity) { try Charter(text: charter.text) }
    }

    @Test func `a line too many or a ground twice is refused`() throws {
        let text = self.charter.text
        #expect(throws: CharterError.malformed) { try Charter(text: text + "remark x\n") }
        #expect(throws: CharterError.malformed) { try Charter(text: "x\n" + text) }
        var charter = self.charter
        charter.grounds.append(charter.grounds[0])
        #expect(throws: CharterError.field("ground")) { try Charter(text: charter.text) }
    }

    @Test func `grounds decide who may give what to whom`() throws {
        let charter = self.charter
        func allows(_ author: MemberNumber, _ list: [Recipient], _ category: Category) throws
            -> Bool
        {
            charter.allows(try #require(Audience(list)), from: author, category: category)
        }
        let police = Recipient(member: 2, ground: "WABO-5.8")
        let prosecutor = Recipient(member: 3, ground: "WABO-5.8")
        #expect(try allows(1, [police, prosecutor], .business))
        #expect(try !allows(1, [police, prosecutor], .personal))
        #expect(try !allows(2, [prosecutor], .business))
        #expect(try !allows(1, [Recipient(member: 1, ground: "WABO-5.8")], .business))
        #expect(try !allows(1, [Recipient(member: 4, ground: "WABO-5.8")], .business))
        #expect(try !allows(1, [Recipient(member: 2, ground: "WPG-18")], .business))
        #expect(try !allows(9, [police], .business))
    }

    @Test func `signatures by others, wrong ones and those out of order are refused`() throws {
        let members = self.charter.members
        let signed = try self.signed(self.charter, by: [2, 0])
        #expect(try signed.verifySignatures(by: members) == [1, 3])
        let read = try SignedCharter(parsing: signed.note.encoded)
        #expect(read == signed)
        #expect(throws: CharterError.self) {
            try signed.verifySignatures(by: Array(members.dropFirst()))
        }
        var note = signed.note
        note.replaceSignatures(note.signatures.reversed())
        let reversed = try SignedCharter(parsing: note.encoded)
        #expect(throws: CharterError.self) { try reversed.verifySignatures(by: members) }
        let first = note.signatures[0]
        note.replaceSignatures([
            NoteSignature(
                name: first.name,
                keyID: first.keyID,
                bytes: [first.bytes[0] ^ 1] + first.bytes.dropFirst()
            )
        ])
        let wrong = try SignedCharter(parsing: note.encoded)
        #expect(throws: CharterError.self) { try wrong.verifySignatures(by: members) }
    }

    // MARK: - Table files

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
        try TableFile(self.signed(self.charter, by: signers), cards: cards)
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
        let second = try self.signed(self.next("Anders"), by: [0, 2], voters: self.charter.members)
        let text = try self.file().encodedText + "=== charter\n" + second.note.encodedText
        let longer = try TableFile(parsing: Array(text.utf8))
        #expect(longer.effectiveVersion == 2)
        #expect(try file.merge(longer))
        #expect(file.newest.purpose == "Anders")
        let branches = try [[0], [1, 2]].map { signers in
            let third = try self.signed(
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
            let next = try self.signed(
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
        let draft = try self.signed(next, by: [2], voters: self.charter.members)
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
            let signed = try self.signed(charter, by: [0, 1], voters: self.charter.members)
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
        let charter = try self.signed(self.charter, by: [0, 1]).note.encodedText
        let second = try self.signed(self.next("X"), by: [0], voters: self.charter.members)
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
