import CaseModel
package import Cryptography
import SyncEngine
import SyncLog
import Wire

/// A node's private keys; a class, so that values can share them.
package final class SharedKeys: Sendable {
    /// The keys.
    package let keys: NodeKeys

    /// Takes over the keys.
    package init(_ keys: consuming NodeKeys) { self.keys = keys }
}

/// What a node finds again after a crash.
struct Disk: Sendable {
    var file: TableFile
    var table = MemoryTable()
    /// Evidence of forks.
    var evidence: [LogID: ForkEvidence] = [:]
    /// The entries about each case that became readable, as a store indexes them.
    var cases: [ObjectID: CaseState] = [:]

    /// Takes entries that became readable into their cases.
    mutating func index(_ entries: [PlainEntry]) {
        for entry in entries {
            guard let opened = OpenedEntry(plain: entry) else { continue }
            self.cases[
                opened.header.caseID,
                default: CaseState(
                    table: self.file.table,
                    caseID: opened.header.caseID,
                    pins: self.file.governing.pins
                ) {
                    [file] version in file.charter(version: version)
                }
            ].insert(opened)
        }
    }

    /// Makes the cases anew of entries that no longer count.
    mutating func forget(_ entries: [PlainEntry]) {
        self.remake(Set(entries.map(\.header.caseID)))
    }

    /// Takes over charters and cards; cases ask for charters, so those there are made anew.
    mutating func take(_ file: TableFile) {
        let isCharterNew = file.effective != self.file.effective
        self.file = file
        if isCharterNew { self.remake(Set(self.cases.keys)) }
    }

    private mutating func remake(_ cases: Set<ObjectID>) {
        guard !cases.isEmpty else { return }
        for caseID in cases { self.cases[caseID] = nil }
        for (log, state) in self.table.states.sorted(by: { $0.key < $1.key }) {
            let held = (0..<state.size).compactMap { self.table.plaintext(at: $0, of: log) }
            self.index(held.filter { cases.contains($0.header.caseID) })
        }
    }
}

extension OpenedEntry {
    /// The entry as the case model takes it; `nil` when it is not about a case or has no form.
    init?(plain: PlainEntry) {
        guard let audience = plain.audience else { return nil }
        do throws(WireError) {
            try self.init(
                log: plain.log,
                header: plain.header,
                audience: audience,
                plaintext: plain.plaintext
            )
        } catch {
            return nil
        }
    }
}

/// Work for a node's disk; done one after another, each durable or not at all.
enum DiskJob: Sendable {
    case store(VerifiedChunk)
    case storeFill(Fill, SessionID, isByAuthor: Bool)
    case writeReceipt(TableID)
    /// The member does something, chosen by a seed.
    case act(seed: UInt64)
    /// What was written becomes durable late: ``Sabotage/sendsEarly``.
    case commit
}

/// One node: the engine that real nodes run, on a disk in memory.
struct SimulatedNode: Sendable {
    let member: MemberNumber
    let keys: SharedKeys
    /// Whether it is the second node of its member: a copy of a folder, or a liar's other face.
    let isSecond: Bool
    var card: Card
    /// Where it can be dialled.
    var endpoints: [Endpoint]
    var disk: Disk
    /// `nil` while the node is down.
    var engine: SyncEngine?
    var jobs: [DiskJob] = []
    /// When the engine wants its next tick, where that is on its way.
    var tickDue: UInt64?
    /// Counts crashes, so that what an earlier life began ends with it.
    var life = 0
    var clockShiftMilliseconds: Int64 = 0
    /// A peer showed that the own log goes on elsewhere: nothing is written any more.
    var isAhead = false
    /// How far others, or the member itself, were told that logs are durable here.
    var acknowledged: [LogID: UInt64] = [:]
    /// What is stored of what its engine takes for durable: ``Sabotage/sendsEarly``.
    var unsynced: MemoryTable?
    /// The card that it began with.
    let firstCard: Card

    init(member: MemberNumber, keys: SharedKeys, isSecond: Bool, card: Card, disk: Disk) {
        self.member = member
        self.keys = keys
        self.isSecond = isSecond
        self.card = card
        self.endpoints = card.endpoints
        self.disk = disk
        self.firstCard = card
    }

    /// The own log.
    var log: LogID { LogID(member: self.member, generation: 0) }

    /// Starts the engine from what is on disk.
    mutating func start() {
        self.tickDue = nil
        var table = TableState(
            file: self.disk.file,
            me: self.member,
            logs: self.disk.table.states,
            evidence: self.disk.evidence
        )
        table.isOwnLogAhead = self.isAhead
        self.engine = SyncEngine(
            card: self.card,
            tables: [self.disk.file.table: table],
            instance: (self.isSecond ? 1 << 32 : 0) + UInt64(self.life) + 1
        )
    }

    /// Everything that is not on disk is gone.
    mutating func crash() {
        self.engine = nil
        self.jobs = []
        self.unsynced = nil
        self.life += 1
    }
}
