/// One row of a sheet: its cells, in the order of the columns.
package struct SheetRow: Hashable, Sendable {
    /// Number of the row, from 1.
    package let number: Int
    /// The cells up to the last that holds something; none that is over a limit.
    package let cells: [SheetCell]
    /// What the row has too much of to be read; nil for most.
    package let excess: Excess?

    /// What a row can have too much of.
    package enum Excess: Hashable, Sendable {
        /// Columns.
        case columns
        /// Bytes.
        case bytes
    }
}

/// What a cell holds.
package enum SheetCell: Hashable, Sendable {
    /// Nothing.
    case empty
    /// Text, or `true` or `false`.
    case text(String)
    /// A number, as digits with a decimal point.
    case number(String)
    /// A day as `yyyy-MM-dd`, with or without a time behind it.
    case date(String)
    /// An error of the spreadsheet, such as `#N/A`.
    case error(String)
    /// A formula whose value the file does not hold.
    case formula
}

/// Reads the rows of a sheet one by one.
///
/// Memory is bounded by a piece of the file and one row.
package struct SheetReader: Sendable {
    private static let columnsOfSheet = 16_384

    private var document: Part
    private let formats: [NumberFormat]
    private let strings: SharedStrings
    private let is1904: Bool
    private let limits: WorkbookLimits

    private var isInRows = false
    private var row = 0
    private var column = 0
    private var cellCount = 0
    private var cells: [SheetCell] = []
    private var byteCount = 0
    private var excess: SheetRow.Excess?
    private var isInRow = false
    private var cell: OpenCell?

    /// A cell whose element has begun.
    private struct OpenCell {
        let type: String
        let format: NumberFormat
        var value: String?
        var isInValue = false
        var hasFormula = false
        var inline = RichText()
        var hasInline = false
    }

    init(
        _ reader: PartReader,
        formats: [NumberFormat],
        strings: SharedStrings,
        is1904: Bool,
        limits: WorkbookLimits
    ) {
        self.document = Part(reader, limits: limits)
        self.formats = formats
        self.strings = strings
        self.is1904 = is1904
        self.limits = limits
    }

    /// Where in the file it is read by now.
    package var position: Int { self.document.position }

    /// Returns the next row of what was read by now; nil when more must be read, or there are no more.
    ///
    /// - Throws: `WorkbookError`.
    package mutating func nextRow() throws(WorkbookError) -> SheetRow? {
        while let event = try self.document.nextHere() {
            if let row = try self.take(event) { return row }
        }
        return nil
    }

    /// Reads on in the file; false at the end.
    ///
    /// - Throws: `WorkbookError`.
    package mutating func advance() throws(WorkbookError) -> Bool { try self.document.advance() }

    private mutating func take(_ event: XMLEvent) throws(WorkbookError) -> SheetRow? {
        switch event {
        case .start(let tag) where tag.name == "sheetData": self.isInRows = true
        case .end("sheetData"): self.isInRows = false
        case _ where !self.isInRows: break
        case .start(let tag) where tag.name == "row": try self.beginRow(tag)
        case .end("row"): return self.endRow()
        case .start(let tag) where tag.name == "c" && self.isInRow: try self.beginCell(tag)
        case .end("c"): try self.endCell()
        default: self.takeContents(event)
        }
        return nil
    }

    private mutating func beginRow(_ tag: XMLTag) throws(WorkbookError) {
        let number = try self.document.attribute("r", of: tag).map { Int($0) ?? 0 } ?? self.row + 1
        guard number > self.row else { throw self.document.damaged("its rows are in disorder") }
        guard number <= self.limits.rows else {
            throw self.document.overLimit("\(self.limits.rows) rows")
        }
        self.row = number
        self.column = 0
        self.cells.removeAll(keepingCapacity: true)
        self.byteCount = 0
        self.excess = nil
        self.isInRow = true
    }

    private mutating func endRow() -> SheetRow {
        self.isInRow = false
        return SheetRow(
            number: self.row,
            cells: self.excess == nil ? self.cells : [],
            excess: self.excess
        )
    }

    private mutating func beginCell(_ tag: XMLTag) throws(WorkbookError) {
        self.cellCount += 1
        guard self.cellCount <= self.limits.cells else {
            throw self.document.overLimit("\(self.limits.cells) cells")
        }
        let column =
            try self.document.attribute("r", of: tag).map { self.column(of: $0) ?? 0 }
            ?? self.column + 1
        guard column > self.column, column <= Self.columnsOfSheet else {
            throw self.document.damaged("row \(self.row): its cells are in disorder")
        }
        self.column = column
        let style = try self.document.attribute("s", of: tag).flatMap { Int($0) } ?? 0
        self.cell = OpenCell(
            type: try self.document.attribute("t", of: tag) ?? "n",
            format: self.formats.indices.contains(style) ? self.formats[style] : .number
        )
    }

    /// Takes what stands within a cell.
    private mutating func takeContents(_ event: XMLEvent) {
        guard self.cell != nil else { return }
        switch event {
        case .start(let tag) where tag.name == "v": self.cell?.isInValue = true
        case .end("v"): self.cell?.isInValue = false
        case .start(let tag) where tag.name == "f": self.cell?.hasFormula = true
        case .text(let text) where self.cell?.isInValue == true:
            let before = self.cell?.value ?? ""
            self.cell?.value = before + text
        default:
            if self.cell?.type == "inlineStr", self.cell?.inline.take(event, of: "is") == true {
                self.cell?.hasInline = true
            }
        }
    }

    private mutating func endCell() throws(WorkbookError) {
        guard let cell = self.cell.take() else { return }
        let contents = try self.contents(of: cell)
        guard contents != .empty else { return }
        guard self.column <= self.limits.columns else {
            self.excess = self.excess ?? .columns
            return
        }
        if case .text(let text) = contents { self.byteCount += text.utf8.count }
        guard self.byteCount <= self.limits.rowBytes else {
            self.excess = self.excess ?? .bytes
            return
        }
        while self.cells.count < self.column - 1 { self.cells.append(.empty) }
        self.cells.append(contents)
    }

    private func contents(of cell: OpenCell) throws(WorkbookError) -> SheetCell {
        if cell.type == "inlineStr" {
            let text = cell.inline.result
            return cell.hasInline && !text.isEmpty ? .text(text) : .empty
        }
        guard let value = cell.value, !value.isEmpty else {
            return cell.hasFormula && cell.type != "str" ? .formula : .empty
        }
        switch cell.type {
        case "s":
            guard let index = Int(value), let text = self.strings.text(index) else {
                throw self.document.damaged("row \(self.row): a text that is not there")
            }
            return text.isEmpty ? .empty : .text(text)
        case "str": return .text(RichText.unescaped(value))
        case "b": return .text(value == "1" || value == "true" ? "true" : "false")
        case "e": return .error(value)
        case "d": return Self.moment(value)
        case "n": return try self.number(value, cell.format)
        default: throw self.document.damaged("row \(self.row): a cell of an unknown kind")
        }
    }

    private func number(_ raw: String, _ format: NumberFormat) throws(WorkbookError) -> SheetCell {
        guard let number = CellNumber.text(raw) else {
            throw self.document.damaged("row \(self.row): a number that is none")
        }
        guard format != .number,
            let moment = CellNumber.moment(raw, format: format, is1904: self.is1904)
        else { return .number(number) }
        return moment.utf8.count < 10 ? .text(moment) : .date(moment)
    }

    /// A day as ISO 8601 has it, with a time where that is not midnight.
    private static func moment(_ value: String) -> SheetCell {
        let day = value.prefix { $0 != "T" }
        let isDay =
            day.utf8.count == 10
            && day.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        guard isDay else { return .text(value) }
        let time = value.dropFirst(11).prefix(8)
        return .date(time.isEmpty || time == "00:00:00" ? String(day) : "\(day) \(time)")
    }

    /// Returns the number of the column, from 1, of a cell such as `AB12` of this row; nil for another.
    private func column(of reference: String) -> Int? {
        let letters = reference.utf8.prefix { (0x41...0x5A).contains($0) }
        guard (1...3).contains(letters.count),
            Int(String(reference.dropFirst(letters.count))) == self.row
        else { return nil }
        return letters.reduce(0) { $0 * 26 + Int($1 - 0x40) }
    }
}
