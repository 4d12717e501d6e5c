import Synchronization

/// Counts failed log-ins of each account and from each address, and says when to wait.
///
/// An attempt counts from its start, so that many at once are no way round; one that succeeds, or
/// that was never looked at, is taken back.
package final class LoginLimiter: Sendable {
    private enum Counter: Hashable {
        case account(String)
        case address(String)

        var max: Int {
            switch self {
            case .account: WebLimits.failuresOfAccountMax
            case .address: WebLimits.failuresOfAddressMax
            }
        }
    }

    /// Times of the attempts that count, oldest first.
    private let attempts = Mutex<[Counter: [Int]]>([:])

    /// Creates a limiter that counted nothing yet.
    package init() {}

    private static func counters(_ account: String, _ address: String?) -> [Counter] {
        [.account(account)] + (address.map { [.address($0)] } ?? [])
    }

    /// Counts an attempt on an account, whether or not it exists, from an address; `nil` for one
    /// that is not counted.
    ///
    /// - Returns: `nil` when it may go on, else in how many seconds it may.
    package func begin(account: String, address: String?, at seconds: Int) -> Int? {
        let counters = Self.counters(account, address)
        return self.attempts.withLock { attempts in
            var wait: Int?
            for counter in counters {
                let recent = (attempts[counter] ?? []).filter {
                    seconds - $0 < WebLimits.loginWindowSeconds
                }
                attempts[counter] = recent.isEmpty ? nil : recent
                if recent.count >= counter.max, let first = recent.first {
                    wait = max(wait ?? 0, first + WebLimits.loginWindowSeconds - seconds)
                }
            }
            guard wait == nil else { return wait }
            Self.makeRoom(in: &attempts, for: counters.count, at: seconds)
            for counter in counters { attempts[counter, default: []].append(seconds) }
            return nil
        }
    }

    /// Takes an attempt back that began at that time and succeeded, and what failed before for the
    /// account; what failed from the address stays counted.
    package func succeed(account: String, address: String?, began seconds: Int) {
        self.takeBack(account: account, address: address, began: seconds)
        self.attempts.withLock { $0[.account(account)] = nil }
    }

    /// Takes an attempt back that began at that time and of which nobody knows how it would have
    /// ended.
    package func takeBack(account: String, address: String?, began seconds: Int) {
        self.attempts.withLock { attempts in
            for counter in Self.counters(account, address) {
                guard let place = attempts[counter]?.lastIndex(of: seconds) else { continue }
                attempts[counter]?.remove(at: place)
                if attempts[counter]?.isEmpty ?? false { attempts[counter] = nil }
            }
        }
    }

    /// Forgets what no longer counts and, when that is not enough, the oldest tenth: a flood of
    /// attempts sorts the counters once for many of them.
    private static func makeRoom(
        in attempts: inout [Counter: [Int]],
        for count: Int,
        at seconds: Int
    ) {
        let most = WebLimits.failureCountersMax
        guard attempts.count + count > most else { return }
        attempts = attempts.filter {
            seconds - ($0.value.last ?? 0) < WebLimits.loginWindowSeconds
        }
        let excess = attempts.count - most / 10 * 9
        guard excess > 0 else { return }
        for (counter, _) in attempts.sorted(by: { ($0.value.last ?? 0) < ($1.value.last ?? 0) })
            .prefix(excess)
        {
            attempts[counter] = nil
        }
    }

    /// Number of accounts and addresses counted.
    package var count: Int { self.attempts.withLock(\.count) }
}
