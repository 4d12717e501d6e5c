import Foundation
import NodeService
import Synchronization

/// A file that is written part by part and takes its name once it is whole.
///
/// A link is followed; what is no file, such as a pipe, is written as it comes.
final class PartialFile: Sendable {
    private let path: String
    /// Where it is written until then; `nil` for what is no file.
    private let partial: URL?
    private let handle: Mutex<FileHandle>
    private let isLost = Mutex(false)

    /// Begins a file that will be at a path.
    init(_ path: String) throws(NodeFailure) {
        self.path = path
        let target = URL(filePath: path).resolvingSymlinksInPath()
        let isSpecial = GivenFile.isSpecial(path)
        let place =
            isSpecial
            ? target
            : target.deletingLastPathComponent()
                .appending(path: ".\(target.lastPathComponent).\(UUID().uuidString)")
        self.partial = isSpecial ? nil : place
        do {
            if !isSpecial { try Data().write(to: place, options: .withoutOverwriting) }
            self.handle = Mutex(try FileHandle(forWritingTo: place))
        } catch {
            throw Files.unwritable(path)
        }
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
                if self.partial != nil { try handle.synchronize() }
                try handle.close()
            }
        } catch {
            throw Files.unwritable(self.path)
        }
        guard let partial else { return }
        let target = URL(filePath: self.path).resolvingSymlinksInPath()
        guard rename(partial.path(percentEncoded: false), target.path(percentEncoded: false)) == 0
        else { throw Files.unwritable(self.path) }
    }

    /// Takes away what was written of it.
    func remove() {
        guard let partial else { return }
        try? FileManager.default.removeItem(at: partial)
    }
}
