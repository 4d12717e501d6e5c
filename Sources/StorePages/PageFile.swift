import Cryptography
import Glibc
import LocalFiles

/// The store's file as pages, read without a map: a file that is too short is an error, not a signal.
struct PageFile: ~Copyable, Sendable {
    private let file: Descriptor

    /// Opens the file at `path` for reading.
    init(path: String) throws(FileError) {
        self.file = try Descriptor(path: path, flags: O_RDONLY)
    }

    /// Opens the file at `path`, as one of the steps of reading pages.
    static func reading(_ path: String) throws(PageReadError) -> PageFile {
        do throws(FileError) { return try PageFile(path: path) } catch { throw .file(error) }
    }

    /// Both first pages and which of them LMDB takes: the one with the larger transaction number.
    func metaPages() throws(PageReadError) -> (newest: MetaPage, other: MetaPage) {
        let first = try self.meta(0, at: 0)
        let second = try self.meta(1, at: first.pageByteCount)
        guard second.pageByteCount == first.pageByteCount else {
            throw .damage(PageDamage(page: 1, what: "another page length than page 0"))
        }
        return second.transaction > first.transaction ? (second, first) : (first, second)
    }

    private func meta(_ number: UInt64, at offset: Int) throws(PageReadError) -> MetaPage {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try self.file.read(count: MetaPage.byteCount, at: offset)
        } catch {
            throw .file(error)
        }
        do throws(PageDamage) { return try MetaPage(bytes: bytes, number: number) } catch {
            throw .damage(error)
        }
    }

    /// The bytes of a run of pages, which lie within the file.
    func bytes(of run: PageRun, pageByteCount: Int) throws(PageReadError) -> [UInt8] {
        let byteCount = Int(run.count) * pageByteCount
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try self.file.read(count: byteCount, at: Int(run.first) * pageByteCount)
        } catch {
            throw .file(error)
        }
        guard bytes.count == byteCount else {
            throw .damage(PageDamage(page: run.first, what: "the file ends before its end"))
        }
        return bytes
    }

    /// What tells whether the file was touched since.
    func stamp() throws(FileError) -> FileStamp { try FileStamp(of: self.file) }
}

/// Why a page could not be read.
enum PageReadError: Error {
    case damage(PageDamage)
    case file(FileError)
}

/// What changes whenever a file is written, replaced or put back.
struct FileStamp: Hashable, Sendable {
    /// Length of the stored form, in bytes.
    static let byteCount = 48

    /// Device, inode, length, time of the last write and of the last change, in nanoseconds.
    let bytes: [UInt8]

    init(of file: borrowing Descriptor) throws(FileError) {
        var information = stat()
        let number = file.number
        _ = try Descriptor.repeated("fstat", file.path) { fstat(number, &information) }
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt64(information.st_dev))
        bytes.append(bigEndian: UInt64(information.st_ino))
        bytes.append(bigEndian: UInt64(information.st_size))
        for time in [information.st_mtim, information.st_ctim] {
            bytes.append(
                bigEndian: UInt64(bitPattern: Int64(time.tv_sec)) << 30 | UInt64(time.tv_nsec)
            )
        }
        bytes += [UInt8](repeating: 0, count: Self.byteCount - bytes.count)
        self.bytes = bytes
    }
}
