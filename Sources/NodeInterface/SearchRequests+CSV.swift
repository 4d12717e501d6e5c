extension SearchRecords.Answer {
    /// What the columns of the table are called.
    package static let tableColumns = [
        "id", "kind", "owner", "type", "source", "source_key", "case", "title", "address",
        "postcode", "place", "kvk", "date", "status", "distance", "score", "why", "fresh", "stale",
    ]

    /// The hits as a table, in their order.
    package var table: SpreadsheetTable {
        SpreadsheetTable(columns: Self.tableColumns, rows: self.hits.map(\.cells))
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
