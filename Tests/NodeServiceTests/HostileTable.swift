import CaseModel
import Cryptography
import NodeInterface
import PeerTransport
import SyncEngine
import SyncLog
import Testing
import Wire

@testable import NodeService

/// Two honest nodes that run and a member that lies, at one table with one case for all three.
struct HostileTable: Sendable {
    static let hostileHandle = "mallory"

    let victim: LiveNode
    let honest: LiveNode
    let hostile: HostilePeer
    let file: TableFile
    let caseID: ObjectID
    /// A case of which the hostile member is told nothing.
    let secretCaseID: ObjectID
    /// Numbers: 1 is the victim, 2 the honest partner, 3 the hostile member.
    let everybody: Audience

    var id: TableID { self.file.table }

    init() async throws {
        self.victim = try LiveNode("od-noord", .odToezicht)
        self.honest = try LiveNode("ilt", .rijksinspectieToezicht)
        self.hostile = try HostilePeer(Self.hostileHandle)
        let table = try await LiveTable(
            [self.victim, self.honest],
            cards: [self.hostile.card]
        )
        self.file = table.file
        self.caseID = try await self.victim.openCase("Zaak voor allen", in: table.id, to: nil)
        self.secretCaseID = try await self.victim.openCase(
            "Zaak voor twee",
            in: table.id,
            to: ["ilt"]
        )
        self.everybody = try #require(
            Audience([
                Recipient(member: 1, ground: "ALL-1"), Recipient(member: 2, ground: "ALL-1"),
            ])
        )
        try await self.victim.start()
        try await self.honest.start()
        #expect(try await self.victim.syncNow(with: "ilt") == .done)
    }

    /// A forged log that begins with what is true: card, charter, grant, one note.
    func forgedLog() throws -> (log: ForgedLog, chain: ForgedChain) {
        var log = try ForgedLog(self.hostile, file: self.file)
        var chain = ForgedChain(epoch: 2)
        log.appendPreface()
        try log.appendGrant(to: self.everybody, chain: chain)
        try log.appendContent(
            .operations,
            try Self.note("een ware notitie"),
            caseID: self.caseID,
            to: self.everybody,
            chain: &chain
        )
        return (log, chain)
    }

    static func note(_ text: String) throws -> [UInt8] {
        try OperationsPayload(audienceVersion: 1, operations: [.addNote(text: text)]).payload
    }

    /// Checks that the victim is whole and goes on, then stops both nodes.
    ///
    /// `alarm`: Part of an alarm that must have been raised; it names the hostile member.
    /// `isAlike`: Whether both nodes were given the same by the hostile member.
    func checkAndStop(alarm: String?, isAlike: Bool = true) async throws {
        if let alarm {
            try await eventually("an alarm with '\(alarm)'") {
                try await self.victim.alarms().contains {
                    $0.contains(alarm) && $0.contains(Self.hostileHandle)
                }
            }
        } else {
            let alarms = try await self.victim.alarms()
            #expect(!alarms.contains { $0.contains(Self.hostileHandle) }, "\(alarms)")
        }
        try await self.victim.checkOwnLog(in: self.id, member: 1)
        let note = "geschreven na de aanval"
        try await self.victim.ask(AddNote(case: self.secretCaseID.hex, text: note))
        #expect(try await self.honest.syncNow(with: "od-noord") == .done)
        let view = try await self.honest.canonical(self.secretCaseID)
        #expect(view.contains(note))
        #expect(try await self.victim.canonical(self.secretCaseID) == view)
        if isAlike {
            #expect(
                try await self.victim.canonical(self.caseID) == self.honest.canonical(self.caseID)
            )
        }
        for member in [MemberNumber(1), 2] {
            let log = LogID(member: member, generation: 0)
            #expect(
                try await self.victim.state(of: log, in: self.id).frontier
                    == self.honest.state(of: log, in: self.id).frontier
            )
        }
        try await self.stop()
    }

    func stop() async throws {
        try await self.victim.stop()
        try await self.honest.stop()
    }
}

/// One way to lie, with what must come of it.
struct Lie: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Part of the alarm; `nil` where the protocol lets it pass without a word.
    let alarm: String?
    /// Whether the node ends the session.
    let endsSession: Bool
    /// Whether the node asks for a proof first, which shows that the peer made it up.
    let isTraced: Bool
    /// Says the lie over a session on which the log's first entries were given.
    let tell: @Sendable (HostileTable, HostileSession, ForgedLog, ForgedChain) async throws -> Void

    init(
        _ testDescription: String,
        alarm: String?,
        endsSession: Bool = true,
        isTraced: Bool = false,
        tell:
            @escaping @Sendable (HostileTable, HostileSession, ForgedLog, ForgedChain) async throws
            -> Void
    ) {
        self.testDescription = testDescription
        self.alarm = alarm
        self.endsSession = endsSession
        self.isTraced = isTraced
        self.tell = tell
    }

    /// Tells the lie to a node that holds the first entries, and checks that it holds no more after.
    func check() async throws {
        let table = try await HostileTable()
        let (log, chain) = try table.forgedLog()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        let before = try await table.victim.items(of: log.log, in: table.id)
        let views = try await [
            table.victim.canonical(table.caseID), table.victim.canonical(table.secretCaseID),
        ]
        try await self.tell(table, session, log, chain)
        if self.isTraced { try await session.prove(log) }
        if self.endsSession {
            _ = await session.ending()
        } else {
            try await session.settle(table.id)
        }
        #expect(try await table.victim.items(of: log.log, in: table.id) == before)
        let viewsAfter = try await [
            table.victim.canonical(table.caseID), table.victim.canonical(table.secretCaseID),
        ]
        #expect(viewsAfter == views)
        let status = try await table.victim.ask(ShowSyncStatus())
        #expect(status.logs.count == 3, "no log came to be: \(status.logs)")
        await session.connection.close()
        try await table.checkAndStop(alarm: self.alarm)
    }
}
