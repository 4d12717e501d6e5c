import Foundation
import Testing

/// Every vector file is run by some test.
struct CoverageTests {
    /// The files below `Protocol/vectors` that each test target runs.
    static let files: [String: [String]] = [
        "AuditTests": [
            "bundle/accept/bundles.json", "bundle/accept/calls.json", "bundle/accept/evidence.json",
            "bundle/accept/joins.json", "bundle/accept/policies.json",
            "bundle/accept/windows.json",
            "bundle/reject/calls.json", "bundle/reject/evidence.json",
            "bundle/reject/findings.json", "bundle/reject/joins.json",
            "bundle/reject/policies.json", "bundle/reject/windows.json",
        ],
        "CaseModelTests": [
            "case-model/accept/payloads.json", "case-model/accept/registers.json",
            "case-model/accept/removals.json", "case-model/accept/sets.json",
            "case-model/accept/subjects.json",
            "case-model/reject/payloads.json",
        ],
        "GeodesyTests": [
            "geodesy/accept/cells.json", "geodesy/accept/conversions.json",
            "geodesy/accept/distances.json", "geodesy/accept/points.json",
            "geodesy/reject/points.json",
        ],
        "RecordImportTests": ["import/accept/encodings.json"],
        "VectorTests": [
            "keys/accept/audiences.json", "keys/accept/boxes.json", "keys/accept/cards.json",
            "keys/accept/chains.json", "keys/accept/charters.json", "keys/accept/contents.json",
            "keys/accept/grants.json", "keys/accept/key-chains.json",
            "keys/accept/key-file.json", "keys/accept/slot-file.json",
            "keys/accept/table-files.json", "keys/accept/table-merges.json",
            "keys/reject/audiences.json", "keys/reject/boxes.json", "keys/reject/cards.json",
            "keys/reject/chains.json", "keys/reject/charters.json",
            "keys/reject/contents.json", "keys/reject/key-file.json",
            "keys/reject/slot-file.json", "keys/reject/table-files.json",
            "keys/reject/table-merges.json",
            "sync-log/accept/checkpoints.json", "sync-log/accept/forks.json",
            "sync-log/accept/headers.json",
            "sync-log/accept/merkle-proofs.json", "sync-log/accept/merkle-published.json",
            "sync-log/accept/merkle-trees.json", "sync-log/accept/notes-published.json",
            "sync-log/accept/notes.json", "sync-log/accept/object-ids.json",
            "sync-log/accept/held-hashes.json", "sync-log/accept/receipts.json",
            "sync-log/accept/times.json", "sync-log/reject/checkpoints.json",
            "sync-log/reject/forks.json", "sync-log/reject/headers.json",
            "sync-log/reject/merkle-proofs.json",
            "sync-log/reject/notes.json", "sync/accept/frames.json",
            "sync/accept/heads-digests.json", "sync/reject/frames.json",
        ],
        "WireTests": ["bundle/reject/form.json"],
    ]

    @Test func `the files that tests name are the files on disk`() throws {
        let root = VectorFile.folder.standardizedFileURL.path
        let found = try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { $0.hasSuffix(".json") }
        #expect(Self.files.values.joined().sorted() == found.sorted())
    }

    @Test(arguments: files.keys.sorted())
    func `each test target opens the files listed for it`(target: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: target)
        let own = URL(filePath: #filePath).lastPathComponent
        let code = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".swift") && $0 != own }
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
            .joined()
        for path in try #require(Self.files[target]) {
            let tail = path.split(separator: "/").suffix(target == "VectorTests" ? 3 : 2)
            #expect(code.contains(tail.joined(separator: "/")), "\(target) never opens \(path)")
        }
    }

    @Test(arguments: files.values.joined().sorted())
    func `every file has a source and cases of different names`(path: String) throws {
        struct Named: Decodable { let name: String }
        let data = try Data(contentsOf: VectorFile.folder.appending(path: path))
        let file = try JSONDecoder().decode(VectorFile.Contents<Named>.self, from: data)
        #expect(!file.source.isEmpty)
        #expect(!file.cases.isEmpty)
        #expect(Set(file.cases.map(\.name)).count == file.cases.count)
    }
}
