import NodeInterface
import Synchronization
import Testing

@testable import NodeService

/// How much is done at once for each caller.
@Suite(.timeLimit(.minutes(1))) struct TurnsTests {
    /// How many are at work now, and the most that ever were.
    private final class Count: Sendable {
        private let state = Mutex((now: 0, most: 0))

        var most: Int { self.state.withLock { $0.most } }

        func begin() {
            self.state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func end() { self.state.withLock { $0.now -= 1 } }
    }

    @Test(arguments: [1, 4])
    func `so many of one caller have a turn at once, and all of them in the end`(
        atOnce: Int
    ) async throws {
        let turns = Turns(atOnce: atOnce)
        let count = Count()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await turns.take("eva")
                    count.begin()
                    for _ in 0..<10 { await Task.yield() }
                    count.end()
                    turns.give("eva")
                }
            }
            try await group.waitForAll()
        }
        #expect(count.most <= atOnce && count.most >= 1)
        // Nobody's turn is left over.
        for _ in 0..<atOnce { try await turns.take("eva") }
    }

    @Test func `nobody waits for somebody else's turns`() async throws {
        let turns = Turns(atOnce: 2)
        for _ in 0..<2 { try await turns.take("eva") }
        let waiting = Task { try await turns.take("eva") }
        // Were they one queue, this would never end.
        for _ in 0..<2 { try await turns.take("jan") }
        turns.give("eva")
        try await waiting.value
    }

    @Test func `up to 256 wait, and one more is refused and keeps nobody's turn`() async throws {
        let turns = Turns(atOnce: 1)
        try await turns.take("eva")
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<Turns.waitingMax + 3 {
                group.addTask {
                    do throws(Refusal) {
                        try await turns.take("eva")
                        return true
                    } catch {
                        #expect(error == .unavailable(.turn(waitingMax: 256)))
                        return false
                    }
                }
            }
            // The refused are told at once; the others when one after the other gets its turn.
            for _ in 0..<3 { #expect(await group.next() == false) }
            for _ in 0..<Turns.waitingMax {
                turns.give("eva")
                #expect(await group.next() == true)
            }
        }
        turns.give("eva")
        try await turns.take("eva")
    }
}
