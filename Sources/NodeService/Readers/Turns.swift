import Synchronization

/// How much of one kind of work is done at once for each caller; the rest waits, first come first.
final class Turns: Sendable {
    private struct State {
        var running: [String: Int] = [:]
        var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let atOnce: Int
    private let state = Mutex(State())

    /// Creates turns of which each caller has so many at once.
    init(atOnce: Int) { self.atOnce = atOnce }

    /// Waits for a turn; ``give(_:)`` ends it.
    func take(_ name: String) async {
        await withCheckedContinuation { continuation in
            let isFree = self.state.withLock { state in
                guard state.running[name, default: 0] >= self.atOnce else {
                    state.running[name, default: 0] += 1
                    return true
                }
                state.waiting[name, default: []].append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    /// Ends a turn, for who waits longest, if anybody does.
    func give(_ name: String) {
        let next = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting[name]?.isEmpty == false {
                let next = state.waiting[name]?.removeFirst()
                if state.waiting[name]?.isEmpty == true { state.waiting[name] = nil }
                return next
            }
            let left = state.running[name, default: 1] - 1
            state.running[name] = left > 0 ? left : nil
            return nil
        }
        next?.resume()
    }
}
