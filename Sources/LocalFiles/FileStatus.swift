import Glibc

/// What the system tells of a file, through links.
package struct FileStatus: Sendable {
    /// The device and the number on it: one file has one, by whatever path.
    package struct Identity: Hashable, Sendable {
        let device: UInt64
        let number: UInt64
    }

    /// Which file it is.
    package let identity: Identity
    /// Whether its group or anybody else may read, write or run it.
    package let isOpenToOthers: Bool
    /// Whether it is a file with contents of its own: no folder, device, pipe or socket.
    package let isFile: Bool
    /// Whether it is a folder.
    package let isFolder: Bool

    /// Asks for the file at `path`.
    package init(path: String) throws(FileError) {
        var information = stat()
        guard stat(path, &information) == 0 else {
            throw FileError(code: errno, operation: "stat", path: path)
        }
        self.init(information)
    }

    /// Reads a file, through links, and tells of that file: by one opening, so that nobody puts
    /// another in its place in between.
    ///
    /// - Throws: `EFBIG` when it has more than `bytesMax` bytes.
    package static func reading(
        path: String,
        bytesMax: Int
    ) throws(FileError) -> (status: FileStatus, bytes: [UInt8]) {
        let file = try Descriptor(path: path, flags: O_RDONLY)
        var information = stat()
        let number = file.number
        guard fstat(number, &information) == 0 else {
            throw FileError(code: errno, operation: "fstat", path: path)
        }
        let bytes = try file.read(count: bytesMax + 1, at: 0)
        guard bytes.count <= bytesMax else {
            throw FileError(code: EFBIG, operation: "read", path: path)
        }
        return (FileStatus(information), bytes)
    }

    private init(_ information: stat) {
        self.identity = Identity(
            device: UInt64(information.st_dev),
            number: UInt64(information.st_ino)
        )
        self.isFile = information.st_mode & S_IFMT == S_IFREG
        self.isFolder = information.st_mode & S_IFMT == S_IFDIR
        self.isOpenToOthers = information.st_mode & 0o077 != 0
    }
}
