import NIOSSL

/// A peer whose certificate was accepted.
struct AdmittedPeer: Sendable {
    /// The node ID, 32 bytes.
    let nodeID: [UInt8]
    /// What its certificate said.
    let credentials: PeerCredentials
}

/// The decision about one connection's peer, made while TLS shakes hands.
///
/// Used on the connection's event loop only. The decision is made before the peer has proven that
/// it holds the key, so it has no effect until the handshake completes; and as a resumed TLS
/// session presents no certificate, a completed handshake without a decision is refused.
final class Admission {
    private let admit: @Sendable (PeerCredentials) -> [UInt8]?
    private let expected: [UInt8]?

    /// The decision; `nil` before the peer presented its certificate.
    private(set) var decision: Result<AdmittedPeer, TransportError>?

    /// Creates an open decision.
    ///
    /// `expected` is the node ID that was dialled.
    init(admit: @escaping @Sendable (PeerCredentials) -> [UInt8]?, expecting expected: [UInt8]?) {
        self.admit = admit
        self.expected = expected
    }

    /// Decides, and tells TLS.
    func decide(chain: [NIOSSLCertificate]) -> NIOSSLVerificationResult {
        let decision = self.judge(chain: chain)
        self.decision = decision
        switch decision {
        case .success: return .certificateVerified
        case .failure: return .failed
        }
    }

    private func judge(chain: [NIOSSLCertificate]) -> Result<AdmittedPeer, TransportError> {
        guard let credentials = PeerCredentials(chain: chain),
            let nodeID = self.admit(credentials)
        else { return .failure(.notAdmitted) }
        precondition(nodeID.count == 32, "a node ID has 32 bytes")
        if let expected = self.expected, expected != nodeID {
            return .failure(.identityMismatch)
        }
        return .success(AdmittedPeer(nodeID: nodeID, credentials: credentials))
    }
}
