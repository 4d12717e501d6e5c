import CaseModel
import Foundation
import Logging
import NIOCore
import NIOPosix
import NodeInterface
@testable import NodeService
import RecordImport
import RecordStore
import SyncEngine
import SyncLog
import Terminal
import Testing
import Vocabulary
import Wire

/// Limits of `Protocol/limits.md` that no other test meets, exactly and passed by one.
@Suite(.serialized)
struct LimitTests {
    @Test func `a control socket lies in the folder up to 107 bytes of path`() {
        let name = "/control.sock"
        let folder = "/" + String(repeating: "d", count: 107 - name.utf8.count - 1)
        #expect(ControlSocket.path(folder: folder) == folder + name)
        let longer = ControlSocket.path(folder: folder + "d")
        #expect(longer.map { !$0.hasPrefix(folder) && $0.utf8.count <= 107 } ?? true)
    }

    @Test func `a YAML file has at most 100,000 parts`() throws {
        // The list itself is one part.
        func list(_ count: Int) -> [UInt8] {
            Array(String(repeating: "- a\n", count: count).utf8)
        }
        guard case .list(let values) = try YAMLValue.parse(list(99_999)).content else {
            Issue.record("a list is read as one")
            return
        }
        #expect(values.count == 99_999)
        #expect(throws: YAMLFileError.self) { try YAMLValue.parse(list(100_000)) }
    }

    @Test func `a YAML file has at most 1,048,576 bytes`() throws {
        let text = Array("a".utf8) + [UInt8](repeating: UInt8(ascii: "\n"), count: 1_048_575)
        #expect(try YAMLValue.parse(text).content == .text("a"))
        #expect(throws: YAMLFileError.tooLarge(byteCount: 1_048_577)) {
            try YAMLValue.parse(text + [10])
        }
    }

    @Test func `a line of the node's log has at most 12 digits of an ID`() throws {
        func object(_ id: String) throws -> String {
            try #require(AddNote(case: id, text: "een notitie").change).object
        }
        let digits = "0123456789abcdef"
        #expect(try object(String(digits.prefix(11))) == "case 0123456789a")
        #expect(try object(String(digits.prefix(12))) == "case 0123456789ab")
        #expect(try object(String(digits.prefix(13))) == "case 0123456789ab")
    }

    @Test(arguments: [(1, true), (10_000, true), (0, false), (10_001, false)])
    func `a search shows at most 10,000 hits`(limit: Int, isAllowed: Bool) async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let node = try await live.node
        do throws(Refusal) {
            _ = try await node.answer(SearchRecords(limit: limit), for: .owner("operator"))
            #expect(isAllowed)
        } catch {
            #expect(error == .invalid(.limit, .outside(limit, min: 1, max: 10_000)))
            #expect(!isAllowed)
        }
    }

    @Test func `as many alarms are kept as allowed, and the oldest goes first`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let node = try await live.node
        func alarms(after count: Int) async throws -> [String] {
            await node.raise("alarm \(count)")
            return try await live.alarms()
        }
        for number in 1..<100 { await node.raise("alarm \(number)") }
        let most = try await alarms(after: 100)
        #expect(most == (1...100).map { "alarm \($0)" })
        let over = try await alarms(after: 101)
        #expect(over == (2...101).map { "alarm \($0)" })
        // Who repeats an alarm pushes nothing out.
        let again = try await alarms(after: 101)
        #expect(again == over)
    }

    @Test func `who causes most alarms loses its oldest first, and nobody else one`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let node = try await live.node
        let liar = try LiveNode("politie", .politie).card.identity
        let other = try LiveNode("ilt", .rijksinspectieToezicht).card.identity
        await node.raise("store: not kept")
        await node.raise("ilt: something else", by: other)
        for number in 0..<300 { await node.raise("politie: lie \(number)", by: liar) }
        let alarms = try await live.alarms()
        #expect(alarms.count == AlarmList.countMax)
        #expect(alarms.prefix(2) == ["store: not kept", "ilt: something else"])
        #expect(alarms.last == "politie: lie 299")
    }

    @Test(arguments: [(1_000, 0), (1_001, 1)])
    func `a check shows at most 1,000 findings and counts the others`(
        count: Int,
        more: Int
    ) throws {
        var check = NodeCheck()
        for number in 1...count { check.add("file", "part \(number)", "what", "means", .none) }
        let report = check.report
        #expect(report.outcome == .finding)
        #expect(report.findings.count == 1_000 && report.findings_more == more)
        #expect(report.findings.last?.part == "part 1000")
    }

    @Test func `node.json has at most 65,536 bytes`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        try await live.letGo()
        let url = URL(filePath: live.path).appending(path: "node.json")
        let held = try Data(contentsOf: url)
        for (byteCount, isRead) in [(65_536, true), (65_537, false)] {
            let padding = Data(repeating: 0x20, count: byteCount - held.count)
            try (held + padding).write(to: url)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            do throws(NodeFailure) {
                _ = try Node.open(at: live.path, passphrase: LiveNode.passphrase, logger: logger)
                #expect(isRead)
            } catch {
                #expect(!isRead && error.message.contains("65536"))
            }
        }
    }

    @Test func `an ambiguous ID names at most 16 that begin with it`() {
        for count in [16, 17] {
            let candidates = (10..<10 + count).map { (hex: "abcdef\($0)", value: $0) }
            do throws(Refusal) {
                _ = try Reader.unique("abcdef", among: candidates, .case)
                Issue.record("one of several was taken")
            } catch {
                let named = candidates.prefix(16).map(\.hex)
                #expect(error == .ambiguous(.case, typed: "abcdef", candidates: named))
            }
        }
    }

    @Test func `a node has at most 1,000 accounts`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let node = try await live.node
        func add(_ name: String) async throws {
            let password = Array("een goed wachtwoord".utf8)
            try await live.ask(AddUser(user: name, role: "analyst", password: Secret(password)))
        }
        try await add("first")
        let account = try #require(try node.store.user("first"))
        for number in 2..<1_000 { try node.store.setUser("user-\(number)", account) }
        try await add("last")
        #expect(try node.store.users().count == 1_000)
        do {
            try await add("over")
            Issue.record("an account too many was added")
        } catch let refusal as Refusal {
            #expect(refusal == .refused(.usersFull(max: 1_000)))
        }
        #expect(try node.store.user("over") == nil)
    }

    @Test func `for a peer at most 1,024 messages wait, and then the connection is cut`()
        async throws
    {
        let table = try await HostileTable()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        // A link that carries nothing away, as when the other side takes nothing.
        let link = PeerLink(
            session: SessionID(1),
            peer: table.victim.card.identity,
            link: session.connection
        )
        let ack = Ack(table: table.id, log: LogID(member: 1, generation: 0), size: 1)
        for _ in 0..<1_024 { link.send(.ack(ack)) }
        #expect(link.waitingCount == 1_024 && !link.isFinished)
        _ = try await session.settle(table.id)
        link.send(.ack(ack))
        #expect(link.isFinished)
        // What still comes before the end is of no matter; that it ends is.
        _ = await session.ending()
        try await table.checkAndStop(alarm: nil)
    }

    /// What a running node sends to who connects to its control socket.
    private static let greeting: [UInt8] = [0, 0, 0, 15] + Array(#"{"greeting":{}}"#.utf8)

    /// What a running node answers to bytes on its control socket, the greeting in front; nothing
    /// more when it cuts them off.
    private func answer(to bytes: [UInt8], of live: LiveNode) async throws -> [UInt8] {
        let path = try #require(ControlSocket.path(folder: live.path))
        let channel = try await ClientBootstrap(group: NodeLoops.shared)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            var answer: [UInt8] = []
            for try await part in inbound {
                answer += part.readableBytesView
                if answer.count > Self.greeting.count { break }
            }
            return answer
        }
    }

    @Test func `a request on the control socket has at most 64 MiB`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        try await live.start()
        let client = try #require(await ControlClient.connect(folder: live.path))
        let request = AcceptTable(file: String(repeating: "x", count: 67_108_864))
        do throws(Refusal) {
            _ = try await client.answer(request, for: .owner(""))
            Issue.record("a request over the limit was sent")
        } catch {
            #expect(error == .refused(.requestTooLarge(bytesMax: 67_108_864)))
        }
        await client.close()
        // Who announces more is cut off before it has sent it.
        let none = try await self.answer(to: [4, 0, 0, 1], of: live)
        #expect(none == Self.greeting)
        // As much as is allowed is read, though this is no command.
        let blanks = [UInt8](repeating: 0x20, count: 67_108_862)
        let some = try await self.answer(to: [4, 0, 0, 0] + Array("{}".utf8) + blanks, of: live)
        #expect(some.starts(with: Self.greeting) && some.count > Self.greeting.count)
        try await live.stop()
    }

    @Test func `a table whose charter has no room for all signatures is not made`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        func draft(_ grounds: Int) -> CreateTable {
            let text = String(repeating: "t", count: 500)
            let lines = (0..<grounds).map {
                "- {code: G-\($0), text: \(text), from: [om], to: [om], categories: [public]}\n"
            }
            return CreateTable(
                theme: "afval",
                name: "Afval",
                purpose: "Toezicht",
                from: "2026-01-01",
                until: "2028-12-31",
                cards: [],
                grounds: "grounds:\n" + lines.joined()
            )
        }
        let made = try await live.ask(draft(200))
        #expect(try TableFile(parsing: Array(made.file.utf8)).effectiveVersion == 1)
        do {
            _ = try await live.ask(draft(256))
            Issue.record("a table was made that nobody can read")
        } catch let refusal as Refusal {
            #expect(refusal == .refused(.table(.charterTooLong(bytesMax: 119_807))))
        }
        // Nothing of it was kept: the node opens with the table it has.
        try await live.letGo()
        try await live.reopen()
        #expect(try await live.node.engine.tables.count == 1)
    }
}
