/// Reads a file line by line, in pieces of any size.
///
/// The caller feeds chunks and takes lines out until there are none left, so memory is bounded by
/// one chunk and one line. A line ends at LF; one CR before it is no part of the line.
struct LineReader: Sendable {
    /// Most bytes of one line, without its line end.
    static let lineBytesMax = CSVReader.rowBytesMax

    /// One line, or that it is too long to be read.
    struct Line: Hashable, Sendable {
        /// Number of the line, from 1.
        let number: Int
        /// Its bytes without the line end; nil when there are more than `lineBytesMax`.
        let bytes: ArraySlice<UInt8>?
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private var chunk: [UInt8] = []
    private var position = 0
    private var isFinished = false
    /// The beginning of a line that the chunks before ended in.
    private var rest: [UInt8] = []
    private var isTooLong = false
    private var line = 1

    /// Takes the next piece of the file; every line of the piece before has been taken out.
    mutating func feed(_ chunk: [UInt8]) {
        precondition(!self.isFinished, "a finished file has no more bytes")
        precondition(self.position == self.chunk.count, "the chunk before is read to its end")
        self.chunk = chunk
        self.position = 0
    }

    /// Says that the file has ended, so that the last line needs no line end.
    mutating func finish() {
        self.isFinished = true
    }

    /// Returns the next line, or nil when more bytes, or the end of the file, must come first.
    ///
    /// - Complexity: O(bytes passed over).
    mutating func nextLine() -> Line? {
        let start = self.position
        let end = self.chunk[start...].firstIndex(of: Self.lineFeed)
        let piece = self.chunk[start..<(end ?? self.chunk.count)]
        self.position = end.map { $0 + 1 } ?? self.chunk.count
        guard end != nil || self.isFinished else {
            self.keep(piece)
            return nil
        }
        let isEnd = end == nil && self.rest.isEmpty && !self.isTooLong
        guard !isEnd || !piece.isEmpty else { return nil }
        defer {
            self.rest = []
            self.isTooLong = false
            self.line += 1
        }
        let isWhole = self.rest.isEmpty && !self.isTooLong
        if !isWhole { self.keep(piece) }
        var bytes = isWhole ? piece : self.rest[...]
        if bytes.last == Self.carriageReturn { bytes.removeLast() }
        let isReadable = !self.isTooLong && bytes.count <= Self.lineBytesMax
        return Line(number: self.line, bytes: isReadable ? bytes : nil)
    }

    /// Keeps the beginning of a line, or forgets it once it is too long.
    private mutating func keep(_ piece: ArraySlice<UInt8>) {
        guard !self.isTooLong else { return }
        // With room for a line end, which is not counted.
        guard self.rest.count + piece.count <= Self.lineBytesMax + 1 else {
            self.isTooLong = true
            self.rest = []
            return
        }
        self.rest += piece
    }
}
