import Cryptography
import SyncEngine
import SyncLog

/// What is done to a run from outside.
extension Simulation {
    mutating func take(_ step: Step) {
        switch step {
        case .act(let member, let seed):
            if let node = self.place(of: member) { self.enqueue(.act(seed: seed), on: node) }
        case .newCard(let member):
            if let node = self.place(of: member) { self.changeCard(of: node) }
        case .breakLink: self.breakOne()
        case .partition(let members, let time):
            self.group = Set(
                self.nodes.indices.filter { members.contains(self.nodes[$0].member) }
            )
            self.counts.note(Fault.partition)
            self.note("partition \(members)")
            for link in self.links.indices where self.isCut(link) { self.breakLink(link) }
            self.schedule(.heal, after: time)
        case .crash(let member, let time):
            guard let node = self.place(of: member) else { return }
            self.crash(node)
            self.schedule(.restart(node: node), after: time)
        case .jump(let member, let milliseconds):
            guard let node = self.place(of: member) else { return }
            self.note("node \(node + 1) clock \(milliseconds)")
            let isFar = abs(milliseconds) > 366 * 86_400_000
            self.counts.note(isFar ? Fault.clockJumpOfYears : Fault.clockJump)
            self.nodes[node].clockShiftMilliseconds += milliseconds
        case .copy(let member): self.copyFolder(of: member)
        case .twoFaces(let member): self.splitHistory(of: member)
        case .putBack(let member, _, let isMarked): self.putBack(member, isMarked: isMarked)
        case .join: self.join()
        }
    }

    mutating func crash(_ node: Int) {
        guard self.nodes[node].engine != nil, !self.isCalm else { return }
        self.counts.note(Fault.crash)
        self.note("node \(node + 1) crash")
        self.nodes[node].crash()
        if self.isSabotaged(node, .losesOwnEntries) {
            self.nodes[node].disk.table.forgetLast(of: self.nodes[node].log)
        }
        for link in self.links.indices where self.links[link].joins(node) {
            // A process that dies closes its connections; a machine does not.
            if self.generator.chance(0.5) {
                self.breakLink(link)
            } else {
                self.breakHalf(link, at: node)
            }
        }
    }

    mutating func restart(_ node: Int) {
        guard self.nodes[node].engine == nil else { return }
        self.note("node \(node + 1) restart")
        self.checkAcknowledged(node)
        self.start(node)
    }

    private mutating func breakOne() {
        let open = self.links.indices.filter { self.links[$0].isOpen }
        guard let link = open.randomElement(using: &self.generator) else { return }
        guard self.generator.chance(0.5) else {
            self.counts.note(Fault.brokenSession)
            return self.breakLink(link)
        }
        self.counts.note(Fault.halfBrokenSession)
        let ends = [self.links[link].first, self.links[link].second]
        self.breakHalf(link, at: ends[self.random(0...1)])
    }

    /// A member signs a new card and listens at another endpoint from now on; but member 1, so that
    /// there is always one whom all can find.
    private mutating func changeCard(of node: Int) {
        let member = self.nodes[node].member
        guard self.nodes[node].engine != nil else {
            return self.schedule(.step(.newCard(member)), after: 1_000)
        }
        let old = self.nodes[node].card
        let version = old.version + 1
        if member != 1 {
            self.nodes[node].endpoints =
                [Endpoint("\(old.handle).example:\(7400 + version)")].compactMap(\.self)
            self.counts.note(Fault.newEndpoint)
        }
        self.counts.note(Fault.newCard)
        self.signCard(of: node, version: version)
    }

    /// Whether a node listens where its card does not say: its folder was put back to before it signed the
    /// card that did, and no partner gave that back.
    func hasLostItsAddress(_ node: Int) -> Bool {
        let told = self.nodes[node].card.endpoints
        return self.nodes[node].engine != nil && !self.nodes[node].endpoints.isEmpty
            && !self.nodes[node].endpoints.contains { told.contains($0) }
    }

    /// The newest version of a node's card that anybody holds.
    func newestCardVersion(of node: Int) -> UInt32 {
        let held = self.nodes.compactMap { $0.disk.file.cards[self.nodes[node].member]?.version }
        return max(held.max() ?? 0, self.nodes[node].card.version)
    }

    /// Its operator signs a card that tells where the node listens.
    mutating func signCard(of node: Int, version: UInt32) {
        let old = self.nodes[node].card
        let contents = Card.Contents(
            version: version,
            handle: old.handle,
            name: "\(old.handle), \(version)",
            oin: old.oin,
            memberClass: old.memberClass,
            endpoints: self.nodes[node].endpoints
        )
        do throws(CardError) {
            let keys = self.nodes[node].keys
            let new = try Card(contents, keys: keys.keys, tlsKeyHash: old.tlsKeyHash)
            self.note("node \(node + 1) card \(version)")
            self.adopt(new, on: node)
        } catch {
            preconditionFailure("the card is within the limits: \(error)")
        }
    }

    /// Makes an own card the one in use.
    private mutating func adopt(_ card: Card, on node: Int) {
        self.nodes[node].card = card
        self.handle(.cardChanged(card), on: node)
    }

    /// Takes over a newer card of the node itself that a partner gave back: its folder was put back to
    /// before it was signed.
    mutating func takeBackCard(on node: Int) {
        guard let card = self.nodes[node].disk.file.cards[self.nodes[node].member],
            card.version > self.nodes[node].card.version,
            card.logKey == self.nodes[node].card.logKey
        else { return }
        self.note("node \(node + 1) took back card \(card.version)")
        self.adopt(card, on: node)
    }

    /// A new member: the charter that all the others signed comes to most of them, whose operators
    /// accept the file, and to it; one could be put back to before.
    private mutating func join() {
        let number = MemberNumber(self.faults.memberCount)
        let (keys, card) = SimulatedTable.newcomer(number: number, seed: self.generator.next())
        let file = SimulatedTable.admitting(
            card,
            into: self.nodes[0].disk.file,
            signedBy: self.authors.map(\.keys)
        )
        self.counts.note(Fault.joined)
        self.nodes.append(
            SimulatedNode(
                member: number,
                keys: keys,
                isSecond: false,
                card: card,
                disk: Disk(file: file)
            )
        )
        let place = self.nodes.count - 1
        self.note("node \(place + 1) joins as member \(number)")
        self.start(place)
        for holder in 0..<file.quorum(version: 1) {
            self.nodes[holder].disk.take(file)
            // One that is down reads it when it starts.
            guard self.nodes[holder].engine != nil else { continue }
            let table = TableState(
                file: self.nodes[holder].disk.file,
                me: self.nodes[holder].member,
                logs: self.nodes[holder].disk.table.states,
                evidence: self.nodes[holder].disk.evidence
            )
            self.handle(.tableChanged(table), on: holder)
        }
        for _ in 0..<4 {
            let seed = self.generator.next()
            self.schedule(.act(node: place, seed: seed), after: self.random(1_000...15_000))
        }
    }
}
