import Cryptography
import Foundation
import NodeInterface
import SyncLog
import Synchronization
import Testing

@testable import NodeService

/// Requests that only read, beside the writer.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ReaderTests {
    private let node: LiveNode
    private let table: TableID
    private let caseID: ObjectID

    init() async throws {
        self.node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        self.table = try await LiveTable([self.node, partner]).id
        self.caseID = try await self.node.openCase("Zaak", in: self.table, to: nil)
    }

    @Test func `what only reads is answered while the writer is at work`() async throws {
        let node = try await self.node.node
        let (begun, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let writing = Task {
            try await node.write {
                begun.signal()
                done.wait()
            }
        }
        await Task.detached { begun.wait() }.value
        let table = TextEncoding.hex(self.table.bytes)
        let asked: [any HandledRequest] = [
            ShowCase(case: self.caseID.hex), ListCases(), SearchRecords(limit: 10),
            ListDisclosures(case: self.caseID.hex), ShowLog(table: table),
            ShowTable(table: table), ShowProof(table: table, index: 0),
        ]
        for request in asked { try await self.node.answered(request) }
        // Every one there is, also where what it asks for is not there; all but how node and peers are.
        let others = CallerTests.requests.filter { type(of: $0).isQuery }
        let waiting = [
            "export-log", "import-records", "show-fork", "show-status", "show-sync-status",
        ]
        for request in others where !waiting.contains(type(of: request).name) {
            try #require(request is any ReadRequest, "\(type(of: request).name)")
            try? await self.node.answered(request)
        }
        // The writer has still not ended its turn.
        done.signal()
        try await writing.value
    }

    @Test func `what was written is seen by who asks once it is answered`() async throws {
        for number in 0..<50 {
            try await self.node.ask(AddNote(case: self.caseID.hex, text: "\(number)"))
            let shown = try await self.node.ask(ShowCase(case: self.caseID.hex))
            #expect(shown.notes.count == number + 1)
        }
    }

    @Test func `readers beside a writer see each note from the moment it was answered`()
        async throws
    {
        let (live, caseID) = (self.node, self.caseID)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var least = 0
                    while least < 100 {
                        let count = try await live.ask(ShowCase(case: caseID.hex)).notes.count
                        // What was seen once never goes away again.
                        #expect(count >= least)
                        least = count
                    }
                }
            }
            group.addTask {
                for number in 0..<100 {
                    try await live.ask(AddNote(case: caseID.hex, text: "\(number)"))
                    let count = try await live.ask(ShowCase(case: caseID.hex)).notes.count
                    #expect(count == number + 1)
                }
            }
            try await group.waitForAll()
        }
    }

    /// How often a request was tried.
    private final class Attempts: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            self.count.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test func `what a change took away meanwhile is asked for once more, and is no damage`()
        async throws
    {
        let readers = try await self.node.node.readers
        let damage = Refusal.unavailable(.store(.damaged, words: "gone"))
        let attempts = Attempts()
        let found = try await readers.read(for: .owner("test")) { (reader) throws(Refusal) -> Int in
            let attempt = attempts.next()
            guard attempt == 1 else { return reader.tables.count }
            readers.beginChange()
            let known = KnownTables(tables: [:], numbers: [:], given: [:], judged: reader.judged)
            DispatchQueue.global().asyncAfter(deadline: .now() + 0.05) { readers.publish(known) }
            throw damage
        }
        #expect(found == 0 && attempts.next() == 3)
        // Where nothing changes it is told at once.
        let again = Attempts()
        await #expect(throws: damage) {
            try await readers.read(for: .owner("test")) { (_) throws(Refusal) -> Int in
                _ = again.next()
                throw damage
            }
        }
        #expect(again.next() == 2)
    }
}
