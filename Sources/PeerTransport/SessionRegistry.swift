import Synchronization

/// Counts a node's connections against its limits.
///
/// Safe to use from any thread.
final class SessionRegistry: Sendable {
    private struct Counts {
        var handshakes = 0
        var handshakesByAddress: [String: Int] = [:]
        var sessions = 0
        var sessionsByPeer: [[UInt8]: Int] = [:]
    }

    private let limits: TransportLimits
    private let counts = Mutex(Counts())

    /// Creates counts of zero.
    init(limits: TransportLimits) {
        self.limits = limits
    }

    /// Takes a place for an accepted connection that is not admitted yet.
    ///
    /// `false` when none is left. `address` is the remote host without its port.
    func beginHandshake(address: String) -> Bool {
        self.counts.withLock { counts in
            let here = counts.handshakesByAddress[address, default: 0]
            guard counts.handshakes < self.limits.handshakesMax,
                here < self.limits.handshakesPerAddressMax
            else { return false }
            counts.handshakes += 1
            counts.handshakesByAddress[address] = here + 1
            return true
        }
    }

    /// Gives a place of ``beginHandshake(address:)`` back.
    func endHandshake(address: String) {
        self.counts.withLock { counts in
            counts.handshakes -= 1
            Self.decrement(&counts.handshakesByAddress, address)
        }
    }

    /// Takes a place for an admitted connection; `false` when none is left.
    func beginSession(peer: [UInt8]) -> Bool {
        self.counts.withLock { counts in
            let here = counts.sessionsByPeer[peer, default: 0]
            guard counts.sessions < self.limits.sessionsMax,
                here < self.limits.sessionsPerPeerMax
            else { return false }
            counts.sessions += 1
            counts.sessionsByPeer[peer] = here + 1
            return true
        }
    }

    /// Gives a place of ``beginSession(peer:)`` back.
    func endSession(peer: [UInt8]) {
        self.counts.withLock { counts in
            counts.sessions -= 1
            Self.decrement(&counts.sessionsByPeer, peer)
        }
    }

    /// The number of accepted connections that are not admitted yet.
    var handshakeCount: Int { self.counts.withLock { $0.handshakes } }

    /// The number of admitted connections.
    var sessionCount: Int { self.counts.withLock { $0.sessions } }

    private static func decrement<Key: Hashable>(_ table: inout [Key: Int], _ key: Key) {
        guard let count = table[key] else {
            preconditionFailure("a place is given back once, after it was taken")
        }
        table[key] = count == 1 ? nil : count - 1
    }
}
