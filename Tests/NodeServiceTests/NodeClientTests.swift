import Logging
import RecordStore
import SyncLog
import Synchronization
import Testing

@testable import NodeService

/// Several processes and one data folder.
@Suite(.timeLimit(.minutes(2)))
struct NodeClientTests {
    /// Opens the folder as a command does; `waiting` is told when it waits.
    private func open(
        _ live: LiveNode,
        waiting: (String) -> Void
    ) async throws(NodeFailure) -> NodeClient {
        try await NodeClient.open(
            folder: live.path,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            waiting: waiting
        ) { LiveNode.passphrase }
    }

    @Test func `a command waits for another that has the folder`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        try await live.letGo()
        let held = Mutex<DataFolder?>(try DataFolder.open(at: live.path))
        let told = Mutex(0)
        let client = try await self.open(live) { _ in
            told.withLock { $0 += 1 }
            // The other is done as soon as this one waits.
            held.withLock { $0 = nil }
        }
        guard case .opened = client else { return #expect(Bool(false), "no node runs") }
        #expect(told.withLock { $0 } == 1)
    }

    @Test func `a command does not wait for ever, and says for whom`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        try await live.letGo()
        let held = try DataFolder.open(at: live.path)
        let told = Mutex(0)
        #expect(NodeClient.waitSecondsMax == 10)
        do throws(NodeFailure) {
            _ = try await self.open(live) { _ in told.withLock { $0 += 1 } }
            Issue.record("the folder is in use")
        } catch {
            #expect(error.code == .unavailable && error.message.contains("in use by process"))
        }
        #expect(told.withLock { $0 } == 1)
        withExtendedLifetime(held) {}
    }
}
