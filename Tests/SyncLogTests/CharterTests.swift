import Cryptography
import SyncLog
import Testing
import Vocabulary

struct CharterTests {
    private let world = CharterWorld()
    private var nodes: [Fixture] { self.world.nodes }
    private var charter: Charter { self.world.charter }

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
        let signed = try self.world.signed(self.charter, by: [2, 0])
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
}
