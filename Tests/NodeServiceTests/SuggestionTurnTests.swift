import NodeInterface
import SyncLog
import Synchronization
import Testing

@testable import NodeService

/// Who waits for suggestions, which are worked out one at a time for all.
@Suite(.timeLimit(.minutes(1))) struct SuggestionTurnTests {
    @Test func `who is gone before its turn leaves it to who waits next`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let readers = try await live.node.readers
        try await readers.suggestions.take("")
        let gone = Task.immediate {
            try await readers.suggesting(for: .owner("eva")) { _ in
                Issue.record("worked out for nobody")
            }
        }
        let next = Task.immediate { try await readers.suggesting(for: .owner("jan")) { _ in 7 } }
        gone.cancel()
        readers.suggestions.give("")
        await #expect(throws: Refusal.unavailable(.reader)) { try await gone.value }
        #expect(try await next.value == 7)
    }

    @Test func `a stop ends all that wait, and works nothing out`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let readers = try await live.node.readers
        try await readers.suggestions.take("")
        let waiting = (0..<30).map { number in
            Task.immediate {
                try await readers.suggesting(for: .owner("user\(number % 3)")) { _ in
                    Issue.record("worked out after the stop")
                }
            }
        }
        readers.stop()
        readers.suggestions.give("")
        for one in waiting {
            await #expect(throws: Refusal.unavailable(.goingOn)) { try await one.value }
        }
    }

    @Test func `one user's many requests refuse nobody else's, and come after the next of each`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        let readers = try await live.node.readers
        try await readers.suggestions.take("")
        let order = Order()
        func ask(_ name: String) -> Task<Void, any Error> {
            Task.immediate {
                try await readers.suggesting(for: .owner(name)) { _ in order.append(name) }
            }
        }
        var waiting = (0...Turns.waitingMax).map { _ in ask("eva") }
        await #expect(throws: Refusal.unavailable(.turn(waitingMax: Turns.waitingMax))) {
            try await ask("eva").value
        }
        waiting.append(ask("jan"))
        readers.suggestions.give("")
        for one in waiting { try await one.value }
        #expect(order.names.firstIndex(of: "jan") == 1)
        #expect(order.names.count == Turns.waitingMax + 2)
    }
}

/// Names in the order in which they came.
private final class Order: Sendable {
    private let state = Mutex<[String]>([])

    var names: [String] { self.state.withLock { $0 } }

    func append(_ name: String) { self.state.withLock { $0.append(name) } }
}
