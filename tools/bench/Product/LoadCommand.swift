import ArgumentParser
import CaseModel
import Cryptography
import JSONText
import RecordStore
import SyncEngine
import SyncLog
import Vocabulary

/// `tafel-bench load`: many cases and fragments in the own log, for others to fetch.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Open cases with everybody and share fragments in them."
    )
    /// Entries of one transaction; not timed.
    private static let batch = 4_096

    @OptionGroup var folder: FolderOptions
    @Option(help: "How many cases.") var cases = 400
    @Option(help: "How many fragments in all.") var fragments = 100_000
    @Option(help: "Bytes of each payload before encryption.") var bytes = 512

    func run() throws {
        let opened = try OpenedStore(self.folder)
        let writer = try FragmentWriter(opened, payloadBytes: self.bytes)
        let ids = try (0..<self.cases).map { try writer.openCase(number: $0) }
        for start in stride(from: 0, to: self.fragments, by: Self.batch) {
            let numbers = start..<min(start + Self.batch, self.fragments)
            try writer.write(writer.samples(numbers, firstIndex: writer.size()), to: ids)
        }
        let shown = ids.prefix(1).map { JSONValue.string($0.hex) }
        print(
            JSONValue.object([
                JSONValue.Member("cases", .integer(ids.count)),
                JSONValue.Member("fragments", .integer(self.fragments)),
                JSONValue.Member("first_case", shown.first ?? .null),
            ]).prettyText
        )
    }
}

/// Writes cases and fragments as the commands do, many in one transaction.
struct FragmentWriter {
    /// Fragments about one subject.
    static let fragmentsPerSubject = 4

    private let opened: OpenedStore
    private let audience: Audience
    private let payloadBytes: Int

    init(_ opened: OpenedStore, payloadBytes: Int) throws {
        self.opened = opened
        self.payloadBytes = payloadBytes
        self.audience = try SharingRules.audience(
            for: opened.others,
            author: opened.state.me,
            category: .business,
            preferred: nil,
            charter: opened.charter
        )
    }

    /// Opens a case whose members are everybody at the table.
    func openCase(number: Int) throws -> ObjectID {
        let payload = try OperationsPayload(
            audienceVersion: 1,
            operations: [
                .openCase(
                    title: "Zaak \(number)",
                    summary: "",
                    audience: CaseAudience(
                        version: 1,
                        members: self.opened.charter.members.map(\.number).sorted(),
                        category: .business,
                        grounds: [],
                        removed: []
                    )
                )
            ]
        ).payload
        let draft = Draft(
            kind: .operations,
            subject: .opened,
            category: .business,
            audience: self.audience
        ) { _ in payload }
        let projected = self.projected
        let entries = try self.opened.append([draft]) {
            (transaction, entries) throws(SlotError) in
            for entry in entries { try transaction.apply(ReadableEntry(entry), at: projected) }
        }
        try self.opened.destroyDoomed()
        guard let entry = entries.first else { preconditionFailure("one draft is one entry") }
        return entry.header.caseID
    }

    private var projected: ProjectedTable {
        ProjectedTable(file: self.opened.state.file, me: self.opened.state.me)
    }

    /// Makes what fragments hold, as rows are there before a command shares them.
    ///
    /// Their payloads have the length asked for when the first is written at `firstIndex`.
    func samples(_ numbers: Range<Int>, firstIndex: UInt64) throws -> [SampleFragment] {
        try numbers.map { number in
            try SampleFragment(
                number: number,
                subject: number / Self.fragmentsPerSubject,
                index: firstIndex + UInt64(number - numbers.lowerBound),
                byteCount: self.payloadBytes
            )
        }
    }

    /// Writes fragments in one transaction, round robin over the cases.
    func write(_ samples: some Collection<SampleFragment>, to cases: [ObjectID]) throws {
        let drafts = samples.map { sample in
            Draft(
                kind: .fragment,
                subject: .existing(cases[sample.number % cases.count]),
                category: .business,
                audience: self.audience
            ) { index in
                guard let payload = try? sample.payload(index: index) else {
                    preconditionFailure("sample fields are in range")
                }
                return payload.payload
            }
        }
        let table = self.opened.state.file.table
        let projected = self.projected
        _ = try self.opened.append(drafts) { (transaction, entries) throws(SlotError) in
            for entry in entries {
                let (caseID, index) = (entry.header.caseID, entry.header.index)
                let id = FragmentPayload.id(table: table, log: entry.log, firstIndex: index)
                try transaction.apply(ReadableEntry(entry), at: projected)
                // As each fragment were of a record of its own.
                try transaction.noteShare(record: id, caseID: caseID, fragment: id)
            }
        }
        try self.opened.destroyDoomed()
    }

    /// Entries in the own log.
    func size() throws -> UInt64 {
        try self.opened.store.read(table: self.opened.number) { (snapshot) throws(SlotError) in
            try snapshot.state(of: self.opened.state.ownLog).size
        }
    }
}
