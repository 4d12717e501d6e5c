import CaseModel
import Cryptography
import NodeInterface
import PeerTransport
import SyncEngine
import SyncLog
import Testing
import Wire

@testable import NodeService

/// A member that signs the next version of the charter alone (`Protocol/keys.md` §3).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct DraftTests {
    /// The table's file with a next version that only the hostile member has signed.
    private func draft(
        of table: HostileTable,
        cards: [Card] = [],
        _ change: (inout Charter) -> Void
    ) throws -> TableFile {
        var charter = table.file.charters[0].charter
        charter.version = 2
        charter.previous = table.file.charters[0].textHash
        change(&charter)
        var signed = try SignedCharter(charter)
        signed.sign(with: table.hostile.keys.keys.identity, members: table.file.governing.members)
        var text = "tafel/v1/table\n"
        for charter in table.file.charters + [signed] {
            text += "=== charter\n" + charter.note.encodedText
        }
        for card in table.file.cards.sorted(by: { $0.key < $1.key }).map(\.value) + cards {
            text += "=== card\n" + card.note.encodedText
        }
        return try TableFile(parsing: Array(text.utf8))
    }

    private func version(at node: LiveNode, _ table: TableID) async throws -> Int {
        let shown = try await node.ask(ShowTable(table: TextEncoding.hex(table.bytes)))
        #expect(shown.members.map(\.handle) == ["od-noord", "ilt", HostileTable.hostileHandle])
        return shown.version
    }

    @Test func `a draft that drops a partner shuts nobody out`() async throws {
        let table = try await HostileTable()
        let file = try self.draft(of: table) { charter in
            charter.members.removeAll { $0.handle == "ilt" }
            charter.quorum = 2
        }
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.send(.tableFile(file))
        // Acknowledged in order: what came before was looked at.
        let log = try table.forgedLog().log
        try await session.give(log.chunk(from: 0))
        #expect(try await self.version(at: table.victim, table.id) == 1)
        #expect(try await table.honest.syncNow(with: "od-noord") == .done)
        #expect(try await table.victim.syncNow(with: "ilt") == .done)
        try await table.victim.stop()
        try await table.victim.reopen()
        try await table.victim.start()
        #expect(try await self.version(at: table.victim, table.id) == 1)
        #expect(try await table.honest.syncNow(with: "od-noord") == .done)
        // The honest node holds it no more than the victim: a file is passed on as it is held.
        #expect(try await self.version(at: table.honest, table.id) == 1)
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `a draft's new member is not let in`() async throws {
        let table = try await HostileTable()
        let accomplice = try HostilePeer("accomplice")
        let file = try self.draft(of: table, cards: [accomplice.card]) { charter in
            charter.quorum = 3
            charter.members.append(
                Member(
                    number: 4,
                    role: .partner,
                    memberClass: .odToezicht,
                    handle: "accomplice",
                    identity: accomplice.card.identity
                )
            )
        }
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.send(.tableFile(file))
        try await session.give(try table.forgedLog().log.chunk(from: 0))
        await #expect(throws: (any Error).self) {
            let refused = try await accomplice.dial(table.victim)
            _ = try await refused.next()
        }
        #expect(try await self.version(at: table.victim, table.id) == 1)
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `of two texts of a version that a quorum signed each, one counts everywhere`()
        async throws
    {
        let table = try await HostileTable()
        try await table.stop()
        let texts = ["Het ene doel", "Het andere doel"]
        for (node, text) in zip([table.victim, table.honest], texts) {
            let file = try self.draft(of: table) { $0.purpose = text }
            let done = try await node.ask(AcceptTable(file: file.encodedText))
            #expect(try TableFile(parsing: Array(done.file.utf8)).effectiveVersion == 2)
        }
        func shown(_ node: LiveNode) async throws -> ShowTable.Answer {
            try await node.ask(ShowTable(table: TextEncoding.hex(table.id.bytes)))
        }
        #expect(try await shown(table.victim).purpose == texts[0])
        #expect(try await shown(table.honest).purpose == texts[1])
        try await table.victim.start()
        try await table.honest.start()
        try await eventually("both hold the same charter") {
            try await shown(table.victim).purpose == shown(table.honest).purpose
        }
        #expect(try await shown(table.victim).version == 2)
        // Who signed both is named, to whoever met both.
        let alarms = try await table.victim.alarms() + table.honest.alarms()
        #expect(
            alarms.contains { $0.contains("version 2") && $0.contains(HostileTable.hostileHandle) },
            "\(alarms)"
        )
        try await table.victim.ask(AddNote(case: table.caseID.hex, text: "daarna"))
        // A round that both began with may end with what was on its way before the note.
        try await eventually("the note is at both") {
            #expect(try await table.honest.syncNow(with: "od-noord") == .done)
            return try await table.honest.canonical(table.caseID).contains("daarna")
        }
        try await table.stop()
        try await table.victim.reopen()
        try await table.honest.reopen()
        #expect(try await shown(table.victim).purpose == shown(table.honest).purpose)
    }

    @Test func `a pin is signed only where two histories are proven, and stays`() async throws {
        let table = try await HostileTable()
        let log = LogID(member: 2, generation: 0)
        let state = try await table.victim.state(of: log, in: table.id)
        let draft = try self.draft(of: table) { charter in
            charter.pins = [Pin(log: log, size: state.size, root: state.frontier.root)]
        }
        for accept in [table.victim, table.honest] {
            let refused = await #expect(throws: Refusal.self) {
                try await accept.ask(AcceptTable(file: draft.encodedText))
            }
            guard case .refused(.table(.unproven(_, 2, let cut, .noFork))) = refused else {
                Issue.record("\(String(describing: refused))")
                continue
            }
            #expect(cut.log == "2/0" && cut.size == Int(state.size))
        }
        #expect(try await self.version(at: table.victim, table.id) == 1)
        try await table.stop()
    }

    @Test func `what a draft changes is shown before it is signed`() async throws {
        let table = try await HostileTable()
        let draft = try self.draft(of: table) { $0.purpose = "Het ene doel" }
        let shown = try await table.victim.ask(ShowTableFile(file: draft.encodedText))
        #expect(shown.version == 2 && !shown.effective)
        #expect(shown.signatures == [HostileTable.hostileHandle])
        #expect(shown.changes?.map(\.what) == ["purpose"])
        #expect(shown.changes?.first?.after == "Het ene doel")
        try await table.stop()
    }
}
