import Cryptography
import SyncLog
import Testing

@testable import RecordStore
@testable import SyncEngine

/// Bringing stores of older versions up to date (`Protocol/records.md` §4).
///
/// Folders that the programs of those versions wrote are opened in `NodeServiceTests`.
@Suite(.serialized) struct StoreMigrationTests {
    private static let forms: [LogStateForm] = [
        .first, .counted, .keyed, .carded, .allowed, .current,
    ]

    private func expect(_ found: [String: [KeyedValue]], _ wanted: [String: [KeyedValue]]) {
        // What is told of a migration, and that what is derived is of today, is no part of it.
        let others = ["setting/\(NodeStore.upgradeSetting)", "setting/projections"]
        func kept(_ rows: [KeyedValue]?) -> [KeyedValue]? {
            rows?.filter { !others.contains(String(decoding: $0.key, as: UTF8.self)) }
        }
        for (table, rows) in wanted {
            #expect(kept(found[table]) == kept(rows), "table \(table)")
        }
    }

    @Test(arguments: OlderStore.Layout.all)
    func `a store of any layout is brought up to what it would be today`(
        layout: OlderStore.Layout
    ) throws {
        let older = try OlderStore()
        let today = try older.rows()
        try older.put(into: layout)
        #expect(try older.rows() != today)
        var told: [StoreMigration] = []
        let found = try NodeStoreTests.open(older.folder) { told.append($0) }.allRows()
        self.expect(found, today)
        #expect(
            told == [.begins(from: layout.version, to: 6), .ended(from: layout.version, to: 6)]
        )
        _ = try NodeStoreTests.open(older.folder) { _ in Issue.record("nothing is to be done") }
    }

    @Test func `every way in which an entry can be held is among what is carried over`() throws {
        let rows = try OlderStore().rows()
        let openings = try #require(rows["openings"]?.filter { $0.key[5] == 1 })
        let states = openings.map { row in
            "\(row.key.last ?? 0) \(Opening(rawValue: row.value[0]) ?? .open)"
        }
        #expect(
            states == [
                "3 open", "4 open", "5 open", "10 open", "11 pending", "12 pending", "13 pending",
                "14 double",
            ]
        )
        #expect(rows["unopened"]?.count == 4)
        // Also that of an entry for somebody else that was passed on whole; of a header there is
        // none.
        let claims = try #require(rows["claims"]).compactMap(\.key.last)
        #expect(claims.sorted() == [4, 5, 7, 10, 12, 13, 14])
    }

    @Test(arguments: OlderStore.Layout.all)
    func `a store that was interrupted at any step goes on where that began`(
        layout: OlderStore.Layout
    ) throws {
        let older = try OlderStore()
        let today = try older.rows()
        try older.put(into: layout)
        for step in StoreMigrationStep.all {
            let before = try older.rows()
            let failing = StoreMigrationStep(from: step.from, to: step.to) {
                (store, transaction) throws(SlotError) in
                try step.run(store, &transaction)
                throw .store(.diskFull)
            }
            guard step.from.contains(layout.version) || layout.version < step.from.lowerBound
            else { continue }
            // Everything was changed, and nothing of it is kept.
            #expect(throws: NodeStoreError.slot(.store(.diskFull))) {
                try NodeStoreTests.open(older.folder, steps: [failing])
            }
            self.expect(try older.rows(), before)
            // The step alone, and then the end of the process.
            let onlyThis =
                [step]
                + StoreMigrationStep.all.filter { $0.to > step.to }.map {
                    StoreMigrationStep(from: $0.from, to: $0.to) { _, _ throws(SlotError) in
                        throw .store(.diskFull)
                    }
                }
            _ = try? NodeStoreTests.open(older.folder, steps: onlyThis)
            #expect(try older.rows()["meta"] != before["meta"])
        }
        self.expect(try NodeStoreTests.open(older.folder).allRows(), today)
    }

    @Test(arguments: OlderStore.Layout.all)
    func `a log state that was damaged is told, and no row changes`(
        layout: OlderStore.Layout
    ) throws {
        let older = try OlderStore()
        try older.put(into: layout)
        do {
            let store = try NodeStoreTests.openAsItIs(older.folder)
            try store.environment.write { (transaction) throws(StoreError) in
                let rows = try transaction.rows(of: store.tables.logs)
                guard var row = rows.last?.value, let key = rows.last?.key else {
                    throw .missing
                }
                // A hash of the frontier, which the signed checkpoint contradicts.
                row[layout.form.clearByteCount + 5] ^= 1
                try transaction.put(row, for: key, in: store.tables.logs)
            }
        }
        let before = try older.rows()
        #expect(throws: NodeStoreError.slot(.store(.corrupted(operation: "log state")))) {
            try NodeStoreTests.open(older.folder)
        }
        self.expect(try older.rows(), before)
    }

    @Test func `a log state of one form is read as that and fits no other`() throws {
        for size in [UInt64(0), 1, 2, 3, 255, 256, 1_000] {
            var state = SampleTable.state(SampleTable.logs[0], size, seed: 0x1234_5678 + size)
            state.heldSize = size / 2
            state.checkpoint = nil
            if size > 0 {
                state.checkpoint = Checkpoint(
                    origin: SampleTable.logs[0].origin(table: SampleTable.table),
                    size: size,
                    root: state.frontier.root,
                    signedWith: SigningKey(seed: SampleTable.secret(1))
                )
            }
            for form in Self.forms {
                let bytes = state.bytes(in: form)
                let read = try OlderLogState(stored: bytes, forms: Self.forms)
                #expect(read.form == form)
                #expect(read.state.frontier == state.frontier && read.state.time == state.time)
                #expect(read.state.boundaryBytes == state.boundaryBytes)
                #expect(read.state.isDisputed == state.isDisputed)
                #expect(read.state.checkpoint == state.checkpoint)
                #expect(throws: StoreError.self) {
                    try OlderLogState(stored: bytes, forms: Self.forms.filter { $0 != form })
                }
                for length in 0..<bytes.count {
                    #expect(throws: StoreError.self, "\(size), \(length)") {
                        try OlderLogState(stored: Array(bytes[..<length]), forms: [form])
                    }
                }
            }
        }
    }

    @Test func `notes of older versions go, and the keys among them are destroyed`() throws {
        let older = try OlderStore()
        let today = try older.rows()
        try older.put(into: OlderStore.Layout.all[0])
        let slot = try older.addOlderNotes()
        do {
            let store = try NodeStoreTests.open(older.folder)
            #expect(throws: SlotError.self) { _ = try store.slots.read(slot) }
            try store.environment.write { (transaction) throws(StoreError) in
                for name in ["skipped", "waiting"] {
                    guard let table = try transaction.table(ifPresent: name) else { continue }
                    #expect(try transaction.count(in: table) == 0)
                }
            }
            let found = try store.allRows()
            for table in ["logs", "openings", "unopened", "claims", "entries", "chains"] {
                #expect(found[table] == today[table], "table \(table)")
            }
        }
    }

    @Test func `a dispute of versions before 4 that nothing proves is dropped`() throws {
        for layout in OlderStore.Layout.all {
            let older = try OlderStore()
            try NodeStoreTests.openAsItIs(older.folder).write(table: 1) {
                (transaction) throws(SlotError) in
                var state = try transaction.state(of: OlderStore.other)
                state.isDisputed = true
                try transaction.setState(state, of: OlderStore.other)
            }
            try older.put(into: layout)
            let isDisputed = try NodeStoreTests.open(older.folder).read(table: 1) {
                (snapshot) throws(SlotError) in
                try snapshot.state(of: OlderStore.other).isDisputed
            }
            #expect(isDisputed == (layout.version == 4))
        }
    }

    @Test func `what was counted before receipts counted what is held is counted again`() throws {
        for layout in OlderStore.Layout.all.dropFirst() {
            let older = try OlderStore()
            try NodeStoreTests.openAsItIs(older.folder).write(table: 1) {
                (transaction) throws(SlotError) in
                var state = try transaction.state(of: OlderStore.other)
                state.heldSize = 5
                state.held.add(index: 3, leafHash: Digest(hashing: [3]))
                state.intake.levelAt = 7
                state.intake.level = IntakeAmount(entries: 1, bytes: 2, cases: 3)
                try transaction.setState(state, of: OlderStore.other)
            }
            try older.put(into: layout)
            let state = try NodeStoreTests.open(older.folder).read(table: 1) {
                (snapshot) throws(SlotError) in try snapshot.state(of: OlderStore.other)
            }
            let isKept = layout.version == 4
            #expect(state.heldSize == (isKept ? 5 : 0) && state.held.count == (isKept ? 1 : 0))
            #expect(state.intake.levelAt == (isKept ? 7 : 0))
            #expect(state.intake.level.bytes == (isKept ? 2 : 0) && state.intake.bytes > 0)
        }
    }

    @Test(arguments: OlderStore.Layout.all)
    func `a store of an older version is not inspected, and not changed by that`(
        layout: OlderStore.Layout
    ) throws {
        let older = try OlderStore()
        try older.put(into: layout)
        let before = try older.rows()
        #expect(throws: NodeStoreError.olderSchema(layout.version)) {
            try NodeStoreTests.inspect(older.folder)
        }
        self.expect(try older.rows(), before)
    }

    @Test func `the steps write what is stored today`() throws {
        // Where this fails the form has changed: the steps need one more, and stay as they are.
        let older = try OlderStore()
        let rows = try #require(try older.rows()["logs"])
        #expect(!rows.isEmpty)
        for row in rows {
            let state = try LogState(stored: row.value)
            #expect(state.storedBytes(in: .current) == row.value)
        }
    }

    @Test func `what is derived is made anew after a step`() throws {
        let older = try OlderStore()
        try older.put(into: OlderStore.Layout.all[OlderStore.Layout.all.count - 1])
        let store = try NodeStoreTests.open(older.folder) { _ in }
        #expect(try !store.hasCurrentProjections())
    }
}
