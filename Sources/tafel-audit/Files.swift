#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads and writes whole files.
enum Files {
    /// Reads a file of at most `bytesMax` bytes.
    static func read(_ path: String, bytesMax: Int) throws(CommandFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw self.unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        // Room for a whole file at once: growing would hold it twice. A pipe has no size.
        var status = stat()
        if fstat(descriptor, &status) == 0 {
            bytes.reserveCapacity(min(max(Int(status.st_size), 0), bytesMax))
        }
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = part.withUnsafeMutableBytes { Self.fill($0, from: descriptor) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw self.unreadable(path) }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= bytesMax else {
                throw CommandFailure(
                    kind: .badInput,
                    what: path,
                    why: "it is longer than \(bytesMax) bytes",
                    remedy: "Give a file of the right kind."
                )
            }
            bytes += part[..<count]
        }
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int
    {
        #if canImport(Glibc)
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #else
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func unreadable(_ path: String) -> CommandFailure {
        CommandFailure(
            kind: .unavailable,
            what: path,
            why: "it cannot be read (\(Self.reason(errno)))",
            remedy: "Check the name and the permissions."
        )
    }

    /// Writes a file, replacing one that is there only once the new one is complete.
    ///
    /// None of `inputs`, the files that were read, is written over.
    static func write(
        _ text: String,
        to path: String,
        keeping inputs: [String]
    ) throws(CommandFailure) {
        if let target = self.identity(path),
            inputs.contains(where: { self.identity($0).map { $0 == target } ?? false })
        {
            throw CommandFailure(
                kind: .badInput,
                what: path,
                why: "it is one of the files to check",
                remedy: "Give the report another name."
            )
        }
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw self.unwritable(path) }
        var isWritten = true
        var rest = Array(text.utf8)[...]
        while isWritten, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Self.drain($0, to: descriptor) }
            if count < 0, errno == EINTR { continue }
            isWritten = count > 0
            rest = rest.dropFirst(max(count, 0))
        }
        isWritten = isWritten && fsync(descriptor) == 0
        isWritten = close(descriptor) == 0 && isWritten
        guard isWritten, rename(temporary, path) == 0 else {
            let failure = self.unwritable(path)
            unlink(temporary)
            throw failure
        }
    }

    private static func drain(_ buffer: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
        Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func unwritable(_ path: String) -> CommandFailure {
        CommandFailure(
            kind: .unavailable,
            what: path,
            why: "it cannot be written (\(Self.reason(errno)))",
            remedy: "Check the folder, its permissions and the free space."
        )
    }

    private struct Identity: Equatable {
        let device: UInt64
        let file: UInt64
    }

    private static func identity(_ path: String) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Identity(device: UInt64(status.st_dev), file: UInt64(status.st_ino))
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
