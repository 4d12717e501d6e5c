import Cryptography
import Foundation
import NodeInterface
import SyncEngine
import SyncLog
import Testing

@testable import NodeService

/// What is shown of a log, in parts.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LogShowTests {
    @Test func `an answer has at most 10,000 entries, and leads to those before them`() async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([live, partner]).id
        let hex = TextEncoding.hex(table.bytes)
        func show(
            last: Int? = nil,
            before: Int? = nil
        ) async throws -> (indices: [Int], size: Int, earlier: Int?) {
            let asked = ShowLog(table: hex, last: last, before: before)
            let answer = try await live.ask(asked)
            return (answer.entries.map(\.index), answer.size, answer.earlier)
        }
        func write(_ count: Int) async throws {
            let drafts = (0..<count).map { _ in
                Draft(kind: .closing, subject: .none, category: nil, audience: nil) { _ in [1] }
            }
            _ = try await live.node.append(drafts, to: table) { _, _ in }
        }
        try await write(1)
        while case let size = try await show(last: 0).size, size < ShowLog.entriesMax {
            try await write(min(1_000, ShowLog.entriesMax - size))
        }
        let whole = try await show()
        #expect(whole.indices == Array(0..<10_000) && whole.size == 10_000)
        #expect(whole.earlier == nil)
        try await write(1)
        let newest = try await show(last: 10_000)
        #expect(newest.indices == Array(1...10_000) && newest.size == 10_001)
        #expect(newest.earlier == 1)
        let first = try await show(before: newest.earlier)
        #expect(first.indices == [0] && first.earlier == nil)
        #expect(try await show(last: 2, before: 5).indices == [3, 4])
        #expect(try await show(last: 2, before: 5).earlier == 3)
        #expect(try await show(last: 0).indices.isEmpty)
        #expect(try await show(last: 0).earlier == 10_001)
        await #expect(throws: Refusal.self) { try await show(last: -1) }
        await #expect(throws: Refusal.self) { try await show(last: 10_001) }
        #expect(try await show(last: 1, before: .max).indices == [10_000])
        #expect(try await show(before: 0).indices.isEmpty)
        await #expect(throws: Refusal.self) { try await show(before: -1) }
    }

    @Test func `a log is shown also where keys of its fragments are lost`() async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("politie", .politie)
        for live in [node, partner] { try await live.start() }
        let table = try await LiveTable([node, partner])
        let id = try await node.openCase("Zaak", in: table.id, to: nil)
        let record = try await node.importRecord(key: "r", name: "Bedrijf", kvk: "20000001")
        let shared = try await node.share(record, in: id, to: nil)
        let request = ShowLog(table: TextEncoding.hex(table.id.bytes))
        let before = try await node.ask(request).entries
        #expect(before.compactMap(\.fragment) == [shared.fragment])
        try await node.stop()
        // All slots behind the head.
        let slots = try FileHandle(forUpdating: URL(filePath: node.path + "/slots"))
        try slots.seek(toOffset: 128)
        try slots.write(contentsOf: Data(repeating: 7, count: 128 * 64))
        try slots.close()
        try await node.start()
        let after = try await node.ask(request).entries
        #expect(after.count == before.count && after.allSatisfy { $0.fragment == nil })
        #expect(after.map(\.leaf) == before.map(\.leaf))
        try await node.stop()
        try await partner.stop()
    }
}
