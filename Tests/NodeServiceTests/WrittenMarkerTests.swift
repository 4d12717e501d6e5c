import Cryptography
import Foundation
import SyncLog
import Testing

@testable import NodeService

/// The file beside the data folder (`Protocol/sync.md` §3.3).
struct WrittenMarkerTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: UUID().uuidString).path()
    private let node = NodeKeys.generate(tls: .random()).identity.verifyingKey
    private let table = Digest(hashing: [1])
    private let log = LogID(member: 1, generation: 0)

    private func marker() -> WrittenMarker { WrittenMarker(folder: self.folder, node: self.node) }

    private func verdict(_ size: UInt64) -> WrittenMarker.Verdict {
        self.marker().verdict(on: self.log, size: size, in: self.table)
    }

    @Test func `it tells of fewer entries, and of none that it knows nothing of`() throws {
        var marker = self.marker()
        defer { try? FileManager.default.removeItem(atPath: marker.path) }
        #expect(self.verdict(0) == .unknown)
        try marker.note(12, of: self.log, in: self.table)
        #expect(self.verdict(12) == .whole)
        #expect(self.verdict(13) == .whole)
        #expect(self.verdict(11) == .behind(self.log, size: 12))
        let later = LogID(member: 1, generation: 1)
        try marker.note(0, of: later, in: self.table)
        #expect(self.verdict(12) == .behind(later, size: 0))
    }

    @Test func `of a generation that begins it says nothing`() throws {
        var marker = self.marker()
        defer { try? FileManager.default.removeItem(atPath: marker.path) }
        try marker.note(12, of: self.log, in: self.table)
        let later = LogID(member: 1, generation: 1)
        #expect(marker.verdict(on: later, size: 0, in: self.table) == .unknown)
        #expect(marker.verdict(on: later, size: 3, in: self.table) == .unknown)
        try marker.note(0, of: later, in: self.table)
        #expect(marker.verdict(on: later, size: 0, in: self.table) == .whole)
    }

    @Test func `what a partner showed never lowers it`() throws {
        var marker = self.marker()
        defer { try? FileManager.default.removeItem(atPath: marker.path) }
        try marker.note(12, of: self.log, in: self.table)
        try marker.noteSeen(10, of: self.log, in: self.table)
        #expect(self.verdict(11) == .behind(self.log, size: 12))
        try marker.noteSeen(15, of: self.log, in: self.table)
        #expect(self.verdict(14) == .behind(self.log, size: 15))
    }

    @Test(arguments: [(1_048_576, true), (1_048_577, false)])
    func `at most 1,048,576 bytes are read`(byteCount: Int, isRead: Bool) throws {
        var marker = self.marker()
        defer { try? FileManager.default.removeItem(atPath: marker.path) }
        try marker.note(12, of: self.log, in: self.table)
        let url = URL(filePath: marker.path)
        var bytes = try Data(contentsOf: url)
        // Empty lines say nothing.
        bytes.append(Data(repeating: 0x0A, count: byteCount - bytes.count))
        try bytes.write(to: url)
        #expect(self.verdict(12) == (isRead ? .whole : .unknown))
    }

    @Test func `sizes that no log has are as good as no line`() throws {
        var marker = self.marker()
        defer { try? FileManager.default.removeItem(atPath: marker.path) }
        try marker.note(EntryHeader.treeSizeMax, of: self.log, in: self.table)
        #expect(self.verdict(1) == .behind(self.log, size: EntryHeader.treeSizeMax))
        try marker.note(EntryHeader.treeSizeMax + 1, of: self.log, in: self.table)
        #expect(self.verdict(1) == .unknown)
    }
}
