/// Whether the period of a table's charter runs on a day.
package enum Period: String, Choice {
    /// It begins later.
    case notBegun = "not begun"
    /// It runs.
    case running
    /// Its last day is over.
    case over
}

/// The tables of which this node holds a charter.
package struct ListTables: Request {
    /// Its name to other processes.
    package static let name = "list-tables"
    /// What it needs.
    package static let rights: Set<Right> = [.readTables]

    /// Asks for all.
    package init() {}

    /// All of them, ascending by ID.
    package struct Answer: Document {
        /// The tables.
        package var tables: [Item]

        /// Creates the list.
        package init(tables: [Item]) { self.tables = tables }
    }

    /// A table in a list.
    package struct Item: Codable, Hashable, Sendable {
        /// ID of the table.
        package var table: String
        /// Name of the table.
        package var name: String
        /// Theme of the table.
        package var theme: String
        /// Number of the newest version of the charter.
        package var version: Int
        /// Whether enough members have signed.
        package var effective: Bool
        /// Whether the period of the table's charter runs, by this node's day.
        package var period: Period

        /// Creates an item.
        package init(
            table: String,
            name: String,
            theme: String,
            version: Int,
            effective: Bool,
            period: Period
        ) {
            self.table = table
            self.name = name
            self.theme = theme
            self.version = version
            self.effective = effective
            self.period = period
        }
    }
}
