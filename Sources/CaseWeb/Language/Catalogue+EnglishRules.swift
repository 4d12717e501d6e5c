extension Catalogue {
    /// What the checks of imports find, in English.
    static let englishRules: [String: String] = [
        "rule_bag.format": "BAG number without 16 digits, or of an unknown kind",
        "rule_bsn.elfproef": "BSN is wrong (9 digits, elfproef)",
        "rule_cell.error": "error of a spreadsheet, or a formula without a value",
        "rule_column.absent": "columns of the mapping are not in the file",
        "rule_column.unused": "columns that the mapping does not use",
        "rule_coordinate.outside": "coordinates outside the area, or no numbers",
        "rule_coordinate.swapped": "coordinates exchanged",
        "rule_date.implausible": "date before 1950 or over two years ahead",
        "rule_date.none": "end date that says that there is none",
        "rule_date.unreadable": "date unreadable or not in the calendar",
        "rule_encoding.detected": "file in another encoding than the mapping says",
        "rule_encoding.invalid": "bytes that are no text in this encoding",
        "rule_key.missing": "row without a key",
        "rule_key.repeated": "key came before, with other contents",
        "rule_key.same": "key came before, with the same contents",
        "rule_header.row": "row of column names is not the first",
        "rule_key.suspect": "key most likely changed by a spreadsheet",
        "rule_kvk.format": "KvK number without 8 digits, or only zeros",
        "rule_kvk.padded": "KvK number got its zeros back",
        "rule_line.separator": "first line names the separator",
        "rule_number.unreadable": "number not in the style of the mapping",
        "rule_postcode.format": "postcode that cannot exist",
        "rule_row.columns": "row with more or fewer columns than the head",
        "rule_row.blank": "row of separators alone",
        "rule_row.empty": "row in which no field has a value",
        "rule_row.json": "line is not one JSON object",
        "rule_row.length": "row too long",
        "rule_row.quotes": "quotes that do not pair",
        "rule_row.swallowed": "field with lines in it that look like rows",
        "rule_rsin.elfproef": "RSIN is wrong (9 digits, elfproef)",
        "rule_text.invisible": "characters that nobody sees",
        "rule_sheet.first": "first of several sheets was read",
        "rule_text.markup": "HTML in a text",
        "rule_text.mojibake": "text read in the wrong encoding before (Ã«)",
        "rule_text.normalised": "letters with marks brought to one form",
        "rule_text.trimmed": "blanks at the ends left out",
        "rule_value.length": "value too long",
        "rule_value.padded": "number got its zeros back",
        "rule_value.unmapped": "value is not in the mapping's list",
        "rule_vestiging.format": "vestigingsnummer without 12 digits beginning 0000",
        "advice_a number of only zeros names no company; leave it empty":
            "a number of only zeros names no company; leave it empty",
        "advice_this looks like a vestigingsnummer; map it to subject.vestiging":
            "this looks like a vestigingsnummer; map it to subject.vestiging",
        "advice_a KvK number has 8 digits; pad: 8 puts lost zeros back":
            "a KvK number has 8 digits; pad: 8 puts lost zeros back",
        "advice_a KvK number has 8 digits": "a KvK number has 8 digits",
        "advice_a vestigingsnummer has 12 digits beginning 0000; pad: 12 puts lost zeros back":
            "a vestigingsnummer has 12 digits beginning 0000; pad: 12 puts lost zeros back",
        "advice_a vestigingsnummer has 12 digits beginning 0000":
            "a vestigingsnummer has 12 digits beginning 0000",
        "advice_the check digit is wrong: look for an exchanged or mistyped digit":
            "the check digit is wrong: look for an exchanged or mistyped digit",
        "advice_an RSIN has 9 digits": "an RSIN has 9 digits",
        "advice_a BSN has 9 digits": "a BSN has 9 digits",
        "advice_digits 5 and 6 are the object type: 01, 02, 03, 10, 20 or 30":
            "digits 5 and 6 are the object type: 01, 02, 03, 10, 20 or 30",
        "advice_a BAG identifier has 16 digits; pad: 16 puts lost zeros back":
            "a BAG identifier has 16 digits; pad: 16 puts lost zeros back",
        "advice_a BAG identifier has 16 digits": "a BAG identifier has 16 digits",
        "advice_write the letters in upper case": "write the letters in upper case",
        "advice_a Dutch postcode is 1000 to 9999 with two letters, not SA, SD or SS":
            "a Dutch postcode is 1000 to 9999 with two letters, not SA, SD or SS",
        "advice_a ZIP code is 5 digits, or 5 and 4 with a hyphen":
            "a ZIP code is 5 digits, or 5 and 4 with a hyphen",
        "advice_not a number with a decimal point; number: nl reads a decimal comma":
            "not a number with a decimal point; number: nl reads a decimal comma",
        "advice_the pair fits when exchanged: exchange the two columns":
            "the pair fits when exchanged: exchange the two columns",
        "advice_these are degrees: map them to location.latitude and location.longitude":
            "these are degrees: map them to location.latitude and location.longitude",
        "advice_these are metres of RD New: map them to location.x and location.y":
            "these are metres of RD New: map them to location.x and location.y",
        "advice_outside the grid of RD New": "outside the grid of RD New",
        "advice_outside the European Netherlands": "outside the European Netherlands",
        "advice_outside the United States": "outside the United States",
        "advice_outside the earth": "outside the earth",
    ]
}
