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
    ) async {
        let turns = Turns(atOnce: atOnce)
        let count = Count()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    await turns.take("eva")
                    count.begin()
                    for _ in 0..<10 { await Task.yield() }
                    count.end()
                    turns.give("eva")
                }
            }
        }
        #expect(count.most <= atOnce && count.most >= 1)
        // Nobody's turn is left over.
        for _ in 0..<atOnce { await turns.take("eva") }
    }

    @Test func `nobody waits for somebody else's turns`() async {
        let turns = Turns(atOnce: 2)
        for _ in 0..<2 { await turns.take("eva") }
        let waiting = Task { await turns.take("eva") }
        // Were they one queue, this would never end.
        for _ in 0..<2 { await turns.take("jan") }
        turns.give("eva")
        await waiting.value
    }
}
