import Synchronization

/// Remembers a cancellation that may arrive before the wait it is meant for has begun.
final class CancellationMark: Sendable {
    private let mark = Mutex(false)

    /// Creates a mark that is not set.
    init() {}

    /// Whether ``set()`` was called.
    var isSet: Bool { self.mark.withLock { $0 } }

    /// Sets the mark for good.
    func set() {
        self.mark.withLock { $0 = true }
    }
}
