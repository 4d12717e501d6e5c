package import NIOCore
import Synchronization

/// What a node brings to all its connections: who it is, whom it accepts, how much they may use.
///
/// Copies share the counts of sessions, so one value serves a node's listener and all it dials.
package struct LocalEndpoint: Sendable {
    /// Holds what all copies share; a class, because it changes.
    private final class Shared: Sendable {
        let identity: Mutex<TLSIdentity>
        init(_ identity: TLSIdentity) { self.identity = Mutex(identity) }
    }

    /// The limits of all its connections together.
    package let limits: TransportLimits

    /// The node's event loops.
    ///
    /// They must outlive every connection.
    package let group: any EventLoopGroup

    let admit: @Sendable (PeerCredentials) -> [UInt8]?
    let sessions: SessionRegistry
    private let shared: Shared

    /// Creates an endpoint without connections.
    ///
    /// `admit` decides about each peer before a byte is exchanged with it: it returns the peer's
    /// node ID (32 bytes), or `nil` to refuse. It must check the card's signature, that its `tls`
    /// line is equal to the public key's hash, and that the peer is a member
    /// (`Protocol/sync.md` §1). It runs on an event loop, once per handshake: it must not block,
    /// and it must not trust that the peer holds the key, which TLS proves only afterwards.
    package init(
        identity: TLSIdentity,
        limits: TransportLimits,
        group: any EventLoopGroup,
        admit: @escaping @Sendable (PeerCredentials) -> [UInt8]?
    ) {
        self.shared = Shared(identity)
        self.limits = limits
        self.group = group
        self.admit = admit
        self.sessions = SessionRegistry(limits: limits)
    }

    /// The node's certificate and key.
    package var identity: TLSIdentity { self.shared.identity.withLock { $0 } }

    /// Presents another certificate on every connection that begins after this.
    package func replaceIdentity(_ identity: TLSIdentity) {
        self.shared.identity.withLock { $0 = identity }
    }

    /// The number of admitted connections now, accepted and dialled.
    package var sessionCount: Int { self.sessions.sessionCount }
}
