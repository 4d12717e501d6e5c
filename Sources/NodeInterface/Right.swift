/// Something that somebody may be allowed to see or do (`Protocol/web.md` §4).
package enum Right: String, Choice {
    /// Sees cases with their contents, and own records.
    case readContents = "read-contents"
    /// Opens cases, shares, withdraws, writes.
    case writeCases = "write-cases"
    /// Shares data in a category below its record's, with a reason.
    case lowerCategory = "lower-category"
    /// Sees charters and members of tables.
    case readTables = "read-tables"
    /// Sees which entries stand in a log, for whom and on which ground; no contents.
    case readLogs = "read-logs"
    /// Sees peers, alarms, sizes.
    case readStatus = "read-status"
    /// Synchronises with peers now.
    case synchronise
    /// Keeps accounts, tables, cards and the store: who has the data folder, at the command line.
    case administer
}

/// What a local user may do (`Protocol/web.md` §4).
package enum UserRole: String, Choice {
    /// Works on cases: reads and shares.
    case analyst
    /// As an analyst, and decides that data is shared in a category below its record's.
    case manager
    /// Keeps the node healthy: sees no contents of cases or records.
    case `operator`
    /// Sees the charter and what left, without contents.
    case auditor

    /// What a user with this role may do: no more than the work asks for.
    package var rights: Set<Right> {
        switch self {
        case .analyst: [.readContents, .writeCases, .readTables, .readStatus, .synchronise]
        case .manager: UserRole.analyst.rights.union([.lowerCategory])
        case .operator: [.readTables, .readStatus, .synchronise]
        case .auditor: [.readTables, .readLogs, .readStatus]
        }
    }
}
