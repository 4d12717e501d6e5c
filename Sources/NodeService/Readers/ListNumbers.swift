import NodeInterface
import Search
import SyncLog

/// The KvK numbers of a list, and what in it is none.
struct ListNumbers {
    private(set) var numbers: Set<UInt64> = []
    private(set) var wrong: [ListReading.WrongLine] = []
    private(set) var wrongCount = 0

    /// Reads a list: lines, in each numbers parted by commas, semicolons or tabs.
    init(_ list: String) throws(Refusal) {
        guard list.utf8.count <= SearchList.listMax else {
            throw .invalid(.list, .tooLong(bytesMax: SearchList.listMax))
        }
        var line = 0
        var table: ListTable?
        for text in list.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            line += 1
            if table != nil {
                // Of a table with a head the column that it names counts, and no other number in it.
                switch table?.take(text) {
                case .cell(let cell)?: if !cell.isEmpty { self.take(cell, line: line) }
                case .missing(let row)?: self.takeWrong(row, line)
                case .open?, nil: break
                }
                continue
            }
            if self.numbers.isEmpty, self.wrongCount == 0 {
                table = ListTable(head: text)
                if table != nil { continue }
            }
            for part in text.split(whereSeparator: { ",;\t".contains($0) }) {
                // What has no digit is read no further: a list may have a million words.
                guard part.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else {
                    if part.contains(where: { !$0.isWhitespace }) { self.takeWrong(part, line) }
                    continue
                }
                self.take(String(part).typedLine, line: line)
            }
        }
        if let row = table?.unfinished { self.takeWrong(row, line) }
        guard self.numbers.count <= SearchList.numbersMax else {
            throw .invalid(.list, .tooMany(max: SearchList.numbersMax))
        }
        guard !self.numbers.isEmpty else {
            let first = self.wrong.first?.text
            throw .invalid(.list, first.map { .form($0) } ?? .empty)
        }
    }

    /// Takes a part of a line: a number, in quotes or not, or several parted by blanks.
    private mutating func take(_ word: String, line: Int) {
        let plain = String(word.filter { !"\"'".contains($0) })
        if let number = Self.number(plain) {
            self.numbers.insert(number)
            return
        }
        let pieces = plain.split(whereSeparator: \.isWhitespace).map { Self.number(String($0)) }
        if pieces.count > 1, pieces.allSatisfy({ $0 != nil }) {
            for case let number? in pieces { self.numbers.insert(number) }
            return
        }
        self.takeWrong(word, line)
    }

    private mutating func takeWrong(_ word: some StringProtocol, _ line: Int) {
        self.wrongCount += 1
        if self.wrong.count < SearchList.namedMax {
            self.wrong.append(.init(line: line, text: String(word.prefix(64)).typedLine))
        }
    }

    /// A KvK number, or one with five digits or more that lost its zeros: fewer are a number of anything.
    private static func number(_ text: String) -> UInt64? {
        guard text.utf8.count <= 64 else { return nil }
        let digits = text.utf8.count { $0 >= 0x30 && $0 <= 0x39 }
        let isNamed = text.contains(where: \.isLetter)
        return digits < 5 && !isNamed ? nil : BoxReading.number(text, .kvk)
    }

    /// What it said, some of its numbers being found.
    func reading(found: Set<UInt64>) -> ListReading {
        let missing = self.numbers.subtracting(found).sorted()
        return ListReading(
            numbers: self.numbers.count,
            found: self.numbers.count - missing.count,
            not_found: missing.prefix(SearchList.namedMax).map { number in
                let text = String(number)
                return String(repeating: "0", count: max(0, 8 - text.utf8.count)) + text
            },
            wrong: self.wrongCount,
            wrong_lines: self.wrong
        )
    }
}

/// A table of which a column has KvK numbers, as its head says; its rows are taken line by line.
private struct ListTable {
    /// What a line comes to.
    enum Row {
        /// The cell of the column; empty where it has none.
        case cell(String)
        /// A row that has no such column, as it stands.
        case missing(String)
        /// The row goes on in the next line.
        case open
    }

    /// Most lines of a row, for a quote that nobody ends.
    private static let linesMax = 20
    /// Most columns that a head is looked for in.
    private static let columnsMax = 1_000

    private let separator: Character
    private let place: Int
    /// The lines of a row that goes on.
    private var lines: [Substring] = []

    /// Reads a head; `nil` for a line that is none: what has a digit is no name of a column.
    init?(head line: Substring) {
        guard !line.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        let names: Set = ["kvk", "kvknummer", "kvknr", "kvknumber"]
        for separator in [";", ",", "\t"] as [Character] where line.contains(separator) {
            let cells = Self.cells(line, separator, most: Self.columnsMax).cells
            let place = cells.firstIndex { names.contains($0.lowercased().filter(\.isLetter)) }
            guard let place else { continue }
            (self.separator, self.place) = (separator, place)
            return
        }
        return nil
    }

    /// The beginning of a row that did not end.
    var unfinished: String? { self.lines.first.map { String($0.prefix(64)) } }

    /// Takes the next line.
    mutating func take(_ line: Substring) -> Row {
        self.lines.append(line)
        let row = self.lines.count == 1 ? line : self.lines.joined(separator: "\n")[...]
        let (cells, isOpen) = Self.cells(row, self.separator, most: self.place + 1)
        if isOpen, self.lines.count < Self.linesMax { return .open }
        let first = String((self.lines.first ?? "").prefix(64))
        self.lines = []
        if cells.allSatisfy(\.isEmpty) { return .cell("") }
        guard !isOpen, cells.indices.contains(self.place) else { return .missing(first) }
        return .cell(cells[self.place])
    }

    /// The first cells of a row, and whether the last one is in quotes that do not end (RFC 4180).
    ///
    /// What parts cells stands in quotes for itself; quotes begin a cell, or stand for themselves.
    private static func cells(
        _ row: Substring,
        _ separator: Character,
        most: Int
    ) -> (cells: [String], isOpen: Bool) {
        var cells = [""]
        var (isQuoted, isBegun, isPast) = (false, false, false)
        for character in row {
            if character == "\"", isQuoted || !isBegun {
                isQuoted.toggle()
                isBegun = true
            } else if character == separator, !isQuoted {
                // What follows is read for its quotes alone.
                isPast = cells.count == most
                if !isPast { cells.append("") }
                isBegun = false
            } else {
                if !isPast { cells[cells.count - 1].append(character) }
                isBegun = isBegun || !character.isWhitespace
            }
        }
        return (cells.map(\.typedLine), isQuoted)
    }
}
