import SyncEngine
import SyncLog
import Wire

/// One connection between two nodes, from beginning to end.
struct Link: Sendable {
    let number: Int
    let first: Int
    let second: Int
    var isOpen = true
    /// Ends that have had the other's hello.
    var greeted: Set<Int> = []
    /// When the last frame comes that keeps its place, by receiving end.
    var lastDue: [Int: Int] = [:]
    /// When the hello comes, by receiving end.
    var helloDue: [Int: Int] = [:]

    /// The session at both ends.
    var session: SessionID { SessionID(UInt64(self.number)) }

    func joins(_ node: Int) -> Bool { self.first == node || self.second == node }

    func other(than node: Int) -> Int { self.first == node ? self.second : self.first }
}

/// Connections and frames, and what goes wrong with them.
extension Simulation {
    /// Time in which both hellos must have come, in milliseconds.
    private static let handshakeTime = 10_000
    /// Time between digests of a session, in milliseconds.
    private static let digestTime = 30_000

    /// Whether a partition lies between the ends of a link.
    func isCut(_ link: Int) -> Bool {
        self.group.contains(self.links[link].first) != self.group.contains(self.links[link].second)
    }

    /// The first dials the second; it tries again until it gets through.
    mutating func connect(_ first: Int, _ second: Int) {
        let isJoined = self.links.contains { $0.isOpen && $0.joins(first) && $0.joins(second) }
        guard !isJoined else { return }
        let isApart = self.group.contains(first) != self.group.contains(second)
        guard !isApart, self.nodes[first].engine != nil, self.nodes[second].engine != nil else {
            return self.schedule(.connect(first, second), after: self.random(1_000...2_000))
        }
        let link = Link(number: self.links.count, first: first, second: second)
        self.links.append(link)
        self.note("link \(link.number) \(first + 1)-\(second + 1)")
        self.schedule(.handshakeDue(session: link.number), after: Self.handshakeTime)
        self.schedule(.digestDue(session: link.number), after: Self.digestTime)
        self.connected(link, first, isInitiator: true)
        self.connected(link, second, isInitiator: false)
    }

    private mutating func connected(_ link: Link, _ node: Int, isInitiator: Bool) {
        let peer = self.nodes[link.other(than: node)].card.identity
        self.handle(.connected(link.session, peer: peer, isInitiator: isInitiator), on: node)
    }

    /// Ends a connection for both sides; what is on its way is lost.
    mutating func breakLink(_ number: Int) {
        guard self.links[number].isOpen else { return }
        self.links[number].isOpen = false
        let link = self.links[number]
        self.note("link \(number) broken")
        self.handle(.disconnected(link.session), on: link.first)
        self.handle(.disconnected(link.session), on: link.second)
        self.schedule(.connect(link.first, link.second), after: self.random(1_000...2_000))
    }

    mutating func digestDue(_ number: Int) {
        guard self.links[number].isOpen else { return }
        let link = self.links[number]
        self.handle(.digestDue(link.session), on: link.first)
        self.handle(.digestDue(link.session), on: link.second)
        self.schedule(.digestDue(session: number), after: Self.digestTime)
    }

    /// Puts a frame on its way.
    mutating func send(_ message: PeerMessage, session: SessionID, from: Int) {
        let number = Int(session.rawValue)
        guard self.links[number].isOpen else { return }
        self.checkSent(message, from: from)
        let to = self.links[number].other(than: from)
        let isLying = self.isLiar(from) && !self.isCalm
        let bytes = (isLying ? self.tampered(message) : message).encoded
        if bytes.count > PeerMessage.bytesMax {
            self.violate(.frame(from: self.nodes[from].member, "\(bytes.count) bytes"))
        }
        // A session begins with its hello or not at all: TCP and TLS see to that.
        if case .hello = message {
            let latency = self.latency()
            self.links[number].lastDue[to] = self.now + latency
            self.links[number].helloDue[to] = self.now + latency
            return self.schedule(
                .deliver(bytes, session: number, from: from, to: to),
                after: latency
            )
        }
        if !self.isCalm, self.generator.chance(self.faults.lossRatio) {
            return self.note("link \(number) lost \(message.label)")
        }
        let copies = !self.isCalm && self.generator.chance(self.faults.duplicationRatio) ? 2 : 1
        for _ in 0..<copies {
            var due = max(
                self.now + self.latency(),
                self.links[number].helloDue[to, default: 0]
            )
            if self.isCalm || !self.generator.chance(self.faults.reorderingRatio) {
                due = max(due, self.links[number].lastDue[to, default: 0])
                self.links[number].lastDue[to] = due
            }
            self.schedule(
                .deliver(bytes, session: number, from: from, to: to),
                after: due - self.now
            )
        }
    }

    private mutating func latency() -> Int { self.random(self.faults.latencyMilliseconds) }

    /// Hands a frame to its receiver, as a real node's transport would.
    mutating func deliver(_ bytes: [UInt8], session: Int, from: Int, to: Int) {
        guard self.links[session].isOpen else { return }
        let message: PeerMessage
        do throws(WireError) {
            message = try PeerMessage(decoding: bytes)
        } catch {
            self.accuse(from, by: to, "a frame did not decode (\(error))")
            return self.breakLink(session)
        }
        self.note("\(from + 1)>\(to + 1) \(message.label)")
        if self.isQuiet { self.checkQuiet(message) }
        if case .hello = message { self.links[session].greeted.insert(to) }
        if case .goodbye = message { return self.breakLink(session) }
        if case .chunk(let chunk) = message, self.isSabotaged(to, .storesUnverified) {
            return self.storeUnverified(chunk, session: SessionID(UInt64(session)), on: to)
        }
        self.handle(.received(message, SessionID(UInt64(session))), on: to)
    }

    /// Whether a node is the one that lies.
    func isLiar(_ node: Int) -> Bool { self.faults.hasLiar && node == Self.liar }

    /// Whether a fault was planted in a node.
    func isSabotaged(_ node: Int, _ sabotage: Sabotage) -> Bool {
        self.sabotage == sabotage && node == Self.sabotaged
    }
}

extension PeerMessage {
    /// What the transcript says of a frame.
    var label: String {
        switch self {
        case .hello: "hello"
        case .tableFile: "table file"
        case .headsDigest(let digest):
            "digest complete \(digest.complete) settled \(digest.isSettled) round \(digest.isRound)"
        case .heads(let heads):
            "heads " + heads.logs.map { "\($0.log.text):\($0.size)" }.joined(separator: " ")
                + heads.refused.map { " -\($0.text)" }.joined()
        case .chunk(let chunk):
            "chunk \(chunk.log.text) \(chunk.from)+\(chunk.items.count)"
                + (chunk.isComplete ? " complete" : "")
        case .ack(let ack): "ack \(ack.log.text) \(ack.size)"
        case .ask(let ask): "ask \(ask.log.text) \(ask.from)..<\(ask.until)"
        case .fill(let fill):
            "fill \(fill.log.text) \(fill.from)..<\(fill.until) \(fill.entries.count)"
                + (fill.isComplete ? " complete" : "")
        case .prove(let prove): "prove \(prove.log.text) \(prove.index)"
        case .proof(let proof): "proof \(proof.log.text) \(proof.index)"
        case .evidence(let evidence): "evidence \(evidence.log.text) \(evidence.index)"
        case .goodbye(let code, _): "goodbye \(code)"
        }
    }
}
