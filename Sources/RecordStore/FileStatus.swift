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

    /// Asks for the file at `path`.
    package init(path: String) throws(FileError) {
        var information = stat()
        guard stat(path, &information) == 0 else {
            throw FileError(code: errno, operation: "stat", path: path)
        }
        self.identity = Identity(
            device: UInt64(information.st_dev),
            number: UInt64(information.st_ino)
        )
        self.isOpenToOthers = information.st_mode & 0o077 != 0
    }
}
