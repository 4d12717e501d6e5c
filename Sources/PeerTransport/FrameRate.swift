/// Limits how many frames a connection delivers each second.
///
/// A generic cell rate algorithm: a burst of `framesPerSecondMax` passes at once, after that one
/// frame each `1 / framesPerSecondMax` seconds. Constant space and time.
struct FrameRate: Sendable {
    private static let second: UInt64 = 1_000_000_000

    private let interval: UInt64
    private var nextDue: UInt64 = 0

    /// Creates a rate.
    ///
    /// - Precondition: `framesPerSecondMax` is 1 to 1,000,000.
    init(framesPerSecondMax: Int) {
        precondition(
            (1...1_000_000).contains(framesPerSecondMax),
            "a frame rate is 1 to 1,000,000 a second"
        )
        self.interval = Self.second / UInt64(framesPerSecondMax)
    }

    /// Takes one frame's turn at `now` (nanoseconds of a monotonic clock, never going back).
    ///
    /// Returns 0 when the turn was taken, else the nanoseconds to wait before asking again.
    mutating func take(at now: UInt64) -> UInt64 {
        let due = max(self.nextDue, now)
        let ahead = due - now
        let aheadMax = Self.second - self.interval
        guard ahead <= aheadMax else { return ahead - aheadMax }
        self.nextDue = due + self.interval
        return 0
    }
}
