import Cryptography
import NIOCore
import SyncLog
import Testing
import Wire

@testable import NodeService
@testable import PeerTransport

/// A member with real keys that speaks the protocol by hand, so that it can lie.
final class HostilePeer: Sendable {
    let card: Card
    let keys: Node.Keys
    let identity: TLSIdentity

    init(_ handle: String) throws {
        let scalar = TLSIdentity.makePrivateScalar()
        guard let tls = SecretKey(scalar) else { throw HostileError.unexpected }
        let keys = NodeKeys.generate(tls: tls)
        let contents = Card.Contents(
            version: 1,
            handle: handle,
            name: "Organisatie \(handle)",
            oin: "00000009876543210000",
            memberClass: .odToezicht,
            // Nobody dials it.
            endpoints: []
        )
        let hash = try #require(Digest(try TLSIdentity.publicKeyHash(privateScalar: scalar)))
        self.card = try Card(contents, keys: keys, tlsKeyHash: hash)
        self.identity = try TLSIdentity(privateScalar: scalar, card: self.card.note.encoded)
        self.keys = Node.Keys(keys)
    }

    /// The same member with its next card, which names another TLS key.
    init(renewing peer: HostilePeer) throws {
        let scalar = TLSIdentity.makePrivateScalar()
        let contents = Card.Contents(
            version: peer.card.version + 1,
            handle: peer.card.handle,
            name: peer.card.name,
            oin: peer.card.oin,
            memberClass: peer.card.memberClass,
            endpoints: []
        )
        let hash = try #require(Digest(try TLSIdentity.publicKeyHash(privateScalar: scalar)))
        self.card = try Card(contents, keys: peer.keys.keys, tlsKeyHash: hash)
        self.identity = try TLSIdentity(privateScalar: scalar, card: self.card.note.encoded)
        self.keys = peer.keys
    }

    /// Connects to a node; it accepts everybody and larger frames than allowed.
    func dial(_ node: LiveNode) async throws -> HostileSession {
        var limits = TransportLimits.standard
        limits.frameBytesMax = 1 << 25
        let endpoint = LocalEndpoint(
            identity: self.identity,
            limits: limits,
            group: NodeLoops.shared
        ) { credentials in (try? Card(parsing: credentials.card))?.identity.bytes }
        return HostileSession(
            connection: try await PeerDialer.dial(
                host: "127.0.0.1",
                port: Int(node.port),
                expecting: node.card.identity.bytes,
                from: endpoint
            )
        )
    }

    /// Connects and says hello for a table as a good member would.
    func greet(_ node: LiveNode, table: TableID) async throws -> HostileSession {
        let session = try await self.dial(node)
        try await self.sayHello(over: session, table: table)
        return session
    }

    /// Says hello for a table over a connection that has heard nothing of it.
    func sayHello(over session: HostileSession, table: TableID) async throws {
        guard case .hello(let hello) = try await session.next() else {
            throw HostileError.unexpected
        }
        try await session.send(
            .hello(
                Hello(
                    version: 1,
                    card: self.card,
                    tables: [table: try #require(hello.tables[table])]
                )
            )
        )
    }
}

enum HostileError: Error {
    case unexpected
    case ended
}

/// One connection of a hostile peer.
struct HostileSession: Sendable {
    let connection: PeerConnection

    func send(_ message: PeerMessage) async throws { try await self.send(frame: message.encoded) }

    func send(frame: [UInt8]) async throws { try await self.connection.send(frame) }

    /// The next message; throws at the end.
    func next() async throws -> PeerMessage {
        guard let frame = try await self.connection.nextFrame() else { throw HostileError.ended }
        return try PeerMessage(decoding: frame)
    }

    /// Reads on until a message is what is wanted.
    func next<Wanted>(_ wanted: (PeerMessage) -> Wanted?) async throws -> Wanted {
        while true {
            if let found = wanted(try await self.next()) { return found }
        }
    }

    /// Everything that comes until the node closes.
    func ending() async -> [PeerMessage] {
        var messages: [PeerMessage] = []
        while let message = try? await self.next() { messages.append(message) }
        return messages
    }

    /// Returns when the node has handled everything that was sent before.
    ///
    /// A digest that differs is always answered with heads.
    @discardableResult
    func settle(_ table: TableID) async throws -> Heads {
        let digest = HeadsDigest(
            table: table,
            digest: .zero,
            complete: EntryHeader.treeSizeMax,
            isSettled: false,
            isRound: false
        )
        try await self.send(.headsDigest(digest))
        return try await self.next { if case .heads(let heads) = $0 { heads } else { nil } }
    }

    /// Answers the next question for a proof, truly.
    func prove(_ log: ForgedLog) async throws {
        let index = try await self.next {
            if case .prove(let prove) = $0 { prove.index } else { nil }
        }
        try await self.send(.proof(log.proof(at: index)))
    }

    /// Sends a chunk and waits until the node says that it is on disk.
    func give(_ chunk: Chunk) async throws {
        try await self.send(.chunk(chunk))
        let end = chunk.from + UInt64(chunk.items.count)
        try await self.next { message -> Void? in
            if case .ack(let ack) = message, ack.log == chunk.log, ack.size >= end {
                ()
            } else {
                nil
            }
        }
    }
}
