import Foundation
import JSONText
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// What the API says of requests and documents is what their types read.
struct SchemaTests {
    private struct Sample: Decodable {
        struct Part: Decodable {
            var number: Int
            var words: Members<[String]>
        }

        var text: String
        var maybe: String?
        var truth: Bool
        var period: Period
        var role: UserRole?
        var parts: [Part]
        var password: Secret
        var names: [String]?
    }

    private static func member(_ name: String, _ schema: Schema, optional: Bool = false)
        -> Schema.Member
    {
        Schema.Member(name: name, schema: schema, isOptional: optional)
    }

    @Test func `a schema has every member with its kind, and which may be missing`() {
        let choices = ["not begun", "running", "over"]
        let roles = ["analyst", "manager", "operator", "auditor"]
        #expect(
            Schema.of(Sample.self)
                == .object([
                    Self.member("text", .text(choices: nil)),
                    Self.member("maybe", .text(choices: nil), optional: true),
                    Self.member("truth", .truth),
                    Self.member("period", .text(choices: choices)),
                    Self.member("role", .text(choices: roles), optional: true),
                    Self.member(
                        "parts",
                        .list(
                            .object([
                                Self.member("number", .number),
                                Self.member("words", .values(.list(.text(choices: nil)))),
                            ])
                        )
                    ), Self.member("password", .text(choices: nil)),
                    Self.member("names", .list(.text(choices: nil)), optional: true),
                ])
        )
    }

    @Test func `what a query asks for is flat`() {
        for (name, type) in API.requests where type.isQuery {
            guard case .object(let members) = Schema.of(type) else {
                Issue.record("\(name): not an object")
                continue
            }
            for member in members {
                switch member.schema {
                case .text, .number, .truth, .list(.text): continue
                case .list, .object, .values: Issue.record("\(name).\(member.name): nested")
                }
            }
        }
    }

    @Test func `the description is a document that names every request once`() throws {
        let data = Data(OpenAPIDocument.text.utf8)
        let document = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any]
        )
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        #expect(Set(paths.keys) == Set(API.requests.keys.map { API.path + $0 }))
        for (name, type) in API.requests {
            #expect(paths[API.path + name]?.keys.first == (type.isQuery ? "get" : "post"))
        }
        #expect(API.requests[ImportRecords.name] == nil)
    }

    // MARK: Streams

    @Test func `parts are taken one at a time, in order, to the end`() async throws {
        let handover = Handover()
        let giving = Task {
            for number in UInt8(0)..<100 { try await handover.give([number]) }
            await handover.end()
        }
        var taken: [UInt8] = []
        while case .bytes(let bytes) = await handover.take() { taken += bytes }
        #expect(taken == Array(0..<100))
        try await giving.value
    }

    @Test func `who gives is told that nobody takes any more, and who takes why there is no more`()
        async throws
    {
        let left = Handover()
        let giving = Task { try await left.give([1]) }
        guard case .bytes = await left.take() else {
            Issue.record("nothing was given")
            return
        }
        try await giving.value
        await left.abandon()
        await #expect(throws: Refusal.self) { try await left.give([2]) }

        let waiting = Handover()
        let stuck = Task { try await waiting.give([1]) }
        try await Task.sleep(for: .milliseconds(20))
        await waiting.abandon()
        await #expect(throws: Refusal.self) { try await stuck.value }

        let gone = Handover()
        let kept = Task { try await gone.give([1]) }
        do { _ = Handover.Taker(gone) }
        await #expect(throws: Refusal.self) { try await kept.value }

        let failed = Handover()
        let ending = Task { await failed.end(.unavailable(.memory)) }
        guard case .refusal(let refusal) = await failed.take() else {
            Issue.record("no failure")
            return
        }
        await ending.value
        #expect(refusal == .unavailable(.memory))
    }
}
