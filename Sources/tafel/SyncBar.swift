import NodeInterface
import Synchronization
import Terminal

/// The bar of `sync now`: one peer after the other, told by the node from its own threads.
final class SyncBar: Sendable {
    private let state = Mutex<(peer: String, bar: ProgressBar)?>(nil)

    /// Draws how far the round with a peer is; another peer has a new bar.
    func show(_ progress: SyncProgress) {
        self.state.withLock { state in
            if state?.peer != progress.peer {
                state?.bar.end()
                let bar = ProgressBar(
                    label: progress.peer,
                    unit: .entries,
                    write: Output.progress
                )
                state = (progress.peer, bar)
            }
            state?.bar.show(progress.moved, of: progress.total)
        }
    }

    /// Takes the bar away.
    func end() { self.state.withLock { $0?.bar.end() } }
}
