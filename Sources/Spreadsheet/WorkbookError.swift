/// Why a workbook cannot be read.
package enum WorkbookError: Error, Hashable, Sendable {
    /// The file cannot be read, with what, why and what to do.
    case unreadable(String)
    /// The file is no ZIP archive, or none with a workbook in it.
    case notWorkbook
    /// Parts of the file are encrypted.
    case locked
    /// A part of the file is not what it should be: which, and what is wrong with it.
    case damaged(part: String, problem: String)
    /// The file holds more than is read: what, and how much of it would be.
    case overLimit(part: String, limit: String)
    /// The workbook has no sheet of that name; those it has, in order.
    case sheetMissing(name: String, known: [String])
}

extension WorkbookError: CustomStringConvertible {
    /// What is wrong and what to do, in one line.
    package var description: String {
        switch self {
        case .unreadable(let text): text
        case .notWorkbook: "no workbook. Save it as xlsx"
        case .locked: "it has a password. Save it without one"
        case .damaged(let part, let problem):
            "damaged: \(part): \(problem). Open it in a spreadsheet program and save it anew"
        case .overLimit(let part, let limit):
            "\(part): more than \(limit), which is not read. Save the sheet alone, or as CSV"
        case .sheetMissing(let name, let known):
            "no sheet \"\(name)\"; it has "
                + known.map { "\"\($0)\"" }.joined(separator: ", ") + ". Mend the mapping's sheet"
        }
    }
}
