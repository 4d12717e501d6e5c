import Synchronization
import Testing

@testable import PeerTransport

/// A number that several tasks share.
private final class Count: Sendable {
    private let count = Mutex(0)

    var value: Int { self.count.withLock { $0 } }

    func increment() {
        self.count.withLock { $0 += 1 }
    }
}

@Suite(.timeLimit(.minutes(2))) struct BackPressureTests {
    /// More than the sockets of both sides, TLS and one frame can hold.
    private let frameCount = 96
    private let frameBytes = 1_048_576

    @Test func `a sender waits for a reader that does not read`() async throws {
        let pair = try await TestPair()
        let accepted = pair.accepted
        let (frameCount, frameBytes) = (self.frameCount, self.frameBytes)
        let sent = Count()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for index in 0..<frameCount {
                    try await accepted.send([UInt8](repeating: UInt8(index), count: frameBytes))
                    sent.increment()
                }
            }
            // Gives a sender without limits the time to show it.
            try await Task.sleep(for: .milliseconds(500))
            for index in 0..<frameCount {
                // Linux lets loopback sockets take some megabytes; 32 is far above that.
                #expect(sent.value <= index + 32)
                #expect(await accepted.pendingByteCount() <= frameBytes + 65_536)
                #expect(try await pair.dialled.frame()[0] == UInt8(index))
            }
            try await group.waitForAll()
        }
        #expect(sent.value == self.frameCount)
        await pair.close()
    }

    @Test func `cancelling a send that waits cuts the connection`() async throws {
        let pair = try await TestPair()
        let accepted = pair.accepted
        let frameBytes = self.frameBytes
        let sender = Task {
            while true { try await accepted.send([UInt8](repeating: 1, count: frameBytes)) }
        }
        // Stuck: the same bytes wait for half a second.
        var (pending, seen) = (0, 0)
        while pending == 0 || seen < 50 {
            try await Task.sleep(for: .milliseconds(10))
            let now = await accepted.pendingByteCount()
            (pending, seen) = (now, now == pending ? seen + 1 : 0)
        }
        sender.cancel()
        await #expect(throws: TransportError.cancelled) { try await sender.value }
        #expect(await accepted.ending() == .cancelled)
        #expect(await pair.dialled.ending() == .closed)
        await pair.close()
    }

    @Test func `cancelling a wait for a frame loses no frame`() async throws {
        let pair = try await TestPair()
        let dialled = pair.dialled
        let waiter = Task { try await dialled.frame() }
        try await Task.sleep(for: .milliseconds(100))
        waiter.cancel()
        await #expect(throws: TransportError.cancelled) { try await waiter.value }
        try await pair.accepted.send([4])
        #expect(try await dialled.frame() == [4])
        await pair.close()
    }

    @Test func `a wait of a cancelled task ends at once`() async throws {
        let pair = try await TestPair()
        let dialled = pair.dialled
        let waiter = Task {
            while !Task.isCancelled { await Task.yield() }
            return await dialled.ending()
        }
        waiter.cancel()
        #expect(await waiter.value == .cancelled)
        await pair.close()
    }
}
