import SyncLog
import Synchronization

/// A charter that becomes known while a state that needs it exists.
final class LateCharter: Sendable {
    private let awaited: Charter?
    private let known = Mutex<Charter?>(nil)

    init(charter: Charter?) { self.awaited = charter }

    func arrive() { self.known.withLock { $0 = self.awaited } }

    func charter(_ version: UInt16) -> Charter? {
        self.known.withLock { $0?.version == version ? $0 : nil }
    }
}
