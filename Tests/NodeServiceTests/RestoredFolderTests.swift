import Cryptography
import Foundation
import NodeInterface
import SyncLog
import Testing
import Wire

@testable import NodeService
@testable import SyncEngine

/// A data folder that was put back from a copy while the log went on (`Protocol/threat-model.md`).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RestoredFolderTests {
    @Test func `a folder that was put back writes nothing, also after a restart`() async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let peer = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, peer])
        let caseID = try await node.openCase("Zaak", in: table.id, to: nil)
        try await peer.start()
        #expect(try await node.syncNow(with: "ilt") == .done)

        try await node.letGo()
        let copy = node.path + ".copy"
        try FileManager.default.copyItem(atPath: node.path, toPath: copy)
        try await node.reopen()
        try await node.ask(AddNote(case: caseID.hex, text: "na de kopie"))
        #expect(try await node.syncNow(with: "ilt") == .done)
        try await node.letGo()
        try FileManager.default.removeItem(atPath: node.path)
        try FileManager.default.moveItem(atPath: copy, toPath: node.path)
        try await node.reopen()

        #expect(try await node.syncNow(with: "ilt") == .finding)
        let size = try await node.state(of: LogID(member: 1, generation: 0), in: table.id).size
        for _ in 0..<2 {
            #expect(try await node.alarms().contains { $0.contains("was put back") })
            await #expect(throws: Refusal.self) {
                try await node.ask(AddNote(case: caseID.hex, text: "een andere geschiedenis"))
            }
            #expect(
                try await node.state(of: LogID(member: 1, generation: 0), in: table.id).size == size
            )
            try await node.reopen()
        }
        try await peer.stop()
    }

    @Test func `a file beside the folder that can be kept again holds what the run went on from`()
        async throws
    {
        let node = try LiveNode("od-noord", .odToezicht)
        _ = try await LiveTable([node])
        try await node.letGo()
        let marker = URL(filePath: WrittenMarker.path(besides: node.path))
        try FileManager.default.removeItem(at: marker)
        try FileManager.default.createDirectory(at: marker, withIntermediateDirectories: false)
        try await node.reopen()
        #expect(try await node.alarms().map { $0.contains("cannot be written") } == [true])
        try FileManager.default.removeItem(at: marker)
        #expect(try await node.alarms().isEmpty)
        try await node.reopen()
        #expect(try await node.alarms().isEmpty, "nothing was put back")
        try await node.letGo()
        try FileManager.default.removeItem(at: marker)
    }

    @Test func `a log is exported beside one that began and has no entry yet`() async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let peer = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, peer])
        _ = try await node.openCase("Zaak", in: table.id, to: nil)
        // As after a pin, once a partner confirmed that nothing is written there.
        try await node.node.begin(LogID(member: 1, generation: 1), in: table.id)
        let export = ExportLog(table: TextEncoding.hex(table.id.bytes), generation: 0)
        let bundle = try Wire.Bundle(parsing: try await node.bytes(of: export))
        #expect(bundle.manifest.log.generation == 0)
    }
}

extension Node {
    /// Puts a log without an entry among those that are held.
    fileprivate func begin(_ log: LogID, in table: TableID) {
        self.engine.tables[table]?.set(LogState(), of: log)
    }
}
