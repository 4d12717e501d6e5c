import CaseModel
import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog
import Wire

/// What is to be read for a peer.
enum ReadRequest: Sendable {
    case chunk(ChunkRequest)
    case fill(FillRequest)
}

/// Carrying out what engines decide, in their order, on disks that take their time.
extension Simulation {
    /// Hands an event to a node's engine, with the time, and carries out what follows.
    mutating func handle(_ event: SyncEngine.Event, on node: Int) {
        guard self.nodes[node].engine != nil else { return }
        self.carryOut(self.moment, on: node)
        self.carryOut(event, on: node)
        self.armTick(of: node)
    }

    /// The time by a clock that never goes back, as an engine is told it.
    private var moment: SyncEngine.Event {
        mutating get {
            .tick(
                milliseconds: Self.uptimeMilliseconds + UInt64(self.now),
                random: self.generator.next()
            )
        }
    }

    private mutating func carryOut(_ event: SyncEngine.Event, on node: Int) {
        guard let effects = self.nodes[node].engine?.handle(event) else { return }
        for effect in effects { self.carryOut(effect, of: node) }
    }

    /// Puts the tick on its way that the engine wants next.
    private mutating func armTick(of node: Int) {
        guard let due = self.nodes[node].engine?.nextTick, due != self.nodes[node].tickDue else {
            return
        }
        self.nodes[node].tickDue = due
        let elapsed = Self.uptimeMilliseconds + UInt64(self.now)
        self.schedule(
            .tick(node: node, life: self.nodes[node].life, due: due),
            after: due > elapsed ? Int(due - elapsed) : 1
        )
    }

    mutating func tick(_ node: Int, life: Int, due: UInt64) {
        guard self.nodes[node].life == life, self.nodes[node].tickDue == due else { return }
        self.nodes[node].tickDue = nil
        self.carryOut(self.moment, on: node)
        self.armTick(of: node)
    }

    /// Starts a node from its disk; some time goes by before it does anything else, so that the
    /// receipts of a live node come due within a run.
    mutating func start(_ node: Int) {
        self.nodes[node].start()
        self.carryOut(
            .tick(milliseconds: UInt64(self.now), random: self.generator.next()),
            on: node
        )
        self.handle(.running(true), on: node)
    }

    private mutating func carryOut(_ effect: SyncEngine.Effect, of node: Int) {
        switch effect {
        case .storeTable(let file):
            if self.isSabotaged(node, .dropsTableFiles) { return }
            self.nodes[node].disk.take(file)
            self.takeBackCard(on: node)
            let off = self.nodes[node].disk.table.logsOff(file.governing.pins)
            self.handle(.pinsCompared(file.table, off: off), on: node)
        case .forget(let table, let log):
            self.nodes[node].disk.table.forget(log)
            self.handle(.forgotten(table, log), on: node)
        case .dial(let peer, let endpoints): self.dial(peer, at: endpoints, from: node)
        case .store(let chunk):
            self.enqueue(.store(chunk), on: node)
            if self.isSabotaged(node, .acknowledgesEarly) {
                self.handle(.stored(chunk, state: chunk.state), on: node)
            }
        case .storeFill(let fill, let session, let isByAuthor):
            self.enqueue(.storeFill(fill, session, isByAuthor: isByAuthor), on: node)
        case .readChunk(let request, let session):
            self.scheduleRead(.chunk(request), session, of: node)
        case .readFill(let request, let session):
            self.scheduleRead(.fill(request), session, of: node)
        case .readBranch(let request, let session):
            let found = self.nodes[node].disk.table.branch(request)
            let proof = found.map {
                Proof(
                    table: request.table,
                    log: request.log,
                    index: $0.index,
                    branch: $0.branch
                )
            }
            self.handle(.branchRead(proof, request, session), on: node)
        case .compare(let proof, let session):
            // Planted faults let an engine know more than its disk holds.
            guard proof.index < self.nodes[node].disk.table.count(of: proof.log) else { return }
            let comparison = self.nodes[node].disk.table.compare(proof)
            self.handle(.compared(comparison, proof, session), on: node)
        case .checkHead(let head, let table, let session):
            guard head.size <= self.nodes[node].disk.table.count(of: head.log) else { return }
            let isHeld = self.nodes[node].disk.table.holds(head)
            self.handle(.headChecked(head, table, session, isHeld: isHeld), on: node)
        case .storeEvidence(let evidence): self.store(evidence, on: node)
        case .send(let message, let session): self.send(message, session: session, from: node)
        case .close(let session, let code, let text):
            let number = Int(session.rawValue)
            self.note("node \(node + 1) closes link \(number)")
            if code != .done, code != .shutdown {
                let peer = self.links[number].other(than: node)
                self.accuse(self.nodes[peer].member, by: node, text)
            }
            self.closeLink(number, by: node)
        case .writeReceipt(let table): self.enqueue(.writeReceipt(table), on: node)
        case .roundCaughtUp(let session, _):
            self.note("node \(node + 1) round over link \(session.rawValue) caught up")
        case .roundEnded(let session, _):
            self.note("node \(node + 1) round over link \(session.rawValue) ended")
            guard self.roundsWanted else { return }
            let number = Int(session.rawValue)
            self.roundsEnded.insert(NodeSession(node: node, session: number))
            let peer = self.links[number].other(than: node)
            self.handle(.roundLeft(self.nodes[peer].card.identity), on: node)
        case .roundStalled(let session):
            self.note("node \(node + 1) round over link \(session.rawValue) stalled")
        case .report(let finding, let session): self.check(finding, session: session, of: node)
        }
    }

    private mutating func dial(_ peer: NodeID, at endpoints: [Endpoint], from node: Int) {
        // Which of two copies answers is chance.
        let answering = self.nodes.indices.filter {
            self.nodes[$0].card.identity == peer && self.isFace(node, for: $0)
                && self.isFace($0, for: node)
        }
        guard let to = answering.randomElement(using: &self.generator) else {
            return self.handle(.dialFailed(peer), on: node)
        }
        self.schedule(
            .dialled(from: node, to: to, life: self.nodes[node].life, endpoints: endpoints),
            after: self.random(1...100)
        )
    }

    private mutating func store(_ evidence: ForkEvidence, on node: Int) {
        if self.isSabotaged(node, .dropsEvidence) { return }
        let log = evidence.log
        self.hasLateFork = self.hasLateFork || self.isQuiet
        self.nodes[node].disk.evidence[log] = evidence
        var state = self.nodes[node].disk.table.state(of: log)
        state.isDisputed = true
        self.nodes[node].disk.table.setState(state, of: log)
    }

    private mutating func scheduleRead(
        _ request: ReadRequest,
        _ session: SessionID,
        of node: Int
    ) {
        self.schedule(
            .read(
                request,
                session: Int(session.rawValue),
                node: node,
                life: self.nodes[node].life
            ),
            after: self.random(0...3)
        )
    }

    mutating func read(_ request: ReadRequest, session: Int, node: Int, life: Int) {
        guard self.nodes[node].life == life, let charter = self.nodes[node].disk.file.effective
        else { return }
        let number = SessionID(UInt64(session))
        let disk = self.nodes[node].unsynced ?? self.nodes[node].disk.table
        let me = self.nodes[node].member
        let isGenerous =
            self.isSabotaged(node, .givesEverything) || self.isSabotaged(node, .givesKeys)
            || self.lies(.givesEverything, node, 0.2)
        if self.isSabotaged(node, .givesKeys) {
            let reader = self.links[session].other(than: node)
            self.nodes[reader].disk.table.takeKeys(of: disk)
        }
        switch request {
        case .chunk(let request):
            let end = disk.state(of: request.log).checkpoint?.size ?? 0
            // Planted faults leave states and checkpoints that promise more than there is.
            let isWhole = end <= disk.count(of: request.log)
            let chunk = isWhole ? disk.readChunk(request, charter: charter, me: me) : nil
            let given = isGenerous ? chunk.map { $0.withEverything(of: disk) } : chunk
            self.handle(.chunkRead(given, request, number), on: node)
        case .fill(let request):
            guard request.until <= disk.count(of: request.log) else { return }
            self.handle(
                .fillRead(disk.readFill(request, charter: charter, me: me), number),
                on: node
            )
        }
    }

    /// Gives work to a node's disk.
    mutating func enqueue(_ job: DiskJob, on node: Int) {
        guard self.nodes[node].engine != nil else { return }
        self.nodes[node].jobs.append(job)
        if self.nodes[node].jobs.count == 1 { self.startJob(on: node) }
    }

    private mutating func startJob(on node: Int) {
        self.schedule(
            .diskDone(node: node, life: self.nodes[node].life),
            after: self.random(2...60)
        )
    }

    /// The disk synced: what the first job does is durable now, or is not.
    mutating func diskDone(_ node: Int, life: Int) {
        guard self.nodes[node].life == life, let job = self.nodes[node].jobs.first else { return }
        self.nodes[node].jobs.removeFirst()
        if !self.nodes[node].jobs.isEmpty { self.startJob(on: node) }
        switch job {
        case .store(let chunk): self.store(chunk, on: node)
        case .storeFill(let fill, let session, let isByAuthor):
            self.store(fill, session: session, isByAuthor: isByAuthor, on: node)
        case .writeReceipt(let table): self.writeReceipt(table, on: node)
        case .act(let seed): self.act(seed, on: node)
        case .commit:
            guard let unsynced = self.nodes[node].unsynced else { return }
            self.nodes[node].disk.table = unsynced
            self.nodes[node].unsynced = nil
        }
    }

    private mutating func store(_ chunk: VerifiedChunk, on node: Int) {
        // A chunk that was verified after one that failed does not join on.
        let hasFailed = !self.isCalm && self.generator.chance(self.faults.syncFailureRatio)
        if hasFailed { self.counts.note(Fault.failedSync) }
        guard self.nodes[node].disk.table.state(of: chunk.log).size == chunk.from, !hasFailed,
            !(chunk.log.member == 1 && self.isSabotaged(node, .refusesLog))
        else {
            self.note("node \(node + 1) failed \(chunk.log.text) \(chunk.from)")
            return self.handle(.storeFailed(chunk), on: node)
        }
        let keys = self.nodes[node].keys
        let stored = self.nodes[node].disk.table.store(
            chunk,
            me: self.nodes[node].member,
            sealingKey: keys.keys.sealing
        )
        self.index(stored, on: node)
        self.note("node \(node + 1) stored \(chunk.log.text) \(stored.state.size)")
        self.checkReceipts(in: stored.opened, at: node)
        var state = stored.state
        if self.isSabotaged(node, .forgetsCompleteness), chunk.from > 0 {
            state.complete = 0
            self.nodes[node].disk.table.setState(state, of: chunk.log)
        }
        if !self.isSabotaged(node, .acknowledgesEarly) {
            self.handle(.stored(chunk, state: state), on: node)
        }
        self.compareQuotations(in: stored.opened, at: node)
    }

    /// Takes what became readable into its cases.
    private mutating func index(_ stored: StoredEntries, on node: Int) {
        let opened = stored.opened.filter {
            $0.header.index % 3 != 0 || !self.isSabotaged(node, .skipsEntries)
        }
        self.nodes[node].disk.index(opened)
        self.nodes[node].disk.forget(stored.closed)
    }

    private mutating func store(
        _ fill: Fill,
        session: SessionID,
        isByAuthor: Bool,
        on node: Int
    ) {
        if self.isSabotaged(node, .dropsFills) {
            var state = self.nodes[node].disk.table.state(of: fill.log)
            if isByAuthor { state.complete = max(state.complete, fill.until) }
            self.nodes[node].disk.table.setState(state, of: fill.log)
            return self.handle(.fillStored(fill, session, state: state), on: node)
        }
        if self.isSabotaged(node, .opensByArrival) {
            for entry in fill.entries { self.nodes[node].disk.table.put(entry, in: fill.log) }
            var state = self.nodes[node].disk.table.state(of: fill.log)
            if isByAuthor { state.complete = max(state.complete, fill.until) }
            self.nodes[node].disk.table.setState(state, of: fill.log)
            return self.handle(.fillStored(fill, session, state: state), on: node)
        }
        let keys = self.nodes[node].keys
        var transaction = self.nodes[node].disk.table
        let stored = transaction.store(
            fill,
            isByAuthor: isByAuthor && !self.isSabotaged(node, .forgetsCompleteness),
            me: self.nodes[node].member,
            sealingKey: keys.keys.sealing
        )
        self.note("node \(node + 1) filled \(fill.log.text) \(fill.from)..<\(fill.until)")
        if let stored {
            self.nodes[node].disk.table = transaction
            self.index(stored, on: node)
        }
        self.handle(.fillStored(fill, session, state: stored?.state), on: node)
    }
}
