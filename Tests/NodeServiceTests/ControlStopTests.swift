import NIOCore
import NIOPosix
import SyncLog
import Testing

@testable import NodeService

@Suite struct ControlStopTests {
    /// A connection accepted as the listening channel closes is taken by nobody; NIO ends the
    /// process over an async channel that is not used.
    @Test func `a node stops while commands connect`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let path = try #require(ControlSocket.path(folder: live.path))
        for _ in 0..<40 {
            try await live.start()
            let callers = (0..<6).map { _ in
                Task {
                    var connected = 0
                    while !Task.isCancelled {
                        guard
                            let channel = try? await ClientBootstrap(group: NodeLoops.shared)
                                .connect(unixDomainSocketPath: path).get()
                        else { continue }
                        connected += 1
                        try? await channel.close()
                    }
                    return connected
                }
            }
            let client = try #require(await ControlClient.connect(folder: live.path))
            await client.close()
            try await live.stop()
            var connected = 0
            for caller in callers {
                caller.cancel()
                connected += await caller.value
            }
            #expect(connected > 0)
        }
    }
}
