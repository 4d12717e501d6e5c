/// A failure of a connection between nodes, of listening or of dialling.
package enum TransportError: Error, Hashable, Sendable {
    /// Another process listens on the address; choose another port or stop it.
    case addressInUse
    /// The address cannot be listened on for another reason, told in words.
    case cannotListen(String)
    /// No connection came about: unknown name, nobody listening, no answer. Try again later.
    case unreachable(String)
    /// The peer closed during the handshake or, when it was dialled, before its first frame: it
    /// does not accept this node, has no room for it, or went away.
    case refused
    /// The peer's certificate is not acceptable here, or the caller's `admit` said no.
    case notAdmitted
    /// The peer is admitted here but is not the one that was dialled; check the endpoint.
    case identityMismatch
    /// The handshake took longer than ``TransportLimits/handshakeTime``.
    case handshakeTimeout
    /// The other side does not speak this protocol; told in words.
    case handshakeFailed(String)
    /// ``TransportLimits/sessionsMax`` or ``TransportLimits/sessionsPerPeerMax`` is reached here.
    case tooManySessions
    /// ``TransportLimits/handshakesMax`` or ``TransportLimits/handshakesPerAddressMax`` is
    /// reached here.
    case tooManyHandshakes
    /// A frame of length 0, which the protocol does not know.
    case frameEmpty
    /// A frame of this many bytes, more than ``TransportLimits/frameBytesMax``.
    case frameTooLarge(Int)
    /// Nothing moved for ``TransportLimits/idleTime``.
    case idle
    /// The connection is gone: closed here, broken, or cut off within a frame.
    case closed
    /// The waiting task was cancelled.
    case cancelled
}

/// A failure to make a ``TLSIdentity``.
package enum TLSIdentityError: Error, Hashable, Sendable {
    /// The private scalar is not 32 bytes, zero, or not below the order of P-256.
    case scalarInvalid
    /// The card has this many bytes: none, or more than ``TLSIdentity/cardBytesMax``.
    case cardLengthInvalid(Int)
    /// The certificate could not be made; told in words.
    case certificateFailed(String)
}
