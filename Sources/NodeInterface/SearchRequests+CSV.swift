extension SearchRecords.Answer {
    private static let columns = [
        "id", "kind", "owner", "type", "source", "source_key", "case", "title", "address",
        "postcode", "place", "kvk", "date", "status", "distance", "score", "why", "fresh", "stale",
    ]

    /// The hits as a table (RFC 4180): a line of names, then one for each hit, in their order.
    ///
    /// A value that a spreadsheet would take for a formula has an apostrophe before it.
    package var csv: String {
        SpreadsheetTable.text(columns: Self.columns, rows: self.hits.map(\.cells))
    }
}

extension SearchRecords.Hit {
    fileprivate var cells: [String] {
        let texts: [String?] = [
            self.id, self.kind, self.owner, self.type, self.source, self.source_key,
            self.case ?? self.cases.joined(separator: " "), self.title, self.address,
            self.postcode, self.place, self.kvk, self.date, self.status,
            self.distance.map { String($0) }, String(self.score), self.why.joined(separator: " "),
            self.fresh, self.stale ? "stale" : "",
        ]
        return texts.map { $0 ?? "" }
    }
}
