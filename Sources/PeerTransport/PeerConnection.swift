import NIOCore

/// One connection with an admitted peer.
///
/// Both sides have proven who they are by TLS 1.3. The accepting side speaks first; callers on the
/// dialling side send nothing before the first frame has come (`Protocol/sync.md` §1), because
/// until then the peer may still refuse them. A connection that nobody refers to closes itself.
package final class PeerConnection: Link {
    /// The handlers that a connection talks to on its event loop.
    struct Parts {
        /// The handler between socket and TLS.
        let socket: SocketHandler
        /// The handler that makes the frames.
        let frames: FrameHandler
    }

    /// The peer's node ID, 32 bytes, as the caller's `admit` returned it.
    package let peer: [UInt8]

    /// What the peer's certificate says.
    package let credentials: PeerCredentials

    /// The peer's address and port, such as `192.0.2.7:40112` or `[2001:db8::1]:7401`.
    package let remoteAddress: String

    private let channel: any Channel
    private let parts: NIOLoopBound<Parts>
    private let frameBytesMax: Int

    /// Creates a connection.
    ///
    /// Called on the event loop of `channel`, after the handshake.
    init(peer: AdmittedPeer, channel: any Channel, parts: Parts) {
        self.peer = peer.nodeID
        self.credentials = peer.credentials
        self.remoteAddress = channel.remoteAddress?.text ?? "unknown"
        self.channel = channel
        self.parts = NIOLoopBound(parts, eventLoop: channel.eventLoop)
        self.frameBytesMax = parts.frames.frameBytesMax
    }

    deinit {
        self.channel.close(promise: nil)
    }

    /// Sends one frame and returns when the operating system has taken all of it.
    ///
    /// While the peer does not read, the call waits. A caller that sends one frame after the
    /// other has at most one frame waiting; each concurrent call adds its own, so callers keep
    /// their number small. Frames of concurrent calls never mix.
    ///
    /// Throws ``TransportError/frameEmpty`` or ``TransportError/frameTooLarge(_:)`` before
    /// anything is sent; else what ``nextFrame()`` throws, or ``TransportError/closed``, when the
    /// connection is gone. A frame sent without an error need not have arrived. Cancelling the
    /// waiting task cuts the connection, since half a frame may be out, and throws
    /// ``TransportError/cancelled``.
    package func send(_ frame: [UInt8]) async throws(TransportError) {
        guard !frame.isEmpty else { throw .frameEmpty }
        guard frame.count <= self.frameBytesMax else { throw .frameTooLarge(frame.count) }
        guard !Task.isCancelled else { throw .cancelled }
        let mark = CancellationMark()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (waiter: CheckedContinuation<Result<Void, TransportError>, Never>) in
                self.onLoop { parts in
                    guard !mark.isSet else { return waiter.resume(returning: .failure(.cancelled)) }
                    parts.frames.send(frame) { waiter.resume(returning: $0) }
                }
            }
        } onCancel: {
            mark.set()
            self.onLoop { parts in
                parts.frames.end(with: .cancelled)
                parts.socket.abort()
            }
        }
        try result.get()
    }

    /// Closes in good order; returns when the connection is closed.
    ///
    /// Frames whose `send` has returned still go out. Waits for the peer's side of the close no
    /// longer than ``TLSIdentity/closeTime``. Calling it again is harmless.
    package func close() async {
        self.onLoop { parts in parts.frames.close() }
        // The future of a channel's close never fails.
        try? await self.channel.closeFuture.get()
    }

    /// The encrypted bytes that wait for the operating system now.
    package func pendingByteCount() async -> Int {
        await withCheckedContinuation { (waiter: CheckedContinuation<Int, Never>) in
            self.onLoop { parts in waiter.resume(returning: parts.socket.pendingByteCount) }
        }
    }

    /// The peer's next frame, 1 to ``TransportLimits/frameBytesMax`` bytes.
    ///
    /// `nil` when either side closed in good order. Otherwise it throws, after the frames that had
    /// come whole: ``TransportError/refused`` when this side dialled and the peer closed before
    /// its first byte, ``TransportError/idle``, ``TransportError/frameEmpty`` or
    /// ``TransportError/frameTooLarge(_:)`` (this side then closes), ``TransportError/closed``
    /// when the connection broke or ended within a frame, ``TransportError/cancelled`` when the
    /// waiting task was (no frame is lost; ask again to go on).
    ///
    /// One task waits at a time. While none does, at most one whole frame waits here and the peer is
    /// not read from.
    package func nextFrame() async throws(TransportError) -> [UInt8]? {
        let mark = CancellationMark()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (waiter: CheckedContinuation<FrameHandler.Outcome, Never>) in
                self.onLoop { parts in parts.frames.wait(waiter, cancellation: mark) }
            }
        } onCancel: {
            mark.set()
            self.onLoop { parts in parts.frames.cancelWait() }
        }
        return try outcome.get()
    }

    private func onLoop(_ body: @escaping @Sendable (Parts) -> Void) {
        let parts = self.parts
        self.channel.eventLoop.execute { body(parts.value) }
    }
}
