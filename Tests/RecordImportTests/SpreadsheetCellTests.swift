import RecordImport
import Testing

/// Cells of the list of findings.
struct SpreadsheetCellTests {
    @Test(
        arguments: [
            ("plain", "plain"), ("", ""), ("a b", "\"a b\""), ("a\"b", "\"a\"\"b\""),
            ("=1+1", "'=1+1"), ("+31", "'+31"), ("-5.1", "'-5.1"), ("@SUM", "'@SUM"),
            ("＝1", "'＝1"), ("a=b", "a=b"), ("5-1", "5-1"),
            (" =1", "\" '=1\""), ("\t=1", "\"\t'=1\""), ("x;=1", "\"x;'=1\""),
            ("x,=1", "\"x,'=1\""), ("x\n=1", "\"x\n'=1\""), ("x;\"=1", "\"x;\"\"'=1\""),
            ("'=1", "''=1"), ("x; -1;y", "\"x; '-1;y\""),
        ] as [(String, String)]
    )
    func `no cell begins a formula, whichever separator a program expects`(
        text: String,
        cell: String
    ) {
        #expect(SpreadsheetCell.quoted(text) == cell)
    }
}
