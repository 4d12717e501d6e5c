import LocalFiles

/// Questions about files that a command was given.
package enum GivenFile {
    /// Whether others than its owner may read, write or run it.
    ///
    /// - Throws: When there is no such file, or it may not be looked at.
    package static func isOpenToOthers(_ path: String) throws(NodeFailure) -> Bool {
        do throws(FileError) {
            return try FileStatus(path: path).isOpenToOthers
        } catch {
            throw .unavailable("\(error)")
        }
    }

    /// The bytes of a file.
    ///
    /// - Throws: `.unavailable` when it cannot be read or has more bytes than `bytesMax`.
    package static func bytes(_ path: String, bytesMax: Int) throws(NodeFailure) -> [UInt8] {
        do throws(FileError) {
            return try FileStatus.reading(path: path, bytesMax: bytesMax).bytes
        } catch {
            throw .unavailable("\(error)")
        }
    }

    /// The bytes of a file that its owner alone may read, write or run, through links; looked at and
    /// read by one opening.
    ///
    /// - Throws: `.usage` when others may, `.unavailable` when it cannot be read or has more bytes
    ///   than `bytesMax`.
    package static func privateBytes(
        _ path: String,
        bytesMax: Int
    ) throws(NodeFailure) -> [UInt8] {
        let status: FileStatus
        let bytes: [UInt8]
        do throws(FileError) {
            (status, bytes) = try FileStatus.reading(path: path, bytesMax: bytesMax)
        } catch {
            throw .unavailable("\(error)")
        }
        guard !status.isOpenToOthers else {
            throw .usage("others can read \(path). Make it yours alone, chmod 600")
        }
        return bytes
    }

    /// Whether a path leads to something that is neither a file nor absent, such as a device.
    package static func isSpecial(_ path: String) -> Bool {
        (try? FileStatus(path: path)).map { !$0.isFile } ?? false
    }

    /// Whether a path leads to a folder.
    package static func isFolder(_ path: String) -> Bool {
        (try? FileStatus(path: path))?.isFolder ?? false
    }

    /// Whether two paths lead to one file; `false` where either leads to none.
    package static func isSame(_ path: String, _ other: String) -> Bool {
        guard let identity = try? FileStatus(path: path).identity else { return false }
        return identity == (try? FileStatus(path: other).identity)
    }
}
