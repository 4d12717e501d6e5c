import Cryptography
import SyncLog
import Testing
import Wire

/// Receipts (`Protocol/sync-log.md` §7), and key grants and receipts among the payloads.
struct ReceiptVectorTests {
    struct OpenCase: VectorCase {
        struct Entry: Decodable, Sendable {
            let index: UInt64
            let leaf: Hex
        }

        let name: String
        let entries: [Entry]
        let heldCount: UInt64
        let heldHash: Hex
    }

    struct ReceiptCase: VectorCase {
        struct Log: Decodable, Sendable {
            let member: UInt16
            let generation: UInt16
            let checkpoint: Hex
            let heldCount: UInt64
            let heldHash: Hex
            let unopened: [UInt64]
        }

        let name: String
        let payload: Hex
        let sha256: Hex
        let logs: [Log]
    }

    struct PayloadCase: VectorCase {
        let name: String
        let kind: String
        let author: UInt16
        let index: UInt64
        let payload: Hex
        let sha256: Hex?

        /// Reads a payload as the entry it belongs to and writes it again.
        func rewritten() throws -> [UInt8] {
            guard self.kind == "key grant" else {
                return try Receipt(payload: self.payload.bytes).payload
            }
            let grant = try KeyGrant(payload: self.payload.bytes)
            guard grant.isAllowed(from: self.author, at: self.index) else {
                throw WireError.field("audience")
            }
            return grant.payload
        }

        /// The cases of a file that are no payloads of the case model itself.
        static func plain(_ path: String) throws -> [PayloadCase] {
            let cases: [PayloadCase] = try VectorFile.cases(path)
            let plain = cases.filter { ["key grant", "receipt"].contains($0.kind) }
            guard !plain.isEmpty else { throw VectorFile.Empty(path: path) }
            return plain
        }
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/held-hashes.json") as [OpenCase])
    func `count and hash cover the open entries`(_ item: OpenCase) throws {
        var open = HeldEntries()
        for entry in item.entries {
            open.add(index: entry.index, leafHash: try entry.leaf.digest())
        }
        #expect(open.count == item.heldCount)
        #expect(open.hash == (try item.heldHash.digest()))
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/receipts.json") as [ReceiptCase])
    func `receipts are read and written again`(_ item: ReceiptCase) throws {
        let receipt = try Receipt(payload: item.payload.bytes)
        #expect(receipt.payload == item.payload.bytes)
        #expect(Digest(hashing: receipt.payload) == (try item.sha256.digest()))
        try #require(receipt.logs.count == item.logs.count)
        for (log, expected) in zip(receipt.logs, item.logs) {
            #expect(log.log.member == expected.member)
            #expect(log.log.generation == expected.generation)
            #expect(log.checkpoint.note.encoded == expected.checkpoint.bytes)
            #expect(log.heldCount == expected.heldCount)
            #expect(log.heldHash == (try expected.heldHash.digest()))
            #expect(log.unopened == expected.unopened)
        }
    }

    @Test(arguments: try PayloadCase.plain("case-model/accept/payloads.json"))
    func `payloads of key grants and receipts are written again`(_ item: PayloadCase) throws {
        #expect(try item.rewritten() == item.payload.bytes)
        #expect(Digest(hashing: item.payload.bytes) == (try item.sha256?.digest()))
    }

    @Test(arguments: try PayloadCase.plain("case-model/reject/payloads.json"))
    func `other payloads of key grants and receipts are refused`(_ item: PayloadCase) {
        #expect(throws: WireError.self) { try item.rewritten() }
    }
}
