import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// A table whose member 1 ran twice: members 2 and 3 hold different histories of its log, and
/// exchange messages over a session.
struct ForkedTable {
    let honest: TestTable
    let copy: TestTable
    var two: TestSession
    var three: TestSession
    private(set) var findings: [SyncFinding] = []
    private(set) var closings: [GoodbyeCode] = []
    private(set) var roundsEnded: Set<MemberNumber> = []
    private var stores: [MemberNumber: TestTable]
    private var queue: [(to: MemberNumber, message: PeerMessage)] = []

    init(fork: Int, sizes: (Int, Int)) throws {
        var world = TestTable(count: 4)
        // The log begins with card and charter.
        for _ in 0..<(fork - 2) { try world.write([world.draft(nil, byteCount: 1)], by: 1) }
        if fork == 2 { try world.writePreface(by: 1) }
        var copy = world
        for _ in 0..<(sizes.0 - fork) { try world.write([world.draft(nil, byteCount: 2)], by: 1) }
        for _ in 0..<(sizes.1 - fork) { try copy.write([copy.draft(nil, byteCount: 3)], by: 1) }
        try world.give(1, to: 2)
        try copy.give(1, to: 3)
        self.honest = world
        self.copy = copy
        self.stores = [2: world, 3: copy]
        self.two = TestSession(world, 2, with: 3)
        self.three = TestSession(copy, 3, with: 2)
    }

    var table: TableID { self.honest.table }
    var log: LogID { self.honest.log(1) }
    var author: NodeID { self.honest.card(1).identity }

    func chunkOfThree(from: UInt64) throws -> Chunk {
        let request = ChunkRequest(table: self.table, log: self.log, from: from, reader: 2)
        let charter = try #require(self.honest.file.effective)
        return try #require(self.copy.store(3).readChunk(request, charter: charter, me: 3))
    }

    /// All members sign that member 1's log is cut after `size` entries of the history that member 3
    /// holds, and the charter comes to both.
    mutating func pin(size: UInt64) throws {
        let root = try #require(self.stores[3]).store(3).subtreeRoot(of: self.log, size: size)
        try self.take(try self.honest.pinned([Pin(log: self.log, size: size, root: root)]))
    }

    /// A table file comes to both.
    mutating func take(_ file: TableFile) throws {
        for member: MemberNumber in [2, 3] {
            let state = TableState(file: file, me: member, logs: [:], evidence: [:])
            try self.handle(.tableChanged(state), at: member)
            let store = try #require(self.stores[member]).store(member)
            let off = store.logsOff(file.governing.pins)
            try self.handle(.pinsCompared(file.table, off: off), at: member)
        }
    }

    /// What a member holds of the log, as far as its engine knows.
    func state(of member: MemberNumber) throws -> TableState {
        let engine = member == 2 ? self.two.engine : self.three.engine
        return try #require(engine.tables[self.table])
    }

    /// A round from both sides until nothing is said any more.
    mutating func exchange() throws {
        try self.carryOut(self.two.engine.roundDue(self.two.session), of: 2)
        try self.carryOut(self.three.engine.roundDue(self.three.session), of: 3)
        var count = 0
        while !self.queue.isEmpty {
            count += 1
            try #require(count < 1_000, "it ends")
            let (to, message) = self.queue.removeFirst()
            let effects = to == 2 ? self.two.receive(message) : self.three.receive(message)
            try self.carryOut(effects, of: to)
        }
    }

    private mutating func handle(_ event: SyncEngine.Event, at member: MemberNumber) throws {
        let effects =
            member == 2 ? self.two.engine.handle(event) : self.three.engine.handle(event)
        try self.carryOut(effects, of: member)
    }

    private mutating func carryOut(
        _ effects: [SyncEngine.Effect],
        of member: MemberNumber
    ) throws {
        let store = try #require(self.stores[member]?.store(member))
        for effect in effects {
            switch effect {
            case .send(let message, _): self.queue.append((member == 2 ? 3 : 2, message))
            case .close(_, let code, _): self.closings.append(code)
            case .report(let finding, _): self.findings.append(finding)
            case .roundEnded: self.roundsEnded.insert(member)
            case .roundCaughtUp: break
            case .readBranch(let request, let session):
                let proof = store.branch(request).map {
                    Proof(table: self.table, log: self.log, index: $0.index, branch: $0.branch)
                }
                try self.handle(.branchRead(proof, request, session), at: member)
            case .compare(let proof, let session):
                try self.handle(.compared(store.compare(proof), proof, session), at: member)
            case .checkHead(let head, let table, let session):
                try self.handle(
                    .headChecked(head, table, session, isHeld: store.holds(head)),
                    at: member
                )
            case .readChunk(let request, let session):
                let charter = try #require(self.honest.file.effective)
                let chunk = store.readChunk(request, charter: charter, me: member)
                try self.handle(.chunkRead(chunk, request, session), at: member)
            case .readFill(let request, let session):
                let charter = try #require(self.honest.file.effective)
                let fill = store.readFill(request, charter: charter, me: member)
                try self.handle(.fillRead(fill, session), at: member)
            case .store(let chunk):
                let keys = self.honest.keys(member)
                let stored = self.stores[member]?.stores[Int(member) - 1].store(
                    chunk,
                    me: member,
                    sealingKey: keys.keys.sealing
                )
                let state = try #require(stored).state
                try self.handle(.stored(chunk, state: state), at: member)
            case .writeReceipt(let table):
                // Of what only its author can complete no receipt is owed.
                try self.handle(.receipted(table: table, states: [:]), at: member)
            case .forget(let table, let log):
                self.stores[member]?.stores[Int(member) - 1].forget(log)
                try self.handle(.forgotten(table, log), at: member)
            case .storeTable(let file):
                let off = store.logsOff(file.governing.pins)
                try self.handle(.pinsCompared(file.table, off: off), at: member)
            case .storeFill, .storeEvidence, .dial, .roundStalled: break
            }
        }
    }
}
