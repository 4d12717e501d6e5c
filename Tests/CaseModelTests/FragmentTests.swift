import CaseModel
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary

struct FragmentTests {
    private let world: World

    init() throws { self.world = try World() }

    @Test func `the ID of a fragment is the object ID of its first entry`() throws {
        let later = try self.world.fragment(
            1,
            9,
            ["status": "dicht"],
            to: [2],
            first: 5,
            version: 2
        )
        let view = try self.world.view([later])
        #expect(view.fragments.map(\.id) == [self.world.fragmentID(1, 5)])
    }

    @Test func `the highest version is shown, and of one version the highest index`() throws {
        let first = try self.world.fragment(1, 5, ["status": "een"], to: [2, 3])
        let third = try self.world.fragment(
            1,
            8,
            ["status": "drie"],
            to: [2],
            first: 5,
            version: 3,
            ground: "ALT"
        )
        let second = try self.world.fragment(
            1,
            9,
            ["status": "twee"],
            to: [2],
            first: 5,
            version: 2
        )
        let again = try self.world.fragment(
            1,
            10,
            ["status": "drie bis"],
            to: [2],
            first: 5,
            version: 3
        )
        func shown(_ entries: [OpenedEntry]) throws -> [String?] {
            try self.world.view(entries).fragments.map { $0.payload.value("status") }
        }
        #expect(try shown([first, third, second]) == ["drie"])
        #expect(try shown([again, first, third, second]) == ["drie bis"])
        let fragment = try #require(
            try self.world.counted([first, third]).fragment(self.world.fragmentID(1, 5))
        )
        #expect(fragment.payload.version == 3)
        #expect(fragment.owner == 1)
        #expect(fragment.firstIndex == 5)
        #expect(
            fragment.given.map(\.recipient) == [
                Recipient(member: 2, ground: "ALT"), Recipient(member: 3, ground: "AVG"),
            ]
        )
        #expect(fragment.withdrawal == nil)
    }

    @Test func `one index in two generations is two fragments`() throws {
        let entries = [
            try self.world.fragment(1, 5, ["status": "een"], to: [2]),
            try self.world.fragment(1, 5, ["status": "twee"], to: [2], generation: 1),
        ]
        #expect(try self.world.view(entries).fragments.count == 2)
    }

    @Test func `a withdrawn fragment is left out everywhere and can still be looked up`() throws {
        let fields = ["subject.kvk": "12345678", "date": "2026-01-02"]
        let entries = [
            try self.world.fragment(1, 5, fields, to: [2]),
            try self.world.withdrawal(1, 7, of: 5, to: [2]),
            try self.world.withdrawal(1, 8, of: 5, to: [2]),
        ]
        for time in [nil, World.start + 6_000, World.start + 9_000] {
            let view = try self.world.view(entries, at: time)
            #expect(view.fragments.isEmpty)
            #expect(view.subjects.isEmpty)
            #expect(view.timeline.isEmpty)
        }
        let fragment = try #require(
            try self.world.counted(entries).fragment(self.world.fragmentID(1, 5))
        )
        #expect(fragment.withdrawal?.index == 7)
        #expect(fragment.withdrawal?.reason == "Onjuist")
    }

    @Test func `a withdrawal counts whether it comes before or after the version it hides`() throws
    {
        let withdrawal = try self.world.withdrawal(1, 7, of: 5, to: [2])
        let later = try self.world.fragment(1, 9, ["status": "dicht"], to: [2], first: 5)
        #expect(try self.world.view([withdrawal, later]).fragments.isEmpty)
        #expect(try self.world.view([later, withdrawal]).fragments.isEmpty)
    }

    @Test func `a view of a time leaves out fragments whose first version is younger`() throws {
        let entries = [
            try self.world.fragment(1, 5, ["status": "een"], to: [2]),
            try self.world.fragment(1, 9, ["status": "twee"], to: [2], first: 5),
        ]
        #expect(try self.world.view(entries, at: World.start + 4_999).fragments.isEmpty)
        let then = try self.world.view(entries, at: World.start + 5_000)
        #expect(then.fragments.map { $0.payload.value("status") } == ["twee"])
    }

    @Test func `a fragment has expired from the day after, and only as of a time`() throws {
        let entries = [
            try self.world.fragment(
                1,
                5,
                ["status": "een"],
                to: [2],
                expires: "2026-01-03"
            )
        ]
        let day: UInt64 = 86_400_000
        #expect(try self.world.view(entries).fragments.count == 1)
        #expect(try self.world.view(entries, at: World.start + 3 * day - 1).fragments.count == 1)
        #expect(try self.world.view(entries, at: World.start + 3 * day).fragments.isEmpty)
    }

    @Test func `the time line is by date, then fragment`() throws {
        let entries = [
            try self.world.fragment(1, 5, ["date": "2026-02-01"], to: [2], type: .permit),
            try self.world.fragment(2, 5, ["date": "2025-12-31"], to: [1], type: .signal),
            try self.world.fragment(3, 5, ["date": "2026-02-01"], to: [1], type: .incident),
            try self.world.fragment(3, 6, ["end_date": "2020-01-01"], to: [1]),
        ]
        let timeline = try self.world.view(entries).timeline
        #expect(timeline.map(\.date) == ["2025-12-31", "2026-02-01", "2026-02-01"])
        let tied = [self.world.fragmentID(1, 5), self.world.fragmentID(3, 5)].sorted()
        #expect(timeline.map(\.fragment) == [self.world.fragmentID(2, 5)] + tied)
        #expect(timeline.first?.type == .signal)
    }
}
