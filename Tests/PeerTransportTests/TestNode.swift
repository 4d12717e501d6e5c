import Crypto
import NIOPosix
import Testing

@testable import PeerTransport

/// A node whose card is its ID followed by the hash of its TLS key.
struct TestNode: Sendable {
    let id: [UInt8]
    let scalar: [UInt8]
    let identity: TLSIdentity

    /// Creates a node whose 32 ID bytes are all `number`.
    init(_ number: UInt8) throws {
        self.id = [UInt8](repeating: number, count: 32)
        self.scalar = Array(SHA256.hash(data: [number]))
        let hash = try TLSIdentity.publicKeyHash(privateScalar: self.scalar)
        self.identity = try TLSIdentity(privateScalar: self.scalar, card: self.id + hash)
    }

    /// An endpoint that admits the nodes in `known` when the card names the certificate's key.
    func endpoint(
        knowing known: [TestNode],
        limits: TransportLimits = .standard
    ) -> LocalEndpoint {
        self.endpoint(as: self.identity, knowing: known, limits: limits)
    }

    /// The same with another certificate.
    func endpoint(
        as identity: TLSIdentity,
        knowing known: [TestNode],
        limits: TransportLimits = .standard
    ) -> LocalEndpoint {
        let ids = Set(known.map { $0.id })
        return LocalEndpoint(
            identity: identity,
            limits: limits,
            group: MultiThreadedEventLoopGroup.singleton
        ) { credentials in
            guard credentials.card.count == 64,
                Array(credentials.card.suffix(32)) == credentials.publicKeyHash
            else { return nil }
            let id = Array(credentials.card.prefix(32))
            return ids.contains(id) ? id : nil
        }
    }
}

/// A listener with what it refused.
struct TestServer {
    let listener: PeerListener
    let endpoint: LocalEndpoint
    let refusals: AsyncStream<TransportError>

    var port: Int { self.listener.localAddress.port }

    init(_ endpoint: LocalEndpoint) async throws {
        let (refusals, continuation) = AsyncStream.makeStream(of: TransportError.self)
        self.endpoint = endpoint
        self.refusals = refusals
        self.listener = try await PeerListener.bind(
            host: "127.0.0.1",
            port: 0,
            endpoint: endpoint
        ) { _, error in continuation.yield(error) }
    }

    /// The next admitted connection.
    func accept() async throws -> PeerConnection {
        var iterator = self.listener.connections.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    /// The next refusal's reason.
    func refusal() async throws -> TransportError {
        var iterator = self.refusals.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    /// Closes, and counts the connections that were admitted and not yet accepted.
    func closeCountingConnections() async -> Int {
        await self.listener.close()
        var count = 0
        for await _ in self.listener.connections { count += 1 }
        return count
    }

    func dial(_ node: TestNode, from endpoint: LocalEndpoint) async throws -> PeerConnection {
        try await PeerDialer.dial(
            host: "127.0.0.1",
            port: self.port,
            expecting: node.id,
            from: endpoint
        )
    }
}

/// Two nodes connected over a loopback socket.
struct TestPair {
    let server: TestServer
    let accepted: PeerConnection
    let dialled: PeerConnection

    init(
        serverLimits: TransportLimits = .standard,
        clientLimits: TransportLimits = .standard
    ) async throws {
        let (alpha, beta) = (try TestNode(1), try TestNode(2))
        self.server = try await TestServer(alpha.endpoint(knowing: [beta], limits: serverLimits))
        self.dialled = try await self.server.dial(
            alpha,
            from: beta.endpoint(knowing: [alpha], limits: clientLimits)
        )
        self.accepted = try await self.server.accept()
    }

    func close() async {
        await self.dialled.close()
        await self.accepted.close()
        await self.server.listener.close()
    }
}

extension PeerConnection {
    /// What ends the frames, after all of them; `nil` is good order.
    func ending() async -> TransportError? {
        do {
            while try await self.nextFrame() != nil {}
            return nil
        } catch {
            return error
        }
    }

    /// The next frame; fails the test at the end.
    func frame() async throws -> [UInt8] {
        try #require(try await self.nextFrame())
    }
}

extension TransportLimits {
    /// The standard limits, changed.
    static func standard(_ change: (inout Self) -> Void) -> Self {
        var limits = Self.standard
        change(&limits)
        return limits
    }
}
