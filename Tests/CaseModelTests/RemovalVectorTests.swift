import CaseModel
import Foundation
import SyncLog
import Testing
import Vocabulary

/// `Protocol/vectors/case-model`, removals, worked out by a program in another language.
struct RemovalVectorTests {
    private struct File: Decodable {
        let cases: [Case]
    }

    private struct Case: Decodable {
        let name: String
        let setters: [Setter]
        let entries: [Entry]
    }

    private struct Setter: Decodable {
        let version: UInt32
        let members: [MemberNumber]
        let removed: [Removal]
        let counts: Bool
    }

    private struct Removal: Decodable {
        let member: MemberNumber
        let generation: UInt16
        let size: UInt64
    }

    private struct Entry: Decodable {
        let member: MemberNumber
        let generation: UInt16
        let index: UInt64
        let version: UInt32
        let counts: Bool
    }

    /// The entries of a case, each with whether it counts.
    private func entries(_ item: Case, _ world: World) throws -> [(
        entry: OpenedEntry, counts: Bool
    )] {
        var members: [[MemberNumber]] = [[1, 2, 3]]
        var entries: [(entry: OpenedEntry, counts: Bool)] = []
        for (number, setter) in item.setters.enumerated() {
            let audience = try CaseAudience(
                version: setter.version,
                members: setter.members,
                category: .business,
                grounds: [],
                removed: setter.removed.map {
                    try CaseRemoval(member: $0.member, generation: $0.generation, size: $0.size)
                }
            )
            let entry = try world.operations(
                1,
                UInt64(50 + number),
                [.setAudience(audience)],
                under: setter.version - 1,
                to: members[Int(setter.version) - 2].filter { $0 != 1 }
            )
            entries.append((entry, setter.counts))
            if setter.counts { members.append(setter.members) }
        }
        for entry in item.entries {
            let payload = try OperationsPayload(
                audienceVersion: entry.version,
                operations: [.addTag("asbest")]
            )
            let written = try world.entry(
                entry.member,
                entry.index,
                .operations(payload),
                to: members[Int(entry.version) - 1].filter { $0 != entry.member },
                generation: entry.generation
            )
            entries.append((written, entry.counts))
        }
        return entries
    }

    @Test func `what counts is what the vectors say, in either order`() throws {
        let world = try World()
        let path = "../../Protocol/vectors/case-model/accept/removals.json"
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: path))
        let cases = try JSONDecoder().decode(File.self, from: data).cases
        #expect(cases.count > 20)
        for item in cases {
            let entries = try self.entries(item, world)
            let opened = entries.map(\.entry)
            let expected = Set(entries.filter { !$0.counts }.map(\.entry.place))
            for order in [opened, opened.reversed()] {
                let ignored = world.state([try world.opening()] + order).ignored()
                #expect(Set(ignored.map(\.place)) == expected, "\(item.name)")
                #expect(ignored.allSatisfy { [.removals, .removed].contains($0.reason) })
            }
        }
    }
}
