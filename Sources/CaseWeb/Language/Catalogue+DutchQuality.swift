extension Catalogue {
    /// What can be mended in own records.
    static let dutchQuality: [String: String] = [
        "qualityTitle": "Gegevens verbeteren",
        "qualityLead":
            "Per bron: wat er ontbreekt, welke regels records nu breken en wat de laatste imports vonden. Geef de tabel aan wie de bron beheert.",
        "qualityTable": "als tabel (csv)",
        "completeness": "Volledigheid",
        "filled": "Gevuld",
        "wanted": "Van",
        "share": "Deel",
        "percentOf": "%1 %",
        "registerNumber": "nummer uit een register",
        "qualityLinks":
            "%1 records zijn te verbinden door een nummer, %2 alleen door naam en plaats, %3 door niets.",
        "brokenNow": "Nu",
        "lastImport": "Laatste import",
        "importBefore": "Import daarvoor",
        "notChecked": "niet nagekeken",
        "qualityMoreLines": "En op nog %1 andere.",
        "qualityMoreLinesOne": "En op nog 1 andere.",
        "qualityLines": "In de laatste import op regel %1.",
        "importsOf": "Imports",
        "rowsRead": "Rijen",
        "rowsRejected": "Geweigerd",
        "noSources": "Er zijn geen eigen records.",
        "recordCount": "%1 records",
        "recordCountOne": "%1 record",
        "qualityLeftOut": "%1 records zijn niet bekeken: het zijn er te veel.",
        "qualityLeftOutOne": "%1 record is niet bekeken: het zijn er te veel.",
        "table_key": "sleutel",
        "table_field": "veld",
        "table_rule": "regel",
        "table_value": "waarde",
        "table_suggestion": "advies",
    ]
}
