/// Keeps what an import found, without any value (`Protocol/quality.md` §1).
package struct NoteImport: Request {
    /// Its name to other processes.
    package static let name = "note-import"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false
    /// Most places of findings that are kept.
    package static let placesMax = 500
    /// Most imports of a source that are kept.
    package static let importsMax = 50

    /// Name of the source system.
    package var source: String
    /// What the import did.
    package var counts: ImportedCounts
    /// Where the first findings were.
    package var places: [FindingPlace]

    /// Asks for it.
    package init(source: String, counts: ImportedCounts, places: [FindingPlace]) {
        self.source = source
        self.counts = counts
        self.places = places
    }

    /// What it would change.
    package var change: Change? { Change("note import") }

    /// That it was done.
    package struct Answer: Document {
        /// How many imports of the source are kept.
        package var kept: Int

        /// Creates an answer.
        package init(kept: Int) { self.kept = kept }
    }
}

/// What an import did.
package struct ImportedCounts: Codable, Hashable, Sendable {
    /// The most that any of them is.
    package static let countMax = 1_000_000_000_000

    /// Whether each is from 0 to ``countMax``.
    package var areInRange: Bool {
        ([self.read, self.filtered, self.rejected, self.imported, self.updated, self.unchanged]
            + self.findings.all.map(\.value)).allSatisfy { (0...Self.countMax).contains($0) }
    }

    /// Rows of the file.
    package var read: Int
    /// Rows that the mapping left out.
    package var filtered: Int
    /// Rows that gave no record because of an error.
    package var rejected: Int
    /// Records that are new.
    package var imported: Int
    /// Records that changed.
    package var updated: Int
    /// Records that stayed the same.
    package var unchanged: Int
    /// How many findings of each rule.
    package var findings: Members<Int>

    /// Creates counts.
    package init(
        read: Int,
        filtered: Int,
        rejected: Int,
        imported: Int,
        updated: Int,
        unchanged: Int,
        findings: Members<Int>
    ) {
        self.read = read
        self.filtered = filtered
        self.rejected = rejected
        self.imported = imported
        self.updated = updated
        self.unchanged = unchanged
        self.findings = findings
    }
}

/// Where something was found in a file.
package struct FindingPlace: Codable, Hashable, Sendable {
    /// The rule.
    package var rule: String
    /// Line on which the row begins, from 1.
    package var line: Int
    /// The field; empty for a whole row or file.
    package var field: String

    /// Creates a place.
    package init(rule: String, line: Int, field: String) {
        self.rule = rule
        self.line = line
        self.field = field
    }
}

/// What can be mended in own records, by source (`Protocol/quality.md` §2).
package struct ShowQuality: Request {
    /// Its name to other processes.
    package static let name = "show-quality"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]
    /// Most records that are looked at.
    package static let recordsMax = 100_000
    /// Records that are named for each rule where nothing else is asked.
    package static let namedDefault = 20
    /// Most records that are named for each rule.
    package static let namedMax = 10_000

    /// Only this source.
    package var source: String?
    /// Most records to name for each rule.
    package var named: Int?

    /// Asks for it.
    package init(source: String? = nil, named: Int? = nil) {
        self.source = source
        self.named = named
    }

    /// What can be mended.
    package struct Answer: Document {
        /// The sources, by name.
        package var sources: [Source]
        /// How many records were not looked at, being too many.
        package var left_out: Int

        /// Creates an answer.
        package init(sources: [Source], left_out: Int) {
            self.sources = sources
            self.left_out = left_out
        }
    }

    /// What can be mended in a source.
    package struct Source: Codable, Hashable, Sendable {
        /// Its name.
        package var source: String
        /// How many of its records were looked at.
        package var records: Int
        /// The last imports, the newest first.
        package var imports: [Import]
        /// What is broken, by rule.
        package var rules: [Rule]
        /// The fields of the minimum set.
        package var fields: [Field]
        /// How many records have a register number of the right form.
        package var with_number: Int
        /// How many have none, but a name and a place.
        package var by_name_and_place: Int
        /// How many have neither.
        package var unlinkable: Int

        /// Creates it.
        package init(
            source: String,
            records: Int,
            imports: [Import],
            rules: [Rule],
            fields: [Field],
            with_number: Int,
            by_name_and_place: Int,
            unlinkable: Int
        ) {
            self.source = source
            self.records = records
            self.imports = imports
            self.rules = rules
            self.fields = fields
            self.with_number = with_number
            self.by_name_and_place = by_name_and_place
            self.unlinkable = unlinkable
        }
    }

    /// An import that ended.
    package struct Import: Codable, Hashable, Sendable {
        /// When.
        package var at: String
        /// What it did.
        package var counts: ImportedCounts

        /// Creates it.
        package init(at: String, counts: ImportedCounts) {
            self.at = at
            self.counts = counts
        }
    }

    /// A rule that is broken, or was.
    package struct Rule: Codable, Hashable, Sendable {
        /// Its name.
        package var rule: String
        /// How many findings the last import has; `nil` where none is kept.
        package var last: Int?
        /// How many the one before has.
        package var before: Int?
        /// How many records break it now; `nil` for a rule of files.
        package var now: Int?
        /// The first records that break it now.
        package var records: [Broken]
        /// The first lines of the last import.
        package var places: [FindingPlace]

        /// Creates it.
        package init(
            rule: String,
            last: Int?,
            before: Int?,
            now: Int?,
            records: [Broken],
            places: [FindingPlace]
        ) {
            self.rule = rule
            self.last = last
            self.before = before
            self.now = now
            self.records = records
            self.places = places
        }
    }

    /// A record that breaks a rule.
    package struct Broken: Codable, Hashable, Sendable {
        /// Its ID.
        package var id: String
        /// Its key in the source.
        package var key: String
        /// The field.
        package var field: String
        /// The value; empty for a BSN.
        package var value: String
        /// What to do.
        package var suggestion: String

        /// Creates it.
        package init(id: String, key: String, field: String, value: String, suggestion: String) {
            self.id = id
            self.key = key
            self.field = field
            self.value = value
            self.suggestion = suggestion
        }
    }

    /// How complete a field is.
    package struct Field: Codable, Hashable, Sendable {
        /// Its name; `number` for a register number.
        package var field: String
        /// How many records should have it.
        package var wanted: Int
        /// How many do.
        package var filled: Int

        /// Creates it.
        package init(field: String, wanted: Int, filled: Int) {
            self.field = field
            self.wanted = wanted
            self.filled = filled
        }
    }
}

extension ShowQuality.Answer {
    /// What the columns of the table are called.
    package static let tableColumns = ["source", "key", "field", "rule", "value", "suggestion"]

    /// The records that break rules now, as a table.
    package var table: SpreadsheetTable {
        let rows = self.sources.flatMap { source in
            source.rules.flatMap { rule in
                rule.records.map {
                    [source.source, $0.key, $0.field, rule.rule, $0.value, $0.suggestion]
                }
            }
        }
        return SpreadsheetTable(
            columns: Self.tableColumns,
            rows: Array(rows.prefix(ShowQuality.namedMax))
        )
    }
}
