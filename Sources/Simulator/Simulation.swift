import CaseModel
import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog
import Wire

/// A whole table of nodes in one thread, on virtual time, a faulty network and failing disks.
///
/// The nodes run the engine and the storage code of real ones, and every frame is encoded and
/// decoded. One seed decides everything but what libsodium draws for boxes, so the transcript holds
/// no hashes: sizes, kinds and members alone.
package struct Simulation: Sendable {
    /// Members of the table.
    package static let memberCount = 4
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

    /// What happens at a moment.
    enum Occurrence: Sendable {
        case deliver([UInt8], session: Int, from: Int, to: Int)
        case tick(node: Int, life: Int, due: UInt64)
        case dialled(from: Int, to: Int, life: Int)
        case breakOne
        case ended(session: Int, node: Int)
        case newCard(node: Int)
        case copy
        case partition(group: Set<Int>)
        case heal
        case crash(node: Int)
        case restart(node: Int)
        case jump(node: Int, milliseconds: Int64)
        case diskDone(node: Int, life: Int)
        case act(node: Int, seed: UInt64)
        case read(ReadRequest, session: Int, node: Int, life: Int)
        case calm
        case roundsDue
        case quiet
    }

    /// What the seed is.
    package let seed: UInt64
    /// What goes wrong.
    package let faults: Faults
    /// What was planted, in the member with number 2.
    package let sabotage: Sabotage
    /// What the checks found, in order, each once.
    package private(set) var violations: [Violation] = []
    /// What happened, a line each; two runs from one seed have equal transcripts.
    package private(set) var transcript: [String] = []

    var nodes: [SimulatedNode]
    let table: TableID
    var generator: SeededGenerator
    var now = 0
    var links: [Link] = []
    var group: Set<Int> = []
    /// The node that nobody can dial: it dials out alone.
    let unreachable: Int?
    var isCalm = false
    var isQuiet = false
    var roundsWanted = false
    var roundsEnded: Set<NodeSession> = []
    private var queue: [(due: Int, occurrence: Occurrence)] = []

    /// Sets up the nodes and everything that will go wrong.
    package init(seed: UInt64, faults: Faults, sabotage: Sabotage) {
        self.seed = seed
        self.faults = faults
        self.sabotage = sabotage
        self.generator = SeededGenerator(seed: seed)
        let table = SimulatedTable(seed: self.generator.next(), count: Self.memberCount)
        self.table = table.file.table
        self.nodes = (0..<Self.memberCount).map { place in
            SimulatedNode(
                member: MemberNumber(place + 1),
                keys: table.keys[place],
                card: table.cards[place],
                disk: Disk(file: table.file)
            )
        }
        self.unreachable = faults.hasUnreachable ? Int(self.generator.next() % 4) : nil
        for place in self.nodes.indices { self.start(place) }
        self.plan()
    }

    /// How to see this run again.
    package var replay: String {
        let faults = self.faults
        let names: [(Faults, String)] = [
            (.all, ".all"), (.honest, ".honest"), (.copied, ".copied"),
        ]
        let name = names.first { $0.0 == faults }?.1 ?? "\(faults)"
        return
            "Simulation(seed: \(self.seed), faults: \(name), sabotage: .\(self.sabotage.rawValue))"
    }

    /// What was found and how to see it again.
    package var report: String {
        "\(self.violations.map(\.description).joined(separator: "; "))\nreplay: \(self.replay)"
    }

    private mutating func plan() {
        for _ in 0..<self.faults.newCardCount {
            let node = self.random(0...(self.nodes.count - 1))
            self.schedule(.newCard(node: node), after: self.random(1_000...Self.calmAt))
        }
        if self.faults.hasCopy {
            self.schedule(.copy, after: self.random(5_000...25_000))
        }
        for _ in 0..<40 {
            let node = self.random(0...(self.nodes.count - 1))
            let seed = self.generator.next()
            self.schedule(.act(node: node, seed: seed), after: self.random(0...50_000))
        }
        for _ in 0..<self.faults.breakCount {
            self.schedule(.breakOne, after: self.random(1_000...Self.calmAt))
        }
        for _ in 0..<self.faults.partitionCount {
            let start = self.random(1_000...(Self.calmAt - 20_000))
            let group = Set(self.nodes.indices.shuffled(using: &self.generator).prefix(2))
            self.schedule(.partition(group: group), after: start)
            self.schedule(.heal, after: start + self.random(3_000...20_000))
        }
        for _ in 0..<self.faults.crashCount {
            let node = self.random(0...(self.nodes.count - 1))
            let start = self.random(1_000...(Self.calmAt - 10_000))
            self.schedule(.crash(node: node), after: start)
            self.schedule(.restart(node: node), after: start + self.random(500...10_000))
        }
        for _ in 0..<self.faults.clockJumpCount {
            let node = self.random(0...(self.nodes.count - 1))
            // An hour back, an hour ahead, and past the end of an epoch.
            let jumps: [Int64] = [-3_600_000, 3_600_000, 40 * 86_400_000]
            let jump = jumps[self.random(0...2)]
            self.schedule(
                .jump(node: node, milliseconds: jump),
                after: self.random(1_000...Self.calmAt)
            )
        }
        self.schedule(.calm, after: Self.calmAt)
        self.schedule(.roundsDue, after: Self.settledAt)
        self.schedule(.quiet, after: Self.roundsOverAt)
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
        case .dialled(let from, let to, let life): self.dialled(from: from, to: to, life: life)
        case .breakOne: self.breakOne()
        case .ended(let session, let node): self.endLink(session, at: node)
        case .newCard(let node): self.changeCard(of: node)
        case .copy: self.copyFolder()
        case .partition(let group):
            self.group = group
            self.note("partition \(group.map { $0 + 1 }.sorted())")
            for link in self.links.indices where self.isCut(link) { self.breakLink(link) }
        case .heal: self.group = []
        case .crash(let node): self.crash(node)
        case .restart(let node): self.restart(node)
        case .jump(let node, let milliseconds):
            self.note("node \(node + 1) clock \(milliseconds)")
            self.nodes[node].clockShiftMilliseconds += milliseconds
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
    }

    private mutating func startRounds() {
        self.roundsWanted = true
        for node in self.nodes.indices {
            for peer in self.nodes.indices where peer != node {
                self.handle(.roundWanted(self.nodes[peer].card.identity), on: node)
            }
        }
    }

    private mutating func crash(_ node: Int) {
        guard self.nodes[node].engine != nil, !self.isCalm else { return }
        self.note("node \(node + 1) crash")
        self.nodes[node].crash()
        if self.sabotage == .losesOwnEntries, node == Self.sabotaged {
            self.nodes[node].disk.table.forgetLast(of: LogID(member: 2, generation: 0))
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

    private mutating func restart(_ node: Int) {
        guard self.nodes[node].engine == nil else { return }
        self.note("node \(node + 1) restart")
        self.checkAcknowledged(node)
        self.start(node)
    }

    /// Place of the node that sabotage is planted in.
    static let sabotaged = 1
    /// Place of the node whose folder is copied.
    static let copied = 2
    /// Place of the node that lies.
    static let liar = memberCount - 1

    mutating func note(_ line: @autoclosure () -> String) {
        self.transcript.append("\(self.now) \(line())")
    }

    mutating func violate(_ violation: Violation) {
        guard !self.violations.contains(violation), self.violations.count < Self.violationsMax
        else { return }
        self.violations.append(violation)
    }

    /// The clock of a node, which never goes before 1970.
    func clock(of node: Int) -> HybridTime {
        let milliseconds =
            Self.epochMilliseconds + Int64(self.now) + self.nodes[node].clockShiftMilliseconds
        return HybridTime(milliseconds: UInt64(max(0, milliseconds)))
    }
}

/// A session as one of its ends knows it.
struct NodeSession: Hashable, Sendable {
    let node: Int
    let session: Int
}
