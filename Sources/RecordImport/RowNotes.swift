/// The findings of one row while it is mapped.
struct RowNotes {
    /// Physical line of the row's start.
    let line: Int
    /// What was found so far.
    private(set) var findings: [ImportFinding] = []
    /// How many of them reject the row.
    private(set) var errorCount = 0

    init(line: Int) {
        self.line = line
    }

    /// Adds a finding about `field`.
    mutating func add(
        _ rule: ImportRule,
        _ severity: ImportFinding.Severity,
        _ field: String,
        _ value: String,
        _ suggestion: String
    ) {
        if severity == .error { self.errorCount += 1 }
        self.findings.append(
            ImportFinding(
                rule: rule,
                severity: severity,
                line: self.line,
                field: field,
                value: value,
                suggestion: suggestion
            )
        )
    }
}
