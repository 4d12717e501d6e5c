package import Cryptography
import LocalFiles
package import StorePages

extension PageReport {
    /// Reads every page of the store in a folder.
    ///
    /// `progress`: Told how many pages were read, of how many the file has; the free ones are not.
    ///
    /// - Throws: That the file cannot be read; damage is in the result.
    package init(
        of folder: DataFolder,
        storageKey: borrowing SecretKey,
        progress: CheckProgress
    ) throws(StoreError) {
        let key = NodeStore.sealKey(storageKey)
        do throws(FileError) {
            try self.init(path: folder.path(.store), key: key, progress: progress) { _, _, _ in }
        } catch {
            throw StoreError(error)
        }
    }
}
