import NIOCore
import NIOSSL
import Testing

@testable import PeerTransport

@Suite(.timeLimit(.minutes(2))) struct AdmissionTests {
    let alpha: TestNode
    let beta: TestNode

    init() throws {
        self.alpha = try TestNode(1)
        self.beta = try TestNode(2)
    }

    private func configuration(_ node: TestNode) throws -> TLSConfiguration {
        try RawPeer.configuration(
            certificates: [node.identity.certificate],
            scalar: node.scalar
        )
    }

    /// Expects that a raw client is refused, got no byte, and none of its own were delivered.
    private func expectRefusal(_ tls: TLSConfiguration?, first bytes: [UInt8]) async throws
        -> TransportError
    {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let raw = try await RawPeer.connect(port: server.port, tls: tls)
        try? await raw.write(bytes)
        try await raw.closed()
        let refusal = try await server.refusal()
        #expect(raw.received.isEmpty)
        #expect(server.endpoint.sessionCount == 0)
        #expect(await server.closeCountingConnections() == 0)
        return refusal
    }

    @Test func `a raw client that keeps the rules is admitted`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let raw = try await RawPeer.connect(port: server.port, tls: self.configuration(self.beta))
        let accepted = try await server.accept()
        try await raw.write([0, 0, 0, 1, 8])
        #expect(try await accepted.frame() == [8])
        try await accepted.send([1, 2, 3])
        await accepted.close()
        try await raw.closed()
        #expect(raw.received == [0, 0, 0, 3, 1, 2, 3])
        await server.listener.close()
    }

    @Test func `an unknown identity is closed without one application byte`() async throws {
        let stranger = try TestNode(9)
        let tls = try self.configuration(stranger)
        #expect(try await self.expectRefusal(tls, first: [0, 0, 0, 1, 8]) == .notAdmitted)
    }

    @Test func `an unknown identity that dials learns that it is refused`() async throws {
        let stranger = try TestNode(9)
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let dialled = try await server.dial(
            self.alpha,
            from: stranger.endpoint(knowing: [self.alpha])
        )
        #expect(await dialled.ending() == .refused)
        await #expect(throws: TransportError.refused) { try await dialled.send([1]) }
        #expect(try await server.refusal() == .notAdmitted)
        #expect(await server.closeCountingConnections() == 0)
    }

    @Test func `a dialler refuses a server it does not know`() async throws {
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let dialler = self.beta.endpoint(knowing: [])
        await #expect(throws: TransportError.notAdmitted) {
            try await server.dial(self.alpha, from: dialler)
        }
        #expect(try await server.refusal() == .refused)
        #expect(dialler.sessionCount == 0)
        #expect(await server.closeCountingConnections() == 0)
    }

    @Test func `a dialler refuses a known server that is not the one it dialled`() async throws {
        let gamma = try TestNode(3)
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        await #expect(throws: TransportError.identityMismatch) {
            try await server.dial(
                gamma,
                from: self.beta.endpoint(knowing: [self.alpha, gamma])
            )
        }
        #expect(await server.closeCountingConnections() == 0)
    }

    @Test func `a certificate with the card of another key is refused`() async throws {
        let thief = try TLSIdentity(
            privateScalar: TestNode(9).scalar,
            card: self.beta.identity.card
        )
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let dialled = try await server.dial(
            self.alpha,
            from: self.beta.endpoint(as: thief, knowing: [self.alpha])
        )
        #expect(await dialled.ending() == .refused)
        #expect(try await server.refusal() == .notAdmitted)
        #expect(await server.closeCountingConnections() == 0)
    }

    @Test func `a copied certificate without its key is refused`() async throws {
        // The library refuses a key that does not match; so the thief signs by another route.
        let copied = self.beta.identity.certificate
        #expect(throws: (any Error).self) {
            try NIOSSLContext(
                configuration: RawPeer.configuration(
                    certificates: [copied],
                    scalar: TestNode(9).scalar
                )
            )
        }
        var tls = try self.configuration(self.beta)
        let wrong = WrongKey(scalar: try TestNode(9).scalar)
        tls.privateKey = .privateKey(NIOSSLPrivateKey(customPrivateKey: wrong))
        let refusal = try await self.expectRefusal(tls, first: [0, 0, 0, 1, 8])
        guard case .handshakeFailed(let reason) = refusal else {
            Issue.record("refused as \(refusal)")
            return
        }
        #expect(reason.contains("BAD_SIGNATURE"))
    }

    @Test func `two certificates are refused`() async throws {
        let tls = try RawPeer.configuration(
            certificates: [self.beta.identity.certificate, self.alpha.identity.certificate],
            scalar: self.beta.scalar
        )
        #expect(try await self.expectRefusal(tls, first: [0, 0, 0, 1, 8]) == .notAdmitted)
    }

    @Test func `a client without a certificate is refused`() async throws {
        let tls = try RawPeer.configuration(certificates: [], scalar: [])
        let refusal = try await self.expectRefusal(tls, first: [0, 0, 0, 1, 8])
        guard case .handshakeFailed(let reason) = refusal else {
            Issue.record("refused as \(refusal)")
            return
        }
        #expect(reason.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE"))
    }

    @Test(arguments: [[], ["h2"], ["tafel/2"]])
    func `another application protocol is refused`(protocols: [String]) async throws {
        var tls = try self.configuration(self.beta)
        tls.applicationProtocols = protocols
        let refusal = try await self.expectRefusal(tls, first: [0, 0, 0, 1, 8])
        #expect(refusal == .handshakeFailed("the peer does not speak tafel/1"))
    }

    @Test func `TLS 1_2 is refused`() async throws {
        var tls = try self.configuration(self.beta)
        tls.minimumTLSVersion = .tlsv12
        tls.maximumTLSVersion = .tlsv12
        let refusal = try await self.expectRefusal(tls, first: [0, 0, 0, 1, 8])
        guard case .handshakeFailed(let reason) = refusal else {
            Issue.record("refused as \(refusal)")
            return
        }
        #expect(reason.contains("UNSUPPORTED_PROTOCOL"))
    }

    @Test func `a client that speaks plain bytes is closed`() async throws {
        let garbage = [UInt8]("GET / HTTP/1.1\r\nHost: tafel\r\n\r\n".utf8)
        let server = try await TestServer(self.alpha.endpoint(knowing: [self.beta]))
        let raw = try await RawPeer.connect(port: server.port)
        try await raw.write(garbage)
        try await raw.closed()
        guard case .handshakeFailed = try await server.refusal() else {
            Issue.record("plain bytes were taken for TLS")
            return
        }
        // At most a TLS alert, which is no application byte: type 21, 7 bytes.
        #expect(raw.received.isEmpty || raw.received.count == 7 && raw.received[0] == 21)
        #expect(await server.closeCountingConnections() == 0)
    }

    @Test func `a server that speaks plain bytes is not TLS and one that closes refuses`()
        async throws
    {
        let dialler = self.beta.endpoint(knowing: [self.alpha])
        let chatty = try await RawServer.start(greeting: [UInt8]("hello\r\n".utf8), closes: false)
        let port = try #require(chatty.localAddress?.port)
        do {
            _ = try await PeerDialer.dial(
                host: "127.0.0.1",
                port: port,
                expecting: self.alpha.id,
                from: dialler
            )
            Issue.record("a server without TLS was accepted")
        } catch {
            guard case .handshakeFailed = error else {
                Issue.record("refused as \(error)")
                return
            }
        }
        try await chatty.close()

        let curt = try await RawServer.start(greeting: [], closes: true)
        let curtPort = try #require(curt.localAddress?.port)
        await #expect(throws: TransportError.refused) {
            try await PeerDialer.dial(
                host: "127.0.0.1",
                port: curtPort,
                expecting: self.alpha.id,
                from: dialler
            )
        }
        try await curt.close()
    }
}
