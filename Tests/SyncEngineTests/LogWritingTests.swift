import Cryptography
import ReplicatedTypes
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Appending to the own log (`Protocol/sync-log.md` §4, §6; `Protocol/keys.md` §6).
@Suite struct LogWritingTests {
    private func headers(_ world: TestTable, of member: MemberNumber) -> [EntryHeader] {
        let table = world.store(member)
        let size = table.state(of: world.log(member)).size
        return (0..<size).compactMap { table.item(at: $0, of: world.log(member)).header }
    }

    private func boundaries(_ world: TestTable) -> [UInt64] {
        world.store(1).boundaries(of: world.log(1), above: 0, limit: 100).map(\.size)
    }

    @Test func `a log begins with card and charter and a grant precedes its first use`() throws {
        var world = TestTable(count: 3)
        let audience = try world.audience([2, 3])
        try world.write(
            [world.draft(audience, byteCount: 1), world.draft(audience, byteCount: 1)],
            by: 1
        )
        let headers = self.headers(world, of: 1)
        #expect(
            headers.map(\.kind)
                == [.card, .charterAdopted, .keyGrant, .consultation, .consultation]
        )
        #expect(headers.map(\.position) == [0, 0, 0, 0, 1])
        #expect(headers.dropFirst(2).allSatisfy { $0.audience == audience.hash })
        guard case .full(let grant) = world.store(1).item(at: 2, of: world.log(1)) else {
            Issue.record("the author holds its grant")
            return
        }
        #expect(grant.boxes.map(\.member) == [1, 2, 3])
        let payload = try KeyGrant(payload: grant.payload)
        #expect(payload.boxHashes == grant.boxes.map { Digest(hashing: $0.sealed) })
        #expect(payload.audience == audience)
    }

    @Test func `a checkpoint stands before the 4,097th entry`() throws {
        var world = TestTable(count: 2)
        let drafts = (0..<4_094).map { _ in world.draft(nil, byteCount: 1) }
        try world.write(drafts, by: 1)
        #expect(self.boundaries(world).isEmpty)
        let state = try world.write([world.draft(nil, byteCount: 1)], by: 1)
        #expect(self.boundaries(world) == [4_096])
        #expect(state.size == 4_097 && state.boundarySize == 4_096)
        #expect(state.checkpoint?.size == 4_097)
        // A reader from nothing gets to the boundary and then to the end.
        let first = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        #expect(first.items.count == 4_096)
        try world.take(first, from: 1, at: 2)
        try world.give(1, to: 2)
        #expect(world.store(2).state(of: world.log(1)).size == 4_097)
    }

    @Test func `a checkpoint stands before the payload that passes 4 MiB`() throws {
        for (extra, boundaries) in [(0, []), (1, [UInt64(5)])] {
            var world = TestTable(count: 2)
            // Card and charter come first and count too.
            try world.write([], by: 1)
            let table = world.store(1)
            let preface = [UInt64(0), 1].reduce(0) { sum, index in
                sum + Int(table.item(at: index, of: world.log(1)).header?.payloadLength ?? 0)
            }
            let last = 4_194_304 - 3 * 1_048_576 - preface
            try world.write(
                [1_048_576, 1_048_576, 1_048_576, last + extra]
                    .map { world.draft(nil, byteCount: $0) },
                by: 1
            )
            #expect(self.boundaries(world) == boundaries)
        }
    }

    @Test func `a payload of 1,048,576 bytes is written and one more is not`() throws {
        var world = TestTable(count: 2)
        try world.write([world.draft(nil, byteCount: 1_048_576)], by: 1)
        #expect(throws: WritingError.tooLarge(bytesMax: 1_048_576)) {
            try world.write([world.draft(nil, byteCount: 1_048_577)], by: 1)
        }
        // Nonce and tag count: 40 bytes.
        let audience = try world.audience([2])
        try world.write([world.draft(audience, byteCount: 1_048_536)], by: 1)
        #expect(throws: WritingError.tooLarge(bytesMax: 1_048_576)) {
            try world.write([world.draft(audience, byteCount: 1_048_537)], by: 1)
        }
    }

    @Test func `an epoch ends after 30 days`() throws {
        var world = TestTable(count: 2)
        let audience = try world.audience([2])
        let draft = world.draft(audience, byteCount: 1)
        let start = TestTable.start
        let month: UInt64 = 30 * 86_400_000
        try world.write([draft], by: 1, milliseconds: start)
        try world.write([draft], by: 1, milliseconds: start + month - 1)
        #expect(self.headers(world, of: 1).map(\.epoch) == [0, 0, 2, 2, 2])
        try world.write([draft], by: 1, milliseconds: start + month)
        let last = self.headers(world, of: 1).suffix(2)
        #expect(last.map(\.kind) == [.keyGrant, .consultation])
        #expect(last.map(\.epoch) == [5, 5] && last.map(\.position) == [0, 0])
    }

    @Test func `an epoch ends after 2^20 positions`() throws {
        var world = TestTable(count: 2)
        let audience = try world.audience([2])
        try world.write([world.draft(audience, byteCount: 1)], by: 1)
        let chain = ChainID(log: world.log(1), audience: audience.hash, epoch: 2)
        let lastPosition: UInt32 = 1_048_575
        let last = ChainKey(.random(), position: lastPosition)
        world.stores[0].setChainKey(last, of: chain)
        try world.write([world.draft(audience, byteCount: 1)], by: 1)
        #expect(self.headers(world, of: 1).last?.position == lastPosition)
        try world.write([world.draft(audience, byteCount: 1)], by: 1)
        #expect(self.headers(world, of: 1).last?.epoch == 5)
    }

    @Test func `an epoch ends when a recipient's sealing key changed and not for a new name`()
        throws
    {
        var world = TestTable(count: 2)
        let audience = try world.audience([2])
        try world.write([world.draft(audience, byteCount: 1)], by: 1)
        let contents = Card.Contents(
            version: 2,
            handle: "node-2",
            name: "Renamed",
            oin: "00000000000000000002",
            memberClass: .odToezicht,
            endpoints: []
        )
        let keys = world.keys(2)
        world.file.update(try Card(contents, keys: keys.keys, tlsKeyHash: .zero))
        try world.write([world.draft(audience, byteCount: 1)], by: 1)
        #expect(self.headers(world, of: 1).last?.epoch == 2)
        guard let seed = SecretKey([UInt8](repeating: 5, count: 32)) else {
            Issue.record("a key has 32 bytes")
            return
        }
        let sealing = SealingKey(seed)
        var version = contents
        version.version = 3
        let text = try Card(version, keys: keys.keys, tlsKeyHash: .zero).note.text
            .replacingOccurrence(
                of: TextEncoding.base64(keys.keys.sealing.publicKey.bytes),
                with: TextEncoding.base64(sealing.publicKey.bytes)
            )
        var note = SignedNote(text: text)
        note.sign(
            with: keys.keys.identity,
            name: NoteKey.identity(keys.keys.identity.verifyingKey).name
        )
        world.file.update(try Card(parsing: note.encoded))
        try world.write([world.draft(audience, byteCount: 1)], by: 1)
        #expect(self.headers(world, of: 1).suffix(2).map(\.kind) == [.keyGrant, .consultation])
        #expect(self.headers(world, of: 1).last?.epoch == 5)
    }

    @Test func `without a recipient's card nothing is written`() throws {
        var world = TestTable(count: 2)
        world.file = try TableFile(world.file.charters[0], cards: [world.card(1)])
        let audience = try world.audience([2])
        #expect(throws: WritingError.noCard(2)) {
            try world.write([world.draft(audience, byteCount: 1)], by: 1)
        }
    }

    @Test func `before the charter counts nothing is written`() throws {
        var world = TestTable(count: 2)
        world.file = try TableFile(
            try SignedCharter(world.file.charters[0].charter),
            cards: world.members.cards
        )
        #expect(throws: WritingError.notEffective) {
            try world.write([world.draft(nil, byteCount: 1)], by: 1)
        }
    }

    @Test func `a clock that was years ahead poisons nothing once it is right`() throws {
        var world = TestTable(count: 2)
        let years: UInt64 = 5 * 365 * 86_400_000
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let wrong = TestTable.start + years
        try world.write([world.draft(nil, byteCount: 1)], by: 1, milliseconds: wrong)
        let right = TestTable.start + 5_000
        try world.write([world.draft(nil, byteCount: 1)], by: 1, milliseconds: right)
        let times = self.headers(world, of: 1).map(\.time.milliseconds)
        #expect(times.suffix(2) == [wrong, right])
    }

    @Test func `times strictly increase when the clock stands still or goes back`() throws {
        var world = TestTable(count: 2)
        try world.write((0..<3).map { _ in world.draft(nil, byteCount: 1) }, by: 1)
        try world.write(
            [world.draft(nil, byteCount: 1)],
            by: 1,
            milliseconds: TestTable.start - 1_000
        )
        let times = self.headers(world, of: 1).map(\.time)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }
}

extension String {
    /// The text with the only occurrence of a part replaced.
    fileprivate func replacingOccurrence(of part: String, with other: String) -> String {
        let parts = self.split(separator: part, omittingEmptySubsequences: false)
        return parts.joined(separator: other)
    }
}
