/// Reads the lines of an ndjson file as rows of the mapping's columns.
struct JSONRows: Sendable {
    /// The encoding of the lines as they come.
    var encoding: Mapping.Encoding
    /// What the encoding of the file is called.
    var encodingName: String
    private let columns: JSONColumns
    private var reader: LineReader
    private var isFound: [Bool]
    private var unused: Set<String> = []

    /// The columns in order, which are the mapping's.
    var header: [String] { self.columns.names }

    init(mapping: Mapping) {
        self.encoding = mapping.encoding
        self.encodingName = mapping.encoding.rawValue
        self.columns = JSONColumns(RowMapper.columns(of: mapping).sorted())
        self.reader = LineReader()
        self.isFound = Array(repeating: false, count: self.columns.names.count)
    }

    mutating func feed(_ chunk: [UInt8]) { self.reader.feed(chunk) }

    mutating func finish() { self.reader.finish() }

    /// Returns the next row, or nil when more bytes, or the end of the file, must come first.
    ///
    /// `hides`: Nothing of an unread row may be shown.
    mutating func nextRow(hides: Bool) -> SourceRow? {
        while let line = self.reader.nextLine() {
            guard let bytes = line.bytes else {
                let limit = "it has more than \(LineReader.lineBytesMax) bytes"
                return Self.rejected(line, .rowLength, "", limit)
            }
            guard !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { continue }
            let start = bytes.prefix(ImportFinding.valueBytesMax)
            let shown = hides ? "" : String(decoding: start, as: UTF8.self)
            guard let text = self.utf8(of: bytes) else {
                let advice = "not \(self.encodingName): check the mapping's encoding"
                return Self.rejected(line, .encodingInvalid, shown, advice)
            }
            do throws(JSONDefect) {
                let contents = try JSONLine.read(text, columns: self.columns, unused: self.unused)
                self.unused = contents.unused
                for (column, isFound) in contents.isFound.enumerated() where isFound {
                    self.isFound[column] = true
                }
                return SourceRow(line: line.number, contents: .cells(contents.cells, kinds: []))
            } catch {
                return Self.rejected(line, .rowJSON, shown, "\(error)")
            }
        }
        return nil
    }

    /// What is to be said once the file is read: columns that it never had, and others it has.
    func findings() -> [ImportFinding] {
        var notes = RowNotes(line: 1)
        let absent = zip(self.columns.names, self.isFound).filter { !$0.1 }.map(\.0)
        if !absent.isEmpty {
            let list = absent.joined(separator: ", ")
            let advice = "no line has them: check the paths in the mapping"
            notes.add(.columnAbsent, .warning, "", list, advice)
        }
        if !self.unused.isEmpty {
            let list = self.unused.sorted().joined(separator: ", ")
            let more = self.unused.count == JSONLine.unusedMax ? " or more" : ""
            let advice = "\(self.unused.count)\(more) columns are not imported"
            notes.add(.columnUnused, .info, "", list, advice)
        }
        return notes.findings
    }

    private func utf8(of bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard let text = self.encoding.text(of: bytes) else { return nil }
        return self.encoding == .utf8 ? Array(bytes) : Array(text.utf8)
    }

    private static func rejected(
        _ line: LineReader.Line,
        _ rule: ImportRule,
        _ value: String,
        _ suggestion: String
    ) -> SourceRow {
        let contents = SourceRow.Contents.rejected(rule, value: value, suggestion: suggestion)
        return SourceRow(line: line.number, contents: contents)
    }
}
