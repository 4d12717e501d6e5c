import CaseModel
package import Cryptography
import Foundation
package import Logging
import NodeInterface
import PeerTransport
package import RecordStore
import ReplicatedTypes
import SyncEngine
package import SyncLog
import Synchronization

/// One partner's node: its store, its keys, its part of every table.
///
/// The engine and the rules decide; this actor carries out, on a thread of its own because the
/// store blocks. Everything it acknowledges is on disk.
package actor Node {
    /// The node's private keys; a class, so that closures can share them.
    final class Keys: Sendable {
        let keys: NodeKeys
        init(_ keys: consuming NodeKeys) { self.keys = keys }
    }

    /// The executor is the actor's own thread.
    nonisolated package var unownedExecutor: UnownedSerialExecutor {
        self.executor.asUnownedSerialExecutor()
    }

    nonisolated private let executor = NodeExecutor()
    nonisolated let folder: DataFolder
    nonisolated let store: NodeStore
    nonisolated let keys: Keys
    nonisolated let logger: Logger
    nonisolated let admitted = AdmittedPeers()
    /// What an operator chose.
    nonisolated package let configuration: NodeConfiguration
    /// The node's card.
    nonisolated package var card: Card { self.readers.card }
    /// The accounts of this node, and its tokens.
    nonisolated package var accounts: Accounts { self.readers.accounts }
    /// Those who only read, beside this actor.
    nonisolated let readers: Readers
    nonisolated let openedAt = ContinuousClock.now
    nonisolated let clockAtOpening = Node.milliseconds()

    var engine: SyncEngine
    var numbers: [TableID: UInt32]
    var links = OpenLinks()
    var alarms: AlarmList
    /// The peers that are not as they should be.
    var troubles: [NodeID: PeerTrouble] = [:]
    /// When alarms are to be checked, by the steady clock.
    var alarmsDue: UInt64 = 0
    var peers: PeerBook
    var rounds = RoundWaits()
    /// Sleeps until the engine's next tick is due.
    var timer: Task<Void, Never>?
    var tickDue: UInt64?
    var endpoint: LocalEndpoint?
    /// The newest time seen in any log (`Protocol/sync-log.md` §3).
    var newestTime: HybridTime
    /// Tables at which nothing is written, because the own log goes on elsewhere, or may.
    var doubts: [TableID: OwnLogDoubt] = [:]
    /// What the folder lacked when it was opened, for a person; `nil` when nothing was noticed.
    let damage: String?
    /// Tables of whose own log entries were lost: to whom those were given is not known.
    var lossyTables: Set<TableID>
    /// Peers that hold the same as this node, by table whose own log is being recovered.
    var recoveries: [TableID: Set<NodeID>] = [:]
    /// How far the own logs are written, kept beside the folder.
    var marker: WrittenMarker
    var isRunning = false
    /// Whether the log that this process writes tells that the store was brought up to date.
    let hasToldUpgrade: Bool
    /// How many changes are under way, one within the other.
    private var unpublished = 0
    /// Terms are being brought into the index; one at a time.
    var isMerging = false
    /// What was counted for the receipts of others: each goes on where the one before ended.
    var givenEntries: [ReceiptKey: GivenEntries] = [:]
    /// What the newest receipts of others confirm.
    var judged = JudgedReceipts()
    /// Receipts of others that are still to be compared.
    var receiptQueues: [TableID: ReceiptQueue] = [:]

    private init(
        folder: DataFolder,
        store: NodeStore,
        keys: consuming NodeKeys,
        card: Card,
        configuration: NodeConfiguration,
        logger: Logger,
        tables: [(table: StoredTable, logs: [LogID: LogState])],
        evidence: [TableID: [LogID: ForkEvidence]],
        offPin: [TableID: Set<LogID>],
        peers: PeerBook = PeerBook(),
        alarms: AlarmList = AlarmList(),
        doubts: [TableID: OwnLogDoubt] = [:],
        lossyTables: Set<TableID> = [],
        hasToldUpgrade: Bool = false
    ) {
        self.hasToldUpgrade = hasToldUpgrade
        self.lossyTables = lossyTables
        self.peers = peers
        self.alarms = alarms
        self.folder = folder
        self.store = store
        let keys = Keys(keys)
        self.keys = keys
        self.configuration = configuration
        self.logger = logger
        var states: [TableID: TableState] = [:]
        var numbers: [TableID: UInt32] = [:]
        for (stored, logs) in tables {
            numbers[stored.file.table] = stored.number
            guard let me = stored.file.member(identity: card.identity) else { continue }
            states[stored.file.table] = TableState(
                file: stored.file,
                me: me.number,
                logs: logs,
                evidence: evidence[stored.file.table] ?? [:],
                offPin: offPin[stored.file.table] ?? []
            )
        }
        self.numbers = numbers
        var marker = WrittenMarker(folder: folder.path, node: card.identity)
        let doubts = marker.doubts(about: &states, known: doubts)
        self.marker = marker
        let engine = SyncEngine(
            card: card,
            tables: states,
            instance: UInt64.random(in: 1...UInt64.max)
        )
        self.engine = engine
        self.readers = Readers(
            folder: folder,
            store: store,
            keys: keys,
            card: card,
            known: KnownTables(
                tables: engine.tables,
                numbers: numbers,
                given: [:],
                judged: self.judged
            )
        )
        let clock = HybridTime(milliseconds: Self.milliseconds())
        self.newestTime = states.values.flatMap(\.logs.values).reduce(.zero) {
            $0.observing($1.time, clock: clock)
        }
        self.doubts = doubts
        self.damage = Self.damage(of: store)
    }

    /// What is wrong with the folder's files, noticed now or before: new slots do not bring old ones back.
    private static func damage(of store: NodeStore) -> String? {
        if let kept = try? store.setting(self.damageSetting) {
            return String(decoding: kept, as: UTF8.self)
        }
        guard let problem = try? store.slotProblem() else { return nil }
        let text =
            "the folder's files are not of one time: \(problem). What its lost slots held opens no more, and "
            + "entries that need them are not shown. Put the whole folder back from one backup"
        try? store.setSetting(self.damageSetting, Array(text.utf8))
        return text
    }

    /// Name of the setting that keeps what was wrong with the folder.
    private static let damageSetting = "damage"

    /// Name of the setting that says that a table's own log is longer elsewhere.
    static func aheadSetting(_ table: TableID) -> String {
        "ahead/\(TextEncoding.hex(table.bytes))"
    }

    /// The setting that tells that entries of an own log were lost.
    static func lossSetting(_ table: TableID) -> String {
        "lost/\(TextEncoding.hex(table.bytes))"
    }

    /// What is on disk, as those who only read see it.
    private var known: KnownTables {
        KnownTables(
            tables: self.engine.tables,
            numbers: self.numbers,
            given: self.givenEntries,
            judged: self.judged
        )
    }

    /// Makes known to those who only read what is on disk, once all that a change brings with it is.
    func publishing<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) {
        if self.unpublished == 0 { self.readers.beginChange() }
        self.unpublished += 1
        defer {
            self.unpublished -= 1
            if self.unpublished == 0 { self.readers.publish(self.known) }
        }
        try body()
    }

    /// What the writer itself looks with.
    ///
    /// Nothing comes between what it finds and what is written by it: both are one turn of this actor.
    var reader: Reader { Reader(self.readers, known: self.known, begun: self.readers.now) }

    /// Changes something that is no table's, while nothing else changes anything.
    func write<Value: Sendable>(
        _ body: @Sendable () throws(Refusal) -> Value
    ) throws(Refusal) -> Value { try body() }

    deinit { self.executor.stop() }

    /// Opens a node's folder under an exclusive lock that lasts as long as the node.
    package static func open(
        at path: String,
        passphrase: [UInt8],
        logger: Logger
    ) throws(NodeFailure) -> Node {
        let folder: DataFolder
        do throws(FolderError) { folder = try DataFolder.open(at: path) } catch {
            throw NodeFailure(error)
        }
        return try self.open(in: folder, passphrase: passphrase, logger: logger)
    }

    /// Opens the node in a folder that this process has.
    static func open(
        in folder: DataFolder,
        passphrase: [UInt8],
        logger: Logger
    ) throws(NodeFailure) -> Node {
        try NodeFailure.lifting { () throws(FolderError) in try folder.checkParts() }
        let keys = try Self.keys(in: folder, passphrase: passphrase)
        return try self.open(in: folder, keys: keys, logger: logger)
    }

    /// Opens the node in a folder that this process has, with its keys.
    package static func open(
        in folder: DataFolder,
        keys: consuming NodeKeys,
        logger: Logger
    ) throws(NodeFailure) -> Node {
        do {
            let configuration = try NodeConfiguration(
                decoding: folder.read(
                    .configuration,
                    byteCountMax: NodeConfiguration.bytesMax
                )
            )
            let (store, hasTold) = try StoreUpdate.open(folder, keys: keys, logger: logger)
            guard let bytes = try store.setting("card") else {
                throw NodeFailure.unavailable("card: not in the store. Restore a backup")
            }
            let ownCard = try Card(parsing: bytes)
            if try !store.hasCurrentProjections() {
                logger.notice("store: what views and searches look up is made anew")
                try store.rebuildProjections(seenBy: ownCard.identity)
                logger.notice("store: made anew what views and searches look up")
            }
            var (card, tables) = try Self.settleCard(ownCard, store.loadTables(), in: store)
            try Self.forgetLogsOfOthers(&tables, of: card.identity, in: store)
            var doubts: [TableID: OwnLogDoubt] = [:]
            var lossy: Set<TableID> = []
            var evidence: [TableID: [LogID: ForkEvidence]] = [:]
            var offPin: [TableID: Set<LogID>] = [:]
            for (stored, logs) in tables {
                let table = stored.file.table
                offPin[table] = try store.logsOff(stored.file, table: stored.number)
                for (log, state) in logs where state.isDisputed {
                    evidence[table, default: [:]][log] =
                        try store.evidence(of: log, in: table).evidence
                }
                if try store.setting(Self.lossSetting(table)) != nil { lossy.insert(table) }
                guard let text = try store.setting(Self.aheadSetting(table)) else { continue }
                doubts[table] = OwnLogDoubt(
                    reason: .ahead,
                    text: String(decoding: text, as: UTF8.self)
                )
            }
            return Node(
                folder: folder,
                store: store,
                keys: keys,
                card: card,
                configuration: configuration,
                logger: logger,
                tables: tables,
                evidence: evidence,
                offPin: offPin,
                peers: PeerBook(
                    kept: PeerStatus.all(from: try store.setting(PeerStatus.setting))
                ),
                alarms: AlarmList(
                    kept: AlarmList.alarms(from: try store.setting(AlarmList.setting))
                ),
                doubts: doubts,
                lossyTables: lossy,
                hasToldUpgrade: hasTold
            )
        } catch let error as FolderError {
            throw NodeFailure(error)
        } catch let error as NodeStoreError {
            throw NodeFailure(error)
        } catch let error as SlotError {
            throw NodeFailure(error)
        } catch let error as NodeFailure {
            throw error
        } catch {
            throw .unavailable("card: damaged (\(error)). Restore a backup")
        }
    }

    /// The private keys in a folder's key file.
    package static func keys(
        in folder: DataFolder,
        passphrase: [UInt8]
    ) throws(NodeFailure) -> NodeKeys {
        let bytes = try NodeFailure.lifting { () throws(FolderError) in
            try folder.read(.keys, byteCountMax: 4_096)
        }
        do throws(KeyFileError) {
            return try KeyFile.decode(bytes, passphrase: passphrase)
        } catch {
            throw self.failure(error)
        }
    }

    private static func failure(_ error: KeyFileError) -> NodeFailure {
        switch error {
        case .wrongPassphrase:
            .unavailable(
                "key file: wrong passphrase, or the file was changed. "
                    + "Check the passphrase, else restore the file"
            )
        case .malformed: .unavailable("key file: damaged. Restore it from a backup")
        case .version(let version):
            .unavailable("key file: of version \(version). Install a newer tafel")
        case .outOfMemory:
            .unavailable("key file: no memory for Argon2id. Free some memory")
        }
    }

    /// The clock, in milliseconds since 1970.
    nonisolated var clock: UInt64 { Self.milliseconds() }

    static func milliseconds() -> UInt64 {
        UInt64(max(0, Date().timeIntervalSince1970 * 1_000))
    }

    /// The time of the next own entry at the earliest: not before the clock, nor before anything seen.
    var hybridClock: HybridTime {
        self.newestTime.next(clock: HybridTime(milliseconds: self.clock))
    }

    /// Takes the time of a peer's log into account.
    func observe(_ time: HybridTime) {
        let clock = HybridTime(milliseconds: self.clock)
        self.newestTime = self.newestTime.observing(time, clock: clock)
    }
}
