import SyncLog

/// When a node dials whom, and what is due on its sessions (`Protocol/sync.md` §1, §3, §4).
///
/// Time and randomness come in with ``tick(milliseconds:random:)``; everything that happens between
/// two ticks happens at the time of the first. All times are in milliseconds since 1970 by a clock that
/// never goes back. A pass over all sessions and peers costs O(sessions + peers); it is made when one of
/// them changed.
struct SessionSchedule: Sendable {
    /// Something whose time has come.
    enum Due: Hashable, Sendable {
        /// Nobody is connected: dial.
        case dial(NodeID, [Endpoint])
        /// Compare heads.
        case digest(SessionID)
        /// No hello came in time.
        case noHello(SessionID)
        /// A round in which nothing moved for too long.
        case stall(SessionID)
        /// Receipts of a live node.
        case receipts
    }

    /// A peer that is dialled.
    private struct Target: Sendable {
        var endpoints: [Endpoint]
        /// Time to the attempt after the next, before jitter.
        var delay: UInt64
        /// When the next attempt is.
        var dueAt: UInt64
        var isUnderWay = false
    }

    /// Time between attempts to dial: it doubles from the lower to the upper bound.
    static let dialDelays: ClosedRange<UInt64> = 1_000...60_000
    /// Time in which the peer's hello must have come.
    static let helloTime: UInt64 = 10_000
    /// Two sessions that began further apart than this were not dialled at one time.
    static let crossTime: UInt64 = 30_000
    /// Time between digests of a session.
    static let digestTime: UInt64 = 30_000
    /// Time between receipts of a live node.
    static let receiptTime: UInt64 = 300_000
    /// Time after which a round in which nothing moved has stalled.
    static let stallTime: UInt64 = 60_000
    /// The same where it is known why the round cannot end.
    static let hinderedTime: UInt64 = 5_000
    /// Entries that are much: less than that keeps a round from stalling for ``littleTime`` at most.
    static let muchCount: UInt64 = 16
    /// Time for which steps that together are not much do.
    static let littleTime: UInt64 = 480_000

    /// Time after which heads that were on their way have come.
    static let suspicionTime: UInt64 = 2_000

    /// The time of the last tick.
    private(set) var now: UInt64 = 0
    private var entropy: UInt64 = 0
    /// Whether this node keeps itself connected; a command's node dials on demand alone.
    private(set) var isRunning = false
    private var targets: [NodeID: Target] = [:]
    /// Peers that are dialled on demand and are no target now.
    private var demanded: Set<NodeID> = []
    private var watches: [SessionID: SessionWatch] = [:]
    private var receiptsAt: UInt64 = .max
    /// When the next tick is needed; `.max` for never.
    private(set) var nextDue: UInt64 = .max
    private var isChanged = false

    // MARK: Time

    /// Goes on to a moment.
    ///
    /// - Returns: What is due, peers and sessions in order; each once.
    mutating func tick(milliseconds: UInt64, random: UInt64) -> [Due] {
        self.now = max(self.now, milliseconds)
        self.entropy = random
        self.refresh()
        guard self.nextDue <= self.now else { return [] }
        // What was due is done now, so the next time is another.
        self.isChanged = true
        var due: [Due] = []
        for session in self.watches.keys.sorted() { due += self.duties(of: session) }
        if self.receiptsAt <= self.now {
            self.receiptsAt = self.now + Self.receiptTime
            due.append(.receipts)
        }
        guard self.isRunning else { return due }
        for peer in self.targets.keys.sorted() {
            guard let target = self.targets[peer], target.dueAt <= self.now,
                !self.isJoined(peer)
            else { continue }
            due.append(.dial(peer, self.beginDial(peer)))
        }
        return due
    }

    private mutating func duties(of session: SessionID) -> [Due] {
        guard var watch = self.watches[session], !watch.isClosing else { return [] }
        var due: [Due] = []
        if watch.greetedAt == nil, watch.connectedAt + Self.helloTime <= self.now {
            due.append(.noHello(session))
        }
        if watch.digestAt <= self.now {
            watch.digestAt = self.now + Self.digestTime
            due.append(.digest(session))
        }
        if watch.stallsAt <= self.now {
            watch.beginWaiting(at: self.now)
            watch.hinderedAt = watch.hindrance == nil ? nil : self.now
            due.append(.stall(session))
        }
        self.watches[session] = watch
        return due
    }

    /// Finds out when the next tick is needed, where something changed.
    mutating func refresh() {
        guard self.isChanged else { return }
        self.isChanged = false
        var next = self.receiptsAt
        for watch in self.watches.values where !watch.isClosing {
            let hello = watch.greetedAt == nil ? watch.connectedAt + Self.helloTime : .max
            next = min(next, hello, watch.digestAt, watch.stallsAt)
        }
        if self.isRunning {
            for (peer, target) in self.targets where target.dueAt < next && !self.isJoined(peer) {
                next = target.dueAt
            }
        }
        self.nextDue = next
    }

    /// A delay, half of it to one and a half.
    private mutating func jittered(_ delay: UInt64) -> UInt64 {
        // SplitMix64, so that one number from outside serves several peers.
        self.entropy &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.entropy
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return delay / 2 + mixed % (delay + 1)
    }

    // MARK: Dialling

    /// The node listens and keeps itself connected from now on, or does so no more.
    mutating func setRunning(_ isRunning: Bool) {
        self.isRunning = isRunning
        self.receiptsAt = isRunning ? self.now + Self.receiptTime : .max
        for peer in self.targets.keys.sorted() { self.dialSoon(peer) }
        self.isChanged = true
    }

    /// Whom to be connected with, and where each can be dialled: nobody is dialled without an endpoint.
    ///
    /// A peer that is new, or has moved, is dialled within a second.
    mutating func setTargets(_ endpoints: [NodeID: [Endpoint]]) {
        for peer in self.targets.keys where endpoints[peer] == nil { self.targets[peer] = nil }
        for (peer, places) in endpoints.sorted(by: { $0.key < $1.key })
        where self.targets[peer]?.endpoints != places {
            self.targets[peer] = Target(
                endpoints: places,
                delay: Self.dialDelays.lowerBound,
                dueAt: self.now,
                isUnderWay: self.targets[peer]?.isUnderWay ?? self.demanded.contains(peer)
            )
            self.demanded.remove(peer)
            self.dialSoon(peer)
        }
        self.isChanged = true
    }

    /// Not all at once: two nodes that learn of each other at one time need not dial each other.
    private mutating func dialSoon(_ peer: NodeID) {
        let wait = self.jittered(Self.dialDelays.lowerBound) / 2
        self.targets[peer]?.dueAt = self.now + wait
    }

    /// An attempt begins; where to.
    private mutating func beginDial(_ peer: NodeID) -> [Endpoint] {
        self.isChanged = true
        guard self.targets[peer] != nil else {
            self.demanded.insert(peer)
            return []
        }
        self.targets[peer]?.isUnderWay = true
        return self.targets[peer]?.endpoints ?? []
    }

    /// Dials on demand, whenever the next attempt would be; `nil` where one is under way.
    mutating func dialNow(_ peer: NodeID) -> [Endpoint]? {
        guard self.targets[peer]?.isUnderWay != true, !self.demanded.contains(peer) else {
            return nil
        }
        return self.beginDial(peer)
    }

    /// An attempt came to nothing.
    mutating func dialFailed(_ peer: NodeID) {
        self.demanded.remove(peer)
        self.targets[peer]?.isUnderWay = false
        self.dialLater(peer)
    }

    private mutating func dialLater(_ peer: NodeID) {
        guard let delay = self.targets[peer]?.delay else { return }
        let wait = self.jittered(delay)
        self.targets[peer]?.dueAt = self.now + wait
        self.targets[peer]?.delay = min(2 * delay, Self.dialDelays.upperBound)
        self.isChanged = true
    }

    /// Whether a peer is connected or being dialled.
    private func isJoined(_ peer: NodeID) -> Bool {
        self.targets[peer]?.isUnderWay == true
            || self.watches.values.contains { $0.peer == peer }
    }

    // MARK: Sessions

    /// A connection stands.
    mutating func connected(_ session: SessionID, peer: NodeID, isInitiator: Bool) {
        if isInitiator {
            self.demanded.remove(peer)
            self.targets[peer]?.isUnderWay = false
        }
        self.watches[session] = SessionWatch(
            peer: peer,
            isInitiator: isInitiator,
            connectedAt: self.now
        )
        self.isChanged = true
    }

    /// The peer's hello came.
    ///
    /// - Returns: The sessions with this peer that are too many now: of two with both hellos one stays
    ///   (`Protocol/sync.md` §1).
    mutating func greeted(_ session: SessionID, node: NodeID) -> [SessionID] {
        guard let watch = self.watches[session], watch.greetedAt == nil, !watch.isClosing else {
            return []
        }
        self.watches[session]?.greetedAt = self.now
        self.watches[session]?.digestAt = self.now + Self.digestTime
        self.isChanged = true
        var rest = self.greetedSessions(with: watch.peer)
        var closing: [SessionID] = []
        while rest.count > 1 {
            let older = rest.removeFirst()
            let isOlderKept = self.isKept(older, against: rest[0], node: node)
            let loser = isOlderKept ? rest[0] : older
            if isOlderKept { rest[0] = older }
            closing.append(loser)
        }
        return closing
    }

    /// Whether the older of two sessions with a peer stays.
    ///
    /// A node dials a peer only when it has no session with it. So a younger session says that its
    /// dialler has lost the older one, unless both dialled at one time.
    private func isKept(_ older: SessionID, against younger: SessionID, node: NodeID) -> Bool {
        guard let first = self.watches[older], let second = self.watches[younger],
            first.isInitiator != second.isInitiator,
            second.connectedAt - first.connectedAt <= Self.crossTime
        else { return false }
        return first.isInitiator == (node < first.peer)
    }

    /// The sessions with a peer that have both hellos and are not being closed, oldest first.
    func greetedSessions(with peer: NodeID) -> [SessionID] {
        self.watches.filter { $0.value.peer == peer && $0.value.greetedAt != nil }
            .filter { !$0.value.isClosing }
            .sorted { ($0.value.connectedAt, $0.key) < ($1.value.connectedAt, $1.key) }
            .map(\.key)
    }

    /// Whether a session with a peer waits for its hello.
    func awaitsHello(of peer: NodeID) -> Bool {
        self.watches.values.contains {
            $0.peer == peer && $0.greetedAt == nil && !$0.isClosing
        }
    }

    /// A close was decided.
    mutating func closing(_ session: SessionID) {
        self.watches[session]?.isClosing = true
        self.isChanged = true
    }

    /// A connection is gone.
    ///
    /// After a session that stood for as long as the next delay, attempts begin anew at the shortest.
    mutating func disconnected(_ session: SessionID) {
        guard let watch = self.watches.removeValue(forKey: session) else { return }
        self.isChanged = true
        guard let target = self.targets[watch.peer], !self.isJoined(watch.peer) else { return }
        if let greetedAt = watch.greetedAt, self.now - greetedAt >= target.delay {
            self.targets[watch.peer]?.delay = Self.dialDelays.lowerBound
        }
        self.dialLater(watch.peer)
    }

    // MARK: Rounds

    /// Says whether a round is under way over a session.
    mutating func setInRound(_ isInRound: Bool, _ session: SessionID) {
        guard (self.watches[session]?.movedAt != nil) != isInRound else { return }
        self.watches[session]?.beginWaiting(at: isInRound ? self.now : nil)
        self.watches[session]?.hinderedAt = nil
        self.watches[session]?.noteHindrance(at: self.now)
        self.isChanged = true
    }

    /// Has heads compared after so many milliseconds, or earlier where they would be anyway.
    mutating func digestWithin(_ milliseconds: UInt64, _ session: SessionID) {
        guard let watch = self.watches[session], watch.digestAt > self.now + milliseconds else {
            return
        }
        self.watches[session]?.digestAt = self.now + milliseconds
        self.isChanged = true
    }

    /// So many entries moved over a session; the tick that would have been due finds that out.
    mutating func moved(_ session: SessionID, by count: UInt64) {
        self.watches[session]?.noteMoved(count, at: self.now)
    }

    /// Notes whether a peer says that it has nothing of its own log of a table, of which something is
    /// held.
    ///
    /// Heads may have been on their way while entries came from elsewhere: what is said again to a
    /// digest of some time later is true.
    ///
    /// - Returns: Whether it is sure by now, and was not before.
    mutating func noteBehind(_ isBehind: Bool, _ table: TableID, _ session: SessionID) -> Bool {
        guard var watch = self.watches[session], !watch.behind.contains(table) else {
            return false
        }
        defer { self.watches[session] = watch }
        guard isBehind else {
            watch.suspectedAt[table] = nil
            return false
        }
        guard let suspectedAt = watch.suspectedAt[table] else {
            watch.suspectedAt[table] = self.now
            watch.digestAt = min(watch.digestAt, self.now + Self.suspicionTime)
            self.isChanged = true
            return false
        }
        guard self.now - suspectedAt >= Self.suspicionTime else { return false }
        watch.behind.insert(table)
        watch.noteHindrance(at: self.now)
        self.isChanged = true
        return true
    }

    /// Notes that the peer has shown that its own log is shorter there than here.
    ///
    /// - Returns: Whether that is new.
    mutating func notePeerBehind(_ table: TableID, _ session: SessionID) -> Bool {
        guard self.watches[session]?.behind.insert(table).inserted == true else { return false }
        self.watches[session]?.noteHindrance(at: self.now)
        self.isChanged = true
        return true
    }

    /// A round of a table has ended: the peer has its own log there.
    mutating func noteLevel(_ table: TableID, _ session: SessionID) {
        guard self.watches[session]?.behind.remove(table) != nil else { return }
        self.watches[session]?.noteHindrance(at: self.now)
        self.isChanged = true
    }

    /// Notes whether the peer holds more of the own log than this node, which does not fetch it back.
    mutating func noteOwnBehind(_ isBehind: Bool, _ table: TableID, _ session: SessionID) {
        guard self.watches[session]?.ownBehind.contains(table) == !isBehind else { return }
        self.watches[session]?.ownBehind.formSymmetricDifference([table])
        self.watches[session]?.noteHindrance(at: self.now)
        self.isChanged = true
    }

    /// Notes whether the peer's store refuses what it is given.
    mutating func notePeerFailing(_ isFailing: Bool, _ session: SessionID) {
        guard let watch = self.watches[session], watch.isPeerFailing != isFailing else { return }
        self.watches[session]?.isPeerFailing = isFailing
        self.watches[session]?.noteHindrance(at: self.now)
        self.isChanged = true
    }

    /// What keeps a round over a session from its end.
    func hindrance(of session: SessionID) -> RoundHindrance? {
        self.watches[session]?.hindrance
    }
}
