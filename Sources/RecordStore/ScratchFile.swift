import Cryptography
import Glibc
package import LocalFiles
package import RecordImport

/// Scratch space in a file without a name, which goes with this object or its process.
package final class ScratchFile: ScratchSpace {
    private let file: Descriptor

    /// Makes the file in `folder`.
    package init(in folder: String) throws(FileError) {
        let name = TextEncoding.hex(Randomness.bytes(count: 8))
        let path = "\(folder)/scratch-\(name)"
        self.file = try Descriptor(path: path, flags: O_RDWR | O_CREAT | O_EXCL)
        // From here on the file lives as long as its descriptor, whatever ends the process.
        unlink(path)
    }

    /// Reads `count` bytes from `offset` on, which were written before.
    package func read(count: Int, at offset: Int) throws(ImportError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try self.file.read(count: count, at: offset) } catch {
            throw .scratchFailed(error.description)
        }
        guard bytes.count == count else {
            throw .scratchFailed("scratch file: ends too early. Check the disk")
        }
        return bytes
    }

    /// Writes `bytes` at `offset`.
    package func write(_ bytes: [UInt8], at offset: Int) throws(ImportError) {
        do throws(FileError) { try self.file.write(bytes.span.bytes, at: offset) } catch {
            throw .scratchFailed(error.description)
        }
    }
}
