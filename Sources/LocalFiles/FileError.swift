import Glibc

/// A failure of the file system.
package enum FileError: Error, Hashable, Sendable {
    /// There is no such file or folder.
    case missing(path: String)
    /// There is one already.
    case exists(path: String)
    /// This user may not read or write it.
    case notPermitted(path: String)
    /// The file system is mounted read-only.
    case readOnlyFileSystem(path: String)
    /// The disk, or the user's share of it, has no space left.
    case diskFull(path: String)
    /// This process may not make files that long (`ulimit -f`).
    case fileSizeLimit(path: String)
    /// The file is longer than it may be.
    case tooLarge(path: String, byteCountMax: Int)
    /// Any other system error.
    case failed(path: String, operation: String, code: Int32)

    /// The failure that `errno` stands for after a system call.
    package init(code: Int32, operation: String, path: String) {
        switch code {
        case ENOENT: self = .missing(path: path)
        case EEXIST: self = .exists(path: path)
        case EACCES, EPERM: self = .notPermitted(path: path)
        case EROFS: self = .readOnlyFileSystem(path: path)
        case ENOSPC, EDQUOT: self = .diskFull(path: path)
        case EFBIG: self = .fileSizeLimit(path: path)
        default: self = .failed(path: path, operation: operation, code: code)
        }
    }
}

extension FileError: CustomStringConvertible {
    /// What, why, and what to do, in one line.
    package var description: String {
        switch self {
        case .missing(let path): "\(path): not found. Check the path"
        case .exists(let path): "\(path): is there already. Choose another path"
        case .notPermitted(let path): "\(path): access refused. Check its owner and mode"
        case .readOnlyFileSystem(let path):
            "\(path): the file system is read-only. Mount it for writing"
        case .diskFull(let path): "\(path): the disk is full. Free some space and try again"
        case .fileSizeLimit(let path):
            "\(path): this process may not make files that long. Raise its limit, ulimit -f"
        case .tooLarge(let path, let byteCountMax):
            "\(path): longer than \(byteCountMax) bytes. Check that it is the right file"
        case .failed(let path, let operation, let code):
            "\(path): \(String(cString: strerror(code))) (\(operation)). Check the disk"
        }
    }
}
