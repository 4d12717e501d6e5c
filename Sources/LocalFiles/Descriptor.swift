import Glibc

/// An open file or folder, closed when it goes.
package struct Descriptor: ~Copyable, Sendable {
    /// What the system calls it.
    package let number: Int32
    /// The path it was opened by.
    package let path: String

    /// Opens the file at `path`; a new one has mode 0600.
    package init(path: String, flags: Int32) throws(FileError) {
        self.path = path
        self.number = try Self.repeated("open", path) { open(path, flags | O_CLOEXEC, 0o600) }
    }

    /// Opens the file called `name` in `folder`; a new one has mode 0600.
    package init(name: String, in folder: borrowing Descriptor, flags: Int32) throws(FileError) {
        self.path = "\(folder.path)/\(name)"
        let folderNumber = folder.number
        self.number = try Self.repeated("open", self.path) {
            openat(folderNumber, name, flags | O_CLOEXEC, 0o600)
        }
    }

    deinit { close(self.number) }

    /// Length and mode of the file.
    package borrowing func information() throws(FileError) -> (byteCount: Int, mode: UInt32) {
        var information = stat()
        let number = self.number
        _ = try Self.repeated("fstat", self.path) { fstat(number, &information) }
        return (Int(information.st_size), information.st_mode)
    }

    /// Reads `count` bytes from `offset` on, or as many as there are before the end.
    package borrowing func read(count: Int, at offset: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let part = pread(
                    self.number,
                    buffer.baseAddress?.advanced(by: done),
                    count - done,
                    offset + done
                )
                if part < 0, errno == EINTR { continue }
                if part < 0 { failure = FileError(code: errno, operation: "read", path: self.path) }
                guard part > 0 else { return }
                done += part
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes all of `bytes` at `offset`.
    package borrowing func write(_ bytes: RawSpan, at offset: Int) throws(FileError) {
        try bytes.withUnsafeBytes { (buffer) throws(FileError) in
            var done = 0
            while done < buffer.count {
                let part = pwrite(
                    self.number,
                    buffer.baseAddress?.advanced(by: done),
                    buffer.count - done,
                    offset + done
                )
                if part < 0, errno == EINTR { continue }
                guard part > 0 else {
                    let code = part == 0 ? ENOSPC : errno
                    throw FileError(code: code, operation: "write", path: self.path)
                }
                done += part
            }
        }
    }

    /// Puts the file on disk: contents, length and whatever else is needed to read them.
    package borrowing func syncData() throws(FileError) {
        let number = self.number
        _ = try Self.repeated("fdatasync", self.path) { fdatasync(number) }
    }

    /// Puts the file, or the names in a folder, on disk.
    package borrowing func sync() throws(FileError) {
        let number = self.number
        _ = try Self.repeated("fsync", self.path) { fsync(number) }
    }

    /// Puts the name of a new file on disk.
    package static func syncFolder(containing path: String) throws(FileError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "."
        try Descriptor(path: folder, flags: O_RDONLY | O_DIRECTORY).sync()
    }

    /// Makes a system call again while signals interrupt it.
    package static func repeated(
        _ operation: String,
        _ path: String,
        _ call: () -> Int32
    ) throws(FileError) -> Int32 {
        while true {
            let result = call()
            guard result < 0 else { return result }
            guard errno == EINTR else {
                throw FileError(code: errno, operation: operation, path: path)
            }
        }
    }
}
