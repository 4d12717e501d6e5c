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

    @Test func `a client that says nothing is closed and hurts nobody`() async throws {
        let limits = TransportLimits.standard {
            $0.handshakeTime = .seconds(2)
            $0.handshakesPerAddressMax = 2
        }
        let server = try await TestServer(
            self.alpha.endpoint(knowing: [self.beta], limits: limits)
        )
        let silent = try await RawPeer.connect(port: server.port)
        let dialled = try await server.dial(
            self.alpha,
            from: self.beta.endpoint(knowing: [self.alpha])
        )
        try await server.accept().send([1])
        #expect(try await dialled.frame() == [1])
        try await silent.closed()
        #expect(try await server.refusal() == .handshakeTimeout)
        #expect(silent.received.isEmpty)
        await server.listener.close()
    }

    @Test func `one address has as many handshakes as the limit and no more`() async throws {
        let limits = TransportLimits.standard { $0.handshakesPerAddressMax = 1 }
        let server = try await TestServer(
            self.alpha.endpoint(knowing: [self.beta], limits: limits)
        )
        let first = try await RawPeer.connect(port: server.port)
        // Two connections are taken up on two threads: the first must have its place before.
        while server.endpoint.sessions.handshakeCount == 0 { await Task.yield() }
        let second = try await RawPeer.connect(port: server.port)
        try await second.closed()
        #expect(try await server.refusal() == .tooManyHandshakes)
        try await first.close()
        // Its place is free again.
        #expect(try await server.refusal() == .refused)
        let third = try await server.dial(
            self.alpha,
            from: self.beta.endpoint(knowing: [self.alpha])
        )
        try await server.accept().send([1])
        #expect(try await third.frame() == [1])
        await server.listener.close()
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
