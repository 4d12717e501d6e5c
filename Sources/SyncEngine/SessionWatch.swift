import SyncLog

/// What is known of a session's times.
struct SessionWatch: Sendable {
    let peer: NodeID
    let isInitiator: Bool
    let connectedAt: UInt64
    var greetedAt: UInt64?
    var digestAt: UInt64 = .max
    /// When something last moved in the round under way, or it began; `nil` outside a round.
    private(set) var movedAt: UInt64?
    /// When so much had moved last that small steps count for a while, or the round began.
    private var muchMovedAt: UInt64 = 0
    /// Entries that moved since.
    private var movedCount: UInt64 = 0
    /// When the peer first said that its own log is shorter than what is held of it.
    var suspectedAt: [TableID: UInt64] = [:]
    /// Tables at which the peer's own log is shorter there than here.
    var behind: Set<TableID> = []
    var isPeerFailing = false
    /// Since when the round under way is known to be kept from its end.
    var hinderedAt: UInt64?
    /// Tables of which the peer holds more of the own log than this node.
    var ownBehind: Set<TableID> = []
    /// A close was decided; the session counts for nothing any more.
    var isClosing = false

    init(peer: NodeID, isInitiator: Bool, connectedAt: UInt64) {
        self.peer = peer
        self.isInitiator = isInitiator
        self.connectedAt = connectedAt
    }

    /// When the round under way has stalled.
    var stallsAt: UInt64 {
        guard let movedAt = self.movedAt else { return .max }
        let stalled = movedAt + SessionSchedule.stallTime
        // Whatever moves meanwhile.
        return self.hinderedAt.map { min($0 + SessionSchedule.hinderedTime, stalled) } ?? stalled
    }

    /// A round begins at the time `now`, or is told of once more; `nil`: it has ended.
    mutating func beginWaiting(at now: UInt64?) {
        self.movedAt = now
        self.muchMovedAt = now ?? 0
        self.movedCount = 0
    }

    /// So many entries moved at the time `now`: a peer that goes on one by one is not waited for without end.
    mutating func noteMoved(_ count: UInt64, at now: UInt64) {
        guard self.movedAt != nil else { return }
        self.movedCount = min(self.movedCount + count, SessionSchedule.muchCount)
        if self.movedCount == SessionSchedule.muchCount {
            self.movedCount = 0
            self.muchMovedAt = now
        }
        if now < self.muchMovedAt + SessionSchedule.littleTime { self.movedAt = now }
    }

    /// Brings that in step with what keeps the round from its end at the time `now`.
    mutating func noteHindrance(at now: UInt64) {
        self.hinderedAt = self.hindrance == nil ? nil : self.hinderedAt ?? now
    }

    /// What keeps the round from its end, as the peer shows.
    var hindrance: RoundHindrance? {
        if !self.ownBehind.isEmpty { return .ownPutBack }
        return !self.behind.isEmpty ? .putBack : self.isPeerFailing ? .storeFails : nil
    }
}
