import Foundation
import Glibc
import Spreadsheet

/// A workbook that a command was given.
struct WorkbookFile: RandomBytes {
    let byteCount: Int

    private let descriptor: Int32

    /// Takes a file that stays open for as long as it is read.
    ///
    /// - Throws: `WorkbookError.unreadable` for what cannot be read at any place, such as a pipe.
    init(_ handle: FileHandle) throws(WorkbookError) {
        // What cannot be sought in has no end that is known beforehand.
        guard let end = try? handle.seekToEnd() else {
            throw .unreadable("a workbook is read from a file, not from a pipe. Save it first")
        }
        self.byteCount = Int(end)
        self.descriptor = handle.fileDescriptor
    }

    func read(count: Int, at offset: Int) throws(WorkbookError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let part = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    self.descriptor,
                    buffer.baseAddress?.advanced(by: done),
                    count - done,
                    off_t(offset + done)
                )
            }
            if part < 0, errno == EINTR { continue }
            guard part > 0 else { throw .unreadable("it cannot be read. Check that it is a file") }
            done += part
        }
        return bytes
    }
}
