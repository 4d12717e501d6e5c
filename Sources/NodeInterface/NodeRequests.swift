/// How the node is: store, tables, partners, alarms.
package struct ShowStatus: Request {
    /// Its name to other processes.
    package static let name = "show-status"
    /// What it needs.
    package static let rights: Set<Right> = [.readStatus]

    /// Asks for it as it is now.
    package init() {}

    /// How the node is; a finding while an alarm stands.
    package typealias Answer = NodeStatus
}

/// Says that what happened was seen: alarms about it end.
///
/// The answer is the status.
package struct AcknowledgeAlarms: Request {
    /// Its name to other processes.
    package static let name = "acknowledge-alarms"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false
    /// It ends alarms.
    package var change: Change? { Change("acknowledge alarms") }

    /// Acknowledges all there are.
    package init() {}

    /// The status after it.
    package typealias Answer = NodeStatus
}

/// How a node is.
package struct NodeStatus: Document {
    /// The node's ID.
    package var node: String
    /// Its handle.
    package var handle: String
    /// Name of its organisation.
    package var name: String
    /// Whether it runs, or a command opened its store.
    package var running: Bool
    /// Version of the program.
    package var version: String
    /// When it was started; `nil` while it does not run.
    package var running_since: String?
    /// How long it has run; `nil` while it does not.
    package var uptime_seconds: Int?
    /// What may still be written to the disk of its folder; `nil` where the system does not say.
    package var disk_free_bytes: Int?
    /// Its tables, ascending by ID.
    package var tables: [Table]
    /// Its partners, ascending by ID.
    package var peers: [Peer]
    /// Its store.
    package var store: Store
    /// Logs of which entries are addressed to it and do not open.
    package var unopened: [Unopened]
    /// The alarms that stand, oldest first.
    package var alarms: [Alarm]
    /// Those that ended within seven days.
    package var past_alarms: [Alarm]

    /// Creates a status.
    package init(
        node: String,
        handle: String,
        name: String,
        running: Bool,
        version: String,
        running_since: String?,
        uptime_seconds: Int?,
        disk_free_bytes: Int?,
        tables: [Table],
        peers: [Peer],
        store: Store,
        unopened: [Unopened],
        alarms: [Alarm],
        past_alarms: [Alarm]
    ) {
        self.node = node
        self.handle = handle
        self.name = name
        self.running = running
        self.version = version
        self.running_since = running_since
        self.uptime_seconds = uptime_seconds
        self.disk_free_bytes = disk_free_bytes
        self.tables = tables
        self.peers = peers
        self.store = store
        self.unopened = unopened
        self.alarms = alarms
        self.past_alarms = past_alarms
    }

    /// A finding while an alarm stands.
    package var outcome: Outcome { self.alarms.isEmpty ? .done : .finding }

    /// A table of the node.
    package struct Table: Codable, Hashable, Sendable {
        /// Its ID.
        package var table: String
        /// Its name.
        package var name: String
        /// Whether enough members have signed its charter.
        package var effective: Bool

        /// Creates one of its parts.
        package init(table: String, name: String, effective: Bool) {
            self.table = table
            self.name = name
            self.effective = effective
        }
    }

    /// A partner: what is known of it and of the connection with it.
    package struct Peer: Codable, Hashable, Sendable {
        /// Its handle.
        package var handle: String
        /// Whether a session stands.
        package var connected: Bool
        /// When that began, in this run; `nil` where no session was in this run.
        package var since: String?
        /// The other end of the connection, `HOST:PORT`; `nil` without one.
        package var address: String?
        /// Own entries that it has not said it holds.
        package var lag_entries: Int
        /// Entries of its own logs, as far as it said or others gave them, past what is complete here; `nil` when nothing was heard of it yet.
        package var missing_entries: Int?
        /// How long ago a round with it ended, where it lags; `nil` where none did.
        package var lag_seconds: Int?
        /// When a round with it ended; `nil` where none did.
        package var last_sync: String?
        /// Why it could not be dialled last, while it is not connected.
        package var last_error: String?

        /// Creates one of its parts.
        package init(
            handle: String,
            connected: Bool,
            since: String?,
            address: String?,
            lag_entries: Int,
            missing_entries: Int?,
            lag_seconds: Int?,
            last_sync: String?,
            last_error: String?
        ) {
            self.handle = handle
            self.connected = connected
            self.since = since
            self.address = address
            self.lag_entries = lag_entries
            self.missing_entries = missing_entries
            self.lag_seconds = lag_seconds
            self.last_sync = last_sync
            self.last_error = last_error
        }
    }

    /// The store.
    package struct Store: Codable, Hashable, Sendable {
        /// Size of its file; `nil` where it cannot be read.
        package var bytes: Int?
        /// Own records in it; `nil` where it cannot be read.
        package var records: Int?
        /// Entries of all logs.
        package var entries: Int

        /// Creates one of its parts.
        package init(bytes: Int?, records: Int?, entries: Int) {
            self.bytes = bytes
            self.records = records
            self.entries = entries
        }
    }

    /// A log of which entries are addressed to this node and do not open.
    package struct Unopened: Codable, Hashable, Sendable {
        /// ID of the table.
        package var table: String
        /// Handle of who writes it.
        package var author: String
        /// Which log of the author.
        package var generation: Int
        /// How many; one more than a receipt lists where there are more.
        package var entries: Int

        /// Creates one of its parts.
        package init(table: String, author: String, generation: Int, entries: Int) {
            self.table = table
            self.author = author
            self.generation = generation
            self.entries = entries
        }
    }

    /// Something an operator must know (`Protocol/alarms.md`).
    package struct Alarm: Codable, Hashable, Sendable {
        /// What it is about.
        package var code: String
        /// What is so, and what to do; English.
        package var text: String
        /// Whose doing it is; `nil` for this node's own store and files.
        package var handle: String?
        /// When it was first told.
        package var since: String
        /// When it ended; `nil` while it stands.
        package var until: String?
        /// Whether it ends when an operator says that it was seen.
        package var ends_when_seen: Bool

        /// Creates one of its parts.
        package init(
            code: String,
            text: String,
            handle: String?,
            since: String,
            until: String?,
            ends_when_seen: Bool
        ) {
            self.code = code
            self.text = text
            self.handle = handle
            self.since = since
            self.until = until
            self.ends_when_seen = ends_when_seen
        }
    }
}

/// How far every log is.
package struct ShowSyncStatus: Request {
    /// Its name to other processes.
    package static let name = "show-sync-status"
    /// What it needs.
    package static let rights: Set<Right> = [.readStatus]

    /// Asks for it as it is now.
    package init() {}

    /// How far every log is.
    package struct Answer: Document {
        /// The logs, ascending by table, then by member and generation.
        package var logs: [Log]

        /// Creates one of its parts.
        package init(logs: [Log]) {
            self.logs = logs
        }
    }

    /// A log as it is held.
    package struct Log: Codable, Hashable, Sendable {
        /// ID of the table.
        package var table: String
        /// Name of the table.
        package var table_name: String
        /// Handle of who writes it.
        package var author: String
        /// Which log of the author.
        package var generation: Int
        /// Entries verified and stored.
        package var size: Int
        /// Up to where its author said that all for this node was given.
        package var complete: Int
        /// Entries for this node that do not open; one more than a receipt lists where there are more.
        package var unopened: Int
        /// Root of its tree.
        package var root: String
        /// Whether two histories of it are proven and none is pinned.
        package var disputed: Bool
        /// Size at which a charter pins it; `nil` where none does.
        package var pinned: Int?
        /// Until when nothing more is taken of it; `nil` where it is.
        package var put_aside_until: String?

        /// Creates one of its parts.
        package init(
            table: String,
            table_name: String,
            author: String,
            generation: Int,
            size: Int,
            complete: Int,
            unopened: Int,
            root: String,
            disputed: Bool,
            pinned: Int?,
            put_aside_until: String?
        ) {
            self.table = table
            self.table_name = table_name
            self.author = author
            self.generation = generation
            self.size = size
            self.complete = complete
            self.unopened = unopened
            self.root = root
            self.disputed = disputed
            self.pinned = pinned
            self.put_aside_until = put_aside_until
        }
    }
}
