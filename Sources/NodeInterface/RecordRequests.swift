/// An own record, with its history.
package struct ShowRecord: Request {
    /// Its name to other processes.
    package static let name = "show-record"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]

    /// ID of the record, or its beginning.
    package var record: String

    /// Asks for a record.
    package init(record: String) {
        self.record = record
    }

    /// The record.
    package struct Answer: Document {
        /// Its ID.
        package var id: String
        /// Its type.
        package var type: String
        /// Name of the source system.
        package var source: String
        /// Its key there.
        package var source_key: String
        /// Category of its data.
        package var category: String
        /// When it was last changed.
        package var at: String
        /// Names of the fields that are never shared.
        package var never_share: [String]
        /// Its values by name.
        package var fields: Members<String>
        /// What it was before, newest first.
        package var history: [Version]

        /// Creates an answer.
        package init(
            id: String,
            type: String,
            source: String,
            source_key: String,
            category: String,
            at: String,
            never_share: [String],
            fields: Members<String>,
            history: [Version]
        ) {
            self.id = id
            self.type = type
            self.source = source
            self.source_key = source_key
            self.category = category
            self.at = at
            self.never_share = never_share
            self.fields = fields
            self.history = history
        }
    }

    /// What a record was before.
    package struct Version: Codable, Hashable, Sendable {
        /// Until when.
        package var at: String
        /// Its values by name.
        package var fields: Members<String>

        /// Creates a version.
        package init(at: String, fields: Members<String>) {
            self.at = at
            self.fields = fields
        }
    }
}
