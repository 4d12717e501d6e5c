import CaseModel
import Cryptography
import NodeInterface
@testable import NodeService
import PeerTransport
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Testing
import Vocabulary
import Wire

/// Entries whose author signed something that cannot be opened or does not count: they are kept.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HostileEntryTests {
    /// Entries that an author appends to a true log.
    struct Deed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Which of the new entries, from 0, the victim says it cannot open.
        let unopened: [UInt64]
        /// How many of them nobody says are addressed to the victim.
        let unaddressed: UInt64
        let append: @Sendable (HostileTable, inout ForgedLog, inout ForgedChain) throws -> Void

        init(
            _ testDescription: String,
            unopened: [UInt64],
            unaddressed: UInt64 = 0,
            append:
                @escaping @Sendable (HostileTable, inout ForgedLog, inout ForgedChain) throws ->
                Void
        ) {
            self.testDescription = testDescription
            self.unopened = unopened
            self.unaddressed = unaddressed
            self.append = append
        }
    }

    private static func note(
        _ log: inout ForgedLog,
        _ table: HostileTable,
        _ chain: inout ForgedChain,
        change: (inout EntryHeader, inout [UInt8]) -> Void = { _, _ in }
    ) throws {
        try log.appendContent(
            .operations,
            try HostileTable.note("een notitie die niemand leest"),
            caseID: table.caseID,
            to: table.everybody,
            chain: &chain,
            change: change
        )
    }

    static let unreadable: [Deed] = [
        Deed("a box of rubbish, and an entry under its chain", unopened: [0, 1]) {
            table,
            log,
            _ in
            var chain = ForgedChain(epoch: UInt32(log.size))
            try log.appendGrant(to: table.everybody, chain: chain) { _, boxes in
                boxes[1] = Box(member: 1, sealed: [UInt8](repeating: 1, count: 80))
            }
            try Self.note(&log, table, &chain)
        },
        Deed("a box that its grant does not name", unopened: [0]) { table, log, _ in
            try log.appendGrant(to: table.everybody, chain: ForgedChain(epoch: UInt32(log.size)))
            let entry = log.entries[4]
            let boxes = [Box(member: 1, sealed: [UInt8](repeating: 1, count: 80))]
            log.replaceLast(Entry(header: entry.header, payload: entry.payload, boxes: boxes))
        },
        Deed("a grant with a commitment to another key", unopened: [0, 1]) { table, log, _ in
            var chain = ForgedChain(epoch: UInt32(log.size))
            try log.appendGrant(to: table.everybody, chain: chain) { header, _ in
                header.keyCommitment = Digest(hashing: [1])
            }
            try Self.note(&log, table, &chain)
        },
        Deed("a grant whose list is not the header's", unopened: [], unaddressed: 1) {
            table,
            log,
            _ in
            try log.appendGrant(to: table.everybody, chain: ForgedChain(epoch: UInt32(log.size))) {
                header,
                _ in
                header.audience = Digest(hashing: [1])
            }
        },
        Deed("a grant whose payload has no form", unopened: [], unaddressed: 1) { table, log, _ in
            var header = log.header(.keyGrant, audience: table.everybody)
            header.keyCommitment = Digest(hashing: [1])
            log.append(header, payload: [0xFF, 0xFF])
        },
        Deed("a wrong commitment", unopened: [0]) { table, log, chain in
            try Self.note(&log, table, &chain) { header, _ in
                header.keyCommitment = Digest(hashing: [1])
            }
        },
        Deed("a wrong tag", unopened: [0]) { table, log, chain in
            try Self.note(&log, table, &chain) { _, payload in
                payload[payload.count - 1] ^= 1
            }
        },
        Deed("a header changed after encryption", unopened: [0]) { table, log, chain in
            try Self.note(&log, table, &chain) { header, _ in header.category = .police }
        },
        Deed("a position used twice", unopened: [1]) { table, log, chain in
            let same = chain
            try Self.note(&log, table, &chain)
            chain = same
            try Self.note(&log, table, &chain)
        },
        Deed("a position far ahead", unopened: [0]) { table, log, chain in
            try Self.note(&log, table, &chain) { header, _ in header.position += 65_537 }
        },
        Deed("a chain that does not begin at its first position", unopened: [0, 1, 2]) {
            table,
            log,
            _ in
            var chain = ForgedChain(epoch: UInt32(log.size), position: .max)
            try log.appendGrant(to: table.everybody, chain: chain)
            try Self.note(&log, table, &chain)
            try Self.note(&log, table, &chain)
        },
        Deed("the last position there can be", unopened: [0]) { table, log, chain in
            try Self.note(&log, table, &chain) { header, _ in header.position = .max }
        },
        Deed("chains that were never granted", unopened: [], unaddressed: 3) { table, log, _ in
            for epoch in [UInt32(1), UInt32(log.size) + 1, .max] {
                var chain = ForgedChain(epoch: epoch)
                try Self.note(&log, table, &chain)
            }
        },
        Deed("a grant that names another index", unopened: [0], unaddressed: 1) { table, log, _ in
            var chain = ForgedChain(epoch: UInt32(log.size) + 1)
            try log.appendGrant(to: table.everybody, chain: chain)
            try Self.note(&log, table, &chain)
        },
    ]

    @Test(arguments: Self.unreadable)
    func `what cannot be opened is kept and listed in the receipt`(deed: Deed) async throws {
        let table = try await HostileTable()
        var (log, chain) = try table.forgedLog()
        let first = log.size
        try deed.append(table, &log, &chain)
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        let kept = try await table.victim.items(of: log.log, in: table.id)
        #expect(kept.map(\.leafHash) == log.entries.map(\.header.leafHash))
        let view = try await table.victim.canonical(table.caseID)
        #expect(view.contains("een ware notitie"))
        #expect(deed.testDescription == "a position used twice" || !view.contains("niemand leest"))

        try await table.victim.node.writeDueReceipts()
        let item = try #require(try await Self.newestReceipt(for: log.log, table))
        #expect(item.checkpoint.size == log.size)
        #expect(item.unopened == deed.unopened.map { first + $0 })
        // Card and charter are for all; the rest is counted, open or not.
        #expect(item.heldCount == log.size - 2 - deed.unaddressed)
        await session.connection.close()
        // Two entries under one key prove that their author lied. Of a box of rubbish for one, the
        // other has a good one.
        let usesOneKeyTwice = ["a position used twice", "a chain that does not begin"]
            .contains { deed.testDescription.hasPrefix($0) }
        try await table.checkAndStop(
            alarm: usesOneKeyTwice ? "used one key for two entries" : nil,
            isAlike: !deed.testDescription.hasPrefix("a box of")
        )
    }

    /// What the victim's newest receipt says of a log.
    private static func newestReceipt(
        for log: LogID,
        _ table: HostileTable
    ) async throws -> LogReceipt? {
        let items = try await table.victim.items(of: LogID(member: 1, generation: 0), in: table.id)
        for case .full(let entry) in items.reversed() where entry.header.kind == .receipt {
            let receipt = try Receipt(payload: entry.payload)
            if let item = receipt.logs.first(where: { $0.log == log }) { return item }
        }
        return nil
    }

    static let disallowed: [Deed] = [
        Deed("contents without a form", unopened: []) { table, log, chain in
            for kind in [EntryKind.operations, .fragment, .withdrawal, .consultation, .hold] {
                try log.appendContent(
                    kind,
                    [0xFF, 0x00, 0xFF],
                    caseID: kind == .consultation ? .zero : table.caseID,
                    to: table.everybody,
                    chain: &chain
                )
            }
        },
        Deed("a time at the end of all times", unopened: []) { table, log, chain in
            // The time is under the tag, so it is a lie from the start.
            var header = log.header(.card)
            header.time = HybridTime(rawValue: .max)
            log.append(header, payload: log.author.card.note.encoded)
        },
        Deed("a category that no ground allows", unopened: []) { table, log, chain in
            for category in [Vocabulary.Category.police, nil] {
                try log.appendContent(
                    .operations,
                    try HostileTable.note("een notitie die niet telt"),
                    caseID: table.caseID,
                    category: category,
                    to: table.everybody,
                    chain: &chain
                )
            }
        },
        Deed("a ground that is not the sender's, and one that is none", unopened: []) {
            table,
            log,
            _ in
            for ground in ["FIU-1", "NONE-1"] {
                let audience = try #require(
                    Audience([
                        Recipient(member: 1, ground: ground), Recipient(member: 2, ground: ground),
                    ])
                )
                var chain = ForgedChain(epoch: UInt32(log.size))
                try log.appendGrant(to: audience, chain: chain)
                try log.appendContent(
                    .operations,
                    try HostileTable.note("een notitie die niet telt"),
                    caseID: table.caseID,
                    to: audience,
                    chain: &chain
                )
            }
        },
        Deed("work on a case that it is not in", unopened: []) { table, log, chain in
            let operations = [
                CaseOperation.addNote(text: "een notitie die niet telt"),
                .addTag("indringer"),
                .setRegister(.title, value: "Gekaapt", supersedes: []),
            ]
            try log.appendContent(
                .operations,
                try OperationsPayload(audienceVersion: 1, operations: operations).payload,
                caseID: table.secretCaseID,
                to: table.everybody,
                chain: &chain
            )
        },
        Deed("another opening and another audience of a case", unopened: []) { table, log, chain in
            let audience = try CaseAudience(
                version: 2,
                members: [1, 2, 3],
                category: .business,
                grounds: [],
                removed: []
            )
            let first = try CaseAudience(
                version: 1,
                members: [1, 2, 3],
                category: .business,
                grounds: [],
                removed: []
            )
            for operation in [
                CaseOperation.setAudience(audience),
                .openCase(title: "Gekaapt", summary: "", audience: first),
            ] {
                for caseID in [table.caseID, table.secretCaseID] {
                    try log.appendContent(
                        .operations,
                        try OperationsPayload(audienceVersion: 1, operations: [operation]).payload,
                        caseID: caseID,
                        to: table.everybody,
                        chain: &chain
                    )
                }
            }
        },
        Deed("a fragment where it is not, and one that begins elsewhere", unopened: []) {
            table,
            log,
            chain in
            let field = try FragmentPayload.Field(name: "subject.name", value: "Gekaapt BV")
            for (caseID, first) in [
                (table.secretCaseID, log.size), (table.caseID, 0), (table.caseID, 1 << 47),
            ] {
                let payload = try FragmentPayload(
                    firstIndex: first,
                    version: 1,
                    type: .inspection,
                    fields: [field],
                    expires: nil
                )
                try log.appendContent(
                    .fragment,
                    payload.payload,
                    caseID: caseID,
                    to: table.everybody,
                    chain: &chain
                )
            }
            try log.appendContent(
                .withdrawal,
                try WithdrawalPayload(generation: 0, firstIndex: 2, reason: "zomaar").payload,
                caseID: table.caseID,
                to: table.everybody,
                chain: &chain
            )
        },
    ]

    @Test(arguments: Self.disallowed)
    func `what is not allowed is kept, opened and in no view`(deed: Deed) async throws {
        let table = try await HostileTable()
        var (log, chain) = try table.forgedLog()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        var views: [String] = []
        for caseID in [table.caseID, table.secretCaseID] {
            views.append(try await table.victim.canonical(caseID))
        }
        let first = Int(log.size)
        try deed.append(table, &log, &chain)
        try await session.give(log.chunk(from: first))
        for (caseID, view) in zip([table.caseID, table.secretCaseID], views) {
            #expect(try await table.victim.canonical(caseID) == view)
        }
        try await table.victim.node.writeDueReceipts()
        let item = try #require(try await Self.newestReceipt(for: log.log, table))
        #expect(item.unopened.isEmpty && item.checkpoint.size == log.size)
        #expect(item.heldCount == log.size - 2 - (deed.isPlain ? 1 : 0))
        try await table.victim.ask(
            ShowLog(table: TextEncoding.hex(table.id.bytes), author: "mallory")
        )
        try await table.victim.ask(ShowCase(case: table.caseID.hex))
        try await table.victim.ask(ListCases())
        try await table.victim.ask(ShowSyncStatus())
        await session.connection.close()
        // What is dated years ahead is told; it moves nothing.
        try await table.checkAndStop(alarm: deed.isPlain ? "dated entries about" : nil)
    }
}

extension HostileEntryTests.Deed {
    /// Whether the new entry is for the whole table, which receipts do not count.
    var isPlain: Bool { self.testDescription == "a time at the end of all times" }
}
