import LocalFiles
package import RecordImport
import RecordStore

/// Where an import keeps what grows with its file.
package enum ImportScratch {
    /// Makes scratch space on the disk of a data folder.
    package static func make(in folder: String) throws(NodeFailure) -> any ScratchSpace {
        do throws(FileError) {
            return try ScratchFile(in: folder)
        } catch {
            throw .unavailable("data folder: \(error)")
        }
    }
}
