package import Cryptography
import Glibc
package import LocalFiles
import Synchronization

/// Why a slot, or the slot file, could not be used.
package enum SlotError: StoreFailure, Hashable {
    /// Not a slot file, or its header was changed.
    case notASlotFile(path: String)
    /// A slot file of a newer version of the program.
    case version(UInt32)
    /// The slot is zeros: destroyed, or never written.
    case destroyed(number: UInt64)
    /// The slot is torn, was changed, or is of another storage key. The erase key is lost.
    case damaged(number: UInt64)
    /// The file ends before the slot: it is older than the store.
    case absent(number: UInt64)
    /// The file system refused.
    case file(FileError)
    /// The store refused.
    case store(StoreError)
}

extension SlotError: CustomStringConvertible {
    /// What, why, and what to do, in one line.
    package var description: String {
        switch self {
        case .notASlotFile(let path): "\(path): not a slot file. Restore it from a backup"
        case .version(let version):
            "slot file: of version \(version). Use a newer version of the program"
        case .destroyed(let number):
            "slots has nothing at \(number): destroyed, or older than the store. "
                + "Run 'tafel node check' to see what is lost"
        case .damaged(let number):
            "slots is damaged (slot \(number)). Run 'tafel node check' to see what is lost"
        case .absent(let number):
            "slots was cut off (before slot \(number)). Run 'tafel node check' to see what is lost"
        case .file(let error): error.description
        case .store(let error): error.description
        }
    }
}

/// The erase keys of records and fragments, each in a slot of its own (`Protocol/keys.md` §9).
///
/// Write the slots of a transaction, then ``sync()``, then commit the transaction that names them.
/// Safe to use from several threads; slots of consecutive numbers are gathered into large writes.
package final class SlotFile: Sendable {
    /// Length of the header and of each slot, in bytes.
    package static let slotByteCount = 128
    /// Largest slot number.
    package static let numberMax: UInt64 = 1 << 48
    /// Most slots that wait in memory for a write.
    package static let pendingCountMax = 8_192
    /// The file grows by this many slots at a time.
    package static let growthCount = 8_192

    private static let magic = Array("TAFELSLT".utf8)
    private static let version: UInt32 = 1
    private static let fileIDByteCount = 16
    private static let sealedByteCount =
        SecretKey.byteCount + AuthenticatedEncryption.overheadByteCount
    private static let padding = [UInt8](repeating: 0, count: slotByteCount - sealedByteCount)

    /// Consecutive slots that are not written yet, and how long the file is.
    private struct State {
        var firstNumber: UInt64 = 0
        var pending: [UInt8] = []
        var fileByteCount: Int

        var pendingCount: UInt64 { UInt64(self.pending.count / SlotFile.slotByteCount) }
    }

    private let file: Descriptor
    private let key: SecretKey
    private let fileID: [UInt8]
    private let state: Mutex<State>

    private init(
        file: consuming Descriptor,
        storageKey: borrowing SecretKey,
        fileID: [UInt8],
        fileByteCount: Int
    ) {
        self.file = file
        self.key = storageKey.derived("tafel/v1/slots")
        self.fileID = fileID
        self.state = Mutex(State(fileByteCount: fileByteCount))
    }

    /// Makes the slot file of a new node.
    package static func create(
        at path: String,
        storageKey: borrowing SecretKey
    ) throws(SlotError) -> SlotFile {
        let fileID = Randomness.bytes(count: self.fileIDByteCount)
        var header = self.magic
        header.append(bigEndian: self.version)
        header += fileID
        header += [UInt8](repeating: 0, count: self.slotByteCount - header.count)
        do throws(FileError) {
            let file = try Descriptor(path: path, flags: O_RDWR | O_CREAT | O_EXCL)
            try file.write(header.span.bytes, at: 0)
            try file.sync()
            try Descriptor.syncFolder(containing: path)
            return SlotFile(
                file: file,
                storageKey: storageKey,
                fileID: fileID,
                fileByteCount: header.count
            )
        } catch {
            throw .file(error)
        }
    }

    /// Opens a slot file and checks its header.
    ///
    /// A wrong storage key shows when a slot is read. With `isReading` nothing can be written.
    package static func open(
        at path: String,
        storageKey: borrowing SecretKey,
        isReading: Bool
    ) throws(SlotError) -> SlotFile {
        let file = try SlotError.lifting { () throws(FileError) in
            try Descriptor(path: path, flags: isReading ? O_RDONLY : O_RDWR)
        }
        let (header, byteCount) = try SlotError.lifting { () throws(FileError) in
            (try file.read(count: self.slotByteCount, at: 0), try file.information().byteCount)
        }
        let clearEnd = self.magic.count + 4
        guard header.count == self.slotByteCount, header.starts(with: self.magic) else {
            throw .notASlotFile(path: path)
        }
        let version = UInt32(bigEndian: header[self.magic.count..<clearEnd])
        guard version == self.version else { throw .version(version) }
        let fileIDEnd = clearEnd + self.fileIDByteCount
        guard header[fileIDEnd...].allSatisfy({ $0 == 0 }) else {
            throw .notASlotFile(path: path)
        }
        return SlotFile(
            file: file,
            storageKey: storageKey,
            fileID: Array(header[clearEnd..<fileIDEnd]),
            fileByteCount: byteCount
        )
    }

    /// Writes an erase key into a slot, over whatever it holds.
    ///
    /// It is on disk after the next ``sync()``. When this or `sync()` throws, no slot written
    /// since the last `sync()` may be named.
    package func write(_ key: borrowing SecretKey, to number: UInt64) throws(SlotError) {
        precondition(number <= Self.numberMax, "slot numbers end at 2^48")
        var plaintext = key.exposedBytes()
        defer { plaintext.wipe() }
        var slot = AuthenticatedEncryption.seal(
            plaintext,
            nonce: Randomness.bytes(count: AuthenticatedEncryption.nonceByteCount),
            associatedData: self.associatedData(number),
            key: self.key
        )
        slot += Self.padding
        try self.state.withLock { (state) throws(SlotError) in
            if state.firstNumber + state.pendingCount != number { try self.flush(&state) }
            if state.pending.isEmpty { state.firstNumber = number }
            state.pending.append(contentsOf: slot)
            if state.pendingCount == Self.pendingCountMax { try self.flush(&state) }
        }
    }

    /// Puts every slot written so far on disk.
    package func sync() throws(SlotError) {
        try self.state.withLock { (state) throws(SlotError) in try self.flush(&state) }
        do throws(FileError) { try self.file.syncData() } catch { throw .file(error) }
    }

    /// Reads the erase key in a slot.
    package func read(_ number: UInt64) throws(SlotError) -> SecretKey {
        guard number <= Self.numberMax else { throw .absent(number: number) }
        let slot = try self.state.withLock { (state) throws(SlotError) -> [UInt8] in
            if number >= state.firstNumber, number - state.firstNumber < state.pendingCount {
                let start = Int(number - state.firstNumber) * Self.slotByteCount
                return Array(state.pending[start..<start + Self.slotByteCount])
            }
            return try self.slotOnDisk(number)
        }
        guard slot.count == Self.slotByteCount else { throw .absent(number: number) }
        guard slot.contains(where: { $0 != 0 }) else { throw .destroyed(number: number) }
        let sealed = Array(slot[..<Self.sealedByteCount])
        guard slot[Self.sealedByteCount...].allSatisfy({ $0 == 0 }),
            var plaintext = AuthenticatedEncryption.open(
                sealed,
                associatedData: self.associatedData(number),
                key: self.key
            )
        else { throw .damaged(number: number) }
        defer { plaintext.wipe() }
        guard let key = SecretKey(plaintext) else { throw .damaged(number: number) }
        return key
    }

    /// Overwrites slots with zeros and puts that on disk, in place.
    ///
    /// What a file system or a drive keeps of old blocks is out of reach. A number that does not
    /// exist is passed over.
    package func destroy(_ numbers: [UInt64]) throws(SlotError) {
        try self.state.withLock { (state) throws(SlotError) in
            try self.flush(&state)
            // A slot that the file's end cuts through counts: it may hold a whole key.
            let last = (state.fileByteCount - 1) / Self.slotByteCount
            let existing = numbers.filter { $0 < UInt64(last) }
            do throws(FileError) {
                for run in existing.sorted().consecutiveRuns(countMax: Self.pendingCountMax) {
                    let zeros = [UInt8](repeating: 0, count: run.count * Self.slotByteCount)
                    try self.file.write(zeros.span.bytes, at: Self.offset(of: run.lowerBound))
                }
            } catch {
                throw .file(error)
            }
        }
        // Who reads slots does not wait for the disk.
        do throws(FileError) { try self.file.syncData() } catch { throw .file(error) }
    }

    /// Writes the waiting slots; forgets them also when that fails, for their transaction fails.
    private func flush(_ state: inout State) throws(SlotError) {
        guard !state.pending.isEmpty else { return }
        defer { state.pending.removeAll(keepingCapacity: true) }
        let offset = Self.offset(of: state.firstNumber)
        do throws(FileError) {
            try self.grow(&state, toHold: offset + state.pending.count)
            try self.file.write(state.pending.span.bytes, at: offset)
        } catch {
            throw .file(error)
        }
    }

    /// Takes disk space ahead, so that a sync need not write a new length each time.
    private func grow(_ state: inout State, toHold byteCount: Int) throws(FileError) {
        guard byteCount > state.fileByteCount else { return }
        let growthByteCount = Self.growthCount * Self.slotByteCount
        let slots = byteCount - Self.slotByteCount
        let chunks = (slots + growthByteCount - 1) / growthByteCount
        let target = Self.slotByteCount + chunks * growthByteCount
        var code: Int32
        repeat {
            code = posix_fallocate(
                self.file.number,
                state.fileByteCount,
                target - state.fileByteCount
            )
        } while code == EINTR
        guard code == 0 else {
            throw FileError(code: code, operation: "posix_fallocate", path: self.file.path)
        }
        state.fileByteCount = target
    }

    private func slotOnDisk(_ number: UInt64) throws(SlotError) -> [UInt8] {
        do throws(FileError) {
            return try self.file.read(count: Self.slotByteCount, at: Self.offset(of: number))
        } catch {
            throw .file(error)
        }
    }

    private func associatedData(_ number: UInt64) -> [UInt8] {
        var bytes = self.fileID
        bytes.append(bigEndian: number)
        return bytes
    }

    private static func offset(of number: UInt64) -> Int { self.slotByteCount * (Int(number) + 1) }
}

extension SlotError {
    /// Runs `body` and turns its failure into this kind of error.
    fileprivate static func lifting<Result: ~Copyable>(
        _ body: () throws(FileError) -> Result
    ) throws(SlotError) -> Result {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }
}

extension [UInt64] {
    /// Cuts ascending numbers into runs without gaps; a number that repeats counts once.
    fileprivate func consecutiveRuns(countMax: Int) -> [Range<UInt64>] {
        var runs: [Range<UInt64>] = []
        for number in self {
            if let last = runs.last, number <= last.upperBound, last.count < countMax {
                runs[runs.count - 1] = last.lowerBound..<Swift.max(last.upperBound, number + 1)
            } else if number >= runs.last?.upperBound ?? 0 {
                runs.append(number..<number + 1)
            }
        }
        return runs
    }
}
