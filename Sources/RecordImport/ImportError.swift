package import Spreadsheet

/// Why a file cannot be imported at all, as opposed to some of its rows.
package enum ImportError: Error, Hashable, Sendable {
    /// The file has no rows, so no header.
    case headerMissing
    /// The header row cannot be divided into columns.
    case headerDefective(CSVDefect)
    /// The header row is not text in the declared encoding.
    case headerNotText(Mapping.Encoding)
    /// The file lacks columns that the mapping names; ascending.
    case columnsMissing([String])
    /// Columns that the mapping names occur more than once; ascending.
    case columnsRepeated([String])
    /// A file in UTF-16 does not tell the order of its bytes.
    case encodingUncertain
    /// A file that should be text is a spreadsheet's workbook: an old or locked one, or one as it is now.
    case isWorkbook(isOld: Bool)
    /// The file lacks columns, and its first line names another delimiter than the mapping.
    case separatorContradicted(file: String, mapping: String)
    /// The workbook cannot be read.
    case workbook(WorkbookError)
    /// The file has more than `KeyTracker.keysMax` different keys.
    case keysOverMax
    /// The scratch space for the keys failed, with what, why and what to do.
    case scratchFailed(String)
}

extension ImportError: CustomStringConvertible {
    /// What is wrong and what to do, in one line.
    package var description: String {
        switch self {
        case .headerMissing:
            "the file is empty. Give a file whose first row names the columns"
        case .headerDefective(let defect):
            "the first row cannot be read: \(defect.description). Check the delimiter"
        case .headerNotText(let encoding):
            "the first row is not \(encoding.rawValue). Check the encoding"
        case .columnsMissing(let names):
            "the file lacks the columns \(Self.list(names)). "
                + "Check the mapping's column names and the delimiter"
        case .columnsRepeated(let names):
            "the file has more than one of the columns \(Self.list(names)). Rename them"
        case .encodingUncertain:
            "no byte-order mark, so UTF-16 may be either. Write encoding: utf-16le or utf-16be"
        case .isWorkbook(isOld: false):
            "it is a spreadsheet's workbook. Write format: xlsx in the mapping"
        case .isWorkbook(isOld: true):
            "it is a workbook of an old kind, or with a password. Save it as xlsx without one"
        case .separatorContradicted(let file, let mapping):
            "the first line says sep=\(file), the mapping delimiter \"\(mapping)\", by which the "
                + "columns are not there. Mend the mapping's delimiter"
        case .workbook(let error): error.description
        case .scratchFailed(let text): text
        case .keysOverMax:
            "more than \(KeyTracker.keysMax) keys in one file. Split the file"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}

extension CSVDefect: CustomStringConvertible {
    /// What is wrong, in words.
    package var description: String {
        switch self {
        case .rowBytesOverMax: "it has more than \(CSVReader.rowBytesMax) bytes"
        case .columnsOverMax: "it has more than \(CSVReader.columnsMax) columns"
        case .quoteUnterminated: "the file ends inside its quotes"
        case .textAfterQuote: "text follows a closing quote"
        }
    }

    /// The rule that a row with this defect breaks.
    package var rule: ImportRule {
        switch self {
        case .rowBytesOverMax: .rowLength
        case .columnsOverMax: .rowColumns
        case .quoteUnterminated, .textAfterQuote: .rowQuotes
        }
    }
}
