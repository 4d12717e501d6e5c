import Foundation
import NodeService

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

    /// Opens a file for reading.
    static func open(_ path: String) throws(NodeFailure) -> FileHandle {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw .unavailable(
                "\(path): \(String(cString: strerror(errno))). Check the path and its rights"
            )
        }
        return handle
    }

    /// Writes a file whole or not at all.
    static func replace(_ path: String, with bytes: [UInt8]) throws(NodeFailure) {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw .unavailable(
                "\(path): cannot be written. Check its folder, its rights and the free space"
            )
        }
    }
}
