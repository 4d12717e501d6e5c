import Testing

@testable import PeerTransport

@Suite(.timeLimit(.minutes(2))) struct LifetimeTests {
    let alpha: TestNode
    let beta: TestNode

    init() throws {
        self.alpha = try TestNode(1)
        self.beta = try TestNode(2)
    }

    private func raw(_ server: TestServer) async throws -> RawPeer {
        try await RawPeer.connect(
            port: server.port,
            tls: RawPeer.configuration(
                certificates: [self.beta.identity.certificate],
                scalar: self.beta.scalar
            )
        )
    }

    @Test func `a port in use is told as such`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: []))
        await #expect(throws: TransportError.addressInUse) {
            try await PeerListener.bind(
                host: "127.0.0.1",
                port: server.port,
                endpoint: self.beta.endpoint(knowing: [])
            ) { _, _ in }
        }
        await server.listener.close()
    }

    @Test func `an address of another machine cannot be listened on`() async throws {
        do {
            // TEST-NET-1 of RFC 5737 belongs to no machine.
            _ = try await PeerListener.bind(
                host: "192.0.2.1",
                port: 0,
                endpoint: self.alpha.endpoint(knowing: [])
            ) { _, _ in }
            Issue.record("listening on 192.0.2.1")
        } catch {
            guard case .cannotListen = error else {
                Issue.record("refused as \(error)")
                return
            }
        }
    }

    @Test func `a closed listener ends its connections and frees the port`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let dialler = self.beta.endpoint(knowing: [self.alpha])
        let dialled = try await server.dial(self.alpha, from: dialler)
        let accepted = try await server.accept()
        let silent = try await RawPeer.connect(port: server.port)
        #expect(await server.closeCountingConnections() == 0)
        try await silent.closed()
        do {
            _ = try await server.dial(self.alpha, from: dialler)
            Issue.record("a closed port was reached")
        } catch TransportError.unreachable {
        }
        // What was admitted goes on.
        try await accepted.send([1])
        #expect(try await dialled.frame() == [1])
        let again = try await PeerListener.bind(
            host: "127.0.0.1",
            port: server.port,
            endpoint: self.alpha.endpoint(knowing: [])
        ) { _, _ in }
        await again.close()
        await dialled.close()
        #expect(await accepted.ending() == nil)
    }

    @Test func `closing ends the frames of both sides in good order`() async throws {
        let pair = try await TestPair()
        try await pair.accepted.send([1])
        await pair.accepted.close()
        #expect(await pair.accepted.ending() == nil)
        #expect(try await pair.dialled.frame() == [1])
        #expect(await pair.dialled.ending() == nil)
        await #expect(throws: TransportError.closed) { try await pair.dialled.send([2]) }
        await #expect(throws: TransportError.closed) { try await pair.accepted.send([2]) }
        await pair.accepted.close()
        await pair.close()
    }

    @Test func `a connection that nobody refers to closes itself`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let dialler = self.beta.endpoint(knowing: [self.alpha])
        do {
            let dialled = try await server.dial(self.alpha, from: dialler)
            #expect(dialled.peer == self.alpha.id)
        }
        let accepted = try await server.accept()
        #expect(await accepted.ending() == nil)
        await server.listener.close()
    }

    @Test func `a peer that stops within a frame is told from one that ends`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        for isCut in [false, true] {
            let raw = try await self.raw(server)
            let accepted = try await server.accept()
            try await raw.write([0, 0, 0, 1, 6, 0, 0, 0, 9, 1, 2])
            if isCut { try await raw.cut() } else { try await raw.close() }
            #expect(try await accepted.frame() == [6])
            #expect(await accepted.ending() == .closed)
        }
        // Between two frames, but without the notification of TLS.
        let raw = try await self.raw(server)
        let accepted = try await server.accept()
        try await raw.write([0, 0, 0, 1, 6])
        try await raw.cut()
        #expect(try await accepted.frame() == [6])
        #expect(await accepted.ending() == .closed)
        await server.listener.close()
    }

    @Test func `a peer that falls silent is closed as idle`() async throws {
        let limits = TransportLimits.standard { $0.idleTime = .seconds(5) }
        let server = try await TestServer(
            self.alpha.endpoint(knowing: [self.beta], limits: limits)
        )
        let raw = try await self.raw(server)
        let accepted = try await server.accept()
        try await raw.write([0, 0, 0, 9, 1, 2])
        #expect(await accepted.ending() == .idle)
        await #expect(throws: TransportError.idle) { try await accepted.send([1]) }
        try await raw.closed()
        await accepted.close()
        #expect(server.endpoint.sessionCount == 0)
        await server.listener.close()
    }

    @Test func `a peer that takes nothing is closed as idle`() async throws {
        let limits = TransportLimits.standard { $0.idleTime = .seconds(5) }
        let server = try await TestServer(
            self.alpha.endpoint(knowing: [self.beta], limits: limits)
        )
        let raw = try await self.raw(server)
        let accepted = try await server.accept()
        try await raw.stopReading()
        // Keeps the other direction alive, so that only the writing is stuck.
        let talk = Task {
            while !Task.isCancelled {
                try? await raw.write([0, 0, 0, 1, 1])
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let reader = Task { await accepted.ending() }
        await #expect(throws: TransportError.idle) {
            while true { try await accepted.send([UInt8](repeating: 1, count: 1_048_576)) }
        }
        #expect(await reader.value == .idle)
        talk.cancel()
        _ = await talk.result
        await server.listener.close()
    }

    @Test func `a pause of the reader is not taken for an idle peer`() async throws {
        let limits = TransportLimits.standard { $0.idleTime = .milliseconds(500) }
        let pair = try await TestPair(clientLimits: limits)
        try await pair.accepted.send([1])
        try await pair.accepted.send([2])
        try await Task.sleep(for: .milliseconds(1500))
        #expect(try await pair.dialled.frame() == [1])
        #expect(try await pair.dialled.frame() == [2])
        // An idle end would only come after the frames that are here.
        try await pair.accepted.send([3])
        #expect(try await pair.dialled.frame() == [3])
        await pair.close()
    }
}
