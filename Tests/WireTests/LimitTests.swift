import Cryptography
import ReplicatedTypes
import SyncLog
import Testing
import Wire

/// Limits of frames and bundles, met exactly and passed by one (`Protocol/sync.md` §4,
/// `Protocol/bundle.md` §1).
final class LimitTests {
    private let key = SigningKey(seed: .random())
    private let log = LogID(member: 2, generation: 0)
    private let table = Digest(hashing: [1])

    private var checkpoint: Checkpoint {
        Checkpoint(
            origin: self.log.origin(table: self.table),
            size: 1,
            root: .zero,
            signedWith: self.key
        )
    }

    private func entry(at index: UInt64, byteCount: Int, boxes: [Box] = []) -> Entry {
        let payload = [UInt8](repeating: 7, count: byteCount)
        var header = EntryHeader(
            kind: .closing,
            charterVersion: 1,
            category: nil,
            index: index,
            time: HybridTime(milliseconds: 1),
            caseID: .zero,
            audience: .zero
        )
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(byteCount)
        return Entry(header: header, payload: payload, boxes: boxes)
    }

    private func chunk(_ items: [LogItem]) -> PeerMessage {
        .chunk(
            Chunk(
                table: self.table,
                log: self.log,
                from: 0,
                items: items,
                checkpoint: self.checkpoint,
                isComplete: false
            )
        )
    }

    private func fill(_ entries: [Entry]) -> PeerMessage {
        .fill(
            Fill(
                table: self.table,
                log: self.log,
                from: 0,
                until: 10_000,
                entries: entries,
                isComplete: false
            )
        )
    }

    /// Expects that one message is read as it was sent, and that another is refused as over the limit of a
    /// field.
    private func expect(_ most: PeerMessage, over: PeerMessage, _ field: String) throws {
        // Compared in two steps: what is shown of a failure would be megabytes.
        let isSame = try PeerMessage(decoding: most.encoded) == most
        #expect(isSame)
        let bytes = over.encoded
        #expect(bytes.count <= PeerMessage.bytesMax)
        #expect(throws: WireError.limit(field)) { try PeerMessage(decoding: bytes) }
    }

    @Test func `a goodbye has a text of at most 500 bytes`() throws {
        let text = String(repeating: "é", count: 250)
        try self.expect(.goodbye(.limit, text), over: .goodbye(.limit, text + "x"), "text")
    }

    @Test func `heads are of at most 1,024 logs`() throws {
        let checkpoint = self.checkpoint
        let heads = (1...1_025).map { member in
            LogHead(
                log: LogID(member: MemberNumber(member), generation: 0),
                checkpoint: checkpoint
            )
        }
        let most = PeerMessage.heads(Heads(table: self.table, logs: heads.dropLast(), refused: []))
        try self.expect(
            most,
            over: .heads(Heads(table: self.table, logs: heads, refused: [])),
            "logs"
        )
    }

    @Test func `a chunk or fill has at most 4,096 items`() throws {
        let leaves = [LogItem](repeating: .leaf(.zero), count: 4_097)
        try self.expect(self.chunk(leaves.dropLast()), over: self.chunk(leaves), "items")
        let entries = (0..<UInt64(4_097)).map { self.entry(at: $0, byteCount: 1) }
        try self.expect(self.fill(entries.dropLast()), over: self.fill(entries), "entries")
    }

    @Test func `a chunk or fill has at most 8 MiB of payload`() throws {
        let entries = (0..<UInt64(8)).map { self.entry(at: $0, byteCount: 1_048_576) }
        let over = entries + [self.entry(at: 8, byteCount: 1)]
        try self.expect(
            self.chunk(entries.map { .full($0) }),
            over: self.chunk(over.map { .full($0) }),
            "items"
        )
        try self.expect(self.fill(entries), over: self.fill(over), "entries")
    }

    @Test func `an entry has at most 65 boxes, of at most 32,816 bytes`() throws {
        func chunk(_ count: Int, byteCount: Int) -> PeerMessage {
            let boxes = (1...count).map {
                Box(member: MemberNumber($0), sealed: [UInt8](repeating: 7, count: byteCount))
            }
            return self.chunk([.full(self.entry(at: 0, byteCount: 1, boxes: boxes))])
        }
        #expect(Box.bytesMax == 32_816)
        let most = chunk(65, byteCount: 32_816)
        try self.expect(most, over: chunk(66, byteCount: 32_816), "boxes")
        try self.expect(most, over: chunk(65, byteCount: 32_817), "boxes")
    }

    /// A field of bytes, its length in the shortest form (`Protocol/proto/payloads.proto`).
    private func field(_ number: UInt8, _ contents: [UInt8]) -> [UInt8] {
        var bytes = [number << 3 | 2]
        var rest = contents.count
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)] + contents
    }

    @Test func `more parts than a frame may have are refused before they are decoded`() throws {
        func repeated(_ number: UInt8, _ count: Int) -> [UInt8] {
            (0..<count).flatMap { _ in [number << 3 | 2, 0] }
        }
        let half = self.field(5, repeated(5, 3_000))
        let tooMany = [
            // As many empty items, entries and heads as a frame has room for.
            self.field(5, repeated(5, 4_700_000)), self.field(8, repeated(6, 4_700_000)),
            self.field(4, repeated(2, 4_700_000)), self.field(1, repeated(3, 4_700_000)),
            // Boxes of one entry, in a chunk and in a fill.
            self.field(5, self.field(5, self.field(3, repeated(3, 4_700_000)))),
            self.field(8, self.field(6, repeated(3, 4_700_000))),
        ]
        let otherForms = [
            // What stands there twice would be put together; a kind of number that is not ours.
            half + half, self.field(5, self.field(5, self.field(3, []) + self.field(3, []))),
            self.field(5, [5 << 3 | 5, 0, 0, 0, 0]),
        ]
        for frame in tooMany + otherForms { try #require(frame.count <= PeerMessage.bytesMax) }
        for frame in tooMany {
            #expect(throws: WireError.limit("message")) { try PeerMessage(decoding: frame) }
        }
        for frame in otherForms {
            #expect(throws: WireError.field("message")) { try PeerMessage(decoding: frame) }
        }
        // Within the counts a decoder says what is wrong.
        #expect(throws: WireError.limit("items")) {
            try PeerMessage(decoding: self.field(5, repeated(5, 4_097)))
        }
    }

    private var bundle: Bundle {
        let body = BundleBody(
            charters: [],
            cards: [],
            from: nil,
            until: self.checkpoint,
            frontier: MerkleFrontier(),
            entries: [],
            audiences: [],
            receipts: []
        )
        return Bundle(table: self.table, log: self.log, window: 0..<1, body: body)
    }

    @Test func `a bundle's manifest has at most 1,024 bytes with its signature`() throws {
        let bundle = self.bundle
        let file = bundle.encoded(signedWith: self.key)
        // Seven lines, and the one that is the signature.
        let body = file.split(separator: 0x0A, maxSplits: 8, omittingEmptySubsequences: false)[8]
        func manifest(_ byteCount: Int) -> SignedNote {
            // A longer name makes a longer line; that nobody has such a key is found later.
            var note = SignedNote(text: bundle.manifest.note.text)
            note.sign(with: self.key, name: "x")
            let name = String(repeating: "x", count: byteCount - note.encoded.count + 1)
            note = SignedNote(text: bundle.manifest.note.text)
            note.sign(with: self.key, name: name)
            return note
        }
        let most = manifest(1_024)
        #expect(most.encoded.count == 1_024)
        #expect(try Bundle(parsing: most.encoded + body).manifest.note == most)
        #expect(throws: BundleError.manifest) {
            try Bundle(parsing: manifest(1_025).encoded + body)
        }
    }

    @Test func `a bundle has at most as many bytes as are allowed`() throws {
        // A GiB is too much for a test: the same check with a file's own length as the limit.
        let file = self.bundle.encoded(signedWith: self.key)
        #expect(try Bundle(parsing: file, bytesMax: file.count).manifest.window == 0..<1)
        #expect(throws: BundleError.tooLong) {
            try Bundle(parsing: file, bytesMax: file.count - 1)
        }
    }
}
