@testable import Cryptography
import Foundation
import RecordImport
@testable import RecordStore
import ReplicatedTypes
@testable import StorePages
import SyncEngine
import SyncLog
import Vocabulary

extension Decoder {
    /// Files of the data folder and values of the store.
    static let stored: [Decoder] = [
        Decoder("key-file", bytesMax: 300) { bytes in
            guard let hashing = try? KeyFile.hashing(of: bytes) else { return }
            // What a passphrase costs is bounded, so the key of some passphrase stands for it.
            check(hashing.memoryKiB <= PasswordHashing.memoryKiBMax, "memory over the limit")
            _ = try? KeyFile.decode(bytes, key: VectorSigner.secret("storage"))
        },
        Decoder("slot-file", bytesMax: 1_024) { bytes in readSlots(bytes) },
        canonical(
            "log-state",
            bytesMax: 8_192,
            seeds: { logStates() },
            decode: { try LogState(stored: $0) },
            encode: { $0.storedBytes }
        ),
        Decoder("stored-record", bytesMax: 8_192, seeds: { records() }) { bytes in
            guard let record = try? StoredRecord(stored: bytes) else { return }
            // Texts that are not UTF-8 are mended as they are read, so not every form is the one.
            check(
                (try? StoredRecord(stored: record.storedBytes)) == record,
                "a record reads back as another one"
            )
        },
        Decoder("store-page", bytesMax: 4_096, seeds: { try storePages() }) { bytes in
            readPage(bytes)
        },
        Decoder("store-file", bytesMax: 65_536, seeds: { [try storeFile()] }) { bytes in
            walk(bytes)
        },
    ]

    private static func readSlots(_ bytes: [UInt8]) {
        let path = InputFile.shared.write(bytes)
        // Of the vectors' slot files, `Protocol/vectors/keys/accept/slot-file.json`.
        let key = VectorSigner.secret("key file storage")
        guard let slots = try? SlotFile.open(at: path, storageKey: key, isReading: true) else {
            return
        }
        for number in [0, 1, 2, UInt64(bytes.count), SlotFile.numberMax] {
            _ = try? slots.read(number)
        }
    }

    /// A page as it may lie in the file, and all that is read of it.
    private static func readPage(_ bytes: [UInt8]) {
        for number in [UInt64(0), 1] { _ = try? MetaPage(bytes: bytes, number: number) }
        guard bytes.count >= 8 else { return }
        let number = bytes.littleEndian(at: 0, as: UInt64.self)
        guard let page = try? StorePage(bytes: bytes, number: number) else { return }
        for hasNumbers in [false, true] {
            try? page.checkOrder(within: ([0], [255]), hasNumbers: hasNumbers)
        }
        for node in page.nodes {
            check(page.key(node).count <= StorePage.keyBytesMax, "a key over the limit")
            if case .tree(let offset) = node.value { _ = page.tree(node, at: offset) }
        }
    }

    /// Reads a whole file as `tafel node check` does.
    private static func walk(_ bytes: [UInt8]) {
        let path = InputFile.shared.write(bytes)
        guard let meta = try? PageFile(path: path).metaPages(),
            var walk = try? TreeWalk(path: path, meta: meta.newest, damagesMax: 100)
        else { return }
        var byteCount = 0
        try? walk.walk { run, bytes in
            check(bytes.count == Int(run.count) * meta.newest.pageByteCount, "half a page")
            return nil
        } row: { _, key, value in
            byteCount += key.count + value.count
        }
        // Every page is used once, so no more comes out than lies in the file.
        check(byteCount <= bytes.count, "more was read than the file holds")
    }
}

/// Inputs that the product's own encoders make.
extension Decoder {
    private static func logStates() -> [[UInt8]] {
        [0, 1, 6, 255].map { (size: Int) -> [UInt8] in
            var state = LogState()
            for index in 0..<size { state.frontier.append(Digest(hashing: [UInt8(index)])) }
            state.complete = UInt64(size)
            state.charterVersion = 1
            state.time = HybridTime(milliseconds: 1_767_225_600_000)
            state.receiptedSize = UInt64(size)
            if size > 0, let key = VectorSigner.logKey(of: 1) {
                state.checkpoint = Checkpoint(
                    origin: LogID(member: 1, generation: 0).origin(table: .zero),
                    size: state.size,
                    root: state.frontier.root,
                    signedWith: key
                )
            }
            return state.storedBytes
        }
    }

    private static func records() -> [[UInt8]] {
        let fields = [
            ImportedRecord.Field(name: "date", value: "2025-02-27"),
            ImportedRecord.Field(name: "subject.kvk", value: "00231987"),
        ]
        func record(_ count: Int) -> ImportedRecord {
            ImportedRecord(
                source: "od-noord-zaaksysteem",
                sourceKey: "OD-2025-0001",
                type: .inspection,
                category: .business,
                fields: Array(fields.prefix(count)),
                neverShare: ["extra.internal_note"]
            )
        }
        let first = StoredRecord(record: record(1), at: 1_767_225_600_000, history: [])
        let second = first.replaced(by: record(2), at: 1_767_225_700_000)
        return [first.storedBytes, second.storedBytes]
    }

    /// A store with small and long values, and with pages that became free.
    private static func storeFile() throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "tafel-fuzz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "store.lmdb").path()
        do {
            let environment = try Environment(
                path: path,
                mode: .create,
                tables: ["a", "b"],
                options: .init(mapBytesMax: 1 << 20, readerCountMax: 4),
                sealKey: nil
            )
            for round in 0..<4 {
                try environment.write { (transaction) throws(StoreError) in
                    for number in 0..<UInt8(8) {
                        let value = [UInt8](repeating: number, count: round * 200 + 1)
                        try transaction.put(value, for: [number, 1], in: environment.table("a"))
                    }
                    let long = [UInt8](repeating: 1, count: 5_000)
                    try transaction.put(long, for: [9], in: environment.table("b"))
                }
            }
        }
        return Array(try Data(contentsOf: URL(filePath: path)).prefix(65_536))
    }

    private static func storePages() throws -> [[UInt8]] {
        let file = try self.storeFile()
        return stride(from: 0, to: file.count, by: 4_096).map {
            Array(file[$0..<min($0 + 4_096, file.count)])
        }
    }
}

/// A file with the input in it, for what reads files: one of this process, without a name.
final class InputFile: Sendable {
    static let shared = InputFile()

    private let number: Int32

    private init() {
        let template = FileManager.default.temporaryDirectory.appending(path: "tafel-fuzz-XXXXXX")
        var path = Array(template.path().utf8CString)
        self.number = mkstemp(&path)
        guard self.number >= 0 else { FuzzProgram.fail("no file can be made for the input") }
        unlink(path)
    }

    /// Puts the bytes into the file and returns its path.
    func write(_ bytes: [UInt8]) -> String {
        guard ftruncate(self.number, 0) == 0,
            pwrite(self.number, bytes, bytes.count, 0) == bytes.count
        else { FuzzProgram.fail("the input cannot be written to a file") }
        return "/proc/self/fd/\(self.number)"
    }
}
