import CLMDB
package import Cryptography
import Glibc
import LocalFiles
import StorePages

/// The one LMDB environment of a node.
///
/// Every commit is synced to disk before ``write(_:)`` returns. Three rules come from LMDB and
/// cannot be seen in a signature. Open a path once per process: a second open, and its close, drops
/// the locks of the first. Keep transactions short: a reader pins the pages it sees, and the file
/// grows until it ends. Do not write inside a write: the second waits for the first for ever.
package final class Environment: Sendable {
    /// What is fixed when an environment is opened.
    package struct Options: Hashable, Sendable {
        /// Largest size the file may reach, in bytes; address space, not disk.
        package var mapBytesMax: Int
        /// Largest number of read transactions at a time.
        package var readerCountMax: UInt32

        /// Creates options; nothing has a default, so each is chosen where it is used.
        package init(mapBytesMax: Int, readerCountMax: UInt32) {
            self.mapBytesMax = mapBytesMax
            self.readerCountMax = readerCountMax
        }
    }

    /// How the environment's file is to be found.
    package enum Mode: Hashable, Sendable {
        /// There must be none; it is made.
        case create
        /// It must be there: an absent or empty file is ``StoreError/missing``.
        case open
        /// As ``open``; nothing is written, and no other process may have it open.
        case inspect
    }

    /// Tables beside those named for which there is room (``WriteTransaction/table(ifPresent:)``).
    private static let olderTableCount = 8

    private let tables: [String: Table]
    private let pages: PageGuard?
    // LMDB's handle is safe to share between threads; its transactions are not.
    nonisolated(unsafe) private let handle: OpaquePointer
    // Never read or written through: only the system is told about the range.
    nonisolated(unsafe) private let map: UnsafeMutableRawBufferPointer?

    /// Opens the environment in the file at `path` and all of its tables, making those not there.
    ///
    /// Beside the file LMDB keeps another with `-lock` after its name. Both have mode 0600.
    ///
    /// - Parameters:
    ///   - path: The file, in a folder that exists.
    ///   - mode: Whether the file must be there.
    ///   - tables: Names of all tables that will be used.
    ///   - options: Limits.
    ///   - sealKey: Seals the pages against damage; `nil` for a file that is trusted as it is.
    /// - Throws: What keeps the file from being opened, damage included.
    package init(
        path: String,
        mode: Mode,
        tables: [String],
        options: Options,
        sealKey: borrowing SecretKey?
    ) throws(StoreError) {
        try Self.checkFile(path: path, mode: mode)
        if mode != .inspect { try Self.allocateLockFile(of: path, options: options) }
        self.pages = try Self.pageGuard(path: path, key: sealKey, mode: mode)
        var handle: OpaquePointer?
        try check(mdb_env_create(&handle), "mdb_env_create")
        guard let handle else { preconditionFailure("mdb_env_create made no environment") }
        do throws(StoreError) {
            try check(mdb_env_set_mapsize(handle, options.mapBytesMax), "mdb_env_set_mapsize")
            try check(
                mdb_env_set_maxreaders(handle, options.readerCountMax),
                "mdb_env_set_maxreaders"
            )
            let tableCountMax = UInt32(tables.count + Self.olderTableCount)
            try check(mdb_env_set_maxdbs(handle, tableCountMax), "mdb_env_set_maxdbs")
            let reading = mode == .inspect ? MDB_RDONLY | MDB_NOLOCK : 0
            let flags = UInt32(MDB_NOTLS | MDB_NOSUBDIR | reading)
            let returnCode = mdb_env_open(handle, path, flags, 0o600)
            if returnCode == ENOMEM || returnCode == EINVAL { throw StoreError.mapRefused }
            try checkWrite(returnCode, "mdb_env_open", environment: handle)
            if mode != .inspect {
                try Self.extendToLastPage(handle)
                var deadReaderCount: Int32 = 0
                try check(mdb_reader_check(handle, &deadReaderCount), "mdb_reader_check")
            }
            if mode == .create { try Self.syncFolder(of: path) }
            self.tables = try Self.openTables(tables, in: handle, mode: mode)
            if mode == .create {
                do throws(PageGuardError) { try self.pages?.sealAll() } catch {
                    throw StoreError(error)
                }
            } else {
                self.pages?.didCommit()
            }
        } catch {
            mdb_env_close(handle)
            throw error
        }
        self.handle = handle
        self.map = Self.map(of: handle)
    }

    /// Whether there were no seals of the pages when it was opened.
    var wasUnsealed: Bool { self.pages?.wasUnsealed ?? false }

    deinit {
        mdb_env_close(self.handle)
        self.pages?.close()
    }

    /// The table called `name`, which must be one of those the environment was opened with.
    package func table(_ name: String) -> Table {
        guard let table = self.tables[name] else {
            preconditionFailure("a table is named when the environment is opened: \(name)")
        }
        return table
    }

    /// Runs `body` on the newest committed snapshot, on any thread.
    ///
    /// The body says what it throws: `{ (snapshot) throws(StoreError) in … }`, or another error that
    /// conforms to ``StoreFailure``.
    package func read<Result: ~Copyable, Failure: StoreFailure>(
        _ body: (borrowing ReadTransaction) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let handle = try Failure.lifting { () throws(StoreError) in
            try Self.begin(self.handle, flags: UInt32(MDB_RDONLY))
        }
        let transaction = ReadTransaction(handle: TransactionHandle(pointer: handle))
        return try body(transaction)
    }

    /// Runs `body` as the only writer: commits when it returns, aborts when it throws.
    ///
    /// Waits for another writer to end. LMDB ties a write transaction to its thread, so `body` is
    /// synchronous by design. The changes are on disk when this returns.
    package func write<Result: ~Copyable, Failure: StoreFailure>(
        _ body: (inout WriteTransaction) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let handle = try Failure.lifting { () throws(StoreError) in
            try Self.begin(self.handle, flags: 0)
        }
        var transaction = WriteTransaction(handle: TransactionHandle(pointer: handle))
        let result = try body(&transaction)
        self.pages?.willCommit()
        do throws(StoreError) { try transaction.commit() } catch { throw .store(error) }
        self.pages?.didCommit()
        return result
    }

    /// Length of the file, in bytes.
    package func fileByteCount() throws(StoreError) -> Int {
        var information = stat()
        guard fstat(try Self.descriptor(of: self.handle), &information) == 0 else {
            throw .lmdb(code: errno, operation: "fstat")
        }
        return Int(information.st_size)
    }

    /// Takes the map's pages out of this process's memory; the system's cache keeps them.
    ///
    /// For long work that touches the whole file, whose memory would otherwise seem to grow with
    /// the file. Reading goes on as before, from the cache. Where the system does not say where the
    /// map lies, nothing happens.
    package func releasePages() {
        guard let map = self.map else { return }
        // The map is shared and read-only: nothing is lost by letting go of its pages.
        madvise(map.baseAddress, map.count, MADV_DONTNEED)
    }

    /// Where the file is mapped; LMDB does not say, the system does.
    private static func map(of environment: OpaquePointer) -> UnsafeMutableRawBufferPointer? {
        var information = stat()
        guard let descriptor = try? Self.descriptor(of: environment),
            fstat(descriptor, &information) == 0, let maps = fopen("/proc/self/maps", "re")
        else { return nil }
        defer { fclose(maps) }
        var line = [CChar](repeating: 0, count: 8_192)
        while fgets(&line, Int32(line.count), maps) != nil {
            // start-end rights offset device inode path; only a map like this one is looked for.
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let words = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 5)
            guard words.count > 4, words[1] == "r--s", words[4] == "\(information.st_ino)" else {
                continue
            }
            let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { continue }
            return UnsafeMutableRawBufferPointer(
                start: UnsafeMutableRawPointer(bitPattern: ends[0]),
                count: Int(ends[1] - ends[0])
            )
        }
        return nil
    }

    /// Syncs the file once more; commits are synced without it.
    package func sync() throws(StoreError) {
        try checkWrite(mdb_env_sync(self.handle, 1), "mdb_env_sync", environment: self.handle)
    }

    private static func begin(
        _ environment: OpaquePointer,
        flags: UInt32
    ) throws(StoreError) -> OpaquePointer {
        var transaction: OpaquePointer?
        try check(mdb_txn_begin(environment, nil, flags, &transaction), "mdb_txn_begin")
        guard let transaction else { preconditionFailure("mdb_txn_begin made no transaction") }
        return transaction
    }

    private static func openTables(
        _ names: [String],
        in environment: OpaquePointer,
        mode: Mode
    ) throws(StoreError) -> [String: Table] {
        let isReading = mode == .inspect
        let pointer = try self.begin(environment, flags: isReading ? UInt32(MDB_RDONLY) : 0)
        let transaction = WriteTransaction(handle: TransactionHandle(pointer: pointer))
        var tables: [String: Table] = [:]
        for name in names {
            var table: MDB_dbi = 0
            let result = mdb_dbi_open(pointer, name, isReading ? 0 : UInt32(MDB_CREATE), &table)
            // What only looks makes nothing: a version that added a table has to open the store once.
            if isReading, result == MDB_NOTFOUND { throw .tableMissing(name: name) }
            try checkWrite(
                result,
                "mdb_dbi_open",
                environment: environment
            )
            tables[name] = Table(handle: table)
        }
        try transaction.commit()
        return tables
    }

    /// The guard of a store that is sealed; `nil` without a key, and where nothing is written.
    private static func pageGuard(
        path: String,
        key: borrowing SecretKey?,
        mode: Mode
    ) throws(StoreError) -> PageGuard? {
        guard mode != .inspect else { return nil }
        do throws(PageGuardError) {
            switch key {
            case .none: return nil
            case .some(let key):
                return try PageGuard(path: path, key: key, isNew: mode == .create)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// LMDB would take an absent or an empty file for a new store and so hide a loss.
    private static func checkFile(path: String, mode: Mode) throws(StoreError) {
        var information = stat()
        let returnCode = stat(path, &information) == 0 ? 0 : errno
        guard returnCode == 0 || returnCode == ENOENT else { return try check(returnCode, "stat") }
        let isThere = returnCode == 0 && information.st_size > 0
        switch mode {
        case .create: guard !isThere else { throw .exists }
        case .open, .inspect: guard isThere else { throw .missing }
        }
    }

    /// Takes the disk space of the file that LMDB maps for its readers.
    ///
    /// Writing into a map of a file without it, on a full disk, would end the process by a signal.
    private static func allocateLockFile(
        of path: String,
        options: Options
    ) throws(StoreError) {
        let readerByteCount = 64
        let byteCount = (Int(options.readerCountMax) + 2) * readerByteCount
        do throws(FileError) {
            let file = try Descriptor(path: path + "-lock", flags: O_RDWR | O_CREAT)
            var code: Int32
            repeat { code = posix_fallocate(file.number, 0, byteCount) } while code == EINTR
            guard code == 0 else {
                throw FileError(code: code, operation: "posix_fallocate", path: file.path)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Makes the file as long as its meta page says.
    ///
    /// It may be shorter by pages that were never written, which is in order; or because it was cut
    /// off. Reading the map beyond the file's end would kill the process: after this, a tree page
    /// that was cut off reads as zeros, which LMDB reports as damage.
    private static func extendToLastPage(_ environment: OpaquePointer) throws(StoreError) {
        var state = MDB_stat()
        try check(mdb_env_stat(environment, &state), "mdb_env_stat")
        var info = MDB_envinfo()
        try check(mdb_env_info(environment, &info), "mdb_env_info")
        let (pageCount, isTooLarge) = info.me_last_pgno.addingReportingOverflow(1)
        guard !isTooLarge, pageCount <= info.me_mapsize / Int(state.ms_psize) else {
            throw .corrupted(operation: "last page")
        }
        let descriptor = try self.descriptor(of: environment)
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw .lmdb(code: errno, operation: "fstat")
        }
        let byteCount = pageCount * Int(state.ms_psize)
        guard information.st_size < byteCount else { return }
        guard ftruncate(descriptor, byteCount) == 0 else { return try check(errno, "ftruncate") }
    }

    /// A new file's name is on disk only once its folder is synced.
    private static func syncFolder(of path: String) throws(StoreError) {
        do throws(FileError) {
            try Descriptor.syncFolder(containing: path)
        } catch {
            throw .lmdb(code: EIO, operation: "sync of the folder")
        }
    }

    private static func descriptor(of environment: OpaquePointer) throws(StoreError) -> Int32 {
        var descriptor: mdb_filehandle_t = -1
        try check(mdb_env_get_fd(environment, &descriptor), "mdb_env_get_fd")
        return descriptor
    }
}

/// Throws the error that the return code of a call stands for that may have written to disk.
///
/// LMDB reports a write that was cut short as an I/O error; what is left on the disk tells whether
/// the disk was full or failed.
func checkWrite(
    _ returnCode: Int32,
    _ operation: String,
    environment: OpaquePointer?
) throws(StoreError) {
    guard returnCode != MDB_SUCCESS else { return }
    var descriptor: mdb_filehandle_t = -1
    var space = statvfs()
    if returnCode == EIO, mdb_env_get_fd(environment, &descriptor) == 0,
        fstatvfs(descriptor, &space) == 0
    {
        let fullBelowByteCount: UInt = 1 << 16
        if space.f_bavail * space.f_frsize < fullBelowByteCount { throw .diskFull }
        var limit = rlimit()
        var information = stat()
        if getrlimit(__rlimit_resource_t(1), &limit) == 0, fstat(descriptor, &information) == 0,
            limit.rlim_cur != rlim_t.max,
            UInt(information.st_size) + fullBelowByteCount > limit.rlim_cur
        {
            throw .fileSizeLimit
        }
    }
    try check(returnCode, operation)
}
