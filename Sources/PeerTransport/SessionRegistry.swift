import NIOCore
import Synchronization

/// Counts a node's connections against its limits.
///
/// Safe to use from any thread.
final class SessionRegistry: Sendable {
    /// An accepted connection that is not admitted yet.
    private struct Handshake {
        let address: String
        let began: NIODeadline
        /// Whether its first TLS record came: before that a client has cost itself nothing.
        var hasSpoken = false
        /// Cuts it; called outside the lock.
        let cut: @Sendable () -> Void
    }

    private struct Counts {
        var nextHandshake: UInt64 = 0
        var handshakes: [UInt64: Handshake] = [:]
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
    /// Where none is left, one of the same address gives way, else one of any: the oldest that has
    /// sent nothing, else the oldest that is older than ``TransportLimits/firstRecordTime``. So who
    /// opens many connections and says nothing takes places from himself alone. `nil` when none gives
    /// way. `address` is the remote host without its port; `cut` ends the connection.
    func beginHandshake(
        address: String,
        now: NIODeadline = .now(),
        cut: @escaping @Sendable () -> Void
    ) -> UInt64? {
        let (place, loser) = self.counts.withLock { counts -> (UInt64?, Handshake?) in
            var loser: Handshake?
            let isFull =
                counts.handshakesByAddress[address, default: 0]
                >= self.limits.handshakesPerAddressMax
            if isFull || counts.handshakes.count >= self.limits.handshakesMax {
                let rivals = counts.handshakes.filter { !isFull || $0.value.address == address }
                guard let number = self.loser(of: rivals, now: now) else { return (nil, nil) }
                loser = Self.remove(number, from: &counts)
            }
            let number = counts.nextHandshake
            counts.nextHandshake += 1
            counts.handshakes[number] = Handshake(address: address, began: now, cut: cut)
            counts.handshakesByAddress[address, default: 0] += 1
            return (number, loser)
        }
        loser?.cut()
        return place
    }

    private func loser(of rivals: [UInt64: Handshake], now: NIODeadline) -> UInt64? {
        let silent = rivals.filter { !$0.value.hasSpoken }.keys.min()
        guard silent == nil else { return silent }
        let time = TimeAmount(self.limits.firstRecordTime)
        return rivals.filter { now - $0.value.began >= time }.keys.min()
    }

    /// Notes that the first TLS record of a connection is there.
    func noteSpoken(_ handshake: UInt64) {
        self.counts.withLock { $0.handshakes[handshake]?.hasSpoken = true }
    }

    /// Whether a connection still has its place and has not sent its first TLS record.
    func isSilent(_ handshake: UInt64) -> Bool {
        self.counts.withLock { $0.handshakes[handshake]?.hasSpoken == false }
    }

    /// Gives a place of ``beginHandshake(address:now:cut:)`` back; nothing where it gave way before.
    func endHandshake(_ handshake: UInt64) {
        self.counts.withLock { counts in _ = Self.remove(handshake, from: &counts) }
    }

    private static func remove(_ number: UInt64, from counts: inout Counts) -> Handshake? {
        guard let handshake = counts.handshakes.removeValue(forKey: number) else { return nil }
        self.decrement(&counts.handshakesByAddress, handshake.address)
        return handshake
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
    var handshakeCount: Int { self.counts.withLock { $0.handshakes.count } }

    /// The number of admitted connections.
    var sessionCount: Int { self.counts.withLock { $0.sessions } }

    private static func decrement<Key: Hashable>(_ table: inout [Key: Int], _ key: Key) {
        guard let count = table[key] else {
            preconditionFailure("a place is given back once, after it was taken")
        }
        table[key] = count == 1 ? nil : count - 1
    }
}
