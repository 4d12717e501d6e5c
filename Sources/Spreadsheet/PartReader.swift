/// Reads one part of an archive from its beginning, in pieces of a bounded size.
///
/// A part that has another size or checksum than the archive says is refused at its end.
struct PartReader: Sendable {
    /// Bytes of the archive that are read at a time.
    private static let chunkBytes = 1 << 16
    /// Bytes that are given at a time, but for the last match.
    private static let pieceBytes = 1 << 16

    private let file: any RandomBytes
    private let entry: ZipArchive.Entry
    private var offset: Int
    private let end: Int
    private var inflater = Inflater()
    private var checksum = CRC32()
    private var byteCount = 0
    private var isDone = false

    /// Name of the part.
    var name: String { self.entry.name }

    /// Where in the file it is read by now.
    var position: Int { self.offset }

    init(_ file: any RandomBytes, entry: ZipArchive.Entry, start: Int) {
        self.file = file
        self.entry = entry
        self.offset = start
        self.end = start + entry.compressedByteCount
    }

    /// Returns the next bytes, or nil at the end.
    ///
    /// - Throws: `WorkbookError`.
    mutating func next() throws(WorkbookError) -> [UInt8]? {
        guard !self.isDone else { return nil }
        let piece = self.entry.method == 0 ? try self.chunk() : try self.inflated()
        self.byteCount += piece.count
        guard self.byteCount <= self.entry.byteCount else {
            throw self.damaged("it has more bytes than the archive says")
        }
        self.checksum.update(with: piece)
        guard piece.isEmpty else { return piece }
        self.isDone = true
        guard self.byteCount == self.entry.byteCount, self.checksum.value == self.entry.checksum
        else {
            throw self.damaged("its bytes are not those that the archive says")
        }
        return nil
    }

    private func damaged(_ problem: String) -> WorkbookError {
        .damaged(part: self.entry.name, problem: problem)
    }

    private mutating func chunk() throws(WorkbookError) -> [UInt8] {
        let count = min(Self.chunkBytes, self.end - self.offset)
        guard count > 0 else { return [] }
        defer { self.offset += count }
        return try self.file.read(count: count, at: self.offset)
    }

    private mutating func inflated() throws(WorkbookError) -> [UInt8] {
        while true {
            let piece: [UInt8]
            do throws(InflateError) {
                piece = try self.inflater.read(atLeast: Self.pieceBytes)
            } catch {
                throw self.damaged("it cannot be expanded")
            }
            if !piece.isEmpty || self.inflater.isDone { return piece }
            let chunk = try self.chunk()
            self.inflater.feed(chunk, isLast: self.offset == self.end)
        }
    }
}

/// CRC-32 as ZIP has it (polynomial 0xEDB88320, reflected).
struct CRC32: Sendable {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in
            value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
        }
    }

    private var state: UInt32 = 0xFFFF_FFFF

    /// The checksum of what was taken so far.
    var value: Int { Int(~self.state) }

    /// Takes more bytes.
    mutating func update(with bytes: [UInt8]) {
        let table = Self.table
        var state = self.state
        for byte in bytes {
            state = state >> 8 ^ table[Int(UInt8(truncatingIfNeeded: state) ^ byte)]
        }
        self.state = state
    }
}
