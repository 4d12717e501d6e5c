import Cryptography
import SyncLog
import Testing
import Vocabulary

/// Limits of `Protocol/limits.md` that no other test meets, exactly and passed by one.
struct LimitTests {
    private static func audience(_ count: Int) -> Audience? {
        Audience((0..<count).map { Recipient(member: MemberNumber($0 + 2), ground: "WABO-5.8") })
    }

    @Test func `an audience has at most 64 recipients`() {
        #expect(Self.audience(64)?.recipients.count == 64)
        #expect(Self.audience(65) == nil)
    }

    @Test func `a grant of history has at most 1,024 entries`() throws {
        let audience = try #require(Self.audience(1))
        let boxes = [Digest(hashing: [1]), Digest(hashing: [2])]
        let indices = (0..<UInt64(1_025)).map { $0 }
        let most = KeyGrant(audience: audience, boxHashes: boxes, history: indices.dropLast())
        #expect(most?.history.count == 1_024)
        #expect(KeyGrant(audience: audience, boxHashes: boxes, history: indices) == nil)
    }

    private func item(_ log: LogID, size: UInt64, unopened: Int) throws -> LogReceipt? {
        let checkpoint = Checkpoint(
            origin: log.origin(table: try #require(TableID([UInt8](repeating: 1, count: 32)))),
            size: size,
            root: Digest(hashing: []),
            signedWith: NodeKeys.generate(tls: .random()).log
        )
        return LogReceipt(
            log: log,
            checkpoint: checkpoint,
            heldCount: 0,
            heldHash: HeldEntries().hash,
            unopened: (0..<UInt64(unopened)).map { $0 }
        )
    }

    @Test func `a receipt lists at most 4,096 unopened entries of a log`() throws {
        let log = LogID(member: 2, generation: 0)
        #expect(try self.item(log, size: 70_000, unopened: 4_096)?.unopened.count == 4_096)
        #expect(try self.item(log, size: 70_000, unopened: 4_097) == nil)
    }

    @Test func `a receipt speaks of at most 1,024 logs`() throws {
        let one = try #require(try self.item(LogID(member: 1, generation: 0), size: 1, unopened: 0))
        let items = (1...1_025).compactMap { number in
            LogReceipt(
                log: LogID(member: MemberNumber(number), generation: 0),
                checkpoint: one.checkpoint,
                heldCount: 0,
                heldHash: one.heldHash,
                unopened: []
            )
        }
        #expect(Receipt(Array(items.dropLast()))?.logs.count == 1_024)
        #expect(Receipt(items) == nil)
    }

    @Test func `a card's name has at most 200 bytes`() throws {
        let fixture = Fixture()
        let name = String(repeating: "é", count: 100)
        #expect(try fixture.card(fixture.contents(name: name)).name == name)
        #expect(throws: CardError.field("name")) {
            try fixture.card(fixture.contents(name: name + "x"))
        }
    }

    @Test func `a card of 4,096 bytes is read and one byte more is not looked at`() throws {
        // No card with valid fields is as long: the first is refused for what it says, and so was read.
        let fixture = Fixture()
        let text = try fixture.card(fixture.contents()).note.text
        let signed = fixture.signed(text).count
        for (extra, error) in [(0, CardError.field("name")), (1, .malformed)] {
            let filler = String(repeating: "x", count: Card.bytesMax - signed + extra)
            let long = fixture.signed(try text.with("\nname ", "\nname \(filler)"))
            #expect(long.count == 4_096 + extra)
            #expect(throws: error) { try Card(parsing: long) }
        }
    }

    @Test func `a checkpoint has at most 65,536 bytes`() throws {
        let keys = NodeKeys.generate(tls: .random())
        func encoded(_ byteCount: Int) -> [UInt8] {
            // The origin stands in the text and before the signature.
            let rest = Checkpoint(origin: "oo", size: 10, root: .zero, signedWith: keys.log)
                .note.encoded.count
            let size: UInt64 = byteCount.isMultiple(of: 2) == rest.isMultiple(of: 2) ? 10 : 100
            let origin = String(repeating: "o", count: 2 + (byteCount - rest) / 2)
            return Checkpoint(origin: origin, size: size, root: .zero, signedWith: keys.log)
                .note.encoded
        }
        let most = encoded(65_536)
        #expect(most.count == 65_536)
        #expect(try Checkpoint(parsing: most).note.encoded == most)
        let over = encoded(65_537)
        #expect(over.count == 65_537)
        #expect(throws: CheckpointError.malformed) { try Checkpoint(parsing: over) }
    }

    @Test func `a cosignature is of a time below 2^63 seconds`() throws {
        let keys = NodeKeys.generate(tls: .random())
        let key = NoteKey.witness(keys.witness.verifyingKey, of: keys.identity.verifyingKey)
        let origin = "tafel/v1/log"
        let signed = Checkpoint(origin: origin, size: 1, root: .zero, signedWith: keys.log)
        for (seconds, isValid) in [(UInt64(1) << 63 - 1, true), (1 << 63, false)] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: seconds)
            // C2SP tlog-cosignature.
            let message = "cosignature/v1\ntime \(seconds)\n\(signed.note.text)"
            bytes += keys.witness.signature(for: Array(message.utf8))
            var note = signed.note
            note.append(NoteSignature(name: key.name, keyID: key.keyID, bytes: bytes))
            #expect(note.isSigned(by: key) == isValid)
            let checkpoint = try Checkpoint(parsing: note.encoded)
            func verify() throws(CheckpointError) -> [NoteKey] {
                try checkpoint.verify(
                    origin: origin,
                    logKey: keys.log.verifyingKey,
                    witnesses: [key]
                )
            }
            if isValid {
                #expect(try verify() == [key])
            } else {
                #expect(throws: CheckpointError.notSigned) { try verify() }
            }
        }
    }

    @Test func `a ground's code has at most 32 bytes`() {
        for (count, isTaken) in [(32, true), (33, false)] {
            let ground = Ground(
                code: String(repeating: "A", count: count),
                from: .all,
                to: .all,
                categories: [.public],
                retentionDays: nil,
                text: "Artikel"
            )
            #expect((ground != nil) == isTaken)
        }
    }
}
