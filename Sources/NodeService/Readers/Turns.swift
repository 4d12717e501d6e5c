package import NodeInterface
import Synchronization

/// How much of one kind of work is done at once for each caller; the rest waits, first come first.
package final class Turns: Sendable {
    /// Most that wait for one caller: more come only where nobody waits for their answers any more.
    package static let waitingMax = 256

    private struct State {
        var running: [String: Int] = [:]
        var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]
    }

    private enum Place {
        case free
        case waits
        case none
    }

    private let atOnce: Int
    private let state = Mutex(State())

    /// Creates turns of which each caller has so many at once.
    package init(atOnce: Int) { self.atOnce = atOnce }

    /// Waits for a turn; ``give(_:)`` ends it.
    ///
    /// - Throws: `unavailable` where ``waitingMax`` wait already; then there is no turn to end.
    package func take(_ name: String) async throws(Refusal) {
        var place = Place.none
        await withCheckedContinuation { continuation in
            place = self.state.withLock { state in
                guard state.running[name, default: 0] >= self.atOnce else {
                    state.running[name, default: 0] += 1
                    return .free
                }
                guard state.waiting[name, default: []].count < Self.waitingMax else { return .none }
                state.waiting[name, default: []].append(continuation)
                return .waits
            }
            if place != .waits { continuation.resume() }
        }
        if place == .none { throw .unavailable(.turn(waitingMax: Self.waitingMax)) }
    }

    /// Ends a turn, for who waits longest, if anybody does.
    package func give(_ name: String) {
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
