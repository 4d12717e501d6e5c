/// An audit bundle of an own log; its bytes come as a stream.
package struct ExportLog: Request {
    /// Its name to other processes.
    package static let name = "export-log"
    /// What it needs.
    package static let rights: Set<Right> = [.readLogs]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the table, or its beginning.
    package var table: String
    /// Which of the own logs, from 0; `nil` for the newest.
    package var generation: Int?
    /// Size at the start of the window; `nil` for 0.
    package var from: Int?
    /// Size at its end; `nil` for the newest.
    package var until: Int?

    /// Asks for a bundle.
    package init(table: String, generation: Int? = nil, from: Int? = nil, until: Int? = nil) {
        self.table = table
        self.generation = generation
        self.from = from
        self.until = until
    }

    /// What it would change.
    package var change: Change? { Change("export log", "table \(Change.id(self.table))") }

    /// What was given.
    package struct Answer: Document {
        /// How many entries the window has.
        package var entries: Int
        /// Which of the own logs it is.
        package var generation: Int
        /// How many entries count, where a charter cuts it.
        package var pinned: Int?
        /// Whether it exists by the charter that counts.
        package var known: Bool
        /// As a command prints it, where it was written; else `nil`.
        package var bundle: String?

        /// Creates an answer.
        package init(entries: Int, generation: Int, pinned: Int?, known: Bool, bundle: String?) {
            self.entries = entries
            self.generation = generation
            self.pinned = pinned
            self.known = known
            self.bundle = bundle
        }
    }
}
