extension Catalogue {
    /// What can be mended in own records.
    static let englishQuality: [String: String] = [
        "qualityTitle": "Mend data",
        "qualityLead":
            "By source: what is missing, which rules records break now, and what the last imports found. Give the table to who keeps the source.",
        "qualityTable": "as a table (csv)",
        "completeness": "Completeness",
        "filled": "Filled",
        "wanted": "Of",
        "share": "Share",
        "percentOf": "%1%",
        "registerNumber": "number of a register",
        "qualityLinks":
            "%1 records can be linked by a number, %2 by name and place alone, %3 by nothing.",
        "brokenNow": "Now",
        "lastImport": "Last import",
        "importBefore": "Import before",
        "notChecked": "not checked",
        "qualityMoreLines": "And on %1 others.",
        "qualityMoreLinesOne": "And on 1 other.",
        "qualityLines": "In the last import on line %1.",
        "importsOf": "Imports",
        "rowsRead": "Rows",
        "rowsRejected": "Rejected",
        "noSources": "There are no own records.",
        "recordCount": "%1 records",
        "recordCountOne": "%1 record",
        "qualityLeftOut": "%1 records were not looked at: they are too many.",
        "qualityLeftOutOne": "%1 record was not looked at: they are too many.",
        "table_key": "key",
        "table_field": "field",
        "table_rule": "rule",
        "table_value": "value",
        "table_suggestion": "suggestion",
    ]
}
