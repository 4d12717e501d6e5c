import Cryptography
import NodeInterface
@testable import NodeService
import PeerTransport
import RecordStore
import SyncEngine
import SyncLog
import Testing
import Vocabulary
import Wire

/// Frames that are not the canonical form of a message within its limits.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HostileFrameTests {
    /// Protobuf by hand: tag, length, bytes.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        var length = bytes.count
        var encoded = [number << 3 | 2]
        while length >= 0x80 {
            encoded.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        return encoded + [UInt8(length)] + bytes
    }

    private static func tableFile(_ table: TableID, _ text: String) -> [UInt8] {
        self.field(2, self.field(1, table.bytes) + self.field(2, Array(text.utf8)))
    }

    private static func garbage(
        _ description: String,
        because field: String?,
        _ frame:
            @escaping @Sendable (HostileTable, ForgedLog, ForgedChain) throws -> [UInt8]
    ) -> Lie {
        let why = field.map { " ('\($0)' is not what it may be)" } ?? ""
        return self.bad(description, alarm: "is no message of this protocol\(why)", frame)
    }

    private static func excess(
        _ description: String,
        of field: String,
        _ frame:
            @escaping @Sendable (HostileTable, ForgedLog, ForgedChain) throws -> [UInt8]
    ) -> Lie {
        self.bad(description, alarm: "is over a limit ('\(field)')", frame)
    }

    private static func bad(
        _ description: String,
        alarm: String,
        _ frame:
            @escaping @Sendable (HostileTable, ForgedLog, ForgedChain) throws -> [UInt8]
    ) -> Lie {
        Lie(description, alarm: alarm) { table, session, log, chain in
            try await session.send(frame: try frame(table, log, chain))
        }
    }

    private static func leaves(_ count: Int) -> [LogItem] {
        (0..<count).map { .leaf(Digest(hashing: [UInt8($0 & 0xFF)])) }
    }

    static let lies: [Lie] = [
        Lie("a frame over the limit", alarm: "frame of 9437185 bytes") { _, session, _, _ in
            // The node closes when it has read the length.
            try? await session.send(frame: [UInt8](repeating: 0, count: 9_437_185))
        },
        garbage("bytes that are no protobuf", because: nil) { _, _, _ in
            [UInt8](repeating: 0xFF, count: 1_000)
        },
        garbage("a protobuf field that nobody knows", because: "message") {
            table,
            log,
            _ in
            PeerMessage.ack(Ack(table: table.id, log: log.log, size: 4)).encoded + [0x78, 0x01]
        },
        garbage("a default written out", because: nil) { table, log, _ in
            // generation, field 3 of an acknowledgement, is 0 and left out.
            Self.field(
                6,
                Self.field(1, table.id.bytes) + [0x10, UInt8(log.log.member), 0x18, 0, 0x20, 4]
            )
        },
        garbage("two messages in one frame", because: "message") { table, log, _ in
            let ack = PeerMessage.ack(Ack(table: table.id, log: log.log, size: 4)).encoded
            return ack + ack
        },
        garbage("a number with one byte too many", because: nil) { table, log, _ in
            Self.field(
                6,
                Self.field(1, table.id.bytes) + [0x10, UInt8(log.log.member), 0x20, 0x84, 0]
            )
        },
        excess("a chunk of 4,097 items", of: "items") { _, log, _ in
            PeerMessage.chunk(
                log.chunk(from: 4, items: Self.leaves(4_097), checkpoint: log.checkpoint())
            ).encoded
        },
        excess("a chunk of one byte over 8 MiB", of: "items") { table, log, _ in
            var log = log
            for count in [Int](repeating: 1_048_576, count: 8) + [40] {
                var header = log.header(
                    .operations,
                    caseID: table.caseID,
                    category: .business,
                    audience: table.everybody
                )
                header.keyCommitment = Digest(hashing: [1])
                log.append(header, payload: [UInt8](repeating: 7, count: count))
            }
            return PeerMessage.chunk(log.chunk(from: 4)).encoded
        },
        excess("heads of 1,025 logs", of: "logs") { table, log, _ in
            let heads = (0..<1_025).map { number in
                LogHead(
                    log: LogID(member: 3, generation: UInt16(number)),
                    checkpoint: log.checkpoint()
                )
            }
            return PeerMessage.heads(Heads(table: table.id, logs: heads, refused: [])).encoded
        },
        garbage("a question for nothing", because: "until") { table, log, _ in
            PeerMessage.ask(Ask(table: table.id, log: log.log, from: 4, until: 4)).encoded
        },
        excess("a question beyond all logs", of: "size") { table, log, _ in
            PeerMessage.ask(Ask(table: table.id, log: log.log, from: 0, until: .max)).encoded
        },
        excess("an acknowledgement beyond all logs", of: "size") { table, log, _ in
            PeerMessage.ack(Ack(table: table.id, log: log.log, size: .max)).encoded
        },
        excess("a chunk beyond all logs", of: "size") { table, log, _ in
            PeerMessage.chunk(
                Chunk(
                    table: table.id,
                    log: log.log,
                    from: .max,
                    items: Self.leaves(1),
                    checkpoint: log.checkpoint(),
                    isComplete: true
                )
            ).encoded
        },
        garbage("a header of a kind that is not", because: "header") { _, log, _ in
            let frame = PeerMessage.chunk(log.chunk(from: 3)).encoded
            let header = log.entries[3].header.bytes
            var changed = header
            changed[1] = 99
            return Self.replacing(header, with: changed, in: frame)
        },
        garbage("a table file with one bit changed", because: "file") { table, _, _ in
            var text = Array(table.file.encodedText.utf8)
            text[text.count / 2] ^= 1
            return Self.tableFile(table.id, String(decoding: text, as: UTF8.self))
        },
        garbage("a table file with a foreign signature", because: "file") {
            table,
            _,
            _ in
            let stranger = try HostilePeer("stranger")
            let charter = table.file.charters[0].note
            var signed = charter
            signed.sign(
                with: stranger.keys.keys.identity,
                name: NoteKey.identity(stranger.card.identity).name
            )
            return Self.tableFile(
                table.id,
                table.file.encodedText.replacing(charter.encodedText, with: signed.encodedText)
            )
        },
        garbage("a table file under another's ID", because: "table") { table, _, _ in
            Self.tableFile(Digest(hashing: [1]), table.file.encodedText)
        },
    ]

    private static func replacing(
        _ part: [UInt8],
        with other: [UInt8],
        in bytes: [UInt8]
    ) -> [UInt8] {
        guard let range = bytes.firstRange(of: part) else {
            Issue.record("the frame does not hold the header")
            return bytes
        }
        return Array(bytes[..<range.lowerBound]) + other + Array(bytes[range.upperBound...])
    }

    @Test(arguments: Self.lies)
    func `a node that is sent a bad frame closes the session and goes on`(lie: Lie) async throws {
        try await lie.check()
    }

    @Test func `a frame of no bytes closes the session`() async throws {
        let table = try await HostileTable()
        let raw = try await RawSession(table.hostile, to: table.victim)
        try await raw.write([0, 0, 0, 0])
        try await raw.closed()
        try await table.checkAndStop(alarm: "empty frame")
    }

    @Test func `a frame cut in the middle leaves nothing`() async throws {
        let table = try await HostileTable()
        let (log, _) = try table.forgedLog()
        let raw = try await RawSession(table.hostile, to: table.victim)
        let hello = PeerMessage.hello(
            Hello(version: 1, card: table.hostile.card, tables: [table.id: table.file.fileHash])
        )
        let chunk = PeerMessage.chunk(log.chunk(from: 0)).encoded
        try await raw.write(RawSession.framed(hello.encoded))
        try await raw.write(Array(RawSession.framed(chunk).dropLast(10)))
        try await Task.sleep(for: .milliseconds(300))
        try await raw.close()
        try await eventually("the connection is gone") {
            let status = try await table.victim.ask(ShowStatus())
            return status.peers.contains {
                $0.handle == HostileTable.hostileHandle && !$0.connected
            }
        }
        #expect(try await table.victim.items(of: log.log, in: table.id).isEmpty)
        // A broken line is nobody's fault.
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `a stranger is closed without an application byte`() async throws {
        let table = try await HostileTable()
        let stranger = try HostilePeer(HostileTable.hostileHandle)
        let raw = try await RawSession(stranger, to: table.victim)
        try await raw.closed()
        #expect(raw.received.isEmpty)
        // A member is greeted on the same port.
        let member = try await RawSession(table.hostile, to: table.victim)
        try await eventually("the server speaks first") { !member.received.isEmpty }
        try await member.close()
        try await table.checkAndStop(alarm: nil)
    }
}
