import Cryptography
import ReplicatedTypes
import Simulator
import SyncLog
import Testing
import Wire

@testable import RecordStore
@testable import SyncEngine

/// A store of today with a table of three, and how to put it into the layout of an older version.
///
/// The node is member 2. It holds its own log, and one of member 1 in which every way that an entry
/// can be held occurs.
struct OlderStore {
    static let me: MemberNumber = 2
    static let own = LogID(member: 2, generation: 0)
    static let other = LogID(member: 1, generation: 0)

    let folder: TemporaryFolder
    private let members = SimulatedTable(seed: 7, count: 3)
    private let random = SeededBytes(seed: 9)

    /// Makes the store of today; it is closed when this returns.
    init() throws {
        let made = try NodeStoreTests.makeStore()
        self.folder = made.folder
        try made.store.setSetting("card", self.members.cards[1].note.encoded)
        let table = try made.store.storeTable(self.members.file)
        #expect(table.number == 1)
        try self.writeOwn(in: made.store)
        try self.take(try self.given(), in: made.store)
    }

    /// Every row of the store as it is, whatever version it is of.
    func rows() throws -> [String: [KeyedValue]] {
        try NodeStoreTests.openAsItIs(self.folder).allRows()
    }

    // MARK: What the store holds

    private func draft(_ audience: Audience?) -> Draft {
        Draft(
            kind: audience == nil ? .closing : .consultation,
            subject: .none,
            category: nil,
            audience: audience
        ) { _ in [1, 2, 3] }
    }

    private func audience(_ member: MemberNumber) throws -> Audience {
        try #require(Audience([Recipient(member: member, ground: "ALL")]))
    }

    private func context(_ place: Int, _ log: LogID) -> WritingContext {
        WritingContext(
            file: self.members.file,
            log: log,
            card: self.members.cards[place],
            clock: HybridTime(milliseconds: 1_767_225_600_000),
            random: { [random] in random.next($0) }
        )
    }

    private func writeOwn(in store: NodeStore) throws {
        let drafts = [self.draft(nil), self.draft(try self.audience(1))]
        let context = self.context(1, Self.own)
        let keys = self.members.keys[1]
        try store.write(table: 1) { (transaction) throws(SlotError) in
            _ = try transaction.write(drafts, context: context, keys: keys.keys)
        }
    }

    /// The log of member 1 as it is given: grants and entries for this node and for member 3, one
    /// of them passed on whole; a leaf; a header; a position that is used twice; a grant whose box
    /// is missing.
    private func given() throws -> (items: [LogItem], state: LogState) {
        var memory = MemoryTable()
        let keys = self.members.keys[0]
        let (two, three) = (try self.audience(2), try self.audience(3))
        let both = try #require(
            Audience([2, 3].map { Recipient(member: $0, ground: "ALL") })
        )
        let audiences = [nil, two, two, three, nil, three, two, both, both]
        var state = try memory.write(
            audiences.map(self.draft),
            context: self.context(0, Self.other),
            keys: keys.keys
        ).get().state
        var items = (0..<state.size).map { memory.item(at: $0, of: Self.other) }
        // 0 card, 1 charter, 2 closing, 3 grant, 4 and 5 for this node, 6 grant, 7 for member 3, 8
        // closing, 9 for member 3, 10 for this node, 11 grant, 12 and 13 for both.
        #expect(items.count == 14)
        guard case .full(let used) = items[4], case .full(let grant) = items[11] else {
            throw StoreError.missing
        }
        var header = used.header
        header.index = state.size
        items.append(.full(Entry(header: header, payload: used.payload, boxes: [])))
        state.frontier.append(header.leafHash)
        state.checkpoint = Checkpoint(
            origin: Self.other.origin(table: self.members.file.table),
            size: state.size,
            root: state.frontier.root,
            signedWith: keys.keys.log
        )
        state.complete = state.size
        items[2] = .leaf(items[2].leafHash)
        items[9] = items[9].header.map(LogItem.header) ?? items[9]
        items[11] = .full(Entry(header: grant.header, payload: grant.payload, boxes: []))
        return (items, state)
    }

    private func take(
        _ given: (items: [LogItem], state: LogState),
        in store: NodeStore
    ) throws {
        let keys = self.members.keys[1]
        let table = self.members.file.table
        try store.write(table: 1) { (transaction) throws(SlotError) in
            var state = given.state
            state.cardVersion = 0
            state.unreceipted = 3
            state.intake = LogIntake()
            for item in given.items { state.intake.noteHeld(item, of: Self.other, in: table) }
            try transaction.append(given.items, to: Self.other, size: 0)
            var changes = OpeningChanges()
            for case .full(let entry) in given.items {
                try transaction.open(
                    entry,
                    of: Self.other,
                    me: Self.me,
                    sealingKey: keys.keys.sealing,
                    &changes
                )
            }
            try transaction.setState(state, of: Self.other)
        }
    }

    // MARK: Older layouts

    /// Adds what only version 1 noted: a key of a position that was passed over, and an entry that
    /// waits.
    ///
    /// - Returns: The slot of the key.
    func addOlderNotes() throws -> UInt64 {
        let slot = try self.takeSlot()
        try self.put(slot)
        return slot
    }

    private func takeSlot() throws -> UInt64 {
        let store = try NodeStoreTests.openAsItIs(self.folder)
        return try store.write { (transaction) throws(SlotError) in
            let slots = try SlotError.lifting { () throws(StoreError) in
                try store.allocator.allocate(count: 1, in: &transaction)
            }
            try store.slots.write(SampleTable.secret(5), to: slots[0])
            return slots[0]
        }
    }

    /// The store must not be open: its file is opened here, with the tables of that version.
    private func put(_ slot: UInt64) throws {
        let environment = try Environment(
            path: self.folder.file("node/store.lmdb"),
            mode: .open,
            tables: StoreTables.names + ["skipped", "waiting"],
            options: NodeStore.options,
            sealKey: NodeStore.sealKey(try NodeStoreTests.key())
        )
        try environment.write { (transaction) throws(StoreError) in
            var value: [UInt8] = []
            value.append(bigEndian: slot)
            try transaction.put(value, for: [1, 2, 3], in: environment.table("skipped"))
            try transaction.put([], for: [4, 5, 6], in: environment.table("waiting"))
        }
    }

    /// What a store of another layout says of itself, and how its log states are stored.
    struct Layout: Sendable, CustomTestStringConvertible {
        let version: UInt32
        let form: LogStateForm
        /// Whether positions were noted as today.
        let hasClaims: Bool
        let testDescription: String

        static let all = [
            Layout(version: 1, form: .first, hasClaims: false, testDescription: "1"),
            Layout(version: 2, form: .counted, hasClaims: false, testDescription: "2"),
            Layout(version: 3, form: .keyed, hasClaims: false, testDescription: "3, keyed"),
            Layout(version: 3, form: .carded, hasClaims: false, testDescription: "3, carded"),
            Layout(version: 3, form: .carded, hasClaims: true, testDescription: "3, claims"),
            Layout(version: 4, form: .allowed, hasClaims: true, testDescription: "4, carded"),
            Layout(version: 4, form: .current, hasClaims: true, testDescription: "4"),
        ]
    }

    /// Puts the store into an older layout, as the program of that time would have written it.
    func put(into layout: Layout) throws {
        let store = try NodeStoreTests.openAsItIs(self.folder)
        try store.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                for row in try transaction.rows(of: store.tables.logs) {
                    let state = try LogState(stored: row.value)
                    try transaction.put(
                        state.bytes(in: layout.form),
                        for: row.key,
                        in: store.tables.logs
                    )
                }
                if !layout.hasClaims { try self.forgetClaims(store, in: &transaction) }
                try store.setSchema(layout.version, in: &transaction)
            }
        }
    }

    /// Notes waiting entries as before there were claims: also those that nobody said are for this
    /// node.
    private func forgetClaims(
        _ store: NodeStore,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        for row in try transaction.rows(of: store.tables.claims) {
            let opening = Array(row.key.prefix(8) + row.key.suffix(8))
            if try !transaction.contains(opening, in: store.tables.openings) {
                let pending = [Opening.pending.rawValue] + [UInt8](repeating: 0xFF, count: 8)
                try transaction.put(pending, for: opening, in: store.tables.openings)
            }
        }
        for row in try transaction.rows(of: store.tables.openings)
        where row.value[0] == Opening.double.rawValue {
            let failed = [Opening.failed.rawValue] + row.value.dropFirst()
            try transaction.put(failed, for: row.key, in: store.tables.openings)
        }
        try transaction.deleteAll(in: store.tables.claims)
        try transaction.deleteAll(in: store.tables.unopened)
    }
}

extension LogState {
    /// The state in a form that it was stored in.
    func bytes(in form: LogStateForm) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self.charterVersion)
        var numbers = [
            self.size, self.complete, self.time.rawValue, self.receiptedSize, self.unreceipted,
            self.boundarySize, self.boundaryBytes,
        ]
        if form.hasHeld { numbers += [self.heldSize, self.held.count] }
        // The index of the newest card.
        if form.numberCount == 10 || form.numberCount == 16 { numbers.append(0) }
        if form.intakePlace != nil {
            numbers += [
                self.intake.bytes, self.intake.cases, self.intake.level.entries,
                self.intake.level.bytes, self.intake.level.cases, self.intake.levelAt,
            ]
        }
        precondition(numbers.count == form.numberCount)
        for number in numbers { bytes.append(bigEndian: number) }
        if form.hasHeld { self.held.hash.append(to: &bytes) }
        bytes.append(self.isDisputed ? 1 : 0)
        if form.hasCardVersion { bytes.append(bigEndian: self.cardVersion) }
        if form.hasLogKey { bytes += self.logKey?.bytes ?? [UInt8](repeating: 0, count: 32) }
        for hash in self.frontier.hashes { hash.append(to: &bytes) }
        if let checkpoint = self.checkpoint { bytes += checkpoint.note.encoded }
        return bytes
    }
}

extension Snapshot where Self: ~Copyable {
    /// Every row of a table, in order of the keys.
    borrowing func rows(of table: Table) throws(StoreError) -> [KeyedValue] {
        var rows: [KeyedValue] = []
        try self.forEach(prefix: [], in: table) { key, value in
            rows.append(KeyedValue(key: [UInt8](key), value: [UInt8](value)))
            return .next
        }
        return rows
    }
}

extension NodeStore {
    /// Every row of every table of today, by the table's name.
    func allRows() throws(SlotError) -> [String: [KeyedValue]] {
        try self.read { (snapshot) throws(StoreError) in
            var rows: [String: [KeyedValue]] = [:]
            for table in StoreTable.allCases {
                rows[table.rawValue] = try snapshot.rows(
                    of: self.environment.table(table.rawValue)
                )
            }
            return rows
        }
    }
}
