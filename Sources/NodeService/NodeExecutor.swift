import Foundation

/// A thread of its own for an actor whose calls block: LMDB and the disk.
///
/// There is no `DispatchSerialQueue` on Linux.
final class NodeExecutor: SerialExecutor {
    private let condition = NSCondition()
    // Guarded by `condition`.
    nonisolated(unsafe) private var jobs: [UnownedJob] = []
    nonisolated(unsafe) private var isStopped = false

    init() {
        let thread = Thread { [weak self] in
            while let job = self?.next() {
                guard let self else { return }
                job.runSynchronously(on: self.asUnownedSerialExecutor())
            }
        }
        thread.name = "tafel-node"
        thread.stackSize = 8 << 20
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.condition.lock()
        self.jobs.append(job)
        self.condition.signal()
        self.condition.unlock()
    }

    private func next() -> UnownedJob? {
        self.condition.lock()
        defer { self.condition.unlock() }
        while self.jobs.isEmpty, !self.isStopped { self.condition.wait() }
        return self.jobs.isEmpty ? nil : self.jobs.removeFirst()
    }

    /// Ends the thread when its jobs are done.
    func stop() {
        self.condition.lock()
        self.isStopped = true
        self.condition.signal()
        self.condition.unlock()
    }
}
