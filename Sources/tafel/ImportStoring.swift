import CaseModel
import NodeInterface
import NodeService
import RecordImport

/// Hands the records of an import to the node batch by batch: while one batch is stored, the next
/// is read.
struct ImportStoring {
    /// Most records of one batch, durable together.
    static let batchRecordsMax = 5_000
    /// Most bytes of one batch, by its texts; a record more may follow.
    static let batchBytesMax = 8 << 20

    private let client: NodeClient
    private let head: ImportBatch.Head
    private let source: String
    private let user: String
    private var batch: [ImportedRecord] = []
    private var batchBytes = 0
    private var counts = ImportCounts()
    private var task: Task<Result<ImportCounts, NodeFailure>, Never>?

    init(client: NodeClient, mapping: Mapping, user: String) {
        self.client = client
        self.head = ImportBatch.Head(mapping)
        self.source = mapping.source
        self.user = user
    }

    /// Takes a record; waits where the batch before is not stored yet.
    mutating func add(_ record: ImportedRecord) async throws(NodeFailure) {
        self.batch.append(record)
        self.batchBytes += record.fields.reduce(record.sourceKey.utf8.count) {
            $0 + 8 + $1.value.utf8.count
        }
        guard
            self.batch.count >= Self.batchRecordsMax || self.batchBytes >= Self.batchBytesMax
        else { return }
        try await self.store()
    }

    /// Stores what is left and returns what became of all.
    mutating func finish() async throws(NodeFailure) -> ImportCounts {
        try await self.store()
        try await self.wait()
        if self.counts.total > 0 {
            do throws(Refusal) {
                _ = try await self.client.answer(SettleIndex(), for: .owner(self.user))
            } catch {
                throw NodeFailure(error)
            }
        }
        return self.counts
    }

    /// Lets the node keep what the import found, for who mends the source.
    func note(_ report: ImportReport) async throws(NodeFailure) {
        let request = NoteImport(
            source: self.source,
            counts: ImportedCounts(
                read: report.readCount,
                filtered: report.filteredCount,
                rejected: report.rejectedCount,
                imported: report.importedCount,
                updated: report.updatedCount,
                unchanged: report.unchangedCount,
                findings: Members(
                    report.findingsByRule.map { (name: $0.rule.rawValue, value: $0.count) }
                )
            ),
            places: (report.findings + report.rareFindings).map {
                FindingPlace(rule: $0.rule.rawValue, line: $0.line, field: $0.field)
            }
        )
        do throws(Refusal) {
            _ = try await self.client.answer(request, for: .owner(self.user))
        } catch {
            throw NodeFailure(error)
        }
    }

    private mutating func store() async throws(NodeFailure) {
        try await self.wait()
        guard !self.batch.isEmpty else { return }
        let (client, batch, head, user) = (self.client, self.batch, self.head, self.user)
        self.task = Task {
            do throws(Refusal) {
                return .success(
                    try await client.importRecords(batch, head: head, for: .owner(user))
                )
            } catch {
                return .failure(NodeFailure(error))
            }
        }
        self.batch = []
        self.batch.reserveCapacity(batch.count)
        self.batchBytes = 0
    }

    /// Waits for the batch under way.
    private mutating func wait() async throws(NodeFailure) {
        guard let task = self.task.take() else { return }
        let counts = try await task.value.get()
        self.counts.imported += counts.imported
        self.counts.updated += counts.updated
        self.counts.unchanged += counts.unchanged
    }
}
