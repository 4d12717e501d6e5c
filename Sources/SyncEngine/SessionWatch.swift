import SyncLog

/// What is known of a session's times.
struct SessionWatch: Sendable {
    let peer: NodeID
    let isInitiator: Bool
    let connectedAt: UInt64
    var greetedAt: UInt64?
    var digestAt: UInt64 = .max
    /// When something last moved in the round under way, or it began; `nil` outside a round.
    var movedAt: UInt64?
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

    /// When the round under way has stalled.
    var stallsAt: UInt64 {
        guard let movedAt = self.movedAt else { return .max }
        let stalled = movedAt + SessionSchedule.stallTime
        // Whatever moves meanwhile.
        return self.hinderedAt.map { min($0 + SessionSchedule.hinderedTime, stalled) } ?? stalled
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
