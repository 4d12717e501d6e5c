import RecordImport
import TestSupport
import Testing

/// Reads a whole file cut into chunks at the given sizes, then in one piece.
private func rows(
    of bytes: [UInt8],
    delimiter: Character = ",",
    chunkSizes: [Int] = []
) -> [CSVRow] {
    var reader = CSVReader(delimiter: delimiter.asciiValue ?? 0, firstLine: 1)
    var rows: [CSVRow] = []
    var start = 0
    for size in chunkSizes + [bytes.count] where start < bytes.count {
        let end = min(bytes.count, start + size)
        reader.feed(Array(bytes[start..<end]))
        while let row = reader.nextRow() { rows.append(row) }
        start = end
    }
    reader.finish()
    while let row = reader.nextRow() { rows.append(row) }
    return rows
}

private func rows(of text: String, delimiter: Character = ",") -> [CSVRow] {
    rows(of: Array(text.utf8), delimiter: delimiter)
}

private func texts(_ row: CSVRow) -> [String] {
    (0..<row.fieldCount).map { String(decoding: row.field($0), as: UTF8.self) }
}

struct CSVReaderTests {
    @Test(
        arguments: [
            ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
            ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
            ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
            ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]),
            ("\"a\r\nb\",c\n", [["a\r\nb", "c"]]),
            ("\"\"\n", [[""]]),
            (",\n", [["", ""]]),
            ("a,", [["a", ""]]),
            ("a\"b,c\n", [["a\"b", "c"]]),
            ("a, \"b\"\n", [["a", " \"b\""]]),
            ("\n\r\n\na\n\n", [["a"]]),
            ("", []),
        ] as [(String, [[String]])]
    )
    func `rows are divided as RFC 4180 says`(text: String, expected: [[String]]) {
        #expect(rows(of: text).map(texts) == expected)
    }

    @Test func `the delimiter can be any byte`() {
        #expect(rows(of: "a;b,c\n", delimiter: ";").map(texts) == [["a", "b,c"]])
        #expect(rows(of: "a\tb\n", delimiter: "\t").map(texts) == [["a", "b"]])
        #expect(rows(of: "a|\"b|c\"\n", delimiter: "|").map(texts) == [["a", "b|c"]])
    }

    @Test func `the line is the physical line on which a row starts`() {
        let text = "a\r\n\n\"x\ny\r\nz\rw\",1\nb\rc\n\"p\n\",2"
        #expect(rows(of: text).map(\.line) == [1, 3, 7, 8, 9])
    }

    @Test func `a file that ends inside quotes gives a defect on the row's line`() {
        let read = rows(of: "a,b\nc,\"d\ne,f\n")
        #expect(read.map(\.line) == [1, 2])
        #expect(read.last?.defect == .quoteUnterminated)
        #expect(rows(of: "\"").map(\.defect) == [.quoteUnterminated])
    }

    @Test func `text after a closing quote is a defect, and the next line is read`() {
        let read = rows(of: "\"a\"b,\"c\nd,e\n")
        #expect(read.map(\.defect) == [.textAfterQuote, nil])
        #expect(read.last.map(texts) == ["d", "e"])
        #expect(read.last?.line == 2)
    }

    @Test func `a row of as many bytes as allowed is read, one more is a defect`() {
        let most = [UInt8](repeating: UInt8(ascii: "x"), count: CSVReader.rowBytesMax)
        let next = Array("\na,b\n".utf8)
        let good = rows(of: most + next)
        #expect(good.map(\.defect) == [nil, nil])
        #expect(good.first?.field(0).count == CSVReader.rowBytesMax)
        let bad = rows(of: most + [UInt8(ascii: "x")] + next)
        #expect(bad.map(\.defect) == [.rowBytesOverMax, nil])
        #expect(bad.last.map(texts) == ["a", "b"])
        #expect(bad.last?.line == 2)
    }

    @Test func `a row that is too large still ends where its quotes say`() {
        let quoted = "\"" + String(repeating: "x\n", count: CSVReader.rowBytesMax) + "\""
        let read = rows(of: "a," + quoted + ",b\nc,d,e\n")
        #expect(read.map(\.defect) == [.rowBytesOverMax, nil])
        #expect(read.last.map(texts) == ["c", "d", "e"])
        #expect(read.last?.line == CSVReader.rowBytesMax + 2)
    }

    @Test func `a row of as many columns as allowed is read, one more is a defect`() {
        let most = String(repeating: ",", count: CSVReader.columnsMax - 1)
        #expect(rows(of: most + "\n").first?.fieldCount == CSVReader.columnsMax)
        #expect(rows(of: most + ",\nx").map(\.defect) == [.columnsOverMax, nil])
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `chunks make no difference and a naive parser agrees`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("\"\"\"\",,,;a b\r\n\r\n\nxyé".utf8)
        let count = Int.random(in: 0...120, using: &generator)
        let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
        let sizes = (0..<count).map { _ in Int.random(in: 1...5, using: &generator) }
        let cut = rows(of: bytes, chunkSizes: sizes)
        #expect(cut == rows(of: bytes))
        let naive = NaiveCSV.rows(of: bytes)
        #expect(cut.map(\.line) == naive.map(\.line))
        #expect(cut.map { row in row.defect == nil ? texts(row) : nil } == naive.map(\.fields))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `what is written with quotes is read back`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("\",\r\n ab")
        let table = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
            (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                String(
                    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                        alphabet.randomElement(using: &generator) ?? " "
                    }
                )
            }
        }
        let text = table.map { row in
            row.map { field in
                "\"" + field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
            }.joined(separator: ",")
        }.joined(separator: "\r\n")
        let sizes = (0..<text.utf8.count).map { _ in Int.random(in: 1...9, using: &generator) }
        #expect(rows(of: Array(text.utf8), chunkSizes: sizes).map(texts) == table)
    }
}

/// A CSV parser by recursive descent over the whole file, written apart from the reader.
private enum NaiveCSV {
    struct Row {
        let line: Int
        let fields: [String]?
    }

    static func rows(of bytes: [UInt8]) -> [Row] {
        var rest = bytes[...]
        let start = rest.startIndex
        var rows: [Row] = []
        while !rest.isEmpty {
            if self.takeLineEnd(&rest) { continue }
            let line = self.lineEnds(bytes[start..<rest.startIndex]) + 1
            rows.append(Row(line: line, fields: self.takeRow(&rest)))
        }
        return rows
    }

    private static func takeRow(_ rest: inout ArraySlice<UInt8>) -> [String]? {
        var fields: [String] = []
        while true {
            guard let field = self.takeField(&rest) else { return nil }
            fields.append(String(decoding: field, as: UTF8.self))
            if rest.isEmpty || self.takeLineEnd(&rest) { return fields }
            if rest.first == UInt8(ascii: ",") {
                rest.removeFirst()
                continue
            }
            // Text after a closing quote: the rest of the physical line is passed over.
            while !rest.isEmpty, !self.takeLineEnd(&rest) { rest.removeFirst() }
            return nil
        }
    }

    /// Takes a field without what follows it; nil when its quotes do not close.
    private static func takeField(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.first == UInt8(ascii: "\"") else {
            let field = rest.prefix { !",\r\n".utf8.contains($0) }
            rest.removeFirst(field.count)
            return Array(field)
        }
        rest.removeFirst()
        var field: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "\"") {
                field.append(byte)
            } else if rest.first == UInt8(ascii: "\"") {
                field.append(byte)
                rest.removeFirst()
            } else {
                return field
            }
        }
        return nil
    }

    private static func takeLineEnd(_ rest: inout ArraySlice<UInt8>) -> Bool {
        for end in ["\r\n", "\r", "\n"] where rest.starts(with: end.utf8) {
            rest.removeFirst(end.utf8.count)
            return true
        }
        return false
    }

    private static func lineEnds(_ bytes: ArraySlice<UInt8>) -> Int {
        var rest = bytes
        var count = 0
        while !rest.isEmpty {
            if self.takeLineEnd(&rest) { count += 1 } else { rest.removeFirst() }
        }
        return count
    }
}
