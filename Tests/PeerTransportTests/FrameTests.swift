import Synchronization
import Testing

@testable import PeerTransport

@Suite(.timeLimit(.minutes(2))) struct FrameTests {
    @Test(arguments: [1, 255, 65_536, 9_437_184])
    func `a frame arrives as it was sent, in both directions`(byteCount: Int) async throws {
        let pair = try await TestPair()
        let frame = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        async let first: Void = pair.accepted.send(frame)
        #expect(try await pair.dialled.frame() == frame)
        try await first
        async let second: Void = pair.dialled.send(frame)
        #expect(try await pair.accepted.frame() == frame)
        try await second
        await pair.close()
    }

    @Test func `both sides know each other`() async throws {
        let pair = try await TestPair()
        let (alpha, beta) = (try TestNode(1), try TestNode(2))
        #expect(pair.dialled.peer == alpha.id)
        #expect(pair.accepted.peer == beta.id)
        #expect(pair.accepted.credentials.card == beta.identity.card)
        #expect(pair.accepted.credentials.publicKeyHash == beta.identity.publicKeyHash)
        #expect(pair.dialled.remoteAddress == "127.0.0.1:\(pair.server.port)")
        await pair.close()
    }

    @Test func `an empty or too large frame is not sent and the connection stays`() async throws {
        let pair = try await TestPair()
        await #expect(throws: TransportError.frameEmpty) { try await pair.accepted.send([]) }
        await #expect(throws: TransportError.frameTooLarge(9_437_185)) {
            try await pair.accepted.send([UInt8](repeating: 0, count: 9_437_185))
        }
        try await pair.accepted.send([7])
        #expect(try await pair.dialled.frame() == [7])
        await pair.close()
    }

    @Test func `a frame of the receiver's maximum passes and one byte more ends it`() async throws {
        let limits = TransportLimits.standard { $0.frameBytesMax = 1000 }
        let pair = try await TestPair(clientLimits: limits)
        try await pair.accepted.send([UInt8](repeating: 1, count: 1000))
        try await pair.accepted.send([UInt8](repeating: 2, count: 1001))
        #expect(try await pair.dialled.frame().count == 1000)
        #expect(await pair.dialled.ending() == .frameTooLarge(1001))
        // The sender learns of it.
        _ = await pair.accepted.ending()
        await #expect(throws: TransportError.self) { try await pair.accepted.send([3]) }
        await pair.close()
    }

    @Test(arguments: [
        ([0, 0, 0, 0, 9], TransportError.frameEmpty),
        ([0xFF, 0xFF, 0xFF, 0xFF], TransportError.frameTooLarge(4_294_967_295)),
        ([0x00, 0x90, 0x00, 0x01], TransportError.frameTooLarge(9_437_185)),
    ])
    func `a length outside the limits ends the session after the frames before it`(
        bytes: [UInt8],
        error: TransportError
    ) async throws {
        let (alpha, beta) = (try TestNode(1), try TestNode(2))
        let server = try await TestServer(alpha.endpoint(knowing: [beta]))
        let raw = try await RawPeer.connect(
            port: server.port,
            tls: RawPeer.configuration(
                certificates: [beta.identity.certificate],
                scalar: beta.scalar
            )
        )
        let accepted = try await server.accept()
        try await raw.write([0, 0, 0, 2, 5, 6] + bytes)
        #expect(try await accepted.frame() == [5, 6])
        #expect(await accepted.ending() == error)
        try await raw.closed()
        await server.listener.close()
    }

    @Test func `many small frames arrive in order`() async throws {
        let limits = TransportLimits.standard { $0.framesPerSecondMax = 1_000_000 }
        let pair = try await TestPair(clientLimits: limits)
        let count = 20_000
        let accepted = pair.accepted
        let sender = Task {
            for index in 0..<count {
                try await accepted.send([UInt8(index >> 8), UInt8(index & 0xFF)])
            }
            await accepted.close()
        }
        var next = 0
        while let frame = try await pair.dialled.nextFrame() {
            #expect(Int(frame[0]) << 8 | Int(frame[1]) == next)
            next += 1
        }
        #expect(next == count)
        try await sender.value
        await pair.close()
    }

    @Test func `frames beyond the rate are late and not lost`() async throws {
        let limits = TransportLimits.standard { $0.framesPerSecondMax = 100 }
        let pair = try await TestPair(clientLimits: limits)
        let accepted = pair.accepted
        let sender = Task {
            for index in 0..<150 { try await accepted.send([UInt8(index)]) }
            await accepted.close()
        }
        var frames: [UInt8] = []
        while let frame = try await pair.dialled.nextFrame() { frames += frame }
        #expect(frames == Array(0..<150))
        try await sender.value
        await pair.close()
    }

    @Test func `frames sent at the same time do not mix`() async throws {
        let pair = try await TestPair()
        let accepted = pair.accepted
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...8 {
                let frame = [UInt8](repeating: UInt8(number), count: 100_000 + number)
                group.addTask { try await accepted.send(frame) }
            }
            var seen: Set<UInt8> = []
            for _ in 1...8 {
                let frame = try await pair.dialled.frame()
                #expect(Set(frame).count == 1)
                #expect(frame.count == 100_000 + Int(frame[0]))
                seen.insert(frame[0])
            }
            #expect(seen == Set(1...8))
            try await group.waitForAll()
        }
        await pair.close()
    }
}
