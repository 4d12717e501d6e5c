/// How much of a workbook is read at most, so that a small file cannot fill memory or time.
///
/// The values are the program's; tests meet and pass smaller ones.
package struct WorkbookLimits: Hashable, Sendable {
    /// Most bytes of a file.
    package static let fileBytesMax = 1 << 30
    /// Most entries of its archive.
    package static let entriesMax = 4_096
    /// Most bytes of the archive's directory.
    package static let directoryBytesMax = 1 << 22
    /// Most times that a part may grow when it is expanded; smaller parts may grow as they like.
    package static let expansionMax = 256
    /// Most bytes of a part that may grow as it likes.
    package static let anyExpansionBytesMax = 1 << 24
    /// Most bytes of a part that says what is where, or how cells look, expanded.
    package static let partBytesMax = 1 << 24
    /// Most bytes of the part with the shared texts, expanded.
    package static let stringsPartBytesMax = 1 << 30
    /// Most bytes of a sheet, expanded.
    package static let sheetBytesMax = 1 << 32
    /// Most bytes of shared texts, which are kept in memory.
    package static let stringBytesMax = 1 << 27
    /// Most shared texts.
    package static let stringsMax = 1 << 23
    /// Most sheets.
    package static let sheetsMax = 1_024
    /// Most formats of cells.
    package static let formatsMax = 65_536
    /// Most bytes of one tag or text in XML.
    package static let tokenBytesMax = 1 << 20
    /// Most elements of XML within one another.
    package static let depthMax = 32
    /// Most rows of a sheet, as a spreadsheet program has them.
    package static let rowsMax = 1_048_576
    /// Most columns of a row that hold something.
    package static let columnsMax = 1_024
    /// Most cells of a sheet, with those that hold nothing.
    package static let cellsMax = 1 << 27
    /// Most bytes of the texts of one row.
    package static let rowBytesMax = 1 << 20

    /// As ``fileBytesMax``.
    package var fileBytes = Self.fileBytesMax
    /// As ``entriesMax``.
    package var entries = Self.entriesMax
    /// As ``directoryBytesMax``.
    package var directoryBytes = Self.directoryBytesMax
    /// As ``expansionMax``.
    package var expansion = Self.expansionMax
    /// As ``anyExpansionBytesMax``.
    package var anyExpansionBytes = Self.anyExpansionBytesMax
    /// As ``partBytesMax``.
    package var partBytes = Self.partBytesMax
    /// As ``stringsPartBytesMax``.
    package var stringsPartBytes = Self.stringsPartBytesMax
    /// As ``sheetBytesMax``.
    package var sheetBytes = Self.sheetBytesMax
    /// As ``stringBytesMax``.
    package var stringBytes = Self.stringBytesMax
    /// As ``stringsMax``.
    package var strings = Self.stringsMax
    /// As ``sheetsMax``.
    package var sheets = Self.sheetsMax
    /// As ``formatsMax``.
    package var formats = Self.formatsMax
    /// As ``tokenBytesMax``.
    package var tokenBytes = Self.tokenBytesMax
    /// As ``depthMax``.
    package var depth = Self.depthMax
    /// As ``rowsMax``.
    package var rows = Self.rowsMax
    /// As ``columnsMax``.
    package var columns = Self.columnsMax
    /// As ``cellsMax``.
    package var cells = Self.cellsMax
    /// As ``rowBytesMax``.
    package var rowBytes = Self.rowBytesMax

    /// The program's limits.
    package init() {}
}
