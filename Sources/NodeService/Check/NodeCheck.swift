import CaseModel
import Cryptography
import LocalFiles
package import NodeInterface
import RecordStore
import StorePages
import SyncEngine
import SyncLog

/// Reads everything in a data folder and says what is damaged, what that means and what to do.
///
/// Nothing is written but by ``rebuild(at:passphrase:progress:)``, so a folder on a read-only file
/// system can be checked. The node must not run.
package struct NodeCheck: Sendable {
    /// What was read.
    struct Counts: Hashable, Sendable {
        var pages: UInt64 = 0
        var records = 0
        var entries: UInt64 = 0
    }

    /// What is wrong with one log, or that nothing is.
    struct CheckedLog: Sendable {
        let table: StoredTable
        let log: LogID
        let check: LogCheck
    }

    private(set) var counts = Counts()
    var findings: [CheckFinding] = []
    private(set) var pages: PageReport?
    private(set) var records = RecordCheck()
    private(set) var logs: [CheckedLog] = []
    private(set) var unprojected: UInt64 = 0
    /// What the index has of the fragments of the table that is being looked at.
    private var found: FoundFragments?
    /// Rows that the entries of all logs have; `nil` where one is not sound, of which nobody knows.
    private var rowCount: UInt64? = 0
    var done: [String] = []

    /// A part that takes long to read, and what is counted in it.
    package enum Part: Hashable, Sendable {
        /// The store's pages.
        case pages
        /// The own records.
        case records
        /// A log: by its author's handle and generation.
        case log(String)
    }

    /// Is told which part is being read and how far that is.
    package typealias Progress = (_ part: Part, _ done: UInt64, _ total: UInt64) -> Void

    /// Checks the node in a folder.
    ///
    /// - Throws: What keeps it from being read at all: a lock, a wrong passphrase, a file system.
    package static func run(
        at path: String,
        passphrase: [UInt8],
        progress: Progress
    ) throws(NodeFailure) -> CheckReport {
        try self.checked(at: path, passphrase: passphrase, progress: progress).report
    }

    static func checked(
        at path: String,
        passphrase: [UInt8],
        progress: Progress
    ) throws(NodeFailure) -> NodeCheck {
        let folder = try NodeFailure.lifting { () throws(FolderError) in
            try DataFolder.inspect(at: path)
        }
        let keys = try Node.keys(in: folder, passphrase: passphrase)
        var check = NodeCheck()
        check.checkConfiguration(folder)
        try check.checkPages(folder, storageKey: keys.storage) { progress(.pages, $0, $1) }
        guard check.pages?.damages.isEmpty == true else { return check }
        let store: NodeStore
        do throws(NodeStoreError) {
            store = try NodeStore.inspect(in: folder, storageKey: keys.storage)
        } catch {
            try check.note(error)
            return check
        }
        check.checkContents(store, identity: keys.identity.verifyingKey, progress: progress)
        return check
    }

    /// Reads everything in a store whose pages are sound.
    mutating func checkContents(
        _ store: NodeStore,
        identity: VerifyingKey,
        progress: Progress
    ) {
        self.checkSettings(store)
        self.checkOwnRecords(store) { progress(.records, $0, $1) }
        self.checkTables(store, identity: identity, progress: progress)
    }

    mutating func add(
        _ file: String,
        _ part: String,
        _ what: String,
        _ means: String,
        _ remedy: CheckFinding.Remedy
    ) {
        self.findings.append(
            CheckFinding(file: file, part: part, what: what, means: means, remedy: remedy)
        )
    }

    private mutating func checkConfiguration(_ folder: DataFolder) {
        do {
            let bytes = try folder.read(
                .configuration,
                byteCountMax: NodeConfiguration.bytesMax
            )
            _ = try NodeConfiguration(decoding: bytes)
        } catch {
            self.add(
                "node.json",
                "whole",
                "not the form this program writes, or not to be read",
                "where the node listens; write {\"listen\": \"HOST:PORT\"} anew, nothing is lost",
                .backup
            )
        }
    }

    private mutating func checkPages(
        _ folder: DataFolder,
        storageKey: borrowing SecretKey,
        progress: CheckProgress
    ) throws(NodeFailure) {
        let report: PageReport
        do throws(StoreError) {
            report = try PageReport(of: folder, storageKey: storageKey, progress: progress)
        } catch {
            guard case .missing = error else { throw NodeFailure(.store(error)) }
            return self.add("store.lmdb", "whole", "not there", "everything is lost", .backup)
        }
        self.pages = report
        self.counts.pages = report.pageCount
        for damage in report.damages { self.findings.append(CheckFinding(damage)) }
        if let what = report.sealDamage {
            let means = "whether the store is as it was written; nothing is lost"
            self.add("store.lmdb-seals", "seals", what, means, .rebuild)
        }
    }

    /// Damage becomes a finding; what keeps the store from being read at all is thrown.
    private mutating func note(_ error: NodeStoreError) throws(NodeFailure) {
        guard case .slot(let failure) = error else { throw NodeFailure(error) }
        switch failure {
        case .notASlotFile, .version, .file(.missing):
            self.add(
                "slots",
                "whole",
                "\(failure)",
                "the keys of all records and fragments are in it: without it nothing opens",
                .backup
            )
        case .store(.corrupted(let operation)):
            self.add("store.lmdb", "(tables)", operation, "a table is lost", .backup)
        case .store, .file, .destroyed, .damaged, .absent: throw NodeFailure(error)
        }
    }

    private mutating func checkSettings(_ store: NodeStore) {
        if let card = try? store.setting("card"), (try? Card(parsing: card)) != nil { return }
        self.add("store.lmdb", "meta", "the card cannot be read", "who this node is", .backup)
    }

    private mutating func checkOwnRecords(_ store: NodeStore, progress: CheckProgress) {
        do throws(SlotError) {
            self.records = try store.checkRecords(progress: progress)
        } catch {
            return self.add(
                "store.lmdb",
                "records",
                "\(error)",
                "own records cannot be listed",
                .backup
            )
        }
        self.counts.records = self.records.readableCount
        for (ids, file, what) in [
            (self.records.lostKeys, "slots", "key damaged or destroyed"),
            (self.records.unreadable, "store.lmdb", "does not open with its key"),
        ] {
            for id in ids {
                self.add(
                    file,
                    "record \(id.hex.prefix(12))",
                    what,
                    "an own record is lost here; what was shared of it is not",
                    .importAgain
                )
            }
        }
        // That of an older version is made anew when the node opens.
        guard (try? store.hasCurrentProjections()) ?? true else { return }
        let count = self.records.unfound.count + self.records.strayCount
        if self.records.isIndexUnreadable {
            self.add("store.lmdb", "segments", "the index", "searches miss things", .rebuild)
        } else if count > 0 {
            let means = "a search misses them, or finds what is not there"
            self.add("store.lmdb", "segments", "\(count) records", means, .rebuild)
        }
    }

    private mutating func checkTables(
        _ store: NodeStore,
        identity: VerifyingKey,
        progress: Progress
    ) {
        let tables: [StoredTable]
        do throws(SlotError) { tables = try store.storedTables() } catch {
            return self.add("store.lmdb", "tables", "\(error)", "the charters are lost", .backup)
        }
        // Rows of an older version are made anew when the node opens.
        let hasCurrentRows = (try? store.hasCurrentProjections()) ?? true
        for table in tables {
            let found = try? store.read(table: table.number) { (snapshot) throws(SlotError) in
                try snapshot.foundFragments()
            }
            if hasCurrentRows, found == nil, !self.records.isIndexUnreadable {
                self.add("store.lmdb", "segments", "the index", "searches miss things", .rebuild)
            }
            self.found = found
            defer { self.unprojected += UInt64(self.found?.restCount ?? 0) }
            let me = table.file.newest.member(identity: identity)?.number
            let logs: [LogID]
            do throws(SlotError) { logs = try store.logIDs(of: table.number) } catch {
                self.add("store.lmdb", "logs", "\(error)", "the table's logs are lost", .backup)
                self.rowCount = nil
                continue
            }
            for log in logs {
                self.check(
                    log,
                    of: table,
                    me: me,
                    identity: identity,
                    store: store,
                    hasCurrentRows: hasCurrentRows,
                    progress: progress
                )
            }
        }
        if self.unprojected > 0 {
            self.add(
                "store.lmdb",
                "cases, objects, receipts, segments",
                "\(self.unprojected) entries",
                "views and searches miss them",
                .rebuild
            )
        }
        guard hasCurrentRows, let expected = self.rowCount else { return }
        let count = (try? store.projectedRowCount()) ?? expected
        if count > expected {
            self.add(
                "store.lmdb",
                "cases, objects, receipts",
                "\(count - expected) rows of no entry",
                "views and exports may meet them",
                .rebuild
            )
        }
    }

    private mutating func check(
        _ log: LogID,
        of table: StoredTable,
        me: MemberNumber?,
        identity: NodeID,
        store: NodeStore,
        hasCurrentRows: Bool,
        progress: Progress
    ) {
        let author = table.file.newest.member(log.member)?.handle ?? "#\(log.member)"
        let part = "log \(author)/\(log.generation) of \(table.file.newest.name)"
        let isOwn = log.member == me
        let name = Part.log("\(author)/\(log.generation)")
        let check: LogCheck
        do throws(SlotError) {
            check = try LogCheck(of: log, table: table, me: me, store: store) { done, total in
                // Every entry is read three times: twice here, and then for what is noted of it.
                progress(name, done / 3, total / 2)
            }
        } catch {
            self.rowCount = nil
            return self.add("store.lmdb", part, "\(error)", "the log is lost", .backup)
        }
        self.logs.append(CheckedLog(table: table, log: log, check: check))
        self.counts.entries += check.entryCount
        let means =
            isOwn
            ? "the own log: partners hold what was shared with them, nobody holds the rest"
            : "partners hold it"
        for wrong in check.wrongs {
            self.add("store.lmdb", part, wrong, means, isOwn ? .backup : .fetch)
        }
        if check.lostKeyCount > 0 {
            let what = "\(check.lostKeyCount) keys damaged"
            self.add(
                "slots",
                part,
                what,
                "these entries do not open here",
                isOwn ? .backup : .fetch
            )
        }
        if check.isTreeWrong, check.wrongs.isEmpty {
            self.add("store.lmdb", part, "hashes", "computed from the entries", .rebuild)
        }
        if check.isTreeWrong || !check.wrongs.isEmpty || check.lostKeyCount > 0 {
            self.rowCount = nil
        } else if hasCurrentRows {
            do throws(SlotError) {
                let projected = ProjectedTable(file: table.file, seenBy: identity)
                var found = self.found
                let rows = try store.read(table: table.number) { (snapshot) throws(SlotError) in
                    try snapshot.projectedRows(of: log, at: projected, found: &found) {
                        done,
                        total in
                        progress(name, (2 * total + done) / 3, total)
                    }
                }
                self.found = found
                self.unprojected += rows.unprojected
                self.rowCount = self.rowCount.map { $0 + rows.rowCount }
            } catch {
                // Told of the log itself.
                self.rowCount = nil
            }
        }
    }
}

extension NodeFailure {
    static func lifting<Result: ~Copyable>(
        _ body: () throws(FolderError) -> Result
    ) throws(NodeFailure) -> Result {
        do throws(FolderError) { return try body() } catch { throw NodeFailure(error) }
    }
}
