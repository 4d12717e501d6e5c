import Cryptography
import NodeInterface
import PeerTransport
import RecordStore
import SyncEngine
import SyncLog
import Terminal
import Testing
import Wire

@testable import NodeService

/// Four honest nodes over loopback TLS.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RelayTests {
    /// od-noord 1, ilt 2, politie 3, om 4; not running yet.
    private static func nodes() async throws -> (nodes: [LiveNode], table: TableID) {
        let nodes = [
            try LiveNode("od-noord", .odToezicht), try LiveNode("ilt", .rijksinspectieToezicht),
            try LiveNode("politie", .politie), try LiveNode("om", .om),
        ]
        return (nodes, try await LiveTable(nodes).id)
    }

    @Test func `four nodes converge and confirm what they were given`() async throws {
        let (nodes, table) = try await Self.nodes()
        let (noord, ilt, politie, om) = (nodes[0], nodes[1], nodes[2], nodes[3])
        for node in nodes { try await node.start() }
        let caseID = try await noord.openCase("Illegale stort", in: table, to: nil)
        for node in nodes { try await node.ask(SyncNow()) }

        let first = try await noord.importRecord(key: "a-1", name: "Jansen BV", kvk: "12345678")
        let second = try await ilt.importRecord(key: "b-1", name: "Jansen B.V.", kvk: "12345678")
        let third = try await politie.importRecord(key: "c-1", name: "J. Jansen", kvk: "12345678")
        let toAll = try await noord.share(first, in: caseID, to: nil)
        let toTwo = try await ilt.share(second, in: caseID, to: ["od-noord", "politie"])
        let toOne = try await politie.share(third, in: caseID, to: ["od-noord"])
        // Live sessions bring own entries at once; a round settles the receipts.
        for _ in 0..<2 {
            for node in nodes {
                #expect(try await node.ask(SyncNow()).outcome == .done)
            }
        }
        let states = try await nodes.asyncMap { try await Self.roots($0, table) }
        #expect(states.allSatisfy { $0 == states[0] && $0.count == 4 })

        let views = try await nodes.asyncMap { try await $0.canonical(caseID) }
        let hasTwo = views.map { $0.contains(toTwo.fragment) }
        let hasOne = views.map { $0.contains(toOne.fragment) }
        #expect(views.allSatisfy { $0.contains(toAll.fragment) })
        #expect(hasTwo == [true, true, true, false])
        #expect(hasOne == [true, false, true, false])
        // The entitled to everything see the same bytes.
        #expect(views[0] == views[2])

        for (owner, share, given) in [
            (noord, toAll, ["ilt", "om", "politie"]), (ilt, toTwo, ["od-noord", "politie"]),
            (politie, toOne, ["od-noord"]),
        ] {
            let status = try await owner.ask(ShowFragmentStatus(fragment: share.fragment))
            #expect(
                status.confirmations == Dictionary(uniqueKeysWithValues: given.map { ($0, true) })
            )
        }
        for (number, node) in nodes.enumerated() {
            #expect(try await node.alarms() == [])
            try await node.checkOwnLog(in: table, member: MemberNumber(number + 1))
            let own = LogID(member: MemberNumber(number + 1), generation: 0)
            let (all, newest) = try await node.read(table) { snapshot in
                (try snapshot.receipts(quoting: own), try snapshot.newestReceipts(quoting: own))
            }
            #expect(newest == Dictionary(all, uniquingKeysWith: max) && newest.count == 3)
        }
        _ = om
        for node in nodes { try await node.stop() }
    }

    private static func roots(_ node: LiveNode, _ table: TableID) async throws -> [String] {
        let status = try await node.ask(ShowSyncStatus())
        #expect(status.logs.allSatisfy { $0.complete == $0.size })
        return status.logs.map { "\($0.author) \($0.size) \($0.root)" }
    }

    @Test func `a fragment for one reaches the others as a leaf hash`() async throws {
        let (nodes, table) = try await Self.nodes()
        let (noord, ilt, politie) = (nodes[0], nodes[1], nodes[2])
        let caseID = try await noord.openCase("Illegale stort", in: table, to: ["ilt", "politie"])
        let record = try await noord.importRecord(key: "a-1", name: "Jansen BV", kvk: "12345678")
        let share = try await noord.share(record, in: caseID, to: ["politie"])
        // politie was away; ilt takes it in, and the author stops.
        try await noord.start()
        try await ilt.start()
        #expect(try await ilt.syncNow(with: "od-noord") == .done)
        try await noord.stop()

        let log = LogID(member: 1, generation: 0)
        let held = try await ilt.items(of: log, in: table)
        let owned = try await noord.items(of: log, in: table)
        let fragment = Int(share.entry.index)
        #expect(held[fragment] == .leaf(owned[fragment].leafHash))
        // The grant for politie alone stands before it, and is no more to ilt.
        #expect(owned[fragment - 1].header?.kind == .keyGrant)
        #expect(held[fragment - 1] == .leaf(owned[fragment - 1].leafHash))
        #expect(held[2].header?.kind == .keyGrant && held[3].header?.kind == .operations)

        // What is for both comes from ilt; the fragment cannot.
        try await politie.start()
        #expect(try await politie.syncNow(with: "ilt") == .done)
        let relayed = try await politie.items(of: log, in: table)
        #expect(relayed[fragment] == .leaf(owned[fragment].leafHash))
        let view = try await politie.canonical(caseID)
        #expect(view.contains("Illegale stort") && !view.contains(share.fragment))

        // The author is back and gives by fill what is missing.
        try await noord.start()
        #expect(try await politie.syncNow(with: "od-noord") == .done)
        #expect(try await politie.canonical(caseID) == noord.canonical(caseID))
        guard case .full(let entry) = try await politie.items(of: log, in: table)[fragment],
            case .full(let own) = owned[fragment]
        else {
            Issue.record("the fragment is not held in full")
            return
        }
        #expect(entry == own)
        try await noord.ask(SyncNow(peer: "politie"))
        let status = try await noord.ask(ShowFragmentStatus(fragment: share.fragment))
        #expect(status.confirmations == ["politie": true])
        for node in nodes { #expect(try await node.alarms() == []) }
        for node in [noord, ilt, politie] { try await node.stop() }
    }

    @Test func `what an author who is away addressed to a member comes from another by ask`()
        async throws
    {
        let (nodes, table) = try await Self.nodes()
        let (noord, ilt, politie, om) = (nodes[0], nodes[1], nodes[2], nodes[3])
        let caseID = try await noord.openCase("Illegale stort", in: table, to: ["ilt", "politie"])
        for node in [noord, ilt, om] { try await node.start() }
        #expect(try await ilt.syncNow(with: "od-noord") == .done)
        #expect(try await om.syncNow(with: "od-noord") == .done)
        try await noord.stop()
        try await ilt.stop()

        // om was given nothing, so politie gets leaf hashes alone from it.
        try await politie.start()
        #expect(try await politie.syncNow(with: "om") == .done)
        let log = LogID(member: 1, generation: 0)
        let before = try await politie.items(of: log, in: table)
        guard case .leaf = before[2], case .leaf = before[3] else {
            Issue.record("om gave entries that it cannot have")
            return
        }
        #expect(try await politie.ask(ListCases()).cases.isEmpty)

        // ilt holds them: the sizes are equal, so politie asks.
        try await ilt.start()
        #expect(try await politie.syncNow(with: "ilt") == .done)
        try await eventually("politie reads the case") {
            try await politie.ask(ListCases()).cases.contains { $0.title.contains("Illegale") }
        }
        #expect(try await politie.canonical(caseID) == ilt.canonical(caseID))
        // Only the author can say that this was all.
        #expect(try await politie.state(of: log, in: table).complete == 0)
        for node in nodes { #expect(try await node.alarms() == []) }
        for node in [ilt, politie, om] { try await node.stop() }
    }

    @Test func `a node that was stopped and opened again goes on where it was`() async throws {
        let (nodes, table) = try await Self.nodes()
        let (noord, ilt) = (nodes[0], nodes[1])
        for node in [noord, ilt] { try await node.start() }
        let caseID = try await noord.openCase("Illegale stort", in: table, to: ["ilt"])
        #expect(try await ilt.syncNow(with: "od-noord") == .done)
        let before = try await ilt.canonical(caseID)
        try await ilt.reopen()
        #expect(try await ilt.canonical(caseID) == before)
        try await noord.ask(AddNote(case: caseID.hex, text: "terwijl ilt weg was"))
        try await ilt.start()
        #expect(try await ilt.syncNow(with: "od-noord") == .done)
        #expect(try await ilt.canonical(caseID) == noord.canonical(caseID))
        try await ilt.checkOwnLog(in: table, member: 2)
        for node in [noord, ilt] { try await node.stop() }
    }
}

extension Sequence {
    /// What `transform` makes of each element, in order.
    func asyncMap<Result>(
        _ transform: (Element) async throws -> Result
    ) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
