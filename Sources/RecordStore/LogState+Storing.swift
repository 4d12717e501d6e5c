import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog

extension LogState {
    private static let numbersEnd = 2 + 8 * 15
    private static let disputedPlace = numbersEnd + Digest.byteCount
    private static let keyPlace = disputedPlace + 1 + 4
    private static let clearByteCount = keyPlace + 32

    /// The stored form: charter version (2), size, complete, time, receipted size, unreceipted,
    /// boundary size, boundary bytes, held size, count of held, bytes and cases that
    /// came, entries, bytes and cases of when its author was level, time of that (8 each), hash of
    /// held (32), disputed (1), version of the newest own card (4), log key (32, zeros for none),
    /// frontier (32 each), checkpoint.
    var storedBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self.charterVersion)
        for value in [
            self.size, self.complete, self.time.rawValue, self.receiptedSize, self.unreceipted,
            self.boundarySize, self.boundaryBytes, self.heldSize, self.held.count,
            self.intake.bytes, self.intake.cases, self.intake.level.entries,
            self.intake.level.bytes, self.intake.level.cases, self.intake.levelAt,
        ] {
            bytes.append(bigEndian: value)
        }
        self.held.hash.append(to: &bytes)
        bytes.append(self.isDisputed ? 1 : 0)
        bytes.append(bigEndian: self.cardVersion)
        bytes += self.logKey?.bytes ?? [UInt8](repeating: 0, count: 32)
        for hash in self.frontier.hashes { hash.append(to: &bytes) }
        if let checkpoint = self.checkpoint { bytes += checkpoint.note.encoded }
        return bytes
    }

    /// Reads the stored form.
    init(stored bytes: [UInt8]) throws(StoreError) {
        self.init()
        guard bytes.count >= Self.clearByteCount else {
            throw .corrupted(operation: "log state")
        }
        func value(_ place: Int) -> UInt64 {
            UInt64(bigEndian: bytes[(2 + 8 * place)..<(10 + 8 * place)])
        }
        let size = value(0)
        let hashesEnd = Self.clearByteCount + size.nonzeroBitCount * Digest.byteCount
        guard bytes.count >= hashesEnd else { throw .corrupted(operation: "log state") }
        let hashes = stride(from: Self.clearByteCount, to: hashesEnd, by: Digest.byteCount)
            .compactMap { Digest(bytes[$0..<($0 + Digest.byteCount)]) }
        guard let frontier = MerkleFrontier(size: size, hashes: hashes) else {
            throw .corrupted(operation: "log state")
        }
        self.frontier = frontier
        self.charterVersion = UInt16(bigEndian: bytes[..<2])
        self.complete = value(1)
        self.time = HybridTime(rawValue: value(2))
        self.receiptedSize = value(3)
        self.unreceipted = value(4)
        self.boundarySize = value(5)
        self.boundaryBytes = value(6)
        self.heldSize = value(7)
        guard self.heldSize <= size, value(8) <= self.heldSize else {
            throw .corrupted(operation: "log state")
        }
        guard let held = Digest(bytes[Self.numbersEnd..<Self.disputedPlace]) else {
            preconditionFailure("a digest has 32 bytes")
        }
        self.held = HeldEntries(count: value(8), hash: held)
        guard bytes[Self.disputedPlace] <= 1 else { throw .corrupted(operation: "log state") }
        self.isDisputed = bytes[Self.disputedPlace] == 1
        self.cardVersion = UInt32(bigEndian: bytes[(Self.disputedPlace + 1)..<Self.keyPlace])
        self.intake.bytes = value(9)
        self.intake.cases = value(10)
        self.intake.level = IntakeAmount(entries: value(11), bytes: value(12), cases: value(13))
        self.intake.levelAt = value(14)
        let key = bytes[Self.keyPlace..<Self.clearByteCount]
        if key.contains(where: { $0 != 0 }) {
            guard let logKey = VerifyingKey(key), size > 0 else {
                throw .corrupted(operation: "log state")
            }
            self.logKey = logKey
        } else if size > 0 {
            // What holds entries holds their author's card.
            throw .corrupted(operation: "log state")
        }
        guard bytes.count > hashesEnd else {
            // What holds entries holds a checkpoint over them.
            guard size == 0 else { throw .corrupted(operation: "log state") }
            return
        }
        do throws(CheckpointError) {
            self.checkpoint = try Checkpoint(parsing: bytes[hashesEnd...])
        } catch {
            throw .corrupted(operation: "checkpoint")
        }
        guard self.checkpoint?.size == size else { throw .corrupted(operation: "checkpoint") }
    }
}
