import NIOCore
import NIOSSL

/// Puts the handlers of one connection into its channel.
enum PeerPipeline {
    /// Adds, from the socket inwards: idle check, TLS, admission, frames.
    ///
    /// Called on the channel's event loop. `expected` is the node ID dialled, `nil` on the
    /// accepting side; `onFirstRecord` is told when the peer's first TLS record is there. The future fails with a ``TransportError`` when no admitted connection
    /// comes of it; it is always completed when the channel has closed.
    static func configure(
        _ channel: any Channel,
        endpoint: LocalEndpoint,
        expecting expected: [UInt8]?,
        onFirstRecord: @escaping () -> Void = {}
    ) throws -> EventLoopFuture<PeerConnection> {
        let admission = Admission(admit: endpoint.admit, expecting: expected)
        let parts = PeerConnection.Parts(
            socket: SocketHandler(
                idleTime: endpoint.limits.idleTime,
                onFirstRecord: onFirstRecord
            ),
            frames: FrameHandler(
                eventLoop: channel.eventLoop,
                limits: endpoint.limits,
                isDialled: expected != nil
            )
        )
        let verify: NIOSSLCustomVerificationCallback = { chain, promise in
            promise.succeed(admission.decide(chain: chain))
        }
        let operations = channel.pipeline.syncOperations
        try operations.addHandler(parts.socket)
        if expected == nil {
            try operations.addHandler(
                NIOSSLServerHandler(
                    context: endpoint.identity.serverContext,
                    customVerificationCallback: verify
                )
            )
        } else {
            try operations.addHandler(
                NIOSSLClientHandler(
                    context: endpoint.identity.clientContext,
                    // No name is sent: the identity dialled is in the card, not in a host name.
                    serverHostname: nil,
                    customVerificationCallback: verify
                )
            )
        }
        let promise = channel.eventLoop.makePromise(of: PeerConnection.self)
        do {
            try operations.addHandlers([
                AdmissionHandler(
                    admission: admission,
                    endpoint: endpoint,
                    parts: parts,
                    promise: promise
                ),
                parts.frames,
            ])
        } catch {
            promise.fail(TransportError.closed)
            throw error
        }
        return promise.futureResult
    }
}
