package import Cryptography
package import SyncLog
import Wire

/// How far a node is with a whole table.
package struct TableState: Hashable, Sendable {
    /// Charters and cards.
    package var file: TableFile
    /// The node's own number at the table.
    package let me: MemberNumber
    /// Every log of which something is held.
    package var logs: [LogID: LogState]
    /// Evidence of the forks of the logs that are disputed.
    package private(set) var evidence: [LogID: ForkEvidence]
    /// Most times that evidence of one log gives way to evidence of a lower index, while the node runs.
    ///
    /// An author can sign as many histories as its log has entries, and each would be stored and sent
    /// to everybody.
    static let replacementsMax = 64
    private var replacements: [LogID: Int] = [:]
    /// Logs of which nothing is taken for a while: their authors added much (`Protocol/sync.md` §3.4).
    package internal(set) var putAside: [LogID: PutAside] = [:]
    /// Pinned logs held to their pin's size and beyond, but in another history than the pinned one:
    /// nothing of them counts here.
    package internal(set) var offPin: Set<LogID>
    /// The own log may go on elsewhere, because this store was or may have been put back: nothing is
    /// written to it.
    package var isOwnLogAhead = false
    /// The own log is fetched back: its entries are taken in from peers, as those of others are.
    package internal(set) var isRecovering = false

    /// Creates a state as it was stored.
    package init(
        file: TableFile,
        me: MemberNumber,
        logs: [LogID: LogState],
        evidence: [LogID: ForkEvidence],
        offPin: Set<LogID> = []
    ) {
        self.file = file
        self.me = me
        self.logs = logs
        self.evidence = evidence
        self.offPin = offPin
    }

    /// Whether a charter counts: before that nothing but signatures and cards travels.
    package var isEffective: Bool { self.file.effectiveVersion > 0 }

    /// The own log that is written now: the newest generation.
    package var ownLog: LogID { self.newestLog(of: self.me) }

    /// The newest log of a member: the one after the last that is pinned, or its first.
    package func newestLog(of member: MemberNumber) -> LogID {
        let pinned = self.file.governing.pins.filter { $0.log.member == member }
            .map(\.log.generation).max()
        // A pin at the last generation that can be named ends the member's part.
        let next = pinned.map { $0 == .max ? $0 : $0 + 1 } ?? 0
        return LogID(member: member, generation: next)
    }

    /// Where the governing charter cuts a log.
    package func pin(of log: LogID) -> Pin? {
        self.file.governing.pins.first { $0.log == log }
    }

    /// The pins as they cut what is held here: of a log that is held in another history nothing counts.
    package var pins: [Pin] {
        self.file.governing.pins.map {
            self.offPin.contains($0.log) ? Pin(log: $0.log, size: 0, root: MerkleHashing.empty) : $0
        }
    }

    /// What everything in cases is judged by: the governing charter, and the pins as they cut what is held
    /// here.
    package var judgementHash: Digest {
        guard !self.offPin.isEmpty else { return self.file.governingHash }
        var bytes = self.file.governingHash.bytes
        for log in self.offPin.sorted() {
            bytes.append(bigEndian: log.member)
            bytes.append(bigEndian: log.generation)
        }
        return Digest(hashing: bytes)
    }

    /// Whether a log can exist: a member's first one, or one after a log that is pinned.
    package func isKnown(_ log: LogID) -> Bool {
        guard self.file.governing.member(log.member) != nil else { return false }
        return log.generation == 0
            || self.pin(of: LogID(member: log.member, generation: log.generation - 1)) != nil
    }

    /// Whether a pinned log is held as far as it counts.
    package func isClosed(_ log: LogID) -> Bool {
        guard let pin = self.pin(of: log), let state = self.logs[log] else { return false }
        return state.size >= pin.size && !self.offPin.contains(log)
    }

    /// Logs of which nothing is taken and nothing given: disputed and not pinned, held in another history
    /// than the pinned one, put aside, of who is no member any more, or after a log that no charter here
    /// pins.
    package var refused: Set<LogID> {
        let refused = self.logs.filter { log, state in
            state.isDisputed && self.pin(of: log) == nil || !self.isKnown(log)
        }
        return self.offPin.union(refused.keys).union(self.putAside.keys)
    }

    /// SHA-256 over sizes and roots of all logs but those that are refused here or by the peer
    /// (`Protocol/sync.md` §3).
    package func digest(without refused: Set<LogID>) -> Digest {
        let refused = self.refused.union(refused)
        return Self.digest(
            of: self.logs.filter { !refused.contains($0.key) }.map { log, state in
                let pin = self.isClosed(log) ? self.pin(of: log) : nil
                return (log, pin?.size ?? state.size, pin?.root ?? state.frontier.root)
            }
        )
    }

    /// SHA-256 over logs that have entries, given in any order.
    package static func digest(of logs: [(log: LogID, size: UInt64, root: Digest)]) -> Digest {
        var bytes: [UInt8] = []
        for (log, size, root) in logs.sorted(by: { $0.log < $1.log }) where size > 0 {
            bytes.append(bigEndian: log.member)
            bytes.append(bigEndian: log.generation)
            bytes.append(bigEndian: size)
            root.append(to: &bytes)
        }
        return Digest(hashing: bytes)
    }

    /// The heads of all logs but those that are refused, ascending, and these with others that the
    /// peer spoke of and that cannot exist here.
    func heads(of table: TableID, foreign: Set<LogID> = []) -> Heads {
        let refused = self.refused
        // What a charter let exist since the peer spoke of it is a log like any other.
        let unknown = foreign.filter { !self.isKnown($0) && !refused.contains($0) }
        let heads = self.logs.sorted { $0.key < $1.key }.compactMap { log, state in
            refused.contains(log)
                ? nil : state.checkpoint.map { LogHead(log: log, checkpoint: $0) }
        }
        return Heads(
            table: table,
            logs: heads,
            // A peer may name any logs; what is left out is not given either, but in vain.
            refused: (refused.sorted() + unknown.sorted())
                .prefix(Heads.logsMax).sorted(),
            isRecovering: self.isRecovering
        )
    }

    /// Whether the own log can go on here; no receipt is owed while it cannot.
    package var isWritable: Bool {
        !self.isOwnLogAhead && !self.isRecovering && !self.refused.contains(self.ownLog)
    }

    /// Whether entries of a log come from peers: those of others, and the own while it is recovered.
    func isTakenIn(_ log: LogID) -> Bool { log.member != self.me || self.isRecovering }

    /// Whether entries other than receipts came that no own receipt has confirmed and can.
    package var owesReceipt: Bool {
        guard self.isWritable else { return false }
        let refused = self.refused
        return self.logs.contains { log, state in
            log.member != self.me && state.isReceiptDue && !refused.contains(log)
        }
    }

    /// Whether evidence is of a log that is not known to be forked, or shows a difference before the one
    /// known.
    func isNews(_ evidence: ForkEvidence) -> Bool {
        guard let held = self.evidence[evidence.log] else { return true }
        return evidence.index < held.index
            && self.replacements[evidence.log, default: 0] < Self.replacementsMax
    }

    /// Keeps evidence that is news.
    mutating func keep(_ evidence: ForkEvidence) {
        let log = evidence.log
        if self.evidence[log] != nil { self.replacements[log, default: 0] += 1 }
        self.evidence[log] = evidence
        self.logs[log, default: LogState()].isDisputed = true
    }

    /// Takes over a log's state as it was stored; a dispute seen here stays, and so does that the author
    /// was level.
    mutating func set(_ state: LogState, of log: LogID) {
        let before = self.logs[log]
        self.logs[log] = state
        guard let before else { return }
        if before.isDisputed { self.logs[log]?.isDisputed = true }
        self.logs[log]?.intake.keepLevel(of: before.intake)
    }

    /// When a member's part of the table began, in milliseconds since 1970: the first day of the first
    /// charter that names it.
    func beginning(of member: MemberNumber) -> UInt64 {
        let first = self.file.charters.first { $0.charter.member(member) != nil }
        return first?.charter.from.calendarDay.map { $0 * LogIntake.dayTime } ?? 0
    }

    /// The identity whose log it is, for ever.
    func author(of log: LogID) -> NodeID? { self.file.governing.member(log.member)?.identity }
}
