import Cryptography
import Glibc
import LocalFiles

/// Keyed hashes of the pages that the store's file uses (`Protocol/records.md` §7).
///
/// Head (160 bytes), then 16 bytes for each page by number: the seal (8) and its complement (8), so
/// that a changed seal is told from a changed page. The seal of a long value stands at its first
/// page. No secret lies in it.
final class SealFile: Sendable {
    /// Length of the head, in bytes.
    static let headByteCount = 160
    /// Length of a page's place, in bytes.
    static let placeByteCount = 16
    private static let magic = Array("TAFELSUM".utf8)

    /// How a page's bytes become its seal: the version of the file.
    enum Form: UInt32, Sendable {
        /// BLAKE2b of the page. Such a file is compared once more, and made anew in the newest form.
        case hash = 1
        /// BLAKE2b of the page's Poly1305, which takes a sixth of the time.
        case polynomial = 2

        /// What seals are made in.
        static let newest = Form.polynomial
    }

    /// What is sealed, and when.
    struct Head: Hashable, Sendable {
        /// How pages are sealed.
        var form: Form
        /// The newest transaction.
        var transaction: UInt64
        /// Seal of the page that says where its trees are, 16 bytes.
        var metaSeal: [UInt8]
        /// Whether everything is on disk, the store's file as `stamp` has it.
        var isClosed: Bool
        /// Names the time since the machine was started, 16 bytes.
        var boot: [UInt8]
        /// The store's file when it was closed.
        var stamp: [UInt8]
        /// When every page was last compared, in seconds since 1970.
        var comparedAt: UInt64
    }

    private let file: Descriptor
    private let key: SecretKey
    private let polynomialKey: SecretKey

    /// Opens the file at `path`, and makes it where `makesFile`.
    init(path: String, key: borrowing SecretKey, makesFile: Bool) throws(FileError) {
        self.file = try Descriptor(path: path, flags: makesFile ? O_RDWR | O_CREAT : O_RDONLY)
        self.key = key.duplicate()
        self.polynomialKey = key.derived("tafel/v1/page-polynomial")
    }

    /// The head; `nil` when the file is empty or its head is not what was written.
    func head() throws(FileError) -> Head? {
        let bytes = try self.file.read(count: Self.headByteCount, at: 0)
        guard bytes.count == Self.headByteCount, bytes.starts(with: Self.magic),
            let form = Form(rawValue: UInt32(bigEndian: bytes[8..<12])),
            self.key.keyedHash16(Array(bytes[..<144])) == Array(bytes[144...])
        else { return nil }
        return Head(
            form: form,
            transaction: UInt64(bigEndian: bytes[16..<24]),
            metaSeal: Array(bytes[24..<40]),
            isClosed: bytes[12] == 1,
            boot: Array(bytes[40..<56]),
            stamp: Array(bytes[56..<104]),
            comparedAt: UInt64(bigEndian: bytes[104..<112])
        )
    }

    /// Whether the head is sealed as it should be, in a form that this program does not know.
    func isNewer() throws(FileError) -> Bool {
        let bytes = try self.file.read(count: Self.headByteCount, at: 0)
        return bytes.count == Self.headByteCount && bytes.starts(with: Self.magic)
            && Form(rawValue: UInt32(bigEndian: bytes[8..<12])) == nil
            && self.key.keyedHash16(Array(bytes[..<144])) == Array(bytes[144...])
    }

    /// Whether the head was never written.
    func isHeadless() throws(FileError) -> Bool {
        try self.file.read(count: Self.headByteCount, at: 0).allSatisfy { $0 == 0 }
    }

    /// Writes the head.
    func setHead(_ head: Head) throws(FileError) {
        var bytes = Self.magic
        bytes.append(bigEndian: head.form.rawValue)
        bytes += [head.isClosed ? 1 : 0, 0, 0, 0]
        bytes.append(bigEndian: head.transaction)
        bytes += head.metaSeal + head.boot + head.stamp
        bytes.append(bigEndian: head.comparedAt)
        bytes += [UInt8](repeating: 0, count: 144 - bytes.count)
        bytes += self.key.keyedHash16(bytes)
        try self.file.write(bytes.span.bytes, at: 0)
    }

    /// The seal of a page that says where everything else is.
    func seal(of meta: MetaPage) -> [UInt8] { self.key.keyedHash16(meta.bytes) }

    /// The seal of a run of pages, to be written at the place of its first page.
    struct PageSeal: Hashable, Sendable {
        fileprivate let page: UInt64
        fileprivate let seal: UInt64

        fileprivate var place: [UInt8] {
            var place: [UInt8] = []
            place.append(bigEndian: self.seal)
            place.append(bigEndian: ~self.seal)
            return place
        }
    }

    /// The seal of `run`, which holds `bytes`.
    func seal(of run: PageRun, _ bytes: [UInt8], form: Form) -> PageSeal {
        let sealed =
            switch form {
            case .hash: bytes
            case .polynomial: self.polynomialKey.polynomialHash(bytes)
            }
        let hash = self.key.keyedHash16(sealed).prefix(8)
        return PageSeal(page: run.first, seal: UInt64(bigEndian: hash))
    }

    private static func offset(of page: UInt64) -> Int {
        self.headByteCount + Int(page) * self.placeByteCount
    }

    /// Writes seals; gathers neighbours into one write.
    func write(_ seals: [PageSeal]) throws(FileError) {
        var pending: [UInt8] = []
        var start: UInt64 = 0
        var next: UInt64 = 0
        for seal in seals.sorted(by: { $0.page < $1.page }) {
            if seal.page != next || pending.isEmpty {
                try self.file.write(pending.span.bytes, at: Self.offset(of: start))
                pending.removeAll(keepingCapacity: true)
                start = seal.page
            }
            pending += seal.place
            next = seal.page + 1
        }
        try self.file.write(pending.span.bytes, at: Self.offset(of: start))
    }

    /// What a page's place says of its bytes.
    enum Verdict: Hashable, Sendable {
        case same
        case otherBytes
        /// The place itself was changed, or is not there.
        case noSeal
    }

    /// Compares a page with its seal.
    func compare(
        _ run: PageRun,
        _ bytes: [UInt8],
        form: Form
    ) throws(FileError) -> Verdict {
        let held = try self.file.read(count: Self.placeByteCount, at: Self.offset(of: run.first))
        guard held.count == Self.placeByteCount,
            zip(held[..<8], held[8...]).allSatisfy({ $0 == ~$1 })
        else { return .noSeal }
        return held == self.seal(of: run, bytes, form: form).place ? .same : .otherBytes
    }

    /// Puts the seals on disk.
    func sync() throws(FileError) { try self.file.syncData() }
}
