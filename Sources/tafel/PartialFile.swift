import Foundation
import Glibc
import NodeService
import Synchronization

/// A file that is written part by part and takes its name once it is whole.
///
/// Until then it has no name at all where the file system can do that, so that nothing is left of one that
/// was broken off; else a hidden one beside. A link is followed; what is no file, such as a pipe, is written as
/// it comes.
final class PartialFile: Sendable {
    /// Makes a file without a name in a folder (open(2)); the headers' own word for it is not one that Swift
    /// reads.
    private static let nameless: Int32 = 0o20_000_000 | O_DIRECTORY

    private let path: String
    /// What takes the name at the end; `nil` for what is no file.
    private let target: String?
    /// The name that it has meanwhile, or for a moment at the end.
    private let hidden: String
    private let isNamed: Bool
    private let handle: Mutex<FileHandle>
    private let isLost = Mutex(false)

    /// Begins a file that will be at a path.
    init(_ path: String) throws(NodeFailure) {
        self.path = path
        let target = Files.target(of: path)
        let folder = target.deletingLastPathComponent()
        self.hidden = folder.appending(path: ".\(target.lastPathComponent).\(UUID().uuidString)")
            .path(percentEncoded: false)
        let isSpecial = GivenFile.isSpecial(path)
        // What the command prints stands there: a file with that in it is none.
        guard !isSpecial || !GivenFile.isSame(path, "/proc/self/fd/1") || path == "/dev/null" else {
            throw .usage(
                "\(path): is this command's standard output, where its answer stands. Name a file, or a pipe "
                    + "of its own"
            )
        }
        self.target = isSpecial ? nil : target.path(percentEncoded: false)
        var descriptor: Int32 = -1
        var isNamed = false
        if isSpecial {
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
        } else {
            let flags = Self.nameless | O_WRONLY | O_CLOEXEC
            descriptor = open(folder.path(percentEncoded: false), flags, 0o666)
            if descriptor < 0 {
                isNamed = true
                descriptor = open(self.hidden, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
            }
        }
        self.isNamed = isNamed
        guard descriptor >= 0 else { throw Files.unwritable(path) }
        self.handle = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    /// Why bytes could not be added; `nil` while all were.
    var problem: NodeFailure? {
        self.isLost.withLock { $0 } ? Files.unwritable(self.path) : nil
    }

    /// Adds bytes at its end; whether it could.
    func append(_ bytes: [UInt8]) -> Bool {
        do {
            try self.handle.withLock { try $0.write(contentsOf: Data(bytes)) }
            return true
        } catch {
            self.isLost.withLock { $0 = true }
            return false
        }
    }

    /// Makes it durable and gives it its name, over what had it.
    func finish() throws(NodeFailure) {
        do {
            try self.handle.withLock { handle in
                if self.target != nil { try handle.synchronize() }
                if self.target != nil, !self.isNamed {
                    let own = "/proc/self/fd/\(handle.fileDescriptor)"
                    guard linkat(AT_FDCWD, own, AT_FDCWD, self.hidden, AT_SYMLINK_FOLLOW) == 0
                    else { throw POSIXError(.EIO) }
                }
                try handle.close()
            }
        } catch {
            throw Files.unwritable(self.path)
        }
        guard let target else { return }
        guard rename(self.hidden, target) == 0 else {
            unlink(self.hidden)
            throw Files.unwritable(self.path)
        }
    }

    /// Takes away what was written of it.
    func remove() {
        if self.isNamed { unlink(self.hidden) }
    }
}
