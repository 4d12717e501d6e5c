import Synchronization

/// Counts failed log-ins of each account and from each address, and says when to wait.
///
/// An attempt counts from its start, so that many at once are no way round; one that succeeds is
/// taken back.
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

    /// Counts an attempt on an account, whether or not it exists, from an address.
    ///
    /// - Returns: `nil` when it may go on, else in how many seconds it may.
    package func begin(account: String, address: String, at seconds: Int) -> Int? {
        let counters: [Counter] = [.account(account), .address(address)]
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

    /// Takes an attempt back that began at that time and succeeded.
    package func succeed(account: String, address: String, began seconds: Int) {
        self.attempts.withLock { attempts in
            // The right password ends what failed for the account; the address stays counted.
            attempts[.account(account)] = nil
            if let place = attempts[.address(address)]?.lastIndex(of: seconds) {
                attempts[.address(address)]?.remove(at: place)
            }
        }
    }

    private static func makeRoom(
        in attempts: inout [Counter: [Int]],
        for count: Int,
        at seconds: Int
    ) {
        guard attempts.count + count > WebLimits.failureCountersMax else { return }
        attempts = attempts.filter {
            seconds - ($0.value.last ?? 0) < WebLimits.loginWindowSeconds
        }
        let excess = attempts.count + count - WebLimits.failureCountersMax
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
