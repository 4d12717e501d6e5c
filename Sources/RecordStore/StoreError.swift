import CLMDB
import Glibc
import LocalFiles
import StorePages

/// A failure of the record store.
package enum StoreError: Error, Hashable, Sendable {
    /// The map has no free page left; raise ``Environment/Options/mapBytesMax``.
    case mapFull
    /// The disk has no space left. The transaction was aborted; what was committed is safe.
    case diskFull
    /// This process may not make the file longer (`ulimit -f`); as with a full disk.
    case fileSizeLimit
    /// All reader slots are taken; raise ``Environment/Options/readerCountMax``.
    case readersFull
    /// The system refused the address space; lower ``Environment/Options/mapBytesMax``.
    case mapRefused
    /// There is no store at the path, or it is empty. Restore it; a new one would hide the loss.
    case missing
    /// There is a store at the path already.
    case exists
    /// The file system is mounted read-only.
    case readOnlyFileSystem
    /// The file or its folder may not be opened by this user.
    case notPermitted
    /// The file was written by another version of LMDB.
    case otherVersion
    /// A commit failed half-way and the environment refuses more. Close it and open it again.
    case mustReopen
    /// An earlier call failed and was ignored; nothing of this transaction was kept.
    case transactionFailed
    /// The transaction changes too many pages; split it.
    case transactionTooLarge
    /// A page is not as it was written, LMDB reported damage, or a stored value did not decode.
    case corrupted(operation: String)
    /// The store has no such table, which this version adds when it opens one.
    case tableMissing(name: String)
    /// The seals of the store's pages were changed; the store itself may be sound.
    case sealsDamaged(what: String)
    /// Any other LMDB or system return code.
    case lmdb(code: Int32, operation: String)
}

extension StoreError: CustomStringConvertible {
    /// Why, and what to do, in one line.
    package var description: String {
        switch self {
        case .mapFull: "the store has reached its largest size. Raise the limit of the store"
        case .diskFull: "the disk is full. Free some space and try again"
        case .fileSizeLimit:
            "store.lmdb: this process may not make it longer. Raise its limit, ulimit -f"
        case .readersFull: "too many readers at once. Try again later"
        case .mapRefused: "the system refused the address space. Lower the limit of the store"
        case .tableMissing(let name):
            "lacks its part '\(name)', as one of an older version of tafel does. Bring it up to date first: any "
                + "command that opens the node does, as 'tafel node status'"
        case .missing: "store.lmdb is not there, or empty. Restore it from a backup"
        case .exists: "there is a store already. Choose another folder"
        case .readOnlyFileSystem: "the file system is read-only. Mount it for writing"
        case .notPermitted: "access to the store was refused. Check its owner and mode"
        case .otherVersion: "the store is of another version of LMDB. Use the version it is of"
        case .mustReopen: "a commit failed half-way. Start the program again"
        case .transactionFailed:
            "store.lmdb could not be read or changed: an earlier step failed that it does not name, as where "
                + "the file is damaged. Run 'tafel node check' to see"
        case .transactionTooLarge: "the change is too large for one transaction. Split it"
        case .corrupted(let operation):
            "store.lmdb is damaged (\(operation)). "
                + "Run 'tafel node check' to see what is hit and what can be rebuilt"
        case .sealsDamaged(let what):
            "store.lmdb-seals is damaged (\(what)). "
                + "Run 'tafel node check --rebuild' to make it anew"
        case .lmdb(let code, let operation):
            "\(String(cString: mdb_strerror(code))) (\(operation)). Check the disk and try again"
        }
    }
}

/// An error that can carry a failure of the store.
///
/// A transaction's body throws an error of this kind, so that it can end the transaction with an
/// error of its own. An enum conforms by having a case `store(StoreError)`.
package protocol StoreFailure: Error {
    /// The error that stands for a failure of the store.
    static func store(_ error: StoreError) -> Self
}

extension StoreFailure {
    /// Runs `body` and turns its failure into this kind of error.
    package static func lifting<Result: ~Copyable>(
        _ body: () throws(StoreError) -> Result
    ) throws(Self) -> Result {
        do throws(StoreError) { return try body() } catch { throw .store(error) }
    }
}

extension StoreError: StoreFailure {
    /// The failure itself.
    package static func store(_ error: StoreError) -> StoreError { error }
}

extension StoreError {
    /// The failure of the store that a failure of its file is.
    init(_ error: FileError) {
        switch error {
        case .missing: self = .missing
        case .exists: self = .exists
        case .notPermitted: self = .notPermitted
        case .readOnlyFileSystem: self = .readOnlyFileSystem
        case .diskFull: self = .diskFull
        case .fileSizeLimit: self = .fileSizeLimit
        case .tooLarge: self = .corrupted(operation: "length")
        case .failed(_, let operation, let code): self = .lmdb(code: code, operation: operation)
        }
    }

    /// The failure of the store that keeps LMDB from being given its file.
    init(_ error: PageGuardError) {
        switch error {
        case .storeDamaged(let what): self = .corrupted(operation: what)
        case .sealsDamaged(let what): self = .sealsDamaged(what: what)
        case .file(let error): self.init(error)
        }
    }
}

/// Throws the error that an LMDB return code stands for.
func check(_ returnCode: Int32, _ operation: String) throws(StoreError) {
    guard returnCode != MDB_SUCCESS else { return }
    switch returnCode {
    case MDB_MAP_FULL: throw .mapFull
    case ENOSPC, EDQUOT: throw .diskFull
    case EFBIG: throw .fileSizeLimit
    case MDB_READERS_FULL: throw .readersFull
    case EROFS: throw .readOnlyFileSystem
    case EACCES, EPERM: throw .notPermitted
    case ENOENT: throw .missing
    case MDB_VERSION_MISMATCH: throw .otherVersion
    case MDB_PANIC: throw .mustReopen
    case MDB_BAD_TXN: throw .transactionFailed
    case MDB_TXN_FULL: throw .transactionTooLarge
    // The map is never resized by another process: such a page says what no store of ours says.
    case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_MAP_RESIZED:
        throw .corrupted(operation: operation)
    default: throw .lmdb(code: returnCode, operation: operation)
    }
}
