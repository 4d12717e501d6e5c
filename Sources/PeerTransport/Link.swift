/// Carries whole frames between two nodes that know who the other is, both ways and in order.
///
/// Sessions go over links and know nothing else of how bytes travel: a TLS connection is one
/// (``PeerConnection``), and so can be two files, or a relay. What a link loses ends it: frames that came
/// have no gap before them.
package protocol Link: AnyObject, Sendable {
    /// The other node's ID, 32 bytes, as whoever made the link has checked it.
    var peer: [UInt8] { get }

    /// The next frame, 1 to ``TransportLimits/frameBytesMax`` bytes; `nil` at the end in good order.
    ///
    /// One task waits at a time.
    func nextFrame() async throws(TransportError) -> [UInt8]?

    /// Sends one frame; returns when more can be taken, which need not mean that it has arrived.
    func send(_ frame: [UInt8]) async throws(TransportError)

    /// Ends the link once what was sent is on its way; calling it again is harmless.
    func close() async
}
