import Glibc
package import Logging
import RecordStore
import Synchronization

/// Calls of other commands that are under way.
final class CallCount: Sendable {
    private let count = Mutex(0)

    func begin() { self.count.withLock { $0 += 1 } }

    func end() { self.count.withLock { $0 -= 1 } }

    var isNone: Bool { self.count.withLock { $0 == 0 } }
}

/// Answers other commands while one has the folder for long, as an import does: the same that a running
/// node would say, without partners.
package struct FolderHost: Sendable {
    /// Longest that calls under way are waited for at the end.
    private static let endTime = Duration.seconds(10)
    private let task: Task<Void, any Error>
    private let calls: CallCount
    private let path: String

    /// Begins to answer; `nil` where no socket can be made: others wait then.
    package init?(node: Node, logger: Logger) async {
        guard let path = ControlSocket.path(folder: node.folder.path) else { return nil }
        let calls = CallCount()
        let control = ControlServer(node: node, path: path, logger: logger, calls: calls)
        guard let server = try? await control.bind() else { return nil }
        self.path = path
        self.calls = calls
        self.task = Task { try await control.run(server) }
    }

    /// Lets nobody connect any more, and answers what those say who are; returns when that is done, or has
    /// taken too long.
    package func end() async {
        unlink(self.path)
        let end = ContinuousClock.now + Self.endTime
        while !self.calls.isNone, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(20))
        }
        self.task.cancel()
        _ = await self.task.result
    }
}
