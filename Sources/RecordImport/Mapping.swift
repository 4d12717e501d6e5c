package import Vocabulary

/// How the rows of one file become records of one source system.
///
/// A value of this type is valid in itself; whether the file has the columns is checked when its
/// header is read (`RowMapper`).
package struct Mapping: Hashable, Sendable {
    /// Most fields of a record.
    package static let fieldsMax = 256
    /// Most date formats of one field.
    package static let formatsMax = 16
    /// Widest padding.
    package static let padMax = 64
    /// Most entries in a list of values, or values to filter on.
    package static let valuesMax = 10_000

    /// Where the coordinates and postcodes of a file lie.
    package enum Country: String, CaseIterable, Sendable {
        /// The European Netherlands.
        case nl
        /// The United States.
        case us
        /// Anywhere on earth; postcodes are not checked.
        case any
    }

    /// The time zone where a mapping names none: that of the Dutch calendar day.
    package static let dutchTime = "Europe/Amsterdam"

    /// How the bytes of a file become text.
    package enum Encoding: String, CaseIterable, Sendable {
        /// UTF-8, with or without a byte-order mark.
        case utf8 = "utf-8"
        /// UTF-16, in the order of bytes that the beginning of the file leaves no doubt about.
        case utf16 = "utf-16"
        /// UTF-16, the low byte of each unit first.
        case utf16LittleEndian = "utf-16le"
        /// UTF-16, the high byte of each unit first.
        case utf16BigEndian = "utf-16be"
        /// ISO 8859-1.
        case latin1 = "latin-1"
        /// Windows-1252, the Latin-1 of Windows with quotes, dashes and the euro.
        case windows1252 = "windows-1252"
        /// Mac OS Roman.
        case macRoman = "macroman"

        /// Returns the text of `bytes`, or nil when they are not text in this encoding.
        ///
        /// UTF-16 is UTF-8 by then (``FileStart``).
        ///
        /// - Complexity: O(length).
        package func text(of bytes: ArraySlice<UInt8>) -> String? {
            switch self {
            case .utf8, .utf16, .utf16LittleEndian, .utf16BigEndian:
                String(validating: bytes, as: UTF8.self)
            case .latin1: SingleByteTable.latin1.text(of: bytes)
            case .windows1252: SingleByteTable.windows1252.text(of: bytes)
            case .macRoman: SingleByteTable.macRoman.text(of: bytes)
            }
        }
    }

    /// How a file is divided into rows and columns.
    package enum Format: Hashable, Sendable {
        /// Comma-separated values.
        case csv(CSVDialect)
        /// A JSON object on each line; columns are dotted paths into it.
        case ndjson
        /// A sheet of a workbook.
        case xlsx(SheetDialect)

        /// Whether the file is a workbook, which is opened and not read from its beginning.
        package var isWorkbook: Bool {
            if case .xlsx = self { true } else { false }
        }
    }

    /// The sheet of a workbook, and what names its columns.
    package struct SheetDialect: Hashable, Sendable {
        /// What names the columns of a sheet.
        package enum Header: Hashable, Sendable {
            /// The first row that has all columns of the mapping.
            case found
            /// The row of that number, from 1.
            case row(Int)
            /// The mapping: the sheet has no such row.
            case names([String])
        }

        /// Most rows among which the one with the names is looked for.
        package static let headerRowsMax = 100

        /// Name of the sheet; nil for the first.
        package let sheet: String?
        /// What names the columns.
        package let header: Header

        /// Checks a dialect.
        ///
        /// - Throws: `MappingError.headerMalformed`.
        package init(sheet: String?, header: Header) throws(MappingError) {
            if case .names(let names) = header { try Mapping.check(header: names) }
            self.sheet = sheet
            self.header = header
        }
    }

    /// The delimiter and the header of a CSV file.
    package struct CSVDialect: Hashable, Sendable {
        /// The byte between fields; nil when the file's first line may say it, and a comma else.
        package let delimiter: UInt8?
        /// The columns, for a file without a header row; nil when the first row names them.
        package let header: [String]?

        /// Checks a dialect.
        ///
        /// - Throws: `MappingError.delimiterMalformed`, `MappingError.headerMalformed`.
        package init(delimiter: String?, header: [String]?) throws(MappingError) {
            if let delimiter {
                guard let byte = delimiter.utf8.first, delimiter.utf8.count == 1, byte != 0,
                    !Array("\"\r\n".utf8).contains(byte)
                else { throw .delimiterMalformed(delimiter) }
            }
            if let header { try Mapping.check(header: header) }
            self.delimiter = delimiter?.utf8.first
            self.header = header
        }
    }

    /// The rows to take: those with one of some values in a column.
    package struct Filter: Hashable, Sendable {
        /// The column.
        package let column: String
        /// The values, compared with the column's text without blanks at the ends.
        package let values: Set<String>

        /// Checks a filter.
        ///
        /// - Throws: `MappingError.filterEmpty`, `MappingError.valueCount`.
        package init(column: String, values: Set<String>) throws(MappingError) {
            guard !column.isEmpty, !values.isEmpty else { throw .filterEmpty }
            guard values.count <= Mapping.valuesMax else { throw .valueCount(values.count) }
            self.column = column
            self.values = values
        }
    }

    /// Name of the source system: 1 to 64 of `A-Za-z0-9._-`, beginning with a letter or digit.
    package let source: String
    /// Division of the file into rows and columns.
    package let format: Format
    /// Encoding of the file.
    package let encoding: Encoding
    /// Kind of the records.
    package let type: RecordType
    /// Category of their data.
    package let category: Category
    /// Where they lie.
    package let country: Country
    /// What identifies a record in its source.
    package let key: Template
    /// The fields, ascending by name in bytes.
    package let fields: [Field]
    /// Fields that may never be shared, ascending by name in bytes; a BSN always is one.
    package let neverShare: [FieldName]
    /// The rows to take; nil for all.
    package let filter: Filter?
    /// Name of the time zone whose days count for times with an offset of their own.
    package let timezone: String
    /// Days after an import of the source after which it is old, 1 to ``refreshDaysMax``; nil where the mapping does
    /// not say.
    package let refreshDays: Int?
    /// Most days.
    package static let refreshDaysMax = 3_650

    /// Checks a mapping and puts its parts in order.
    ///
    /// - Throws: `MappingError.sourceMalformed`, `.fieldCount`, `.fieldRepeated`,
    ///   `.neverShareUnmapped`.
    package init(
        source: String,
        format: Format,
        encoding: Encoding,
        type: RecordType,
        category: Category,
        country: Country,
        key: Template,
        fields: [Field],
        neverShare: [FieldName],
        filter: Filter?,
        timezone: String,
        refreshDays: Int? = nil
    ) throws(MappingError) {
        guard let first = source.utf8.first, source.utf8.count <= 64,
            source.utf8.allSatisfy(Self.isSourceByte), first != UInt8(ascii: "."),
            first != UInt8(ascii: "-"), first != UInt8(ascii: "_")
        else { throw .sourceMalformed(source) }
        guard (1...Self.fieldsMax).contains(fields.count) else { throw .fieldCount(fields.count) }
        let names = Set(fields.map(\.name))
        var seen: Set<FieldName> = []
        for field in fields where !seen.insert(field.name).inserted {
            throw .fieldRepeated(field.name.text)
        }
        for name in neverShare where !names.contains(name) {
            throw .neverShareUnmapped(name.text)
        }
        let always = fields.map(\.name).filter { $0 == .subjectBSN }
        self.source = source
        self.format = format
        self.encoding = encoding
        self.type = type
        self.category = category
        self.country = country
        self.key = key
        self.fields = fields.sorted { $0.name < $1.name }
        self.neverShare = Set(neverShare + always).sorted()
        self.filter = filter
        self.timezone = timezone
        self.refreshDays = refreshDays
    }

    /// Checks the columns that a mapping names for a file that does not.
    private static func check(header: [String]) throws(MappingError) {
        guard (1...CSVReader.columnsMax).contains(header.count) else { throw .headerMalformed("") }
        var seen: Set<String> = []
        for name in header where name.isEmpty || !seen.insert(name).inserted {
            throw .headerMalformed(name)
        }
    }

    private static func isSourceByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
