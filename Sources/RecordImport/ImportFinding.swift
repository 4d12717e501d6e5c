/// One thing noticed about a row or the header of a file that is imported.
package struct ImportFinding: Hashable, Sendable {
    /// How much a finding matters to the row.
    package enum Severity: String, CaseIterable, Sendable {
        /// The row is rejected.
        case error
        /// The row is kept with the value as it came.
        case warning
        /// Nothing is wrong with the value that is kept.
        case info
    }

    /// Most bytes of a value that are shown, less the three bytes that say it goes on.
    package static let valueBytesMax = 256

    /// What was checked.
    package let rule: ImportRule
    /// What follows for the row.
    package let severity: Severity
    /// Physical line on which the row starts, counted from 1.
    package let line: Int
    /// The field of the record, `key`, or empty for a whole row or file.
    package let field: String
    /// The value as it came, cut at `valueBytesMax`; empty where it must not be shown.
    package let value: String
    /// What to do about it, for the owner of the data.
    package let suggestion: String

    /// Creates a finding; a long value is cut at a whole character.
    package init(
        rule: ImportRule,
        severity: Severity,
        line: Int,
        field: String,
        value: String,
        suggestion: String
    ) {
        self.rule = rule
        self.severity = severity
        self.line = line
        self.field = field
        self.value = Self.cut(value)
        self.suggestion = Self.cut(suggestion)
    }

    private static func cut(_ value: String) -> String {
        guard value.utf8.count > Self.valueBytesMax else { return value }
        var scalars = String.UnicodeScalarView()
        var byteCount = 0
        for scalar in value.unicodeScalars {
            byteCount += UTF8.width(scalar)
            if byteCount > Self.valueBytesMax { break }
            scalars.append(scalar)
        }
        return String(scalars) + "…"
    }
}

/// The checks an import runs, by the names that reports and the command line use.
package enum ImportRule: String, CaseIterable, Sendable {
    /// A BAG identifier is not 16 digits with a known object type.
    case bagFormat = "bag.format"
    /// A BSN is not 9 digits that pass the elfproef.
    case bsnElfproef = "bsn.elfproef"
    /// An error of a spreadsheet, or a formula without a value.
    case cellError = "cell.error"
    /// Columns of the mapping that no line of the file has.
    case columnAbsent = "column.absent"
    /// Columns that the mapping does not use.
    case columnUnused = "column.unused"
    /// Coordinates outside the declared country or grid, or not numbers.
    case coordinateOutside = "coordinate.outside"
    /// Coordinates that fit when exchanged.
    case coordinateSwapped = "coordinate.swapped"
    /// A date before 1950 or more than two years ahead.
    case dateImplausible = "date.implausible"
    /// An end date that says that there is none.
    case dateNone = "date.none"
    /// A date in none of the formats of the mapping, or not in the calendar.
    case dateUnreadable = "date.unreadable"
    /// A file in another encoding than the mapping says, which its first bytes leave no doubt about.
    case encodingDetected = "encoding.detected"
    /// Bytes that are not text in the declared encoding.
    case encodingInvalid = "encoding.invalid"
    /// A row without a key.
    case keyMissing = "key.missing"
    /// A key that came before, with other contents.
    case keyRepeated = "key.repeated"
    /// A key that came before, with the same contents.
    case keySame = "key.same"
    /// The row of a sheet that names the columns, where it is not the first.
    case headerRow = "header.row"
    /// A key that a spreadsheet program has most likely changed.
    case keySuspect = "key.suspect"
    /// A KvK number that is not 8 digits, or only zeros.
    case kvkFormat = "kvk.format"
    /// A KvK number that got its leading zeros back.
    case kvkPadded = "kvk.padded"
    /// A first line that names the delimiter, as Excel reads and writes it.
    case lineSeparator = "line.separator"
    /// A number that is not in the style of the mapping.
    case numberUnreadable = "number.unreadable"
    /// A postcode that cannot exist.
    case postcodeFormat = "postcode.format"
    /// More or fewer columns than the header.
    case rowColumns = "row.columns"
    /// Rows of nothing but delimiters.
    case rowBlank = "row.blank"
    /// No field has a value.
    case rowEmpty = "row.empty"
    /// A line that is not one JSON object whose used columns are values.
    case rowJSON = "row.json"
    /// A row larger than `CSVReader.rowBytesMax`.
    case rowLength = "row.length"
    /// Quotes that do not pair.
    case rowQuotes = "row.quotes"
    /// A quoted field with lines in it that look like rows of their own.
    case rowSwallowed = "row.swallowed"
    /// An RSIN that is not 9 digits that pass the elfproef.
    case rsinElfproef = "rsin.elfproef"
    /// Characters that nobody sees.
    case textInvisible = "text.invisible"
    /// The sheet that is read of several.
    case sheetFirst = "sheet.first"
    /// HTML in a text.
    case textMarkup = "text.markup"
    /// Text that was read in the wrong encoding somewhere before.
    case textMojibake = "text.mojibake"
    /// Text that was brought to Unicode NFC.
    case textNormalised = "text.normalised"
    /// Blanks at either end that were left out.
    case textTrimmed = "text.trimmed"
    /// A value larger than `RowMapper.valueBytesMax`.
    case valueLength = "value.length"
    /// A value, not a KvK number, that got its leading zeros back.
    case valuePadded = "value.padded"
    /// A value that the mapping's list of values lacks.
    case valueUnmapped = "value.unmapped"
    /// A vestigingsnummer that is not 12 digits beginning 0000.
    case vestigingFormat = "vestiging.format"
}
