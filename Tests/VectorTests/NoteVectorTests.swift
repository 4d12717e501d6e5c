import Cryptography
import SyncLog
import Testing

/// Signed notes and checkpoints (`Protocol/sync-log.md` §6, C2SP signed-note).
struct NoteVectorTests {
    struct NoteCase: VectorCase {
        struct Key: Decodable, Sendable {
            let name: String
            let algorithm: UInt8
            let `public`: Hex
            let id: Hex

            func noteKey() throws -> NoteKey {
                NoteKey(
                    name: self.name,
                    algorithm: try #require(NoteKey.Algorithm(rawValue: self.algorithm)),
                    key: try self.public.verifyingKey()
                )
            }
        }

        let name: String
        let note: Hex
        let keys: [Key]
        let text: Hex?
        let seed: Hex?

        /// Reads the note and refuses a line that is not by one of the keys.
        func parse() throws -> SignedNote {
            let note = try SignedNote(parsing: self.note.bytes, bytesMax: Checkpoint.bytesMax)
            let keys = try self.keys.map { try $0.noteKey() }
            for signature in note.signatures {
                guard keys.contains(where: { note.isValid(signature, by: $0) }) else {
                    throw NoteError.unexpectedSignature(name: signature.name)
                }
            }
            return note
        }
    }

    struct CheckpointCase: VectorCase {
        struct Witness: Decodable, Sendable {
            let node: Hex
            let `public`: Hex
        }

        let name: String
        let note: Hex
        let origin: String
        let log: Hex
        let witnesses: [Witness]
        let size: UInt64?
        let root: Hex?
        let time: UInt64?
        let cosigners: [Hex]?

        func verify() throws -> (checkpoint: Checkpoint, cosigners: [NoteKey]) {
            let checkpoint = try Checkpoint(parsing: self.note.bytes)
            let witnesses = try self.witnesses.map {
                NoteKey.witness(try $0.public.verifyingKey(), of: try $0.node.verifyingKey())
            }
            let cosigners = try checkpoint.verify(
                origin: self.origin,
                logKey: try self.log.verifyingKey(),
                witnesses: witnesses
            )
            return (checkpoint, cosigners)
        }
    }

    private func accept(_ item: NoteCase) throws {
        let note = try item.parse()
        #expect(note.encoded == item.note.bytes)
        #expect(Array(note.text.utf8) == item.text?.bytes)
        for key in item.keys {
            let noteKey = try key.noteKey()
            var id: [UInt8] = []
            id.append(bigEndian: noteKey.keyID)
            #expect(id == key.id.bytes)
            #expect(note.isSigned(by: noteKey))
            #expect(NoteKey(verifierText: noteKey.verifierText) == noteKey)
        }
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/notes-published.json") as [NoteCase])
    func `published notes verify and are written again`(_ item: NoteCase) throws {
        try self.accept(item)
        guard let seed = item.seed else { return }
        let first = try #require(item.keys.first)
        var note = SignedNote(text: try item.parse().text)
        note.sign(with: SigningKey(seed: try seed.secretKey()), name: first.name)
        #expect(note.encoded == item.note.bytes)
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/notes.json") as [NoteCase])
    func `notes verify and are written again`(_ item: NoteCase) throws {
        try self.accept(item)
    }

    @Test(arguments: try VectorFile.cases("sync-log/reject/notes.json") as [NoteCase])
    func `notes of another form or with another signature are refused`(_ item: NoteCase) {
        #expect(throws: NoteError.self) { try item.parse() }
    }

    @Test(
        arguments: try VectorFile.cases("sync-log/accept/checkpoints.json") as [CheckpointCase]
    )
    func `checkpoints verify and are written again`(_ item: CheckpointCase) throws {
        let (checkpoint, cosigners) = try item.verify()
        #expect(checkpoint.note.encoded == item.note.bytes)
        #expect(checkpoint.origin.hasSameBytes(as: item.origin))
        #expect(checkpoint.size == item.size)
        #expect(checkpoint.root == (try item.root?.digest()))
        let names = try #require(item.cosigners).map {
            "tafel/v1/witness/" + TextEncoding.hex($0.bytes)
        }
        #expect(cosigners.map(\.name) == names)
        #expect(checkpoint.note.signatures.count == 1 + names.count)
        for signature in checkpoint.note.signatures.dropFirst() {
            #expect(UInt64(bigEndian: signature.bytes.prefix(8)) == item.time)
        }
        let alone = checkpoint.withoutCosignatures
        #expect(alone.note.signatures == Array(checkpoint.note.signatures.prefix(1)))
    }

    @Test(
        arguments: try VectorFile.cases("sync-log/reject/checkpoints.json") as [CheckpointCase]
    )
    func `other checkpoints are refused`(_ item: CheckpointCase) {
        #expect(throws: CheckpointError.self) { _ = try item.verify() }
    }
}
