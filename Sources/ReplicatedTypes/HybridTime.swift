/// Hybrid logical time: 48 bits of milliseconds since 1970-01-01T00:00:00Z and 16 bits of counter.
///
/// For people to read and for a log's own order; nothing is ever decided by it
/// (`Protocol/sync-log.md` §3).
package struct HybridTime: Hashable, Comparable, Sendable {
    /// How far ahead of the own clock a received time may be and still move it, in milliseconds.
    package static let aheadMillisecondsMax: UInt64 = 300_000
    /// Before everything.
    package static let zero = HybridTime(rawValue: 0)

    /// Milliseconds in the upper 48 bits, counter in the lower 16.
    package let rawValue: UInt64

    /// Wraps the 8 bytes of a header.
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The start of a millisecond.
    package init(milliseconds: UInt64) {
        precondition(milliseconds < 1 << 48, "hybrid time ends in the year 10889")
        self.init(rawValue: milliseconds << 16)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var milliseconds: UInt64 { self.rawValue >> 16 }

    /// The time of the next own entry: not before the clock, and later than `self` where that is near.
    ///
    /// What a clock wrote that was far ahead moves nothing once it was set right. A counter that overflows carries into the milliseconds.
    package func next(clock: HybridTime) -> HybridTime {
        guard !self.isFarAhead(of: clock) else { return clock }
        precondition(self.rawValue < .max, "hybrid time ends in the year 10889")
        return max(clock, HybridTime(rawValue: self.rawValue + 1))
    }

    /// Whether one of both clocks is wrong: that by which this was written, or `clock`.
    package func isFarAhead(of clock: HybridTime) -> Bool {
        self.milliseconds > clock.milliseconds + Self.aheadMillisecondsMax
    }

    /// Whether one of both clocks is wrong, though the other's followed a third as far as it may.
    package func isTellinglyAhead(of clock: HybridTime) -> Bool {
        self.milliseconds > clock.milliseconds + 2 * Self.aheadMillisecondsMax
    }

    /// The newest time seen after `received` came in, which counts only near the own clock, so that
    /// a member who lies about the time cannot push everybody's clock ahead.
    package func observing(_ received: HybridTime, clock: HybridTime) -> HybridTime {
        // What was far ahead itself, before the clock was set right, counts no more.
        guard !received.isFarAhead(of: clock) else { return self }
        return self.isFarAhead(of: clock) ? received : max(self, received)
    }

    /// Orders by time.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
