import CaseModel
import Cryptography
import PeerTransport
import RecordStore
import SyncEngine
import SyncLog
import Testing
import Wire

@testable import NodeService

/// Chunks and fills that are well-formed and false.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HostileChunkTests {
    /// A lie about the entry that comes next.
    private static func next(
        _ description: String,
        alarm: String?,
        endsSession: Bool = true,
        isTraced: Bool = false,
        _ chunk:
            @escaping @Sendable (HostileTable, ForgedLog, Entry) async throws -> Chunk
    ) -> Lie {
        Lie(description, alarm: alarm, endsSession: endsSession, isTraced: isTraced) {
            table,
            session,
            log,
            chain in
            var (log, chain) = (log, chain)
            try log.appendContent(
                .operations,
                try HostileTable.note("een notitie die niet komt"),
                caseID: table.caseID,
                to: table.everybody,
                chain: &chain
            )
            try await session.send(.chunk(try await chunk(table, log, log.entries[4])))
        }
    }

    /// What is said of a peer that cannot prove what it sent.
    private static let unproven = "is not what it can prove"

    private static func flipped(_ bytes: [UInt8], at index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 1
        return bytes
    }

    static let lies: [Lie] = [
        next("one wrong byte in a payload", alarm: "that do not verify (payload(4)") {
            _,
            log,
            entry in
            let changed = Entry(
                header: entry.header,
                payload: Self.flipped(entry.payload, at: 50),
                boxes: []
            )
            return log.chunk(from: 4, items: [.full(changed)], checkpoint: log.checkpoint())
        },
        next("a payload that is one byte short", alarm: "that do not verify (payload(4)") {
            _,
            log,
            entry in
            let changed = Entry(
                header: entry.header,
                payload: Array(entry.payload.dropLast()),
                boxes: []
            )
            return log.chunk(from: 4, items: [.full(changed)], checkpoint: log.checkpoint())
        },
        next("boxes beside what is no grant", alarm: "that do not verify (payload(4)") {
            _,
            log,
            entry in
            let changed = Entry(
                header: entry.header,
                payload: entry.payload,
                boxes: log.entries[2].boxes
            )
            return log.chunk(from: 4, items: [.full(changed)], checkpoint: log.checkpoint())
        },
        next("one wrong byte in a header", alarm: Self.unproven, isTraced: true) { _, log, entry in
            let header = try EntryHeader(decoding: Self.flipped(entry.header.bytes, at: 20))
            let changed = Entry(header: header, payload: entry.payload, boxes: [])
            return log.chunk(from: 4, items: [.full(changed)], checkpoint: log.checkpoint())
        },
        next("a header with another index", alarm: "that do not verify (index(4)") {
            _,
            log,
            entry in
            var header = entry.header
            header.index = 5
            let changed = Entry(header: header, payload: entry.payload, boxes: [])
            return log.chunk(from: 4, items: [.full(changed)], checkpoint: log.checkpoint())
        },
        next("one wrong byte in a leaf hash", alarm: Self.unproven, isTraced: true) {
            _,
            log,
            entry in
            let leaf = Digest(Self.flipped(entry.header.leafHash.bytes, at: 0))
            return log.chunk(
                from: 4,
                items: [.leaf(try #require(leaf))],
                checkpoint: log.checkpoint()
            )
        },
        next("a signed root that is not the tree's", alarm: Self.unproven, isTraced: true) {
            _,
            log,
            _ in
            let wrong = log.checkpoint(size: 5, root: Digest(hashing: [9]))
            return log.chunk(from: 4, items: log.chunk(from: 4).items, checkpoint: wrong)
        },
        next("one wrong byte in a checkpoint's signature", alarm: Self.unproven, isTraced: true) {
            _,
            log,
            _ in
            var note = log.checkpoint().note
            let line = try #require(note.signatures.first)
            note.replaceSignatures([
                NoteSignature(
                    name: line.name,
                    keyID: line.keyID,
                    bytes: Self.flipped(line.bytes, at: 7)
                )
            ])
            let wrong = try Checkpoint(parsing: note.encoded)
            return log.chunk(from: 4, items: log.chunk(from: 4).items, checkpoint: wrong)
        },
        next("a checkpoint with a stranger's cosignature", alarm: Self.unproven, isTraced: true) {
            _,
            log,
            _ in
            let stranger = try HostilePeer("stranger")
            let wrong = log.checkpoint().cosigned(
                with: stranger.keys.keys.witness,
                as: .witness(stranger.card.witnessKey, of: stranger.card.identity),
                seconds: 1
            )
            return log.chunk(from: 4, items: log.chunk(from: 4).items, checkpoint: wrong)
        },
        next("a checkpoint of another log", alarm: Self.unproven, isTraced: true) { table, log, _ in
            let origin = LogID(member: 3, generation: 1).origin(table: table.id)
            let genuine = log.checkpoint()
            let wrong = log.checkpoint(size: genuine.size, root: genuine.root, origin: origin)
            return log.chunk(from: 4, items: log.chunk(from: 4).items, checkpoint: wrong)
        },
        next("a checkpoint of a smaller size", alarm: "that do not verify (checkpointSize") {
            _,
            log,
            _ in
            log.chunk(from: 4, items: log.chunk(from: 4).items, checkpoint: log.checkpoint(size: 4))
        },
        next("a checkpoint of a larger size", alarm: "that do not verify (checkpointSize") {
            _,
            log,
            _ in
            let larger = log.checkpoint(size: 6, root: log.checkpoint().root)
            return log.chunk(from: 4, items: log.chunk(from: 4).items, checkpoint: larger)
        },
        next("the log of another, signed by itself", alarm: nil, endsSession: false) {
            table,
            log,
            _ in
            let theirs = LogID(member: 2, generation: 0)
            let state = try await table.victim.state(of: theirs, in: table.id)
            var frontier = state.frontier
            let leaf = Digest(hashing: [3])
            frontier.append(leaf)
            let checkpoint = log.checkpoint(
                size: frontier.size,
                root: frontier.root,
                origin: theirs.origin(table: table.id)
            )
            return Chunk(
                table: table.id,
                log: theirs,
                from: state.size,
                items: [.leaf(leaf)],
                checkpoint: checkpoint,
                isComplete: true
            )
        },
        next(
            "a new log of another, signed by itself",
            alarm: nil,
            endsSession: false
        ) {
            table,
            log,
            entry in
            let theirs = LogID(member: 2, generation: 1)
            var frontier = MerkleFrontier()
            frontier.append(log.entries[0].header.leafHash)
            let checkpoint = log.checkpoint(
                size: 1,
                root: frontier.root,
                origin: theirs.origin(table: table.id)
            )
            return Chunk(
                table: table.id,
                log: theirs,
                from: 0,
                items: [.full(log.entries[0])],
                checkpoint: checkpoint,
                isComplete: true
            )
        },
        next(
            "the log of nobody",
            alarm: nil,
            endsSession: false
        ) { table, log, _ in
            let theirs = LogID(member: 9, generation: 0)
            var frontier = MerkleFrontier()
            frontier.append(log.entries[0].header.leafHash)
            let checkpoint = log.checkpoint(
                size: 1,
                root: frontier.root,
                origin: theirs.origin(table: table.id)
            )
            return Chunk(
                table: table.id,
                log: theirs,
                from: 0,
                items: [.full(log.entries[0])],
                checkpoint: checkpoint,
                isComplete: true
            )
        },
    ]

    @Test(arguments: Self.lies)
    func `a chunk that is false is dropped whole`(lie: Lie) async throws {
        try await lie.check()
    }

    static let fills: [Lie] = [
        Lie("another entry where a leaf is held", alarm: Self.unproven, isTraced: true) {
            table,
            session,
            log,
            _ in
            var header = log.entries[3].header
            header.epoch += 1
            let forged = Entry(header: header, payload: log.entries[3].payload, boxes: [])
            try await session.send(
                .fill(
                    Fill(
                        table: table.id,
                        log: log.log,
                        from: 3,
                        until: 4,
                        entries: [forged],
                        isComplete: true
                    )
                )
            )
        },
        Lie("another payload where a leaf is held", alarm: Self.unproven, isTraced: true) {
            table,
            session,
            log,
            _ in
            let entry = log.entries[3]
            let forged = Entry(
                header: entry.header,
                payload: Self.flipped(entry.payload, at: 41),
                boxes: []
            )
            try await session.send(
                .fill(
                    Fill(
                        table: table.id,
                        log: log.log,
                        from: 0,
                        until: 4,
                        entries: [log.entries[2], forged],
                        isComplete: true
                    )
                )
            )
        },
        Lie("an entry of its own in the log of another", alarm: nil, endsSession: false) {
            table,
            session,
            log,
            _ in
            let theirs = LogID(member: 2, generation: 0)
            try await session.send(
                .fill(
                    Fill(
                        table: table.id,
                        log: theirs,
                        from: 0,
                        until: 1,
                        entries: [log.entries[0]],
                        isComplete: true
                    )
                )
            )
        },
        Lie("a fill beyond what is held", alarm: nil, endsSession: false) {
            table,
            session,
            log,
            _ in
            try await session.send(
                .fill(
                    Fill(
                        table: table.id,
                        log: log.log,
                        from: 4,
                        until: 1 << 48,
                        entries: [],
                        isComplete: true
                    )
                )
            )
        },
        Lie("a fill of the node's own log", alarm: nil, endsSession: false) {
            table,
            session,
            log,
            _ in
            try await session.send(
                .fill(
                    Fill(
                        table: table.id,
                        log: LogID(member: 1, generation: 0),
                        from: 0,
                        until: 1,
                        entries: [log.entries[0]],
                        isComplete: true
                    )
                )
            )
        },
    ]

    @Test(arguments: Self.fills)
    func `a fill that is false is dropped whole`(lie: Lie) async throws {
        try await lie.check()
    }
}
