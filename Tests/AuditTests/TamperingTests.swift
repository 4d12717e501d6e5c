import Cryptography
import SyncLog
import TestSupport
import Testing
import Wire

@testable import tafel_audit

/// Somebody changes the file without the author's log key, or with keys of their own.
struct TamperingTests {
    private static func flipped(_ file: [UInt8], byte: Int, bit: Int) -> [UInt8] {
        var changed = file
        changed[byte] ^= 1 << UInt8(bit)
        return changed
    }

    private static func bodyStart(_ file: [UInt8]) throws -> Int {
        let blank = try #require(
            file.indices.dropLast().first { file[$0] == 0x0A && file[$0 + 1] == 0x0A }
        )
        return try #require(file[(blank + 2)...].firstIndex(of: 0x0A)) + 1
    }

    @Test func `every bit of the manifest that is turned is refused`() throws {
        let file = try TestStory().file()
        for byte in 0..<(try Self.bodyStart(file)) {
            for bit in 0..<8 {
                #expect(
                    Fate(Self.flipped(file, byte: byte, bit: bit)) != .taken,
                    "bit \(byte).\(bit)"
                )
            }
        }
    }

    @Test func `every byte of the body of which a bit is turned is refused`() throws {
        let file = try TestStory().file()
        var generator = SeededGenerator(seed: 1)
        for byte in (try Self.bodyStart(file))..<file.count {
            let bit = Int.random(in: 0..<8, using: &generator)
            let fate = Fate(Self.flipped(file, byte: byte, bit: bit))
            #expect(fate == .notABundle || fate == .finding(.manifest), "bit \(byte).\(bit)")
        }
    }

    @Test func `a body hash that is corrected without the log key is refused`() throws {
        let story = try TestStory()
        let file = try story.file()
        var body = try story.body()
        body.receipts.removeAll()
        let forged = story.log.bundle(body)
        let honest = try Bundle(parsing: file).manifest.note
        // The new manifest's text under the old signature line, and the new body.
        var note = SignedNote(text: forged.manifest.note.text)
        note.append(honest.signatures[0])
        let signed = forged.encoded(signedWith: story.table.author.keys.log)
        let start = try Self.bodyStart(signed)
        #expect(Fate(signed) == .taken)
        #expect(Fate(note.encoded + signed[start...]) == .finding(.manifest))
    }

    @Test func `a file signed again with another log key is refused`() throws {
        let story = try TestStory()
        let attacker = SigningKey(seed: .random())
        let bundle = story.log.bundle(try story.body())
        #expect(Fate(bundle.encoded(signedWith: attacker)) == .finding(.manifest))
        let police = bundle.encoded(signedWith: story.table.police.keys.log)
        #expect(Fate(police) == .finding(.manifest))
    }

    @Test func `a fresh table with fresh keys passes without a policy and fails with one`() throws {
        let genuine = try TestStory()
        let forged = try TestStory().file()
        #expect(Fate(forged) == .taken)
        let identities = genuine.table.nodes.map(\.card.identity)
        let texts =
            ["charter \(TextBytes.text(genuine.table.id.bytes))"]
            + identities.map { "identity \(TextBytes.text($0.bytes))" }
        for text in texts {
            let policy = try AuditPolicy(parsing: Array(text.utf8))
            #expect(Fate(forged, policy: policy) == .finding(.policy))
        }
    }

    @Test func `a file cut off anywhere or padded is refused`() throws {
        let file = try TestStory().file()
        for count in stride(from: 0, to: file.count, by: 13) {
            #expect(Fate(Array(file[..<count])) != .taken, "cut at \(count)")
        }
        #expect(Fate(Array(file.dropLast())) != .taken)
        for padding: [UInt8] in [[0], [0x0A], [0x42, 0], [0x32, 0]] {
            #expect(Fate(file + padding) != .taken)
        }
        #expect(Fate(file + file) != .taken)
    }
}
