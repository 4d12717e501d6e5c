import Cryptography
import SyncLog
import Testing
import Vocabulary
import Wire
@testable import tafel_audit

/// A small log with one case, three entries with contents, and receipts by both recipients.
struct TestStory {
    let table: TestTable
    var log: TestLog
    let both: Audience
    let police: Audience

    init() throws {
        let table = try TestTable()
        self.table = table
        self.both = try #require(
            Audience([
                Recipient(member: 2, ground: TestTable.giving),
                Recipient(member: 3, ground: TestTable.giving),
            ])
        )
        self.police = try #require(Audience([Recipient(member: 2, ground: TestTable.giving)]))
        self.log = TestLog(table: table, author: table.author)
        try self.log.grant(self.both, category: .business)
        try self.log.seal(.operations, to: self.both, position: 0)
        try self.log.seal(.fragment, to: self.both, position: 1)
        try self.log.grant(self.police)
        try self.log.seal(.fragment, to: self.police, category: .environmental, position: 0)
    }

    /// Receipts by police and prosecutor of the whole log.
    func receipts() throws -> [BundleReceipt] {
        try self.table.police.receipts(self.table, [self.log.item(of: self.table.police)])
            + self.table.prosecutor.receipts(self.table, [self.log.item(of: self.table.prosecutor)])
    }

    /// The honest body.
    func body() throws -> BundleBody {
        self.log.body(cosigners: [self.table.police], receipts: try self.receipts())
    }

    /// The file, signed by the author.
    func file(_ edit: (inout BundleBody) throws -> Void = { _ in }) throws -> [UInt8] {
        var body = try self.body()
        try edit(&body)
        return self.log.bundle(body).encoded(signedWith: self.table.author.keys.log)
    }

    /// What the verifier says of a file that the author signed.
    func audit(_ edit: (inout BundleBody) throws -> Void = { _ in }) throws -> Audit {
        Audit([try Bundle(parsing: self.file(edit))], policy: nil)
    }
}

/// How a file fares: refused as no bundle, refused with a finding, or taken.
enum Fate: Equatable {
    case notABundle
    case finding(Finding.Class)
    case taken

    init(_ file: [UInt8], policy: AuditPolicy? = nil) {
        guard let bundle = try? Bundle(parsing: file) else {
            self = .notABundle
            return
        }
        let audit = Audit([bundle], policy: policy)
        self = audit.findings.first.map { .finding($0.finding.class) } ?? .taken
    }
}

extension Audit {
    /// The clock of the auditor in tests: 2027-01-01, a year after the logs begin.
    static let testSeconds: UInt64 = 1_798_761_600

    /// Checks bundles by the clock of tests.
    init(_ bundles: some Sequence<Bundle>, policy: AuditPolicy?) {
        self.init(bundles, policy: policy, now: Self.testSeconds)
    }

    /// Classes of the findings, in order.
    var classes: [Finding.Class] { self.findings.map(\.finding.class) }
}
