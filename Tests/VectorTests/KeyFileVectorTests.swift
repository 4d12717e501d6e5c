import Cryptography
import Foundation
import RecordStore
import Testing

/// Key files and slot files (`Protocol/keys.md` §8, §9).
struct KeyFileVectorTests {
    struct KeyCase: VectorCase {
        let name: String
        let passphrase: Hex
        let passes: UInt32
        let memory: UInt32
        let key: Hex
        let file: Hex
        let storage: Hex
        let identity: Hex
        let log: Hex
        let witness: Hex
        let sealing: Hex
        let tls: Hex
    }

    struct RefusedKey: VectorCase {
        let name: String
        let passphrase: Hex
        let file: Hex
    }

    struct SlotCase: VectorCase {
        let name: String
        let storage: Hex
        let file: Hex
        let fileId: Hex
        let slotKey: Hex
        let eraseKeys: [Hex?]
    }

    struct RefusedSlot: VectorCase {
        let name: String
        let storage: Hex
        let file: Hex
        let slot: UInt64
    }

    @Test(arguments: try VectorFile.cases("keys/accept/key-file.json") as [KeyCase])
    func `key files open and are written again`(_ item: KeyCase) throws {
        let bytes = item.file.bytes
        let hashing = try #require(
            PasswordHashing(
                passes: item.passes,
                memoryKiB: item.memory,
                salt: Array(bytes[20..<36])
            )
        )
        let derived = hashing.key(passphrase: item.passphrase.bytes)?.exposedBytes()
        #expect(derived == item.key.bytes)
        let keys = try KeyFile.decode(bytes, passphrase: item.passphrase.bytes)
        let storage = keys.storage.exposedBytes()
        let tls = keys.tls.exposedBytes()
        let publicKeys = [
            keys.identity.verifyingKey, keys.log.verifyingKey, keys.witness.verifyingKey,
        ]
        let sealing = keys.sealing.publicKey
        let expected = [
            SigningKey(seed: try item.identity.secretKey()).verifyingKey,
            SigningKey(seed: try item.log.secretKey()).verifyingKey,
            SigningKey(seed: try item.witness.secretKey()).verifyingKey,
        ]
        let expectedSealing = SealingKey(try item.sealing.secretKey()).publicKey
        #expect(storage == item.storage.bytes)
        #expect(tls == item.tls.bytes)
        #expect(publicKeys == expected)
        #expect(sealing == expectedSealing)
        let again = try KeyFile.encode(
            keys,
            passphrase: item.passphrase.bytes,
            hashing: hashing,
            nonce: Array(bytes[36..<60])
        )
        #expect(again == bytes)
    }

    @Test(arguments: try VectorFile.cases("keys/reject/key-file.json") as [RefusedKey])
    func `other key files do not open`(_ item: RefusedKey) {
        #expect(throws: KeyFileError.self) {
            _ = try KeyFile.decode(item.file.bytes, passphrase: item.passphrase.bytes)
        }
    }

    @Test(arguments: try VectorFile.cases("keys/accept/slot-file.json") as [SlotCase])
    func `slots give their erase keys and are sealed again`(_ item: SlotCase) throws {
        let bytes = item.file.bytes
        #expect(Array(bytes[12..<28]) == item.fileId.bytes)
        let slotKey = try item.storage.secretKey().derived("tafel/v1/slots")
        let exposed = slotKey.exposedBytes()
        #expect(exposed == item.slotKey.bytes)
        #expect(bytes.count == SlotFile.slotByteCount * (item.eraseKeys.count + 1))
        try Self.withFile(bytes) { path in
            let file = try SlotFile.open(
                at: path,
                storageKey: try item.storage.secretKey(),
                isReading: false
            )
            for (index, expected) in item.eraseKeys.enumerated() {
                let number = UInt64(index)
                let start = SlotFile.slotByteCount * (index + 1)
                let slot = Array(bytes[start..<start + SlotFile.slotByteCount])
                guard let expected else {
                    #expect(throws: SlotError.destroyed(number: number)) {
                        _ = try file.read(number)
                    }
                    continue
                }
                let eraseKey = try file.read(number).exposedBytes()
                #expect(eraseKey == expected.bytes)
                var associatedData = item.fileId.bytes
                associatedData.append(bigEndian: number)
                let sealed = AuthenticatedEncryption.seal(
                    expected.bytes,
                    nonce: Array(slot[..<AuthenticatedEncryption.nonceByteCount]),
                    associatedData: associatedData,
                    key: slotKey
                )
                let padding = [UInt8](repeating: 0, count: slot.count - sealed.count)
                #expect(sealed + padding == slot)
            }
        }
    }

    @Test(arguments: try VectorFile.cases("keys/reject/slot-file.json") as [RefusedSlot])
    func `other slots are refused`(_ item: RefusedSlot) throws {
        try Self.withFile(item.file.bytes) { path in
            #expect(throws: SlotError.self) {
                let file = try SlotFile.open(
                    at: path,
                    storageKey: try item.storage.secretKey(),
                    isReading: false
                )
                _ = try file.read(item.slot)
            }
        }
    }

    /// Lends the path of a file with these bytes, which is removed afterwards.
    private static func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "tafel-slots-\(UUID().uuidString)")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url.path)
    }
}
