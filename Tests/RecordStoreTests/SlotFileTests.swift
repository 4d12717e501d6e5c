import Cryptography
import Foundation
import LocalFiles
import RecordStore
import Testing

struct SlotFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        self.folder = try TemporaryFolder()
        self.path = self.folder.file("slots")
    }

    private func storageKey(_ byte: UInt8 = 7) throws -> SecretKey {
        guard let key = SecretKey([UInt8](repeating: byte, count: 32)) else {
            throw SlotError.notASlotFile(path: "")
        }
        return key
    }

    /// A key that can be told from its number.
    private func key(_ number: UInt64) throws -> SecretKey {
        var bytes = [UInt8](repeating: 1, count: 24)
        bytes.append(bigEndian: number)
        guard let key = SecretKey(bytes) else { throw SlotError.destroyed(number: number) }
        return key
    }

    private func make() throws -> SlotFile {
        try SlotFile.create(at: self.path, storageKey: self.storageKey())
    }

    private func reopen() throws -> SlotFile {
        try SlotFile.open(at: self.path, storageKey: self.storageKey(), isReading: false)
    }

    private func change(_ body: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(filePath: self.path))
        body(&data)
        try data.write(to: URL(filePath: self.path))
    }

    @Test func `keys are read before and after the sync, and by a new opening`() throws {
        let numbers: [UInt64] = [0, 1, 2, 5, 3, 9_000, 1]
        do {
            let slots = try self.make()
            for number in numbers {
                try slots.write(self.key(number), to: number)
                #expect(try slots.read(number).exposedBytes() == self.key(number).exposedBytes())
            }
            try slots.sync()
            for number in numbers {
                #expect(try slots.read(number).exposedBytes() == self.key(number).exposedBytes())
            }
        }
        let slots = try self.reopen()
        for number in numbers {
            #expect(try slots.read(number).exposedBytes() == self.key(number).exposedBytes())
        }
    }

    @Test func `the bytes are those of the specification`() throws {
        do {
            let slots = try self.make()
            try slots.write(self.key(3), to: 3)
            try slots.sync()
        }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: self.path)))
        #expect(bytes[0..<12] == [0x54, 0x41, 0x46, 0x45, 0x4C, 0x53, 0x4C, 0x54, 0, 0, 0, 1])
        #expect(bytes[28..<128].allSatisfy { $0 == 0 })
        #expect(bytes[12..<28].contains { $0 != 0 })
        let slot = bytes[512..<640]
        let opened = AuthenticatedEncryption.open(
            Array(slot.prefix(72)),
            associatedData: bytes[12..<28] + [0, 0, 0, 0, 0, 0, 0, 3],
            key: try self.storageKey().derived("tafel/v1/slots")
        )
        #expect(try opened == self.key(3).exposedBytes())
        #expect(slot.dropFirst(72).allSatisfy { $0 == 0 })
        #expect(bytes[128..<512].allSatisfy { $0 == 0 })
        let attributes = try FileManager.default.attributesOfItem(atPath: self.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `every flipped bit of a slot is noticed`() throws {
        do {
            let slots = try self.make()
            try slots.write(self.key(0), to: 0)
            try slots.write(self.key(1), to: 1)
            try slots.sync()
        }
        for bit in stride(from: 0, to: 128 * 8, by: 5) {
            try self.change { $0[128 + bit / 8] ^= 1 << UInt8(bit % 8) }
            let slots = try self.reopen()
            #expect(throws: SlotError.damaged(number: 0)) { _ = try slots.read(0) }
            #expect(try slots.read(1).exposedBytes() == self.key(1).exposedBytes())
            try self.change { $0[128 + bit / 8] ^= 1 << UInt8(bit % 8) }
        }
        #expect(try self.reopen().read(0).exposedBytes() == self.key(0).exposedBytes())
    }

    @Test func `a slot does not open at another number, in another file or with another key`()
        throws
    {
        do {
            let slots = try self.make()
            try slots.write(self.key(0), to: 0)
            try slots.sync()
        }
        try self.change { $0.replaceSubrange(256..<384, with: $0[128..<256]) }
        #expect(throws: SlotError.damaged(number: 1)) { _ = try self.reopen().read(1) }
        let other = try SlotFile.open(
            at: self.path,
            storageKey: self.storageKey(8),
            isReading: false
        )
        #expect(throws: SlotError.damaged(number: 0)) { _ = try other.read(0) }
        try self.change { $0[12] ^= 1 }
        #expect(throws: SlotError.damaged(number: 0)) { _ = try self.reopen().read(0) }
    }

    @Test func `a torn slot is damaged, one beyond the end absent`() throws {
        do {
            let slots = try self.make()
            try slots.write(self.key(0), to: 0)
            try slots.sync()
        }
        try self.change { $0.replaceSubrange(160..<256, with: repeatElement(0, count: 96)) }
        #expect(throws: SlotError.damaged(number: 0)) { _ = try self.reopen().read(0) }
        try self.change { $0.removeSubrange(200...) }
        #expect(throws: SlotError.absent(number: 0)) { _ = try self.reopen().read(0) }
        #expect(throws: SlotError.absent(number: 70_000)) { _ = try self.reopen().read(70_000) }
        #expect(throws: SlotError.absent(number: .max)) { _ = try self.reopen().read(.max) }
    }

    @Test func `destroyed slots are zeros on disk and their neighbours stay`() throws {
        let slots = try self.make()
        for number in UInt64(0)..<20 { try slots.write(self.key(number), to: number) }
        // Not synced: destroying must reach also those that wait in memory.
        let destroyed: [UInt64] = [7, 3, 4, 5, 19, 4, 1 << 40, .max]
        try slots.destroy(destroyed)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: self.path)))
        for number in UInt64(0)..<20 {
            let start = 128 * (Int(number) + 1)
            if destroyed.contains(number) {
                #expect(bytes[start..<start + 128].allSatisfy { $0 == 0 })
                #expect(throws: SlotError.destroyed(number: number)) { _ = try slots.read(number) }
            } else {
                #expect(try slots.read(number).exposedBytes() == self.key(number).exposedBytes())
            }
        }
        try slots.write(self.key(100), to: 4)
        #expect(try slots.read(4).exposedBytes() == self.key(100).exposedBytes())
    }

    @Test func `a header that differs is refused`() throws {
        do { _ = try self.make() }
        #expect(throws: SlotError.file(.exists(path: self.path))) { _ = try self.make() }
        try self.change { $0[11] = 2 }
        #expect(throws: SlotError.version(2)) { _ = try self.reopen() }
        try self.change { $0[11] = 1 }
        for offset in [0, 7, 28, 127] {
            try self.change { $0[offset] ^= 4 }
            #expect(throws: SlotError.notASlotFile(path: self.path)) { _ = try self.reopen() }
            try self.change { $0[offset] ^= 4 }
        }
        _ = try self.reopen()
        try self.change { $0.removeLast() }
        #expect(throws: SlotError.notASlotFile(path: self.path)) { _ = try self.reopen() }
        let absent = self.folder.file("absent")
        #expect(throws: SlotError.file(.missing(path: absent))) {
            _ = try SlotFile.open(at: absent, storageKey: self.storageKey(), isReading: false)
        }
    }

    @Test func `the file grows by whole chunks`() throws {
        let slots = try self.make()
        let chunk = SlotFile.growthCount * SlotFile.slotByteCount
        let size = {
            try FileManager.default.attributesOfItem(atPath: self.path)[.size] as? Int
        }
        try slots.write(self.key(0), to: 0)
        try slots.sync()
        #expect(try size() == 128 + chunk)
        let last = UInt64(SlotFile.growthCount - 1)
        try slots.write(self.key(last), to: last)
        try slots.sync()
        #expect(try size() == 128 + chunk)
        try slots.write(self.key(last + 1), to: last + 1)
        try slots.sync()
        #expect(try size() == 128 + 2 * chunk)
    }

    @Test func `more slots than wait in memory at a time are all written`() throws {
        let slots = try self.make()
        let count = UInt64(2 * SlotFile.pendingCountMax + 10)
        for number in 0..<count { try slots.write(self.key(number), to: number) }
        try slots.sync()
        for number in stride(from: 0, to: count, by: 97) {
            #expect(try slots.read(number).exposedBytes() == self.key(number).exposedBytes())
        }
        let numbers = Array(0..<count - 1)
        try slots.destroy(numbers)
        for number in stride(from: 0, to: count - 1, by: 97) {
            #expect(throws: SlotError.destroyed(number: number)) { _ = try slots.read(number) }
        }
        #expect(try slots.read(count - 1).exposedBytes() == self.key(count - 1).exposedBytes())
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "a small disk is mounted, which needs root"))
    func `a full disk is named and what was synced stays`() throws {
        let disk = try TemporaryMount(byteCount: 3 << 19)
        let path = "\(disk.path)/slots"
        let slots = try SlotFile.create(at: path, storageKey: self.storageKey())
        try slots.write(self.key(0), to: 0)
        try slots.sync()
        try slots.write(self.key(9_000), to: 9_000)
        #expect(throws: SlotError.file(.diskFull(path: path))) { try slots.sync() }
        #expect(try slots.read(0).exposedBytes() == self.key(0).exposedBytes())
        try slots.write(self.key(1), to: 1)
        try slots.sync()
        let reopened = try SlotFile.open(at: path, storageKey: self.storageKey(), isReading: false)
        #expect(try reopened.read(1).exposedBytes() == self.key(1).exposedBytes())
    }
}
