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
        var column: (separator: Character, place: Int)?
        for text in list.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            line += 1
            if let column {
                // Of a table with a head the column that it names counts, and no other number in it.
                let cells = Self.cells(text, column.separator)
                let cell = cells.indices.contains(column.place) ? cells[column.place] : ""
                if !cell.isEmpty { self.take(cell, line: line) }
                continue
            }
            if self.numbers.isEmpty, self.wrongCount == 0 {
                column = Self.column(ofHead: text)
                if column != nil { continue }
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
        guard self.numbers.count <= SearchList.numbersMax else {
            throw .invalid(.list, .tooMany(max: SearchList.numbersMax))
        }
        guard !self.numbers.isEmpty else {
            let first = self.wrong.first?.text
            throw .invalid(.list, first.map { .form($0) } ?? .empty)
        }
    }

    /// The column of KvK numbers that the head of a table names; `nil` for what is no such head.
    private static func column(ofHead line: Substring) -> (separator: Character, place: Int)? {
        let names: Set = ["kvk", "kvknummer", "kvknr", "kvknumber"]
        for separator in [";", ",", "\t"] as [Character] where line.contains(separator) {
            let place = Self.cells(line, separator).firstIndex { cell in
                names.contains(cell.lowercased().filter(\.isLetter))
                    && !cell.contains(where: \.isNumber)
            }
            if let place { return (separator, place) }
        }
        return nil
    }

    /// The cells of a line; what parts cells stands in quotes for itself (RFC 4180).
    private static func cells(_ line: Substring, _ separator: Character) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == separator, !isQuoted {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
        }
        return cells.map(\.typedLine)
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
        let isPlain = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        return isPlain && text.utf8.count < 5 ? nil : BoxReading.number(text, .kvk)
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
