import CaseModel
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary

struct SharedWorkTests {
    private let world: World

    init() throws { self.world = try World() }

    private func subject(_ number: UInt8) throws -> ObjectID {
        try #require(ObjectID([UInt8](repeating: number, count: 16)))
    }

    @Test func `open_case writes title, summary and the first phase with its dot`() throws {
        let view = try self.world.view([])
        let dot = self.world.dot(1, World.openingIndex)
        #expect(view.title.map(\.value) == ["Stort"])
        #expect(view.summary.map(\.value) == ["Wie, wat"])
        #expect(view.phase.map(\.value) == ["signaal"])
        #expect((view.title + view.summary + view.phase).allSatisfy { $0.dot == dot })
        #expect(view.lead.isEmpty)
        #expect(view.title.first?.by.timeText == "2026-01-01T00:00:02.000Z")
    }

    @Test func `concurrent phases are a conflict until someone writes having seen both`() throws {
        let opening = [try self.world.opening().reference(operation: 0)]
        let entries = [
            try self.world.operations(
                2,
                5,
                [.setRegister(.phase, value: "analyse", supersedes: opening)]
            ),
            try self.world.operations(
                3,
                5,
                [.setRegister(.phase, value: "beoordeling", supersedes: opening)]
            ),
        ]
        let counted = try self.world.counted(entries)
        #expect(counted.live(.phase).map(\.value) == ["analyse", "beoordeling"])
        #expect(
            counted.liveReferences(of: .phase) == entries.map { $0.reference(operation: 0) }
        )
        #expect(counted.summary(on: "2026-01-01").phase == ["analyse", "beoordeling"])
        let resolved = try self.world.operations(
            3,
            6,
            [
                .setRegister(
                    .phase,
                    value: "analyse",
                    supersedes: counted.liveReferences(of: .phase)
                )
            ]
        )
        #expect(try self.world.view(entries + [resolved]).phase.map(\.value) == ["analyse"])
    }

    @Test func `an ignored write supersedes nothing`() throws {
        let ignored = try self.world.operations(
            2,
            5,
            [
                .setRegister(
                    .title,
                    value: "Anders",
                    supersedes: [try self.world.opening().reference(operation: 0)]
                )
            ],
            to: [1]
        )
        #expect(try self.world.view([ignored]).title.map(\.value) == ["Stort"])
    }

    @Test func `registers do not touch each other`() throws {
        let lead = try self.world.operations(
            1,
            5,
            [.setRegister(.lead, value: "od-oost", supersedes: [])]
        )
        let view = try self.world.view([lead])
        #expect(view.lead.map(\.value) == ["od-oost"])
        #expect(view.title.map(\.value) == ["Stort"])
    }

    @Test func `tags show who added them and go when the adds seen are removed`() throws {
        let adds = [
            try self.world.operations(3, 5, [.addTag("asbest"), .addTag("Bodem")]),
            try self.world.operations(1, 5, [.addTag("asbest")]),
            try self.world.operations(1, 6, [.addTag("asbest")]),
        ]
        let counted = try self.world.counted(adds)
        let view = counted.view(at: nil)
        #expect(view.tags.map(\.tag) == ["Bodem", "asbest"])
        #expect(view.tags.map(\.by) == [["politie"], ["od-noord", "politie"]])
        let seen = try #require(counted.tagReferences["asbest"])
        #expect(seen == [adds[1], adds[2], adds[0]].map { $0.reference(operation: 0) })
        #expect(counted.tagReferences["Bodem"] == [adds[0].reference(operation: 1)])
        let removed = try self.world.operations(2, 7, [.remove(seen)])
        let concurrent = try self.world.operations(2, 6, [.addTag("asbest")])
        #expect(try self.world.view(adds + [removed]).tags.map(\.tag) == ["Bodem"])
        #expect(
            try self.world.view(adds + [removed, concurrent]).tags.map(\.by)
                == [["politie"], ["od-oost"]]
        )
    }

    @Test func `links are listed by their ends and removed by their dots`() throws {
        let (a, b) = (try self.subject(1), try self.subject(2))
        let links = [
            try SubjectLink(from: b, relation: "vervoert-voor", to: a),
            try SubjectLink(from: a, relation: "same-as", to: b),
            try SubjectLink(from: a, relation: "levert", to: b),
        ]
        let entries = [
            try self.world.operations(2, 5, links.map { .addLink($0) }),
            try self.world.operations(1, 5, [.addLink(links[1])]),
        ]
        let counted = try self.world.counted(entries)
        let view = counted.view(at: nil)
        #expect(
            view.links.map(\.link.relation) == ["levert", "same-as", "same-as", "vervoert-voor"]
        )
        #expect(
            view.links.map(\.dot) == [
                self.world.dot(2, 5, 2), self.world.dot(1, 5), self.world.dot(2, 5, 1),
                self.world.dot(2, 5, 0),
            ]
        )
        let added = counted.linkReferences(from: a, relation: "same-as", to: b)
        #expect(added == [entries[1].reference(operation: 0), entries[0].reference(operation: 1)])
        #expect(counted.linkReferences(from: b, relation: "same-as", to: a) == [])
        let removed = try self.world.operations(3, 6, [.remove(added)])
        #expect(
            try self.world.view(entries + [removed]).links.map(\.link.relation)
                == ["levert", "vervoert-voor"]
        )
    }

    @Test func `a link shows its reason and succession where it has them`() throws {
        let link = try SubjectLink(
            from: try self.subject(1),
            relation: "succeeds",
            to: try self.subject(2),
            reason: "Na \"faillissement\"",
            succession: try SubjectSuccession(
                date: "2025-02-28",
                kind: .overdracht,
                source: "Handelsregister"
            )
        )
        let plain = try SubjectLink(from: link.to, relation: "levert", to: link.from)
        let entries = [try self.world.operations(2, 5, [.addLink(link), .addLink(plain)])]
        let counted = try self.world.counted(entries)
        let json = counted.canonicalJSON(at: nil)
        let at = #""at":"2026-01-01T00:00:05.000Z","by":"od-oost","#
        let (from, to) = (link.from.hex, link.to.hex)
        // Members in the order of RFC 8785; those that say nothing are left out.
        #expect(
            json.contains(
                #"{\#(at)"date":"2025-02-28","from":"\#(from)","kind":"overdracht","#
                    + #""reason":"Na \"faillissement\"","relation":"succeeds","#
                    + #""source":"Handelsregister","to":"\#(to)"}"#
            )
        )
        #expect(json.contains(#"{\#(at)"from":"\#(to)","relation":"levert","to":"\#(from)"}"#))
        // Whatever the reason, a link is removed by its ends and relation.
        let added = counted.linkReferences(from: link.from, relation: "succeeds", to: link.to)
        #expect(added == [entries[0].reference(operation: 0)])
    }

    @Test func `who knows a subject is who was given something of it, or shared it`() throws {
        let entries = [
            try self.world.fragment(1, 5, ["subject.kvk": "12345678"], to: [2]),
            try self.world.fragment(3, 6, ["subject.kvk": "12345678"], to: [2]),
            try self.world.fragment(2, 7, ["subject.kvk": "87654321"], to: [1]),
            try self.world.fragment(3, 8, ["subject.kvk": "87654321"], to: [1]),
            try self.world.withdrawal(3, 9, of: 8, to: [1]),
        ]
        let counted = try self.world.counted(entries)
        #expect(counted.members(knowing: SubjectKey(kvk: "12345678").id) == [1, 2, 3])
        #expect(counted.members(knowing: SubjectKey(kvk: "87654321").id) == [1, 2])
        #expect(counted.members(knowing: SubjectKey(kvk: "11111111").id) == [])
    }

    @Test func `notes are in order of dot and have the ID of their dot`() throws {
        let entries = [
            try self.world.operations(2, 5, [.addTag("asbest"), .addNote(text: "b")]),
            try self.world.operations(1, 9, [.addNote(text: "a")]),
        ]
        let view = try self.world.view(entries)
        #expect(view.notes.map(\.text) == ["a", "b"])
        #expect(
            view.notes.map(\.id)
                == [self.world.dot(1, 9), self.world.dot(2, 5, 1)]
                .map { ObjectID(table: World.table, dot: $0) }
        )
    }

    @Test func `the summary of a case counts what the view shows`() throws {
        let entries = [
            try self.world.fragment(
                1,
                5,
                ["subject.kvk": "12345678", "subject.name": "A"],
                to: [2]
            ),
            try self.world.fragment(
                2,
                5,
                ["subject.kvk": "12345678", "subject.name": "B"],
                to: [1]
            ),
            try self.world.fragment(2, 6, ["status": "open"], to: [1]),
            try self.world.withdrawal(2, 7, of: 6, to: [1]),
        ]
        let summary = try self.world.counted(entries).summary(on: "2026-01-01")
        #expect(summary.caseID == World.caseID)
        #expect(summary.title == ["Stort"])
        #expect(summary.owner == "od-noord")
        #expect(summary.audience == ["od-noord", "od-oost", "politie"])
        #expect(summary.category == .business)
        #expect(summary.fragmentCount == 2)
        #expect(summary.conflictCount == 1)
    }
}
