import Foundation
import Glibc
import RecordStore

/// A folder that goes with the value that holds it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        self.path = url.path()
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func file(_ name: String) -> String { "\(self.path)/\(name)" }
}

/// A small file system in memory, unmounted when it goes.
final class TemporaryMount: Sendable {
    private let folder: TemporaryFolder

    /// Whether this process may mount.
    static let isPossible = (try? TemporaryMount(byteCount: 1 << 16)) != nil

    init(byteCount: Int) throws {
        self.folder = try TemporaryFolder()
        let options = "size=\(byteCount),mode=0700"
        guard mount("none", self.folder.path, "tmpfs", 0, options) == 0 else {
            throw POSIXError(.EPERM)
        }
    }

    deinit { umount2(self.folder.path, Int32(MNT_DETACH)) }

    var path: String { self.folder.path }

    func makeReadOnly() throws {
        let flags = UInt(MS_REMOUNT | MS_RDONLY)
        guard mount("none", self.path, "tmpfs", flags, "") == 0 else { throw POSIXError(.EBUSY) }
    }
}

extension Environment {
    /// A new environment with the tables `a` and `b`.
    convenience init(
        new path: String,
        mapBytesMax: Int = 1 << 40,
        readerCountMax: UInt32 = 126
    ) throws(StoreError) {
        try self.init(
            path: path,
            mode: .create,
            tables: ["a", "b"],
            options: .init(mapBytesMax: mapBytesMax, readerCountMax: readerCountMax),
            sealKey: nil
        )
    }

    /// The environment at `path` with the tables `a` and `b`.
    convenience init(existing path: String, mapBytesMax: Int = 1 << 40) throws(StoreError) {
        try self.init(
            path: path,
            mode: .open,
            tables: ["a", "b"],
            options: .init(mapBytesMax: mapBytesMax, readerCountMax: 126),
            sealKey: nil
        )
    }
}
