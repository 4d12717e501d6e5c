import Glibc
package import LocalFiles
import Synchronization

/// Why a folder is not to be had as a node's data folder.
package enum FolderError: Error, Hashable, Sendable {
    /// The path names something else than a folder.
    case notAFolder(path: String)
    /// There is no such folder.
    case missing(path: String)
    /// The folder holds no key file.
    case notANode(path: String)
    /// A file of a node is not there, and others are.
    case incomplete(path: String, name: String)
    /// The folder holds a key file already.
    case alreadyANode(path: String)
    /// A new node needs an empty folder; `name` is one of the names in it.
    case notEmpty(path: String, name: String)
    /// Another process has the folder, or this one has it twice.
    case locked(path: String, processID: Int32?)
    /// Others than the owner have rights on a secret file; `mode` holds its permission bits.
    case wrongPermissions(path: String, mode: UInt32)
    /// The file system refused.
    case file(FileError)
}

extension FolderError: CustomStringConvertible {
    /// What, why, and what to do, in one line.
    package var description: String {
        switch self {
        case .notAFolder(let path): "\(path): not a folder. Choose another path"
        case .missing(let path):
            "\(path): not found. Check the path, or make a node there with 'tafel node init'"
        case .notANode(let path):
            "\(path): holds no key file. Check the path, or make a node with 'tafel node init'"
        // Where a node was being made nothing is lost with the folder.
        case .incomplete(let path, DataFolder.Name.keys.rawValue):
            "\(path): the key file is not there, and other files of a node are: nothing opens without it. Put "
                + "the whole folder back from a backup, or empty it where 'tafel node init' did not end"
        case .incomplete(let path, let name):
            "\(path): \(name) is not there, and other files of a node are. See 'tafel node check', and put "
                + "the whole folder back from a backup"
        case .alreadyANode(let path): "\(path): holds a node already. Choose another folder"
        case .notEmpty(let path, let name):
            "\(path): not empty, it holds \(name). Choose another folder, or empty it"
        case .locked(let path, let processID):
            "\(path): in use by \(processID.map { Self.process($0) } ?? "another process"). "
                + "Wait until it is done, or stop it"
        case .wrongPermissions(let path, let mode):
            "\(path): mode \(String(mode, radix: 8)) gives others access. Set its mode to 600"
        case .file(let error): error.description
        }
    }
}

extension FolderError {
    /// A process by its number, and by its command where the system says that it is one of this program.
    private static func process(_ number: Int32) -> String {
        let file = try? Descriptor(path: "/proc/\(number)/cmdline", flags: O_RDONLY)
        let bytes = (try? file?.read(count: 256, at: 0)) ?? []
        let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard words.first?.split(separator: "/").last == "tafel" else { return "process \(number)" }
        let command = words.dropFirst().prefix { $0.allSatisfy { ("a"..."z").contains($0) } }
        return "process \(number) (\((["tafel"] + command.prefix(2)).joined(separator: " ")))"
    }
}

/// The folder of one node, locked for as long as this object lives.
///
/// The lock belongs to the object, not the process: a second one in this process is refused too.
package final class DataFolder: Sendable {
    /// What lies in the folder.
    ///
    /// Beside `store.lmdb` LMDB keeps `store.lmdb-lock`; a file that is being replaced exists for a
    /// moment as its name with `.new`.
    package enum Name: String, CaseIterable, Sendable {
        /// The LMDB environment.
        case store = "store.lmdb"
        /// The key file (`Protocol/keys.md` §8).
        case keys = "keys"
        /// The slot file (`Protocol/keys.md` §9).
        case slots = "slots"
        /// Empty but for the process ID of its holder.
        case lock = "lock"
        /// The configuration.
        case configuration = "node.json"
        /// The socket that commands are given through.
        case controlSocket = "control.sock"
    }

    /// Path of the folder, as it was given.
    package let path: String

    /// What a process without special rights may still write to the disk of the folder, in bytes;
    /// `nil` when the system does not say.
    package var freeByteCount: Int? {
        var space = statvfs()
        guard statvfs(self.path, &space) == 0 else { return nil }
        return Int(
            clamping: space.f_bavail.multipliedReportingOverflow(by: space.f_frsize).partialValue
        )
    }
    private let folder: Descriptor
    // Held for its lock only.
    private let lock: Descriptor
    private let isWriting = Mutex(())

    private init(path: String, folder: consuming Descriptor, lock: consuming Descriptor) {
        self.path = path
        self.folder = folder
        self.lock = lock
    }

    deinit {
        // Closing is not enough: a child between fork and exec still has the file open.
        flock(self.lock.number, LOCK_UN)
    }

    /// Makes a folder for a new node with mode 0700, or takes an empty one that is there.
    ///
    /// The key file makes it a node: write it last, so that a half-made one is never opened.
    package static func create(at path: String) throws(FolderError) -> DataFolder {
        try FolderError.lifting { () throws(FileError) in
            try self.makeFolder(containing: self.withoutSlash(path))
        }
        do throws(FileError) {
            _ = try Descriptor.repeated("mkdir", path) { mkdir(path, 0o700) }
        } catch {
            guard case .exists = error else { throw .file(error) }
        }
        let folder = try self.openFolder(path)
        try self.checkEmpty(path, folder: folder)
        let lock = try self.takeLock(in: folder)
        // Once more, for somebody may have come between.
        try self.checkEmpty(path, folder: folder)
        let number = folder.number
        try FolderError.lifting { () throws(FileError) in
            _ = try Descriptor.repeated("chmod", path) { fchmod(number, 0o700) }
            try folder.sync()
            try Descriptor.syncFolder(containing: self.withoutSlash(path))
        }
        return DataFolder(path: path, folder: folder, lock: lock)
    }

    /// Makes the folders above a path that are not there, for nobody else to enter.
    private static func makeFolder(containing path: String) throws(FileError) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let parent = self.withoutSlash(String(path[..<slash]))
        guard access(parent, F_OK) != 0, errno == ENOENT else { return }
        try self.makeFolder(containing: parent)
        do throws(FileError) {
            _ = try Descriptor.repeated("mkdir", parent) { mkdir(parent, 0o700) }
        } catch {
            guard case .exists = error else { throw error }
        }
        try Descriptor.syncFolder(containing: parent)
    }

    /// Opens the folder of a node that exists.
    package static func open(at path: String) throws(FolderError) -> DataFolder {
        let folder = try self.openFolder(path)
        try self.checkKeys(path, folder: folder)
        let lock = try self.takeLock(in: folder)
        for name in [Name.keys, .slots] {
            guard let mode = try self.mode(of: name, in: folder), mode & 0o077 != 0 else {
                continue
            }
            throw .wrongPermissions(path: "\(path)/\(name.rawValue)", mode: mode)
        }
        for name in Name.allCases { unlinkat(folder.number, name.rawValue + ".new", 0) }
        return DataFolder(path: path, folder: folder, lock: lock)
    }

    /// Opens the folder of a node to look at it: locked as by ``open(at:)``, and nothing is written,
    /// so that a read-only file system will do.
    package static func inspect(at path: String) throws(FolderError) -> DataFolder {
        let folder = try self.openFolder(path)
        try self.checkKeys(path, folder: folder)
        let lock = try FolderError.lifting { () throws(FileError) in
            try Descriptor(name: Name.lock.rawValue, in: folder, flags: O_RDONLY)
        }.locked(folderPath: path)
        return DataFolder(path: path, folder: folder, lock: lock)
    }

    /// Path of a file in the folder.
    package func path(_ name: Name) -> String { "\(self.path)/\(name.rawValue)" }

    /// Whether there is a file of this name.
    package func contains(_ name: Name) throws(FolderError) -> Bool {
        try Self.mode(of: name, in: self.folder) != nil
    }

    /// Checks that the files are there without which the store and the node do not open.
    package func checkParts() throws(FolderError) {
        for name in [Name.configuration, .slots] where try !self.contains(name) {
            throw .incomplete(path: self.path, name: name.rawValue)
        }
    }

    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - name: Which; its absence is ``FileError/missing(path:)``.
    ///   - byteCountMax: The longest it may be, in bytes.
    /// - Returns: Its bytes.
    /// - Throws: ``FolderError/file(_:)`` when it is not to be read or too long.
    package func read(_ name: Name, byteCountMax: Int) throws(FolderError) -> [UInt8] {
        try FolderError.lifting { () throws(FileError) in
            let file = try Descriptor(name: name.rawValue, in: self.folder, flags: O_RDONLY)
            // One byte more than allowed, because the file may grow while it is read.
            let byteCount = min(try file.information().byteCount, byteCountMax) + 1
            let bytes = try file.read(count: byteCount, at: 0)
            guard bytes.count <= byteCountMax else {
                throw FileError.tooLarge(path: file.path, byteCountMax: byteCountMax)
            }
            return bytes
        }
    }

    /// Replaces a whole file, or makes it, with mode 0600.
    ///
    /// Whatever happens, the file holds what it held or all of `bytes`; when this returns, the
    /// latter is on disk.
    package func replace(_ name: Name, with bytes: [UInt8]) throws(FolderError) {
        try self.isWriting.withLock { (_) throws(FolderError) in
            let temporary = name.rawValue + ".new"
            do throws(FileError) {
                let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
                let file = try Descriptor(name: temporary, in: self.folder, flags: flags)
                try file.write(bytes.span.bytes, at: 0)
                try file.sync()
                let number = self.folder.number
                _ = try Descriptor.repeated("rename", self.path(name)) {
                    renameat(number, temporary, number, name.rawValue)
                }
                try self.folder.sync()
            } catch {
                unlinkat(self.folder.number, temporary, 0)
                throw .file(error)
            }
        }
    }

    /// Removes a file; there may be none.
    package func remove(_ name: Name) throws(FolderError) {
        let number = self.folder.number
        do throws(FileError) {
            _ = try Descriptor.repeated("unlink", self.path(name)) {
                unlinkat(number, name.rawValue, 0)
            }
            try self.folder.sync()
        } catch {
            guard case .missing = error else { throw .file(error) }
        }
    }

    private static func openFolder(_ path: String) throws(FolderError) -> Descriptor {
        do throws(FileError) {
            return try Descriptor(path: path, flags: O_RDONLY | O_DIRECTORY)
        } catch {
            switch error {
            case .missing: throw .missing(path: path)
            case .failed(_, _, ENOTDIR): throw .notAFolder(path: path)
            default: throw .file(error)
            }
        }
    }

    /// Checks that a folder has the key file, which makes it a node's.
    private static func checkKeys(
        _ path: String,
        folder: borrowing Descriptor
    ) throws(FolderError) {
        guard try self.mode(of: .keys, in: folder) == nil else { return }
        for name in [Name.store, .slots, .configuration]
        where try self.mode(of: name, in: folder) != nil {
            throw .incomplete(path: path, name: Name.keys.rawValue)
        }
        throw .notANode(path: path)
    }

    /// A path without the slash at its end, which would make the folder its own parent.
    private static func withoutSlash(_ path: String) -> String {
        String(
            path.prefix(upTo: path.lastIndex { $0 != "/" }.map(path.index(after:)) ?? path.endIndex)
        )
    }

    /// The permission bits of a file; `nil` where there is none.
    private static func mode(
        of name: Name,
        in folder: borrowing Descriptor
    ) throws(FolderError) -> UInt32? {
        var information = stat()
        let number = folder.number
        do throws(FileError) {
            _ = try Descriptor.repeated("stat", "\(folder.path)/\(name.rawValue)") {
                fstatat(number, name.rawValue, &information, 0)
            }
        } catch {
            guard case .missing = error else { throw .file(error) }
            return nil
        }
        return information.st_mode & 0o7777
    }

    private static func checkEmpty(
        _ path: String,
        folder: borrowing Descriptor
    ) throws(FolderError) {
        guard try self.mode(of: .keys, in: folder) == nil else { throw .alreadyANode(path: path) }
        guard let listing = opendir(path) else {
            throw .file(FileError(code: errno, operation: "opendir", path: path))
        }
        defer { closedir(listing) }
        while let item = readdir(listing) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard [".", "..", Name.lock.rawValue].contains(name) else {
                throw .notEmpty(path: path, name: name)
            }
        }
    }

    private static func takeLock(in folder: borrowing Descriptor) throws(FolderError) -> Descriptor
    {
        try FolderError.lifting { () throws(FileError) in
            try Descriptor(name: Name.lock.rawValue, in: folder, flags: O_RDWR | O_CREAT)
        }.locked(folderPath: folder.path)
    }
}

extension FolderError {
    /// Runs `body` and turns its failure into this kind of error.
    fileprivate static func lifting<Result: ~Copyable>(
        _ body: () throws(FileError) -> Result
    ) throws(FolderError) -> Result {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }
}

extension Descriptor {
    /// Locks the file until it is closed and notes the process ID in it.
    fileprivate consuming func locked(folderPath: String) throws(FolderError) -> Descriptor {
        let number = self.number
        do throws(FileError) {
            _ = try Self.repeated("flock", self.path) { flock(number, LOCK_EX | LOCK_NB) }
        } catch {
            guard case .failed(_, _, EWOULDBLOCK) = error else { throw .file(error) }
            let holder = (try? self.read(count: 16, at: 0)) ?? []
            let text = String(decoding: holder.prefix { $0 != 0x0A }, as: UTF8.self)
            throw .locked(path: folderPath, processID: Int32(text))
        }
        // A help to people only: a full disk must not keep a node from opening.
        _ = ftruncate(number, 0)
        try? self.write(Array("\(getpid())\n".utf8).span.bytes, at: 0)
        return self
    }
}
