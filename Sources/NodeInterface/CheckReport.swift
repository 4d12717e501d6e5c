/// What was found in a data folder.
package struct CheckReport: Document {
    /// `sound` or `damaged`.
    package var verdict: String
    /// Whether pages had seals to compare with.
    package var sealed: Bool
    /// What was read.
    package var checked: Checked
    /// The first 1,000 findings.
    package var findings: [Finding]
    /// How many more there are.
    package var findings_more: Int
    /// What was made anew.
    package var done: [String]

    /// Creates a report.
    package init(
        verdict: String,
        sealed: Bool,
        checked: Checked,
        findings: [Finding],
        findings_more: Int,
        done: [String]
    ) {
        self.verdict = verdict
        self.sealed = sealed
        self.checked = checked
        self.findings = findings
        self.findings_more = findings_more
        self.done = done
    }

    /// A finding where something is damaged.
    package var outcome: Outcome { self.findings.isEmpty ? .done : .finding }

    /// What was read.
    package struct Checked: Codable, Hashable, Sendable {
        /// Pages of the store.
        package var pages: Int
        /// Own records.
        package var records: Int
        /// Entries of logs.
        package var entries: Int

        /// Creates the counts.
        package init(pages: Int, records: Int, entries: Int) {
            self.pages = pages
            self.records = records
            self.entries = entries
        }
    }

    /// Something that is damaged.
    package struct Finding: Codable, Hashable, Sendable {
        /// Name of the file.
        package var file: String
        /// Which part of it.
        package var part: String
        /// In what way.
        package var what: String
        /// What that means.
        package var means: String
        /// What brings it back.
        package var remedy: Remedy

        /// Creates a finding.
        package init(file: String, part: String, what: String, means: String, remedy: Remedy) {
            self.file = file
            self.part = part
            self.what = what
            self.means = means
            self.remedy = remedy
        }
    }

    /// What brings back what is damaged.
    package enum Remedy: String, Choice {
        /// `tafel node check --rebuild` makes it anew from what is sound.
        case rebuild
        /// `tafel node check --rebuild` lets it go, `tafel sync now` fetches it from partners.
        case fetch
        /// `tafel node check --rebuild` lets it go, importing the source's file again brings it back.
        case importAgain = "import"
        /// Only a backup of the data folder has it.
        case backup
        /// Nothing has it; the rest goes on without it.
        case none
    }
}
