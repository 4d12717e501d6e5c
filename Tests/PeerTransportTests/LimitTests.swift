import NIOCore
import Testing

@testable import PeerTransport

@Suite(.timeLimit(.minutes(2))) struct LimitTests {
    let alpha: TestNode
    let beta: TestNode
    let gamma: TestNode
    /// A dialler's own limits that leave the server's to show.
    let generous = TransportLimits.standard { $0.sessionsPerPeerMax = 9 }

    init() throws {
        self.alpha = try TestNode(1)
        self.beta = try TestNode(2)
        self.gamma = try TestNode(3)
    }

    @Test func `a peer has as many sessions as the limit and no more`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta, self.gamma]))
        let beta = self.beta.endpoint(knowing: [self.alpha], limits: self.generous)
        let gamma = self.gamma.endpoint(knowing: [self.alpha])
        let first = try await server.dial(self.alpha, from: beta)
        let firstAccepted = try await server.accept()
        let second = try await server.dial(self.alpha, from: beta)
        let secondAccepted = try await server.accept()
        let third = try await server.dial(self.alpha, from: beta)
        #expect(await third.ending() == .refused)
        #expect(try await server.refusal() == .tooManySessions)
        #expect(server.endpoint.sessionCount == 2)

        // Others are not hurt, and the first two go on.
        let other = try await server.dial(self.alpha, from: gamma)
        let otherAccepted = try await server.accept()
        for (accepted, dialled) in [
            (firstAccepted, first), (secondAccepted, second), (otherAccepted, other),
        ] {
            try await accepted.send([5])
            #expect(try await dialled.frame() == [5])
        }

        // A place that was given back can be taken.
        await first.close()
        await firstAccepted.close()
        let fourth = try await server.dial(self.alpha, from: beta)
        let fourthAccepted = try await server.accept()
        try await fourthAccepted.send([6])
        #expect(try await fourth.frame() == [6])
        await server.listener.close()
    }

    @Test func `a node has as many sessions as the limit and no more`() async throws {
        let limits = TransportLimits.standard { $0.sessionsMax = 1 }
        let server = try await TestServer(
            self.alpha.endpoint(knowing: [self.beta, self.gamma], limits: limits)
        )
        let first = try await server.dial(
            self.alpha,
            from: self.beta.endpoint(knowing: [self.alpha])
        )
        let accepted = try await server.accept()
        let second = try await server.dial(
            self.alpha,
            from: self.gamma.endpoint(knowing: [self.alpha])
        )
        #expect(await second.ending() == .refused)
        #expect(try await server.refusal() == .tooManySessions)
        try await accepted.send([5])
        #expect(try await first.frame() == [5])
        await server.listener.close()
    }

    @Test func `what a node dials counts with what it accepts`() async throws {
        let alpha = self.alpha.endpoint(knowing: [self.beta], limits: self.generous)
        let beta = self.beta.endpoint(
            knowing: [self.alpha],
            limits: .standard { $0.sessionsPerPeerMax = 1 }
        )
        let alphaServer = try await TestServer(alpha)
        let betaServer = try await TestServer(beta)
        let dialled = try await alphaServer.dial(self.alpha, from: beta)
        await #expect(throws: TransportError.tooManySessions) {
            try await alphaServer.dial(self.alpha, from: beta)
        }
        let refused = try await betaServer.dial(self.beta, from: alpha)
        #expect(await refused.ending() == .refused)
        #expect(beta.sessionCount == 1)
        await dialled.close()
        await alphaServer.listener.close()
        await betaServer.listener.close()
    }

    @Test func `a client that says nothing is closed after 2 s and hurts nobody`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let silent = try await RawPeer.connect(port: server.port)
        let start = ContinuousClock.now
        let dialled = try await server.dial(
            self.alpha,
            from: self.beta.endpoint(knowing: [self.alpha])
        )
        try await server.accept().send([1])
        #expect(try await dialled.frame() == [1])
        try await silent.closed()
        #expect(ContinuousClock.now - start < .seconds(9), "before the handshake's own time")
        #expect(try await server.refusal() == .handshakeTimeout)
        #expect(silent.received.isEmpty)
        await server.listener.close()
    }

    @Test func `at the limit of one address the oldest silent connection gives way`() async throws {
        let limits = TransportLimits.standard { $0.handshakesPerAddressMax = 2 }
        let server = try await TestServer(
            self.alpha.endpoint(knowing: [self.beta], limits: limits)
        )
        var silent: [RawPeer] = []
        for count in 1...2 {
            silent.append(try await RawPeer.connect(port: server.port))
            // Connections are taken up on several threads: each must have its place before the next.
            while server.endpoint.sessions.handshakeCount < count { await Task.yield() }
        }
        // Met exactly; one more, and the oldest goes.
        let third = try await RawPeer.connect(port: server.port)
        try await silent[0].closed()
        #expect(try await server.refusal() == .refused)
        #expect(server.endpoint.sessions.handshakeCount == 2)
        let dialled = try await server.dial(
            self.alpha,
            from: self.beta.endpoint(knowing: [self.alpha])
        )
        try await server.accept().send([1])
        #expect(try await dialled.frame() == [1])
        try await silent[1].closed()
        try await third.close()
        await server.listener.close()
    }

    @Test func `300 silent connections from one address do not hold up a partner`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        var silent: [RawPeer] = []
        for _ in 0..<300 { silent.append(try await RawPeer.connect(port: server.port)) }
        #expect(server.endpoint.sessions.handshakeCount <= 16)
        let start = ContinuousClock.now
        let dialled = try await server.dial(
            self.alpha,
            from: self.beta.endpoint(knowing: [self.alpha])
        )
        try await server.accept().send([1])
        #expect(try await dialled.frame() == [1])
        #expect(ContinuousClock.now - start < .seconds(20), "not only when the silent ones are cut")
        for peer in silent { try? await peer.close() }
        await server.listener.close()
    }

    @Test func `a connection that has sent its first record keeps its place for 2 s`() {
        let registry = SessionRegistry(
            limits: .standard {
                $0.handshakesMax = 3
                $0.handshakesPerAddressMax = 2
            }
        )
        let start = NIODeadline.now()
        func begin(_ address: String, after milliseconds: Int64) -> UInt64? {
            registry.beginHandshake(
                address: address,
                now: start + .milliseconds(milliseconds),
                cut: {}
            )
        }
        let places = ["a", "a", "b"].compactMap { begin($0, after: 0) }
        #expect(places.count == 3)
        for place in places { registry.noteSpoken(place) }
        // All have spoken: at the limit of the address, and of all, nobody gives way yet.
        #expect(begin("a", after: 1_999) == nil)
        #expect(begin("c", after: 1_999) == nil)
        #expect(begin("a", after: 2_000) != nil)
        #expect(registry.handshakeCount == 3)
        // The one of this address that was older is gone, and giving its place back does nothing.
        registry.endHandshake(places[0])
        #expect(registry.handshakeCount == 3)
        // Of all addresses the silent one goes first, and one of the own address before others'.
        let late = begin("c", after: 2_001)
        #expect(late != nil && registry.handshakeCount == 3)
        registry.endHandshake(places[2])
        #expect(registry.handshakeCount == 2, "that of b was still there")
    }

    @Test func `dialling a server that says nothing ends`() async throws {
        let silent = try await RawServer.start(greeting: [], closes: false)
        let port = try #require(silent.localAddress?.port)
        let limits = TransportLimits.standard { $0.handshakeTime = .milliseconds(200) }
        await #expect(throws: TransportError.handshakeTimeout) {
            try await PeerDialer.dial(
                host: "127.0.0.1",
                port: port,
                expecting: self.alpha.id,
                from: self.beta.endpoint(knowing: [self.alpha], limits: limits)
            )
        }
        try await silent.close()
    }
}
