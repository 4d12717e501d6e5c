import Cryptography
import Foundation
import SyncLog
import Testing
import Wire

@testable import tafel_audit

/// The vectors of `Protocol/vectors/bundle`, which the second implementation wrote.
struct AuditVectorTests {
    struct File<Case: Decodable>: Decodable { let cases: [Case] }

    struct BundleCase: Decodable {
        struct Expected: Decodable {
            struct Finding: Decodable, Equatable {
                let `class`: String
                let index: UInt64?
            }
            struct Window: Decodable, Equatable {
                let from: UInt64
                let until: UInt64
            }
            struct Recipient: Decodable, Equatable {
                let handle: String
                let ground: String
            }
            struct Disclosure: Decodable, Equatable {
                let index: UInt64
                let to: [Recipient]
                let received_by: [String]
            }
            let verdict: String
            let findings: [Finding]
            let explained: [String]?
            let window: Window?
            let disclosures: [Disclosure]?
            let cosigners: [String]?
            let uncounted_receipts: [String]?
        }
        let name: String
        let bundles: [Data]
        let policy: String?
        let expected: Expected
    }

    struct PolicyCase: Decodable {
        let name: String
        let policy: String
        let charters: [String]?
        let identities: [String]?
        let receipts: [String]?
        let witnesses: Int?
        let until: String?
        let windows: [[UInt64]]?
    }

    static func cases<Case: Decodable>(_ path: String) throws -> [Case] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let url = root.appending(path: "Protocol/vectors/bundle/\(path)")
        return try JSONDecoder().decode(File<Case>.self, from: Data(contentsOf: url)).cases
    }

    @Test(arguments: [
        "accept/bundles.json", "accept/windows.json", "accept/calls.json", "reject/findings.json",
        "reject/windows.json", "accept/evidence.json", "reject/evidence.json", "reject/calls.json",
        "accept/joins.json", "reject/joins.json",
    ])
    func `every bundle gets the verdict of the second implementation`(_ path: String) throws {
        let cases: [BundleCase] = try Self.cases(path)
        #expect(cases.count > 7)
        for item in cases {
            let policy = try item.policy.map {
                try AuditPolicy(parsing: try #require(TextBytes.hex($0)))
            }
            let audit = Audit(
                try item.bundles.map { try Wire.Bundle(parsing: Array($0)) },
                policy: policy
            )
            let comment = Comment(rawValue: "\(item.name): \(audit.findings)")
            #expect(audit.verdict.rawValue == item.expected.verdict, comment)
            #expect(
                audit.findings.map {
                    .init(class: $0.finding.class.rawValue, index: $0.finding.index)
                } == item.expected.findings,
                comment
            )
            #expect(audit.explained.map(\.origin) == item.expected.explained, comment)
            try self.compare(audit, with: item)
        }
    }

    private func compare(_ audit: Audit, with item: BundleCase) throws {
        let comment = Comment(rawValue: item.name)
        guard let window = item.expected.window else { return }
        let report = try #require(audit.reports.first)
        let json = audit.json(files: ["bundle"], language: .en).text
        let document = try JSONDecoder().decode(
            BundleCase.Expected.self,
            from: Data(json.utf8)
        )
        #expect(document.window == window, comment)
        #expect(document.disclosures == item.expected.disclosures, comment)
        #expect(document.uncounted_receipts == item.expected.uncounted_receipts, comment)
        // A receipt may quote the same size with a cosignature of another time.
        let handles = report.cosignatures.filter { $0.size == window.until }.map(\.handle)
        let names = Set(handles).sorted().map { handle in
            report.charter?.members.first { $0.handle == handle }
                .map { NoteKey.witness($0.identity, of: $0.identity).name }
        }
        #expect(names == item.expected.cosigners, comment)
    }

    @Test func `every good policy is read and every other refused`() throws {
        for item in try Self.cases("accept/policies.json") as [PolicyCase] {
            let policy = try AuditPolicy(parsing: try #require(TextBytes.hex(item.policy)))
            #expect(policy.tables.map { TextBytes.text($0.bytes) } == item.charters)
            #expect(policy.identities.map { TextBytes.text($0.bytes) } == item.identities)
            #expect(policy.receipts == item.receipts)
            #expect(policy.witnesses == item.witnesses)
            #expect(policy.until == item.until)
            #expect(policy.windows.map { [$0.lowerBound, $0.upperBound] } == item.windows)
        }
        let refused: [PolicyCase] = try Self.cases("reject/policies.json")
        #expect(refused.count > 5)
        for item in refused {
            let bytes = try #require(TextBytes.hex(item.policy))
            #expect(throws: AuditPolicyError.self, Comment(rawValue: item.name)) {
                try AuditPolicy(parsing: bytes)
            }
        }
    }
}
