import Foundation
import Glibc
import NodeService
import PlainText
import SyncLog

/// A file that a command writes its answer's file to.
struct OutputFile {
    /// Where it goes.
    let path: String
    /// Files that the command read, none of which is written over.
    var inputs: [String] = []
    /// What stands there already, where the command makes a table's file: one of the same table may
    /// have signatures that this node does not know.
    var held: String?

    /// What is written: an answer's file, with what the file that stands there has besides.
    ///
    /// Nothing is signed for it: what stands there may have a version that nobody reviewed here.
    func contents(_ bytes: [UInt8]) -> [UInt8] {
        guard let held, let old = try? TableFile(parsing: held.utf8),
            var new = try? TableFile(parsing: bytes), old.table == new.table,
            (try? new.merge(old)) == true
        else { return bytes }
        return Array(new.encodedText.utf8)
    }
}

/// Files that a command is given or told to write.
enum Files {
    /// Reads a whole file of limited size.
    static func read(_ path: String, bytesMax: Int) throws(NodeFailure) -> [UInt8] {
        let handle = try self.open(path)
        defer { try? handle.close() }
        let data: Data
        do {
            data = try handle.read(upToCount: bytesMax + 1) ?? Data()
        } catch {
            throw .unavailable("\(path): cannot be read. Check that it is a file")
        }
        guard data.count <= bytesMax else {
            throw .usage("\(path): over \(bytesMax) bytes. Check that it is the right file")
        }
        return Array(data)
    }

    /// Reads a signed text, such as a card or a table file, as it was signed.
    ///
    /// What mail and editors make of it on its way is undone (``PlainText/TextFile``): a byte order mark, CR
    /// before LF, UTF-16. None can stand in such a text.
    static func readSigned(_ path: String, bytesMax: Int) throws(NodeFailure) -> [UInt8] {
        // Each line may have got one more, and each byte a second.
        TextFile.lines(of: try self.read(path, bytesMax: 4 * bytesMax))
    }

    /// Opens a file for reading.
    static func open(_ path: String) throws(NodeFailure) -> FileHandle {
        guard !path.isEmpty else { throw .usage("file '': no path. Name a file") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw .unavailable(
                "\(path): \(String(cString: strerror(errno))). Check the path and its rights"
            )
        }
        return handle
    }

    /// Refuses to write where the node keeps its own files or needs others, over one of `inputs`, and
    /// into a folder that takes no file.
    ///
    /// Before the node is asked: what it then signs or writes is not undone.
    static func checkOutput(
        _ path: String,
        folder: String,
        inputs: [String]
    ) throws(NodeFailure) {
        let parent = self.target(of: path).deletingLastPathComponent()
        guard !GivenFile.isSame(parent.path(percentEncoded: false), folder) else {
            throw .usage("\(path): lies in the node's data folder. Choose another folder")
        }
        guard !inputs.contains(where: { GivenFile.isSame(path, $0) }) else {
            throw .usage("\(path): is an input. Choose another file")
        }
        guard !Node.files(besides: folder).contains(where: { GivenFile.isSame(path, $0) }) else {
            throw .usage("\(path): is a file that the node needs. Choose another")
        }
        guard access(parent.path(percentEncoded: false), W_OK) == 0 || access(path, W_OK) == 0
        else { throw self.unwritable(path) }
    }

    /// Where a path leads, also where a link leads to nothing yet.
    static func target(of path: String) -> URL {
        var target = URL(filePath: path).resolvingSymlinksInPath()
        // As many as the system follows.
        for _ in 0..<40 {
            let name = target.path(percentEncoded: false)
            guard
                let next = try? FileManager.default.destinationOfSymbolicLink(atPath: name)
            else { break }
            target = URL(filePath: next, relativeTo: target.deletingLastPathComponent())
                .absoluteURL.resolvingSymlinksInPath()
        }
        return target
    }

    /// Whether a file is there, and no pipe or the like.
    static func isFile(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path) && !GivenFile.isSpecial(path)
    }

    static func unwritable(_ path: String) -> NodeFailure {
        .unavailable("\(path): cannot be written. Check its folder, its rights and the free space")
    }

    /// Writes a file whole or not at all; through a link, and into what is no file, such as a pipe.
    static func replace(_ path: String, with bytes: [UInt8]) throws(NodeFailure) {
        do {
            if GivenFile.isSpecial(path) {
                let handle = try FileHandle(forWritingTo: URL(filePath: path))
                try handle.write(contentsOf: Data(bytes))
                return try handle.close()
            }
            let target = self.target(of: path)
            try Data(bytes).write(to: target, options: .atomic)
        } catch {
            throw self.unwritable(path)
        }
    }
}
