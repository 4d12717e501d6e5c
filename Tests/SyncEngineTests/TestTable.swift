import Cryptography
import ReplicatedTypes
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// A table of members with their stores, and the steps of a session done by hand.
struct TestTable {
    /// 2026-01-01T00:00:00Z, in milliseconds (`date -d 2026-01-01T00:00:00Z +%s`).
    static let start: UInt64 = 1_767_225_600_000

    let members: SimulatedTable
    var stores: [MemoryTable]
    var file: TableFile
    let random = SeededBytes(seed: 99)

    init(count: Int, seed: UInt64 = 7) {
        self.members = SimulatedTable(seed: seed, count: count)
        self.stores = Array(repeating: MemoryTable(), count: count)
        self.file = self.members.file
    }

    /// Member 1 wrote two entries for member 2 and one for 3.
    static func withAddressedEntries() throws -> TestTable {
        var world = TestTable(count: 3)
        let two = try world.audience([2])
        let three = try world.audience([3])
        try world.write(
            [
                world.draft(two, byteCount: 10), world.draft(three, byteCount: 10),
                world.draft(two, byteCount: 10),
            ],
            by: 1
        )
        return world
    }

    var table: TableID { self.file.table }

    func log(_ member: MemberNumber) -> LogID { LogID(member: member, generation: 0) }

    func store(_ member: MemberNumber) -> MemoryTable { self.stores[Int(member) - 1] }

    func card(_ member: MemberNumber) -> Card { self.members.cards[Int(member) - 1] }

    func keys(_ member: MemberNumber) -> SharedKeys { self.members.keys[Int(member) - 1] }

    /// A list of recipients on the only ground.
    func audience(_ members: [MemberNumber]) throws -> Audience {
        try #require(Audience(members.map { Recipient(member: $0, ground: "ALL") }))
    }

    func context(_ member: MemberNumber, milliseconds: UInt64) -> WritingContext {
        WritingContext(
            file: self.file,
            log: self.log(member),
            card: self.card(member),
            clock: HybridTime(milliseconds: milliseconds),
            random: { [random] in random.next($0) }
        )
    }

    /// An entry with a payload of `byteCount` bytes, about no case.
    func draft(_ audience: Audience?, byteCount: Int) -> Draft {
        let payload = [UInt8](repeating: 7, count: byteCount)
        return Draft(
            kind: audience == nil ? .closing : .consultation,
            subject: .none,
            category: nil,
            audience: audience
        ) { _ in payload }
    }

    /// Writes into a member's log.
    @discardableResult
    mutating func write(
        _ drafts: [Draft],
        by member: MemberNumber,
        milliseconds: UInt64
    ) throws -> LogState {
        let keys = self.keys(member)
        return try self.stores[Int(member) - 1].write(
            drafts,
            context: self.context(member, milliseconds: milliseconds),
            keys: keys.keys
        ).get().state
    }

    @discardableResult
    mutating func write(_ drafts: [Draft], by member: MemberNumber) throws -> LogState {
        try self.write(drafts, by: member, milliseconds: Self.start)
    }

    /// Begins a member's log with nothing but card and charter.
    mutating func writePreface(by member: MemberNumber) throws { try self.write([], by: member) }

    /// The table's file with a next version that everybody signed, which pins logs.
    func pinned(_ pins: [Pin]) throws -> TableFile {
        var file = self.file
        var charter = try #require(file.effective)
        charter.version += 1
        charter.previous = file.charters[file.charters.count - 1].textHash
        charter.pins = pins
        try file.propose(try SignedCharter(charter))
        for keys in self.members.keys { try file.sign(with: keys.keys.identity) }
        return file
    }

    /// What a member knows of the table.
    func state(_ member: MemberNumber) -> TableState {
        TableState(
            file: self.file,
            me: member,
            logs: self.store(member).states,
            evidence: [:]
        )
    }

    /// The engine of a member, from its store.
    func engine(_ member: MemberNumber) -> SyncEngine {
        SyncEngine(card: self.card(member), tables: [self.table: self.state(member)])
    }

    /// The chunk that `giver` would send to `reader`.
    func chunk(
        of author: MemberNumber,
        from: UInt64,
        by giver: MemberNumber,
        to reader: MemberNumber
    ) throws -> Chunk {
        let request = ChunkRequest(
            table: self.table,
            log: self.log(author),
            from: from,
            reader: reader
        )
        let charter = try #require(self.file.effective)
        return try #require(
            self.store(giver).readChunk(request, charter: charter, me: giver)
        )
    }

    /// The fill that `giver` would send to `reader`.
    func fill(
        of author: MemberNumber,
        _ range: Range<UInt64>,
        by giver: MemberNumber,
        to reader: MemberNumber
    ) throws -> Fill {
        let charter = try #require(self.file.effective)
        return self.store(giver).readFill(
            FillRequest(
                table: self.table,
                log: self.log(author),
                from: range.lowerBound,
                until: range.upperBound,
                reader: reader
            ),
            charter: charter,
            me: giver
        )
    }

    /// Verifies and stores a chunk.
    @discardableResult
    mutating func take(
        _ chunk: Chunk,
        from giver: MemberNumber,
        at reader: MemberNumber
    ) throws -> StoredEntries {
        let held = self.store(reader).state(of: chunk.log)
        let verified = try #require(
            try self.state(reader).verify(chunk, from: giver, held: held)
        )
        let keys = self.keys(reader)
        return self.stores[Int(reader) - 1].store(
            verified,
            me: reader,
            sealingKey: keys.keys.sealing
        )
    }

    /// Stores a fill.
    mutating func take(
        _ fill: Fill,
        from giver: MemberNumber,
        at reader: MemberNumber
    ) -> StoredEntries? {
        let keys = self.keys(reader)
        return self.stores[Int(reader) - 1].store(
            fill,
            isByAuthor: giver == fill.log.member,
            me: reader,
            sealingKey: keys.keys.sealing
        )
    }

    /// Gives everything of an author's log to a reader, as the author does.
    mutating func give(_ author: MemberNumber, to reader: MemberNumber) throws {
        let size = self.store(reader).state(of: self.log(author)).size
        let chunk = try self.chunk(of: author, from: size, by: author, to: reader)
        try self.take(chunk, from: author, at: reader)
    }
}

/// An engine with one session that has exchanged hellos.
struct TestSession {
    var engine: SyncEngine
    let session = SessionID(1)
    let peer: MemberNumber
    let table: TableID

    /// Connects `member`, who dialled, to `peer`; both hold the same table file.
    init(_ world: TestTable, _ member: MemberNumber, with peer: MemberNumber) {
        self.engine = world.engine(member)
        self.peer = peer
        self.table = world.table
        _ = self.engine.handle(
            .connected(self.session, peer: world.card(peer).identity, isInitiator: true)
        )
        _ = self.receive(
            .hello(
                Hello(
                    version: 1,
                    card: world.card(peer),
                    tables: [world.table: world.file.fileHash]
                )
            )
        )
    }

    /// Connects another peer, which has the same table file.
    mutating func connect(to peer: MemberNumber, of world: TestTable) -> SessionID {
        let session = SessionID(9)
        let identity = world.card(peer).identity
        _ = self.engine.handle(.connected(session, peer: identity, isInitiator: true))
        let hello = Hello(
            version: 1,
            card: world.card(peer),
            tables: [world.table: world.file.fileHash]
        )
        _ = self.engine.handle(.received(.hello(hello), session))
        return session
    }

    /// Goes on to so many milliseconds after ``TestTable/start``.
    mutating func tick(_ milliseconds: UInt64) {
        let now = TestTable.start + milliseconds
        _ = self.engine.handle(.tick(milliseconds: now, random: 1))
    }

    mutating func receive(_ message: PeerMessage) -> [SyncEngine.Effect] {
        self.engine.handle(.received(message, self.session))
    }

    /// A digest as the peer sends it.
    func digest(
        of engine: SyncEngine,
        complete: UInt64,
        isSettled: Bool,
        isRound: Bool
    ) -> PeerMessage {
        .headsDigest(
            HeadsDigest(
                table: self.table,
                digest: engine.tables[self.table]?.digest(without: []) ?? .zero,
                complete: complete,
                isSettled: isSettled,
                isRound: isRound
            )
        )
    }
}

extension [SyncEngine.Effect] {
    /// The frames sent, in order.
    var messages: [PeerMessage] {
        self.compactMap { if case .send(let message, _) = $0 { message } else { nil } }
    }

    var findings: [SyncFinding] {
        self.compactMap { if case .report(let finding, _) = $0 { finding } else { nil } }
    }

    var closing: GoodbyeCode? {
        self.lazy.compactMap { if case .close(_, let code, _) = $0 { code } else { nil } }.first
    }

    var chunkRequests: [ChunkRequest] {
        self.compactMap { if case .readChunk(let request, _) = $0 { request } else { nil } }
    }

    var fillRequests: [FillRequest] {
        self.compactMap { if case .readFill(let request, _) = $0 { request } else { nil } }
    }

    var stores: [VerifiedChunk] {
        self.compactMap { if case .store(let chunk) = $0 { chunk } else { nil } }
    }

    var hasRoundEnd: Bool {
        self.contains { if case .roundEnded = $0 { true } else { false } }
    }

    var hasReceipt: Bool {
        self.contains { if case .writeReceipt = $0 { true } else { false } }
    }

    var digests: [HeadsDigest] {
        self.messages.compactMap { if case .headsDigest(let digest) = $0 { digest } else { nil } }
    }

    var heads: [Heads] {
        self.messages.compactMap { if case .heads(let heads) = $0 { heads } else { nil } }
    }

    var acks: [Ack] {
        self.messages.compactMap { if case .ack(let ack) = $0 { ack } else { nil } }
    }

    var asks: [Ask] {
        self.messages.compactMap { if case .ask(let ask) = $0 { ask } else { nil } }
    }
}

extension Chunk {
    func with(items: [LogItem]) -> Chunk {
        Chunk(
            table: self.table,
            log: self.log,
            from: self.from,
            items: items,
            checkpoint: self.checkpoint,
            isComplete: self.isComplete
        )
    }

    func with(checkpoint: Checkpoint) -> Chunk {
        Chunk(
            table: self.table,
            log: self.log,
            from: self.from,
            items: self.items,
            checkpoint: checkpoint,
            isComplete: self.isComplete
        )
    }

    func with(log: LogID) -> Chunk {
        Chunk(
            table: self.table,
            log: log,
            from: self.from,
            items: self.items,
            checkpoint: self.checkpoint,
            isComplete: self.isComplete
        )
    }
}

extension Entry {
    func with(_ change: (inout EntryHeader) -> Void) -> Entry {
        var header = self.header
        change(&header)
        return Entry(header: header, payload: self.payload, boxes: self.boxes)
    }
}
