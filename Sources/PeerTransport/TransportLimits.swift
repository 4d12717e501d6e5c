/// What a peer, or a stranger, may use of this node.
///
/// `Protocol/sync.md` §4.
package struct TransportLimits: Hashable, Sendable {
    /// The largest frame in bytes, without its length; beyond it the connection is closed.
    package var frameBytesMax: Int
    /// Frames a second that a connection delivers over time, after a burst of as many; beyond it
    /// reading pauses.
    package var framesPerSecondMax: Int
    /// How long nothing may move.
    ///
    /// The connection is closed when, for this long and up to a quarter longer, no byte came while
    /// reading was not paused, or none of the waiting bytes could be sent.
    package var idleTime: Duration
    /// How long connecting and, after it, the TLS handshake may take, each.
    package var handshakeTime: Duration
    /// How long an accepted connection may take until its first TLS record is there.
    package var firstRecordTime: Duration
    /// Admitted connections at one time, accepted and dialled.
    package var sessionsMax: Int
    /// Admitted connections with one peer at one time.
    package var sessionsPerPeerMax: Int
    /// Accepted connections whose peer is not yet admitted, at one time.
    package var handshakesMax: Int
    /// The same from one address, so that one stranger cannot use them up.
    ///
    /// Where there is no place, the oldest connection that has not sent its first TLS record gives way,
    /// else the oldest that is older than ``firstRecordTime``.
    package var handshakesPerAddressMax: Int

    /// The limits of `Protocol/sync.md` §4.
    package static let standard = Self(
        frameBytesMax: 9_437_184,
        framesPerSecondMax: 1000,
        idleTime: .seconds(120),
        handshakeTime: .seconds(10),
        firstRecordTime: .seconds(2),
        sessionsMax: 128,
        sessionsPerPeerMax: 2,
        handshakesMax: 128,
        handshakesPerAddressMax: 16
    )
}
