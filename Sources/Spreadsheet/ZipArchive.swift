/// The directory of a ZIP archive (PKWARE APPNOTE 6.3), as far as workbooks need it.
///
/// What it names lies in one file, is stored or deflated, and does not overlap: an archive whose entries
/// share bytes grows without end.
struct ZipArchive: Sendable {
    /// A part of the archive.
    struct Entry: Hashable, Sendable {
        /// Its path as the archive has it.
        let name: String
        /// 0 stored, 8 deflated.
        let method: Int
        /// CRC-32 of its bytes.
        let checksum: Int
        /// Bytes in the archive.
        let compressedByteCount: Int
        /// Bytes once it is expanded.
        let byteCount: Int
        /// Where its own header stands.
        let offset: Int
    }

    private static let endSignature = 0x0605_4B50
    private static let endByteCount = 22
    private static let entrySignature = 0x0201_4B50
    private static let entryByteCount = 46
    private static let headerSignature = 0x0403_4B50
    private static let headerByteCount = 30
    private static let commentBytesMost = 65_535
    private static let name = "the archive"

    private let file: any RandomBytes
    private let limits: WorkbookLimits
    /// The entries by their names in lower case: names of parts differ in more than that (OPC §6.2.2).
    private let entries: [String: Entry]

    /// Reads the directory.
    ///
    /// - Throws: `WorkbookError`.
    init(_ file: any RandomBytes, limits: WorkbookLimits) throws(WorkbookError) {
        guard file.byteCount <= limits.fileBytes else {
            throw .overLimit(part: "the file", limit: "\(limits.fileBytes) bytes")
        }
        self.file = file
        self.limits = limits
        let end = try Self.end(of: file)
        guard end.count <= limits.entries else {
            throw .overLimit(part: Self.name, limit: "\(limits.entries) entries")
        }
        guard end.byteCount <= limits.directoryBytes else {
            throw .overLimit(part: Self.name, limit: "\(limits.directoryBytes) bytes of directory")
        }
        let directory = try file.read(count: end.byteCount, at: end.offset)
        var entries: [String: Entry] = [:]
        var place = 0
        for _ in 0..<end.count {
            let entry = try Self.entry(directory, at: &place)
            guard entries.updateValue(entry, forKey: entry.name.lowercased()) == nil else {
                throw Self.damaged("\"\(entry.name)\" stands there twice")
            }
        }
        try Self.checkOverlap(entries.values.sorted { $0.offset < $1.offset }, end: end.offset)
        self.entries = entries
    }

    /// Returns the entry of a path, in any case; nil when there is none.
    func entry(_ path: String) -> Entry? { self.entries[path.lowercased()] }

    /// Begins to read an entry.
    ///
    /// - Parameters:
    ///   - entry: One of this archive's.
    ///   - bytesMax: Most bytes that it may have.
    /// - Returns: A reader at its beginning.
    /// - Throws: `WorkbookError`.
    func reader(of entry: Entry, bytesMax: Int) throws(WorkbookError) -> PartReader {
        guard entry.byteCount <= bytesMax else {
            throw .overLimit(part: entry.name, limit: "\(bytesMax) bytes")
        }
        let grown = entry.byteCount / max(entry.compressedByteCount, 1)
        guard entry.byteCount <= self.limits.anyExpansionBytes || grown < self.limits.expansion
        else {
            throw .overLimit(part: entry.name, limit: "\(self.limits.expansion) times its size")
        }
        let header = try self.file.read(count: Self.headerByteCount, at: entry.offset)
        guard header.number32(at: 0) == Self.headerSignature, header.number16(at: 8) == entry.method
        else { throw .damaged(part: entry.name, problem: "its header is not where it should be") }
        let start =
            entry.offset + Self.headerByteCount + header.number16(at: 26) + header.number16(at: 28)
        guard start + entry.compressedByteCount <= self.file.byteCount else {
            throw .damaged(part: entry.name, problem: "it ends behind the file")
        }
        return PartReader(self.file, entry: entry, start: start)
    }

    private static func damaged(_ problem: String) -> WorkbookError {
        .damaged(part: self.name, problem: problem)
    }

    /// Finds the record that ends the archive, and with it the directory.
    private static func end(
        of file: any RandomBytes
    ) throws(WorkbookError) -> (count: Int, byteCount: Int, offset: Int) {
        let tailCount = min(file.byteCount, self.endByteCount + self.commentBytesMost)
        guard tailCount >= self.endByteCount else { throw .notWorkbook }
        let tail = try file.read(count: tailCount, at: file.byteCount - tailCount)
        for place in (0...tailCount - self.endByteCount).reversed()
        where tail[place] == 0x50 && tail.number32(at: place) == self.endSignature {
            // Nothing follows but the comment, whose size the record says.
            guard place + self.endByteCount + tail.number16(at: place + 20) == tailCount else {
                continue
            }
            let isOneDisk =
                tail.number32(at: place + 4) == 0
                && tail.number16(at: place + 8) == tail.number16(at: place + 10)
            let byteCount = tail.number32(at: place + 12)
            let offset = tail.number32(at: place + 16)
            guard isOneDisk, offset + byteCount <= file.byteCount - tailCount + place else {
                throw self.damaged("its directory is not where it should be")
            }
            return (tail.number16(at: place + 10), byteCount, offset)
        }
        throw .notWorkbook
    }

    private static func entry(
        _ directory: [UInt8],
        at place: inout Int
    ) throws(WorkbookError) -> Entry {
        let start = place
        guard start + self.entryByteCount <= directory.count,
            directory.number32(at: start) == self.entrySignature
        else { throw self.damaged("its directory is cut off") }
        let nameEnd = start + self.entryByteCount + directory.number16(at: start + 28)
        let extraEnd = nameEnd + directory.number16(at: start + 30)
        place = extraEnd + directory.number16(at: start + 32)
        guard place <= directory.count else { throw self.damaged("its directory is cut off") }
        let name = directory[(start + self.entryByteCount)..<nameEnd]
        guard let text = String(validating: name, as: UTF8.self) else {
            throw self.damaged("a name in it is no text")
        }
        guard directory.number16(at: start + 8) & 1 == 0 else { throw .locked }
        let method = directory.number16(at: start + 10)
        guard method == 0 || method == 8 else {
            throw .damaged(part: text, problem: "it is compressed by method \(method)")
        }
        var sizes = [
            directory.number32(at: start + 24), directory.number32(at: start + 20),
            directory.number32(at: start + 42),
        ]
        try self.widen(&sizes, with: directory[nameEnd..<extraEnd], of: text)
        guard method == 8 || sizes[0] == sizes[1] else {
            throw .damaged(part: text, problem: "it is stored in another size than it has")
        }
        return Entry(
            name: text,
            method: method,
            checksum: directory.number32(at: start + 16),
            compressedByteCount: sizes[1],
            byteCount: sizes[0],
            offset: sizes[2]
        )
    }

    /// Puts the wide numbers of an extra field where the narrow ones say so: size, compressed size, offset.
    private static func widen(
        _ numbers: inout [Int],
        with extra: ArraySlice<UInt8>,
        of name: String
    ) throws(WorkbookError) {
        let isWide = 0xFFFF_FFFF
        guard numbers.contains(isWide) else { return }
        let bytes = Array(extra)
        var place = 0
        while place + 4 <= bytes.count {
            let end = place + 4 + bytes.number16(at: place + 2)
            guard end <= bytes.count else { break }
            guard bytes.number16(at: place) == 1 else {
                place = end
                continue
            }
            place += 4
            for index in numbers.indices where numbers[index] == isWide {
                // Nothing that is read has so many bytes that the upper half counts.
                guard place + 8 <= end, bytes.number32(at: place + 4) == 0 else { break }
                numbers[index] = bytes.number32(at: place)
                place += 8
            }
            break
        }
        guard !numbers.contains(isWide) else {
            throw .overLimit(part: name, limit: "\(isWide - 1) bytes")
        }
    }

    private static func checkOverlap(_ entries: [Entry], end: Int) throws(WorkbookError) {
        var before = 0
        for entry in entries {
            guard entry.offset >= before else { throw self.damaged("its entries share bytes") }
            before =
                entry.offset + self.headerByteCount + entry.name.utf8.count
                + entry.compressedByteCount
        }
        guard before <= end else { throw self.damaged("its entries share bytes") }
    }
}
