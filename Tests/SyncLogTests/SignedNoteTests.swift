import Cryptography
import Foundation
import SyncLog
import Testing

struct SignedNoteTests {
    private let fixture = Fixture()

    /// The example of C2SP signed-note's Go package (golang.org/x/mod/sumdb/note).
    private static let published = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    @Test func `the published note verifies under the published key`() throws {
        let key = try #require(
            NoteKey(
                verifierText: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
            )
        )
        let note = try SignedNote(parsing: Array(Self.published.utf8), bytesMax: 4_096)
        #expect(note.isSigned(by: key))
        #expect(note.encodedText == Self.published)
        let changed = try Self.published.with("your problem,", "my problem,")
        let other = try SignedNote(parsing: Array(changed.utf8), bytesMax: 4_096)
        #expect(!other.isSigned(by: key))
    }

    @Test func `a verifier key has one form`() throws {
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        #expect(NoteKey(verifierText: text)?.verifierText == text)
        for wrong in [
            "", "PeterNeumann", try text.with("c74f20a3", "c74f20a4"),
            try text.with("c74f20a3", "C74F20A3"), try text.with("PeterNeumann", ""),
            try text.with("PeterNeumann", "Peter Neumann"), try text.with("ARpc", "Axpc"),
            text + "=", String(text.dropLast(4)),
        ] {
            #expect(NoteKey(verifierText: wrong) == nil, "\(wrong)")
        }
    }

    @Test func `a note is written and read back with several signatures`() throws {
        var note = SignedNote(text: "één\n\ntwee\n")
        note.sign(with: self.fixture.keys.identity, name: "a")
        let witness = NoteKey(
            name: "b",
            algorithm: .cosignature,
            key: self.fixture.keys.witness.verifyingKey
        )
        note.cosign(with: self.fixture.keys.witness, as: witness, seconds: 1_700_000_000)
        let read = try SignedNote(parsing: note.encoded, bytesMax: 4_096)
        #expect(read == note)
        #expect(read.isSigned(by: witness))
        #expect(
            !read.isSigned(
                by: NoteKey(name: "b", algorithm: .ed25519, key: witness.key)
            )
        )
        #expect(
            !read.isSigned(
                by: NoteKey(name: "c", algorithm: .cosignature, key: witness.key)
            )
        )
    }

    @Test func `each other form is refused`() throws {
        var note = SignedNote(text: "tekst\n")
        note.sign(with: self.fixture.keys.identity, name: "a")
        let text = note.encodedText
        let line = String(try #require(text.split(separator: "\n").last))
        #expect(throws: Never.self) { try SignedNote(parsing: note.encoded, bytesMax: 512) }
        let refused: [(String, NoteError)] = [
            ("", .noSignatures),
            ("tekst\n", .noSignatures),
            ("tekst\n\n", .noSignatures),
            (String(text.dropLast()), .noSignatures),
            (try text.with("\n\n", "\n"), .noSignatures),
            ("tekst\n\n\(line)\n\n", .signatureLine(1)),
            ("te\u{7}kst\n\n\(line)\n", .text),
            ("te\rkst\n\n\(line)\n", .text),
            ("e\u{301}\n\n\(line)\n", .text),
            ("tekst\n\n-\(line.dropFirst())\n", .signatureLine(0)),
            ("tekst\n\n\(try line.with(" a ", "  a "))\n", .signatureLine(0)),
            ("tekst\n\n\(try line.with(" a ", " a+b "))\n", .signatureLine(0)),
            ("tekst\n\n\(line) x\n", .signatureLine(0)),
            ("tekst\n\n— a AAAAAA==\n", .signatureLine(0)),
            ("tekst\n\n\(line)\n\(line)\n", .unexpectedSignature(name: "a")),
        ]
        for (text, error) in refused {
            #expect(throws: error, "\(text.debugDescription)") {
                try SignedNote(parsing: Array(text.utf8), bytesMax: 512)
            }
        }
        #expect(throws: NoteError.tooLong(bytesMax: 10)) {
            try SignedNote(parsing: note.encoded, bytesMax: 10)
        }
        #expect(throws: NoteError.text) {
            try SignedNote(parsing: [0xFF] + note.encoded, bytesMax: 512)
        }
        let many = (0..<257).map { "— k\($0) AAAAAAA=\n" }.joined()
        #expect(throws: NoteError.signatureLine(256)) {
            try SignedNote(parsing: Array("tekst\n\n\(many)".utf8), bytesMax: 65_536)
        }
    }
}

struct CheckpointTests {
    private let author = Fixture()
    private let witness = Fixture()
    private static let origin = "tafel/v1/log/00/1/0"

    private var witnessKey: NoteKey {
        .witness(self.witness.keys.witness.verifyingKey, of: self.witness.identity)
    }

    private func checkpoint() -> Checkpoint {
        Checkpoint(
            origin: Self.origin,
            size: 12,
            root: Digest(hashing: [1]),
            signedWith: self.author.keys.log
        )
    }

    private func verify(_ checkpoint: Checkpoint, origin: String = origin) throws -> [NoteKey] {
        try checkpoint.verify(
            origin: origin,
            logKey: self.author.keys.log.verifyingKey,
            witnesses: [self.witnessKey]
        )
    }

    @Test func `a checkpoint is three lines, signed by the log key and cosigned`() throws {
        let plain = self.checkpoint()
        let hash = Data(Digest(hashing: [1]).bytes).base64EncodedString()
        #expect(plain.note.text == "tafel/v1/log/00/1/0\n12\n\(hash)\n")
        #expect(try self.verify(plain).isEmpty)
        let cosigned = plain.cosigned(
            with: self.witness.keys.witness,
            as: self.witnessKey,
            seconds: 5
        )
        let read = try Checkpoint(parsing: cosigned.note.encoded)
        #expect(read == cosigned)
        #expect(read.size == 12)
        #expect(try self.verify(read) == [self.witnessKey])
        #expect(read.withoutCosignatures == plain)
        var merged = plain
        merged.addCosignatures(of: cosigned)
        #expect(merged == cosigned)
    }

    @Test
    func `of a witness with a new key its line by that key is kept, and of one key the first`()
        throws
    {
        let plain = self.checkpoint()
        let renewed = Fixture()
        let newKey = NoteKey.witness(
            renewed.keys.witness.verifyingKey,
            of: self.witness.keys.identity.verifyingKey
        )
        #expect(newKey.name == self.witnessKey.name)
        let old = plain.cosigned(
            with: self.witness.keys.witness,
            as: self.witnessKey,
            seconds: 5
        )
        let new = plain.cosigned(with: renewed.keys.witness, as: newKey, seconds: 6)
        let newer = plain.cosigned(with: renewed.keys.witness, as: newKey, seconds: 7)
        var kept = old
        kept.addCosignatures(of: new)
        #expect(kept == new)
        kept.addCosignatures(of: newer)
        #expect(kept == new)
        #expect(kept.cosigned(onlyBy: [newKey]) == new)
        #expect(kept.cosigned(onlyBy: [self.witnessKey]) == plain)
        // Another key that was searched until it had the same ID.
        var note = plain.note
        note.append(
            NoteSignature(
                name: newKey.name,
                keyID: newKey.keyID,
                bytes: try #require(old.note.signatures.last).bytes
            )
        )
        let forged = try Checkpoint(parsing: note.encoded)
        #expect(forged.note.signatures.count == 2)
        #expect(forged.cosigned(onlyBy: [newKey, self.witnessKey]) == plain)
    }

    @Test func `a checkpoint of another log, by another key or with a strange line is refused`() {
        let checkpoint = self.checkpoint()
        #expect(throws: CheckpointError.wrongOrigin) {
            try self.verify(checkpoint, origin: "tafel/v1/log/00/1/1")
        }
        let forged = Checkpoint(
            origin: Self.origin,
            size: 12,
            root: .zero,
            signedWith: self.witness.keys.log
        )
        #expect(throws: CheckpointError.notSigned) { try self.verify(forged) }
        let stranger = Fixture()
        let cosigned = checkpoint.cosigned(
            with: stranger.keys.witness,
            as: .witness(stranger.keys.witness.verifyingKey, of: stranger.identity),
            seconds: 5
        )
        #expect(throws: CheckpointError.notSigned) { try self.verify(cosigned) }
        let wrong = checkpoint.cosigned(
            with: stranger.keys.witness,
            as: self.witnessKey,
            seconds: 5
        )
        #expect(throws: CheckpointError.notSigned) { try self.verify(wrong) }
    }

    @Test(arguments: [
        "o\n12\n", "o\n012\nR\n", "o\n-1\nR\n", "o\n281474976710657\nR\n", "\n12\nR\n",
        "o\n12\nAAAA\n", "o\n12\nR\nextra\n", "o\n12\n\n",
    ])
    func `another text is refused`(_ text: String) {
        let root = Data(Digest.zero.bytes).base64EncodedString()
        var note = SignedNote(text: text.replacing("R", with: root))
        note.sign(with: self.author.keys.log, name: "o")
        #expect(throws: CheckpointError.malformed) { try Checkpoint(parsing: note.encoded) }
    }
}
