import Cryptography
import Foundation
import SyncLog
import Terminal
import Testing
import Wire

@testable import tafel_audit

/// Limits of the auditor, met exactly and passed by one.
struct LimitTests {
    @Test func `a policy has at most 1,048,576 bytes`() throws {
        let statement = "charter \(String(repeating: "0", count: 64))\n#"
        let padding = 1_048_576 - statement.utf8.count
        let most = Array(statement.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: padding)
        #expect(most.count == AuditPolicy.bytesMax)
        #expect(try AuditPolicy(parsing: most).tables == [.zero])
        #expect(throws: AuditPolicyError.text) { try AuditPolicy(parsing: most + [0x0A]) }
    }

    @Test func `a file is read up to its limit and one byte more refuses it`() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "tafel-audit-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Two reads and a part of one.
        let bytes = (0..<150_000).map { UInt8(truncatingIfNeeded: $0) }
        try Data(bytes).write(to: URL(filePath: path))
        #expect(try Files.read(path, bytesMax: 150_000) == bytes)
        do throws(CommandFailure) {
            _ = try Files.read(path, bytesMax: 149_999)
            Issue.record("a file over its limit was read")
        } catch {
            #expect(error.kind == .badInput && error.why == "it is longer than 149999 bytes")
        }
    }

    /// A proof of so many hashes; `extra` and the digits of the index make up its length.
    private func proof(hashes: Int, extra: Int = 0, index: UInt64 = 0, origin: Int = 1) -> [UInt8] {
        let checkpoint = Checkpoint(
            origin: String(repeating: "o", count: origin),
            size: 1,
            root: .zero,
            signedWith: SigningKey(seed: .random())
        )
        let hash = TextEncoding.base64(Digest.zero.bytes) + "\n"
        let line = extra == 0 ? "" : "extra \(String(repeating: "A", count: extra))\n"
        let head = "c2sp.org/tlog-proof@v1\n\(line)index \(index)\n"
        let text = head + String(repeating: hash, count: hashes) + "\n"
        return Array(text.utf8) + checkpoint.note.encoded
    }

    @Test func `a proof has at most 96 hashes`() throws {
        #expect(try TlogProof(parsing: self.proof(hashes: 96)).hashes.count == 96)
        #expect(throws: TlogProofError.malformed) {
            try TlogProof(parsing: self.proof(hashes: 97))
        }
    }

    @Test func `a receipt's proof has at most 96 hashes`() throws {
        // In a tree of 2^48 entries a proof has 48: what is longer proves nothing, however it ends.
        for count in [96, 97] {
            let findings = try TestStory().audit { body in
                body.receipts[0].proof = Array(repeating: Digest.zero.bytes, count: count)
            }.findings
            #expect(findings.map(\.finding.class) == [.receipt])
        }
    }

    @Test func `a proof with its checkpoint has at most 131,072 bytes`() throws {
        func proof(_ byteCount: Int) throws -> [UInt8] {
            // Base64 goes by four, and an index can have one to three digits more.
            let rest = self.proof(hashes: 0, extra: 4, origin: 30_000).count - 4
            let over = (byteCount - rest) % 4
            let index = UInt64([0, 10, 100, 1_000][over])
            return self.proof(
                hashes: 0,
                extra: byteCount - rest - over,
                index: index,
                origin: 30_000
            )
        }
        let most = try proof(131_072)
        #expect(most.count == 131_072)
        #expect(try TlogProof(parsing: most).checkpoint.origin.utf8.count == 30_000)
        let over = try proof(131_073)
        #expect(over.count == 131_073)
        #expect(throws: TlogProofError.malformed) { try TlogProof(parsing: over) }
    }

    @Test(arguments: [(999, 0), (1_000, 0), (1_001, 1)])
    func `a report lists at most 1,000 findings and counts the others`(
        count: Int,
        further: Int
    ) throws {
        let empty = BundleReceipt(
            member: 2,
            generation: 0,
            header: [],
            payload: [],
            checkpoint: "",
            proof: []
        )
        let audit = try TestStory().audit { body in
            body.receipts = Array(repeating: empty, count: count)
        }
        let report = try #require(audit.reports.first)
        #expect(report.findings.count == min(count, 1_000))
        #expect(report.furtherFindings == further)
        let document = ReportDocument(audit, files: ["a"], language: .en)
        #expect(
            document.text.string.contains("And 1 more finding, which is counted") == (further == 1)
        )
    }

    @Test func `of too many findings those are listed that stand first, whenever they are found`()
        throws
    {
        // References outside the window, from the last to the first, and one twice.
        let outside = (0..<2_500).map { place in
            FragmentReference(
                index: UInt64(10_000 - place),
                generation: 0,
                firstIndex: 0,
                version: 1
            )
        }
        let twice = FragmentReference(index: 4, generation: 0, firstIndex: 4, version: 1)
        let audit = try TestStory().audit { body in
            body.fragments = EncodedList([twice] + outside + [twice])
        }
        let report = try #require(audit.reports.first)
        #expect(report.findings.map(\.index) == [4] + (7_501..<8_500).map { UInt64($0) })
        #expect(report.furtherFindings == 1_501)
    }

    @Test func `a policy's findings are listed within the same limit`() throws {
        let text = "charter \(String(repeating: "0", count: 64))\n"
        let policy = try AuditPolicy(parsing: Array(text.utf8))
        let empty = BundleReceipt(
            member: 2,
            generation: 0,
            header: [],
            payload: [],
            checkpoint: "",
            proof: []
        )
        for (count, further) in [(999, 0), (1_000, 1)] {
            let file = try TestStory().file { body in
                body.receipts = Array(repeating: empty, count: count)
            }
            let audit = Audit(
                [BundleVerifier.verify(try Bundle(parsing: file))],
                policy: policy,
                now: Audit.testSeconds
            )
            let report = try #require(audit.reports.first)
            #expect(report.findings.count == 1_000)
            #expect(report.findings.last?.class == .policy)
            #expect(report.furtherFindings == further)
        }
    }

    @Test func `a table in plain text has at most 500 rows, and says how many more there are`()
        throws
    {
        let audit = try TestStory().audit()
        for (count, further) in [
            (500, ""), (501, "\n  and 1 more, which --report and --json list"),
        ] {
            var document = ReportDocument(audit, files: ["a"], language: .en)
            let rows = (1...count).map { ["row-\($0)."] }
            document.blocks = [.table(caption: "Rows", columns: ["Row"], rows: .init(rows))]
            #expect(document.text.string.hasSuffix("  row-500." + further))
            #expect(document.html.contains("row-\(count)."))
        }
    }

    @Test func `at most 1,024 bundles are given`() {
        // None of them is there: as many as allowed are looked for, and of more not the first.
        let paths = Array(repeating: "/nowhere/a.bundle", count: 1_025)
        func kind(_ paths: some Sequence<String>) -> CommandFailure.Kind? {
            do throws(CommandFailure) {
                _ = try Program.parsed(["verify"] + paths)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(kind(paths.dropLast()) == .unavailable)
        #expect(kind(paths) == .badInput)
    }
}
