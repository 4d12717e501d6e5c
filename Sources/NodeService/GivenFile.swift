import RecordStore

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

    /// Whether two paths lead to one file; `false` where either leads to none.
    package static func isSame(_ path: String, _ other: String) -> Bool {
        guard let identity = try? FileStatus(path: path).identity else { return false }
        return identity == (try? FileStatus(path: other).identity)
    }
}
