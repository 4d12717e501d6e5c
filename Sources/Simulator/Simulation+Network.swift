import SyncEngine
import SyncLog
import Wire

/// One connection between two nodes, from beginning to end.
struct Link: Sendable {
    let number: Int
    /// Who dialled.
    let first: Int
    let second: Int
    /// When it came to be, in milliseconds from the start.
    let openedAt: Int
    /// The ends that hold it still: one may not know yet that the other has gone.
    var ends: Set<Int>
    /// When the last frame comes that keeps its place, by receiving end.
    var lastDue: [Int: Int] = [:]
    /// When the hello comes, by receiving end.
    var helloDue: [Int: Int] = [:]

    init(number: Int, first: Int, second: Int, openedAt: Int) {
        self.number = number
        self.first = first
        self.second = second
        self.openedAt = openedAt
        self.ends = [first, second]
    }

    var isOpen: Bool { self.ends.count == 2 }

    /// The session at both ends.
    var session: SessionID { SessionID(UInt64(self.number)) }

    func joins(_ node: Int) -> Bool { self.first == node || self.second == node }

    func other(than node: Int) -> Int { self.first == node ? self.second : self.first }
}

/// Connections and frames, and what goes wrong with them.
extension Simulation {
    /// How long every node seems to have run when it starts, in milliseconds.
    static let uptimeMilliseconds: UInt64 = 280_000
    /// Most connections of a pair (`Protocol/sync.md` §4, `sessionsPerPeerMax`).
    private static let sessionsPerPair = 2

    /// Whether a partition lies between the ends of a link.
    func isCut(_ link: Int) -> Bool {
        self.group.contains(self.links[link].first) != self.group.contains(self.links[link].second)
    }

    /// An attempt to dial comes to its end.
    mutating func dialled(from first: Int, to second: Int, life: Int, endpoints: [Endpoint]) {
        guard self.nodes[first].life == life else { return }
        let isListening = self.nodes[second].endpoints.contains { endpoints.contains($0) }
        if !isListening { self.counts.note(Fault.deadEndpoint) }
        let isApart = self.group.contains(first) != self.group.contains(second)
        let isFull = [first, second].contains { node in
            self.links.count {
                $0.ends.contains(node) && $0.joins(first) && $0.joins(second)
            } >= Self.sessionsPerPair
        }
        guard !isApart, !isFull, isListening, self.nodes[second].member != self.unreachable,
            self.nodes[second].engine != nil
        else {
            return self.handle(.dialFailed(self.nodes[second].card.identity), on: first)
        }
        let link = Link(
            number: self.links.count,
            first: first,
            second: second,
            openedAt: self.now
        )
        self.links.append(link)
        self.note("link \(link.number) \(first + 1)-\(second + 1)")
        self.connected(link, first, isInitiator: true)
        self.connected(link, second, isInitiator: false)
    }

    private mutating func connected(_ link: Link, _ node: Int, isInitiator: Bool) {
        let peer = self.nodes[link.other(than: node)].card.identity
        self.handle(.connected(link.session, peer: peer, isInitiator: isInitiator), on: node)
    }

    /// One end of a connection learns that it is gone.
    mutating func endLink(_ number: Int, at node: Int) {
        guard self.links[number].ends.contains(node) else { return }
        if !self.isSabotaged(node, .keepsSessions) { self.links[number].ends.remove(node) }
        self.handle(.disconnected(self.links[number].session), on: node)
    }

    /// Ends a connection for both sides; what is on its way is lost.
    mutating func breakLink(_ number: Int) {
        guard !self.links[number].ends.isEmpty else { return }
        let link = self.links[number]
        self.note("link \(number) broken")
        self.endLink(number, at: link.first)
        self.endLink(number, at: link.second)
    }

    /// One end is gone, and the other learns of it much later.
    mutating func breakHalf(_ number: Int, at node: Int) {
        guard self.links[number].ends.contains(node) else { return }
        self.note("link \(number) broken at node \(node + 1)")
        let other = self.links[number].other(than: node)
        self.schedule(.ended(session: number, node: other), after: self.random(1_000...30_000))
        self.endLink(number, at: node)
    }

    /// One end closes; the other learns of it when the close arrives.
    mutating func closeLink(_ number: Int, by node: Int) {
        guard self.links[number].ends.contains(node) else { return }
        let other = self.links[number].other(than: node)
        self.schedule(.ended(session: number, node: other), after: self.latency())
        self.endLink(number, at: node)
    }

    /// Puts a frame on its way.
    mutating func send(_ message: PeerMessage, session: SessionID, from: Int) {
        let number = Int(session.rawValue)
        guard self.links[number].ends.contains(from) else { return }
        self.checkSent(message, from: from)
        let to = self.links[number].other(than: from)
        var bytes = self.spoken(message, from: from, to: to).encoded
        if self.isSabotaged(from, .sendsTooMuch), self.isCalm {
            bytes += [UInt8](repeating: 0, count: PeerMessage.bytesMax)
        }
        self.counts.note(Checker.frames)
        if bytes.count > PeerMessage.bytesMax {
            self.violate(.frame(from: self.nodes[from].member, "\(bytes.count) bytes"))
        }
        // Two messages in one frame, which is no canonical form.
        if self.lies(.garbles, from, 0.02) { bytes += bytes }
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
        // What is said once in a session is lost with the session alone, which TCP and TLS see to; all
        // else is said again, and is lost here beyond what they let be.
        let isSaidOnce = if case .tableFile = message { true } else { false }
        if !self.isCalm, !isSaidOnce, self.generator.chance(self.faults.lossRatio) {
            self.counts.note(Fault.lostFrame)
            return self.note("link \(number) lost \(message.label)")
        }
        let copies = !self.isCalm && self.generator.chance(self.faults.duplicationRatio) ? 2 : 1
        if copies > 1 { self.counts.note(Fault.repeatedFrame) }
        for _ in 0..<copies {
            var due = max(
                self.now + self.latency(),
                self.links[number].helloDue[to, default: 0]
            )
            if self.isCalm || !self.generator.chance(self.faults.reorderingRatio) {
                due = max(due, self.links[number].lastDue[to, default: 0])
                self.links[number].lastDue[to] = due
            } else {
                self.counts.note(Fault.overtakenFrame)
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
        guard self.links[session].ends.contains(to) else { return }
        let message: PeerMessage
        do throws(WireError) {
            message = try PeerMessage(decoding: bytes)
        } catch {
            if !self.isLiar(from) {
                self.violate(.frame(from: self.nodes[from].member, "\(error)"))
            }
            return self.handle(.undecodable(error, SessionID(UInt64(session))), on: to)
        }
        self.note("\(from + 1)>\(to + 1) \(message.label)")
        if self.isIgnored(message, by: to) { return }
        // Two copies take each other's place at their partners for ever, and a liar may do as it likes.
        if self.isQuiet, self.isSound(from), self.isSound(to), !self.faults.liesOn {
            self.checkQuiet(message)
        }
        if case .chunk(let chunk) = message, self.isSabotaged(to, .storesUnverified) {
            return self.storeUnverified(chunk, session: SessionID(UInt64(session)), on: to)
        }
        self.handle(.received(message, SessionID(UInt64(session))), on: to)
    }

    /// What a liar with two faces does not want to know of its own log.
    private func isIgnored(_ message: PeerMessage, by node: Int) -> Bool {
        switch message {
        case .evidence(let evidence): self.isIgnored(evidence.log, by: node)
        case .proof(let proof): self.isIgnored(proof.log, by: node)
        default: false
        }
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
