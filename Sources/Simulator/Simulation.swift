import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog

/// A whole table of nodes in one thread, on virtual time, a faulty network and failing disks.
///
/// The nodes run the engine and the storage code of real ones, and every frame is encoded and
/// decoded. The scenario decides everything but what libsodium draws for boxes, so the transcript
/// holds no hashes: sizes, kinds and members alone.
package struct Simulation: Sendable {
    /// Most occurrences of a run; more means that something never ends.
    package static let occurrencesMax = 400_000
    /// Most violations kept.
    package static let violationsMax = 64

    /// When the faults end, in milliseconds from the start.
    static let calmAt = 60_000
    /// When everything that was left over is to be done: four digests after the calm began.
    static let settledAt = 190_000
    /// When the rounds asked for then are to be over.
    static let roundsOverAt = 230_000
    /// Until when nothing more is to be said.
    static let endsAt = 300_000
    /// Milliseconds since 1970 at the start: 2026-01-01T00:00:00Z.
    static let epochMilliseconds: Int64 = 1_767_225_600_000

    /// Number of the member that sabotage is planted in.
    static let sabotaged: MemberNumber = 2
    /// Number of the member whose folder is copied.
    static let copied: MemberNumber = 3
    /// Number of the member that lies.
    static let liar: MemberNumber = 4
    /// Number of the member that confirms what the liar withholds.
    static let secondLiar: MemberNumber = 5

    /// What happens at a moment.
    enum Occurrence: Sendable {
        case deliver([UInt8], session: Int, from: Int, to: Int)
        case tick(node: Int, life: Int, due: UInt64)
        case dialled(from: Int, to: Int, life: Int, endpoints: [Endpoint])
        case ended(session: Int, node: Int)
        case step(Step)
        case heal
        case restart(node: Int)
        case keepFolder(MemberNumber)
        case diskDone(node: Int, life: Int)
        case act(node: Int, seed: UInt64)
        case read(ReadRequest, session: Int, node: Int, life: Int)
        case calm
        case roundsDue
        case quiet
    }

    /// What decides the run.
    package let scenario: Scenario
    /// What was planted, in the member with number 2.
    package let sabotage: Sabotage
    /// What the checks found, in order, each once.
    package private(set) var violations: [Violation] = []
    /// What happened, a line each; empty where none is kept.
    ///
    /// Two runs of one scenario have equal transcripts.
    package private(set) var transcript: [String] = []
    /// The faults that were injected and the checks that were made.
    package internal(set) var counts = RunCounts()

    private let keepsTranscript: Bool
    var nodes: [SimulatedNode]
    let table: TableID
    var generator: SeededGenerator
    var now = 0
    var links: [Link] = []
    var group: Set<Int> = []
    /// The member that nobody can dial: it dials out alone.
    let unreachable: MemberNumber?
    /// Members whose logs may have two histories.
    var disturbed: Set<MemberNumber> = []
    /// What disks held before they were put back.
    var pasts: [MemberNumber: MemoryTable] = [:]
    /// What disks held when backups of their folders were made.
    var backups: [MemberNumber: (disk: Disk, card: Card)] = [:]
    var isCalm = false
    var isQuiet = false
    /// Whether a fork was proven when all was to be said.
    var hasLateFork = false
    var roundsWanted = false
    /// What logs had when the last rounds began; what a liar's words make somebody write later is
    /// confirmed within 300 s, after the run.
    var settledSizes: [LogID: UInt64] = [:]
    var roundsEnded: Set<NodeSession> = []
    private var queue: [(due: Int, occurrence: Occurrence)] = []

    /// Sets up the nodes and everything that will go wrong.
    package init(_ scenario: Scenario, sabotage: Sabotage, keepsTranscript: Bool) {
        self.scenario = scenario
        self.sabotage = sabotage
        self.keepsTranscript = keepsTranscript
        self.generator = SeededGenerator(seed: scenario.seed)
        let count = scenario.faults.memberCount - (scenario.faults.hasJoin ? 1 : 0)
        let table = SimulatedTable(seed: self.generator.next(), count: count)
        self.table = table.file.table
        self.nodes = (0..<count).map { place in
            SimulatedNode(
                member: MemberNumber(place + 1),
                keys: table.keys[place],
                isSecond: false,
                card: table.cards[place],
                disk: Disk(file: table.file)
            )
        }
        let last = MemberNumber(2 + self.generator.next() % 3)
        self.unreachable = scenario.faults.hasUnreachable ? last : nil
        self.counts.noteRun()
        if self.faults.liesOn { self.counts.note(Fault.lyingOn) }
        for place in self.nodes.indices { self.start(place) }
        for planned in scenario.steps {
            self.schedule(.step(planned.step), after: planned.at)
            if case .putBack(let member, let time, _) = planned.step {
                self.schedule(.keepFolder(member), after: planned.at - time)
            }
        }
        self.schedule(.calm, after: Self.calmAt)
        self.schedule(.roundsDue, after: Self.settledAt)
        self.schedule(.quiet, after: Self.roundsOverAt)
    }

    /// What goes wrong all the time.
    var faults: Faults { self.scenario.faults }

    /// What was found and how to see it again.
    package var report: String {
        let plant = self.sabotage == .none ? "" : " --plant \(self.sabotage.rawValue)"
        return "\(self.violations.map(\.description).joined(separator: "; "))\n"
            + "replay: \(self.scenario.command)\(plant)"
    }

    mutating func random(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self.generator)
    }

    /// Puts an occurrence into the future; those due at one time keep their order.
    mutating func schedule(_ occurrence: Occurrence, after delay: Int) {
        let due = self.now + delay
        var low = self.queue.startIndex
        var high = self.queue.endIndex
        // Latest first, so that the next one is taken from the end.
        while low < high {
            let middle = (low + high) / 2
            if self.queue[middle].due > due { low = middle + 1 } else { high = middle }
        }
        self.queue.insert((due, occurrence), at: low)
    }

    /// Runs to the end and checks everything.
    package mutating func run() {
        for _ in 0..<Self.occurrencesMax {
            guard let next = self.queue.last, next.due <= Self.endsAt else {
                self.checkEnd()
                return
            }
            self.queue.removeLast()
            self.now = next.due
            self.happen(next.occurrence)
        }
        self.violate(.notQuiet("more than \(Self.occurrencesMax) occurrences"))
    }

    private mutating func happen(_ occurrence: Occurrence) {
        switch occurrence {
        case .deliver(let bytes, let session, let from, let to):
            self.deliver(bytes, session: session, from: from, to: to)
        case .tick(let node, let life, let due): self.tick(node, life: life, due: due)
        case .dialled(let from, let to, let life, let endpoints):
            self.dialled(from: from, to: to, life: life, endpoints: endpoints)
        case .ended(let session, let node): self.endLink(session, at: node)
        case .step(let step): self.take(step)
        case .heal: self.group = []
        case .restart(let node): self.restart(node)
        case .keepFolder(let member):
            guard let node = self.place(of: member) else { return }
            self.backups[member] = (self.nodes[node].disk, self.nodes[node].card)
        case .diskDone(let node, let life): self.diskDone(node, life: life)
        case .act(let node, let seed): self.enqueue(.act(seed: seed), on: node)
        case .read(let request, let session, let node, let life):
            self.read(request, session: session, node: node, life: life)
        case .calm: self.calmDown()
        case .roundsDue: self.startRounds()
        case .quiet:
            self.checkRounds()
            self.isQuiet = true
        }
    }

    private mutating func calmDown() {
        self.note("calm")
        self.isCalm = true
        self.group = []
        for node in self.nodes.indices where self.nodes[node].engine == nil { self.restart(node) }
        for node in self.nodes.indices where self.hasLostItsAddress(node) {
            self.signCard(of: node, version: self.newestCardVersion(of: node) + 1)
        }
    }

    private mutating func startRounds() {
        self.roundsWanted = true
        for node in self.nodes {
            self.settledSizes[node.log] = node.disk.table.count(of: node.log)
        }
        for node in self.nodes.indices {
            for peer in self.nodes.indices where peer != node {
                self.handle(.roundWanted(self.nodes[peer].card.identity), on: node)
            }
        }
    }

    mutating func note(_ line: @autoclosure () -> String) {
        guard self.keepsTranscript else { return }
        self.transcript.append("\(self.now) \(line())")
    }

    mutating func violate(_ violation: Violation) {
        guard !self.violations.contains(violation), self.violations.count < Self.violationsMax
        else { return }
        self.note("violation: \(violation)")
        self.violations.append(violation)
    }

    /// The clock of a node, which never goes before 1970.
    func clock(of node: Int) -> HybridTime {
        let milliseconds =
            Self.epochMilliseconds + Int64(self.now) + self.nodes[node].clockShiftMilliseconds
        return HybridTime(milliseconds: UInt64(max(0, milliseconds)))
    }

    // MARK: Who is who

    /// Place of a member's node, of two the first; `nil` before it has joined.
    func place(of member: MemberNumber) -> Int? {
        self.nodes.firstIndex { $0.member == member && !$0.isSecond }
    }

    /// One node of each member.
    var authors: [SimulatedNode] { self.nodes.filter { !$0.isSecond } }

    /// Whether a node lies.
    func isLiar(_ node: Int) -> Bool { self.isLiar(member: self.nodes[node].member) }

    func isLiar(member: MemberNumber) -> Bool {
        (self.faults.hasSecondLiar && member == Self.secondLiar)
            || (member == Self.liar && (!self.faults.lies.isEmpty || self.faults.hasTwoFaces))
    }

    /// Whether a node tells a lie whenever there is an occasion, now.
    func tells(_ lie: Lie, _ node: Int) -> Bool {
        guard !self.isCalm || self.faults.liesOn else { return false }
        switch self.nodes[node].member {
        case Self.liar: return self.faults.lies.contains(lie)
        case Self.secondLiar:
            return self.faults.hasSecondLiar
                && [.withholds, .falseAcks, .falseReceipts].contains(lie)
        default: return false
        }
    }

    /// Whether of a member's node all is asked: it does not lie in ways that last, and its log has one
    /// history.
    func isSound(_ node: Int) -> Bool { self.isSound(member: self.nodes[node].member) }

    func isSound(member: MemberNumber) -> Bool {
        !self.disturbed.contains(member)
            && !(self.isLiar(member: member) && (self.faults.isLying || self.faults.hasSecondLiar))
    }

    /// Whether a fault was planted in a node.
    func isSabotaged(_ node: Int, _ sabotage: Sabotage) -> Bool {
        self.sabotage == sabotage && self.nodes[node].member == Self.sabotaged
    }
}

/// A session as one of its ends knows it.
struct NodeSession: Hashable, Sendable {
    let node: Int
    let session: Int
}
