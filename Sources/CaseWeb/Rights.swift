package import NodeService

/// Something that a page shows or does (`Protocol/web.md` §4).
package enum Right: CaseIterable, Hashable, Sendable {
    /// Sees cases with their contents, and own records.
    case readContents
    /// Opens cases, shares, withdraws, writes.
    case writeCases
    /// Shares data in a category below its record's, with a reason.
    case lowerCategory
    /// Sees charters and members of tables.
    case readTables
    /// Sees which entries stand in a log, for whom and on which ground; no contents.
    case readLogs
    /// Sees peers, alarms, sizes.
    case readStatus
    /// Synchronises with peers now.
    case synchronise
}

extension UserRole {
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
