/// Reads a CSV file (RFC 4180) piece by piece.
///
/// The caller feeds chunks of any size and takes rows out until there are none left, so memory is
/// bounded by one chunk and one row, whatever the size of the file. Where chunks are cut makes no
/// difference to the rows. A row ends at LF, CRLF or CR; a field in quotes may hold delimiters,
/// line ends and doubled quotes; a quote inside a field that does not begin with one is text, as
/// in Python's `csv`. Empty lines are no rows.
///
/// A quoted field followed by text is a defect, after which reading goes on at the next physical
/// line: that is where a stray quote stops spoiling the rows after it.
package struct CSVReader: Sendable {
    /// Most bytes of one row, without its line end.
    package static let rowBytesMax = 1 << 20
    /// Most fields of one row.
    package static let columnsMax = 1024

    private enum State {
        /// Before the first byte of a field.
        case fieldStart
        /// In a field without quotes.
        case plain
        /// Between the quotes of a field.
        case quoted
        /// After a quote in a quoted field: its end, or the first of a doubled quote.
        case afterQuote
        /// Passing over the rest of a line whose defect is known.
        case skippingLine
    }

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// The byte between fields.
    package let delimiter: UInt8
    private var chunk: [UInt8] = []
    private var position = 0
    private var isFinished = false

    private var state = State.fieldStart
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var rawByteCount = 0
    private var defect: CSVDefect?
    private var line: Int
    private var rowLine: Int
    /// A line feed now would be the second half of a line end that is counted already.
    private var isAfterCarriageReturn = false

    /// Creates a reader at the start of a file, behind its byte-order mark.
    ///
    /// - Parameters:
    ///   - delimiter: The byte between fields: not a quote, CR or LF.
    ///   - firstLine: Number of the line that comes first.
    package init(delimiter: UInt8, firstLine: Int) {
        precondition(
            delimiter != Self.quote && delimiter != Self.lineFeed
                && delimiter != Self.carriageReturn,
            "a delimiter is neither a quote nor a line end"
        )
        self.delimiter = delimiter
        self.line = firstLine
        self.rowLine = firstLine
    }

    /// Takes the next piece of the file; every row of the piece before has been taken out.
    package mutating func feed(_ chunk: [UInt8]) {
        precondition(!self.isFinished, "a finished file has no more bytes")
        precondition(self.position == self.chunk.count, "the chunk before is read to its end")
        self.chunk = chunk
        self.position = 0
    }

    /// Says that the file has ended, so that the last row needs no line end.
    package mutating func finish() {
        self.isFinished = true
    }

    /// Returns the next row, or nil when more bytes, or the end of the file, must come first.
    ///
    /// - Complexity: O(bytes passed over).
    package mutating func nextRow() -> CSVRow? {
        while self.position < self.chunk.count {
            if let row = self.step() { return row }
        }
        guard self.isFinished, self.rawByteCount > 0 else { return nil }
        // Also when the row is too large: the open quote is why, and so the cause worth telling.
        if self.state == .quoted { self.defect = .quoteUnterminated }
        // A line end that the file ends in begins no line.
        let last = self.chunk.last
        let isAfterLine = last == Self.lineFeed || last == Self.carriageReturn
        return self.endRow(lastLine: isAfterLine ? self.line - 1 : self.line)
    }

    /// Reads one byte, or one run of bytes that all mean the same.
    private mutating func step() -> CSVRow? {
        let byte = self.chunk[self.position]
        if self.isAfterCarriageReturn {
            self.isAfterCarriageReturn = false
            if byte == Self.lineFeed {
                if self.state == .quoted { self.take(self.position..<self.position + 1) }
                self.position += 1
                return nil
            }
        }
        switch self.state {
        case .quoted: return self.stepQuoted(byte)
        case .skippingLine: return self.stepSkipping(byte)
        case .fieldStart, .plain, .afterQuote: return self.stepPlain(byte)
        }
    }

    private mutating func stepPlain(_ byte: UInt8) -> CSVRow? {
        if byte == Self.lineFeed || byte == Self.carriageReturn { return self.passLineEnd(byte) }
        if byte == self.delimiter {
            self.position += 1
            self.count(1)
            self.endField()
            return nil
        }
        if byte == Self.quote, self.state != .plain {
            self.position += 1
            self.count(1)
            if self.state == .afterQuote, self.defect == nil { self.bytes.append(Self.quote) }
            self.state = .quoted
            return nil
        }
        if self.state == .afterQuote {
            self.giveUp(.textAfterQuote)
            self.state = .skippingLine
            return nil
        }
        self.state = .plain
        let delimiter = self.delimiter
        self.takeRun { $0 != delimiter && $0 != Self.lineFeed && $0 != Self.carriageReturn }
        return nil
    }

    private mutating func stepQuoted(_ byte: UInt8) -> CSVRow? {
        switch byte {
        case Self.quote:
            self.state = .afterQuote
            self.position += 1
            self.count(1)
        case Self.lineFeed, Self.carriageReturn:
            self.line += 1
            self.isAfterCarriageReturn = byte == Self.carriageReturn
            self.take(self.position..<self.position + 1)
            self.position += 1
        default:
            self.takeRun {
                $0 != Self.quote && $0 != Self.lineFeed && $0 != Self.carriageReturn
            }
        }
        return nil
    }

    private mutating func stepSkipping(_ byte: UInt8) -> CSVRow? {
        if byte == Self.lineFeed || byte == Self.carriageReturn { return self.passLineEnd(byte) }
        self.position += 1
        return nil
    }

    private mutating func passLineEnd(_ byte: UInt8) -> CSVRow? {
        self.position += 1
        self.line += 1
        self.isAfterCarriageReturn = byte == Self.carriageReturn
        guard self.rawByteCount > 0 else {
            self.rowLine = self.line
            return nil
        }
        return self.endRow(lastLine: self.line - 1)
    }

    /// Takes bytes into the field for as long as `belongs` holds, and moves past them.
    private mutating func takeRun(while belongs: (UInt8) -> Bool) {
        var end = self.position + 1
        while end < self.chunk.count, belongs(self.chunk[end]) { end += 1 }
        self.take(self.position..<end)
        self.position = end
    }

    private mutating func take(_ range: Range<Int>) {
        self.count(range.count)
        if self.defect == nil { self.bytes.append(contentsOf: self.chunk[range]) }
    }

    /// Counts bytes of the row, and gives the row up when they are too many.
    private mutating func count(_ byteCount: Int) {
        self.rawByteCount = min(self.rawByteCount + byteCount, Self.rowBytesMax + 1)
        if self.rawByteCount > Self.rowBytesMax { self.giveUp(.rowBytesOverMax) }
    }

    private mutating func endField() {
        self.state = .fieldStart
        guard self.defect == nil else { return }
        guard self.ends.count < Self.columnsMax - 1 else { return self.giveUp(.columnsOverMax) }
        self.ends.append(self.bytes.count)
    }

    /// Forgets the row's fields; its end is still looked for in the same way.
    private mutating func giveUp(_ defect: CSVDefect) {
        guard self.defect == nil else { return }
        self.defect = defect
        self.bytes = []
        self.ends = []
    }

    private mutating func endRow(lastLine: Int) -> CSVRow {
        self.ends.append(self.bytes.count)
        let row =
            if let defect = self.defect {
                CSVRow(lines: self.rowLine...lastLine, defect: defect)
            } else {
                CSVRow(lines: self.rowLine...lastLine, bytes: self.bytes, ends: self.ends)
            }
        self.state = .fieldStart
        self.bytes.removeAll(keepingCapacity: true)
        self.ends.removeAll(keepingCapacity: true)
        self.rawByteCount = 0
        self.defect = nil
        self.rowLine = self.line
        return row
    }
}
