import CaseModel
import Cryptography
import Foundation
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary
import Wire

/// `Protocol/vectors/case-model`, which a program in another language wrote.
struct VectorTests {
    private struct File<Case: Decodable>: Decodable {
        let cases: [Case]
    }

    private struct PayloadCase: Decodable {
        let name: String
        let kind: String
        let author: UInt16
        let index: UInt64
        let payload: String
    }

    private struct SubjectCase: Decodable {
        let name: String
        let fields: [String: String]
        let fragment: String
        let key: String
        let subject: String
    }

    private func cases<Case: Decodable>(_ path: String) throws -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocol/vectors/case-model")
        let data = try Data(contentsOf: folder.appending(path: path))
        return try JSONDecoder().decode(File<Case>.self, from: data).cases
    }

    /// Opens a payload as the entry it belongs to; `nil` for kinds that are not about a case.
    private func open(_ item: PayloadCase) throws -> OpenedEntry? {
        let kinds: [String: EntryKind] = [
            "operations": .operations, "fragment": .fragment, "withdrawal": .withdrawal,
        ]
        guard let kind = kinds[item.kind] else { return nil }
        let audience = try #require(Audience([Recipient(member: 2, ground: "WABO-5.8")]))
        let header = EntryHeader(
            kind: kind,
            charterVersion: 1,
            category: .business,
            index: item.index,
            time: .zero,
            caseID: World.caseID,
            audience: audience.hash
        )
        let plaintext = try #require(TextEncoding.bytes(hex: item.payload))
        return try OpenedEntry(
            log: LogID(member: item.author, generation: 0),
            header: header,
            audience: audience,
            plaintext: plaintext
        )
    }

    @Test func `accepted payloads are read and written back byte for byte`() throws {
        var count = 0
        for item in try self.cases("accept/payloads.json") as [PayloadCase] {
            do {
                guard let entry = try self.open(item) else { continue }
                let written =
                    switch entry.contents {
                    case .operations(let payload): payload.payload
                    case .fragment(let payload): payload.payload
                    case .withdrawal(let payload): payload.payload
                    }
                #expect(TextEncoding.hex(written) == item.payload, "\(item.name)")
                count += 1
            } catch {
                Issue.record("\(item.name): \(error)")
            }
        }
        #expect(count > 10)
    }

    @Test func `rejected payloads are refused`() throws {
        var count = 0
        for item in try self.cases("reject/payloads.json") as [PayloadCase] {
            guard ["operations", "fragment", "withdrawal"].contains(item.kind) else { continue }
            #expect(throws: WireError.self, "\(item.name)") { try self.open(item) }
            count += 1
        }
        #expect(count > 30)
    }

    @Test func `subject keys and IDs are those of the vectors`() throws {
        let items: [SubjectCase] = try self.cases("accept/subjects.json")
        #expect(items.count > 10)
        for item in items {
            let fields = try item.fields.sorted { $0.key < $1.key }
                .map { try FragmentPayload.Field(name: $0.key, value: $0.value) }
            let fragment = try #require(
                TextEncoding.bytes(hex: item.fragment).flatMap(ObjectID.init)
            )
            let payload = try FragmentPayload(
                firstIndex: 0,
                version: 1,
                type: .subject,
                fields: fields.isEmpty ? [FragmentPayload.Field(name: "text", value: "x")] : fields,
                expires: nil
            )
            let key = SubjectKey(of: payload, fragment: fragment)
            #expect(key.text == item.key, "\(item.name)")
            #expect(key.id.hex == item.subject, "\(item.name)")
        }
    }
}
