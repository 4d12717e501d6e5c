import Cryptography
import SyncEngine
import SyncLog
import Testing
import Wire

/// Frames and heads digests (`Protocol/sync.md` §2, §3).
struct SyncVectorTests {
    struct FrameCase: VectorCase {
        let name: String
        let frame: Hex
        let message: VectorValue?
        /// Of a frame that is refused: `frame`, `protobuf`, `message`, or `limit`.
        let error: String?

        /// The `PeerMessage` in a frame; the length is held to its range, as a connection does.
        func decoded() throws(WireError) -> PeerMessage {
            guard self.frame.bytes.count >= 4 else { throw .malformed }
            let count = UInt32(bigEndian: self.frame.bytes[..<4])
            let payload = Array(self.frame.bytes[4...])
            guard (1...PeerMessage.bytesMax).contains(Int(count)), payload.count == Int(count)
            else { throw .malformed }
            return try PeerMessage(decoding: payload)
        }
    }

    struct DigestCase: VectorCase {
        struct Log: Decodable, Sendable {
            let member: MemberNumber
            let generation: UInt16
            let size: UInt64
            let frontier: [Hex]
        }

        let name: String
        let logs: [Log]
        let digest: Hex
    }

    @Test(arguments: try VectorFile.cases("sync/accept/frames.json") as [FrameCase])
    func `frames are read and written again`(_ item: FrameCase) throws {
        let message = try item.decoded()
        let encoded = message.encoded
        var frame: [UInt8] = []
        frame.append(bigEndian: UInt32(encoded.count))
        #expect(frame + encoded == item.frame.bytes)
        if let expected = item.message { #expect(message.vectorValue == expected) }
    }

    @Test(arguments: try VectorFile.cases("sync/reject/frames.json") as [FrameCase])
    func `other frames are refused, as over a limit where they are`(_ item: FrameCase) throws {
        let error = try #require(throws: WireError.self) { try item.decoded() }
        let isOverLimit = if case .limit = error { true } else { false }
        #expect(isOverLimit == (item.error == "limit"))
    }

    @Test(arguments: try VectorFile.cases("sync/accept/heads-digests.json") as [DigestCase])
    func `the heads digest covers sizes and roots of all logs`(_ item: DigestCase) throws {
        let logs = try item.logs.map { log in
            let hashes = try log.frontier.map { try $0.digest() }
            let frontier = try #require(MerkleFrontier(size: log.size, hashes: hashes))
            let name = LogID(member: log.member, generation: log.generation)
            return (log: name, size: log.size, root: frontier.root)
        }
        #expect(TableState.digest(of: logs) == (try item.digest.digest()))
    }
}
