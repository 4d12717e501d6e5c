import CaseModel
import Cryptography
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary

/// `Protocol/case-model.md` §1 and §3, one condition at a time: each entry differs from one that
/// counts in one thing.
struct AuthorisationTests {
    private let world: World

    init() throws { self.world = try World() }

    private func tag(_ tag: String = "asbest") -> [CaseOperation] { [.addTag(tag)] }

    private func audience(
        _ version: UInt32,
        _ members: [MemberNumber],
        removing removed: [MemberNumber] = []
    ) throws -> CaseOperation {
        .setAudience(try self.world.audience(version, members, removing: removed))
    }

    @Test func `an entry in which all holds counts`() throws {
        let entries = [
            try self.world.operations(2, 5, self.tag()),
            try self.world.fragment(3, 5, ["status": "open"], to: [1, 2]),
            try self.world.withdrawal(3, 6, of: 5, to: [1, 2]),
        ]
        #expect(try self.world.reasons(entries) == [])
        let counted = try self.world.counted(entries)
        #expect(counted.tags.live.map(\.element) == ["asbest"])
        #expect(counted.owner == 1)
        #expect(counted.audience.members == [1, 2, 3])
    }

    @Test func `nothing counts before the case is open`() throws {
        let entries = [
            try self.world.operations(2, 5, self.tag()),
            try self.world.fragment(3, 5, ["status": "open"], to: [1]),
        ]
        let state = self.world.state(entries)
        #expect(state.counted() == nil)
        #expect(state.ignored().map(\.reason) == [.caseNotOpen, .caseNotOpen])
    }

    @Test func `an open_case whose dot does not make the case ID opens nothing`() throws {
        let audience = try CaseAudience(
            version: 1,
            members: [1, 2],
            category: .business,
            grounds: [],
            removed: []
        )
        let open = CaseOperation.openCase(title: "Stort", summary: "", audience: audience)
        // Another author, and another index of the right author.
        for (author, index, other) in [(2, 2, 1), (1, 3, 2)] as [(UInt16, UInt64, UInt16)] {
            let entry = try self.world.operations(author, index, [open], to: [other])
            let state = self.world.state([entry])
            #expect(state.counted() == nil)
            #expect(state.ignored().map(\.reason) == [.caseNotOpen])
        }
    }

    @Test func `a second open_case does not count`() throws {
        let audience = try CaseAudience(
            version: 1,
            members: [1, 2, 3],
            category: .business,
            grounds: [],
            removed: []
        )
        let open = CaseOperation.openCase(title: "Anders", summary: "", audience: audience)
        let again = try self.world.operations(1, 7, [open])
        #expect(try self.world.reasons([again]) == [.openCase])
        #expect(try self.world.view([again]).title.map(\.value) == ["Stort"])
    }

    @Test func `open_case carries version 1, names it and holds the author`() throws {
        func reasons(
            carries: UInt32,
            names: UInt32,
            members: [MemberNumber],
            to: [MemberNumber]
        ) throws -> [IgnoreReason] {
            let audience = try CaseAudience(
                version: carries,
                members: members,
                category: .business,
                grounds: [],
                removed: []
            )
            let open = CaseOperation.openCase(title: "Stort", summary: "", audience: audience)
            let entry = try self.world.operations(
                1,
                World.openingIndex,
                [open],
                under: names,
                to: to
            )
            let state = self.world.state([entry])
            #expect((state.counted() == nil) == !state.ignored().isEmpty)
            return state.ignored().map(\.reason)
        }
        #expect(try reasons(carries: 1, names: 1, members: [1, 2], to: [2]) == [])
        #expect(
            try reasons(carries: 2, names: 1, members: [1, 2], to: [2]) == [.audienceVersion(2)]
        )
        #expect(
            try reasons(carries: 1, names: 2, members: [1, 2], to: [2]) == [.audienceVersion(2)]
        )
        #expect(
            try reasons(carries: 1, names: 1, members: [2, 3], to: [2, 3]) == [.notInAudience]
        )
        #expect(try reasons(carries: 1, names: 1, members: [1, 2, 3], to: [2]) == [.recipients])
    }

    @Test func `the author is a member under the charter version of the header`() throws {
        let stranger = try self.world.operations(9, 5, self.tag(), to: [1, 2, 3])
        #expect(try self.world.reasons([stranger]) == [.notAMember])
        let unknown = try self.world.operations(2, 5, self.tag(), charter: 3)
        #expect(try self.world.reasons([unknown]) == [.charterUnknown(3)])
    }

    @Test func `only partners write operations`() throws {
        let contributor = try self.world.operations(2, 5, self.tag(), charter: 2)
        #expect(try self.world.reasons([contributor]) == [.role(.contributor)])
        let observer = try self.world.operations(5, 5, self.tag(), to: [1, 2, 3])
        #expect(try self.world.reasons([observer]) == [.role(.observer)])
    }

    @Test func `contributors share and withdraw fragments, observers and auditors do not`() throws {
        // Under charter 2 member 2 contributes.
        let entries = [
            try self.world.fragment(2, 5, ["status": "open"], to: [1], charter: 2),
            try self.world.withdrawal(2, 6, of: 5, to: [1], charter: 2),
        ]
        #expect(try self.world.reasons(entries) == [])
        for member in [5, 6] as [UInt16] {
            let role: MemberRole = member == 5 ? .observer : .auditor
            let fragment = try self.world.fragment(member, 5, ["status": "open"], to: [1])
            let withdrawal = try self.world.withdrawal(member, 6, of: 5, to: [1])
            #expect(
                try self.world.reasons([fragment, withdrawal]) == [.role(role), .role(role)]
            )
        }
    }

    @Test func `the audience version named exists`() throws {
        let future = try self.world.operations(2, 5, self.tag(), under: 2)
        #expect(try self.world.reasons([future]) == [.audienceVersion(2)])
    }

    @Test func `the audience version named holds the author`() throws {
        let outsider = try self.world.operations(4, 5, self.tag(), to: [1, 2, 3])
        #expect(try self.world.reasons([outsider]) == [.role(.contributor)])
        let without = try self.world.operations(
            1,
            5,
            [try self.audience(2, [1, 2], removing: [3])]
        )
        let former = try self.world.operations(3, 6, self.tag(), under: 2, to: [1, 2])
        #expect(try self.world.reasons([without, former]) == [.notInAudience])
    }

    @Test func `the category is that of the audience version`() throws {
        let other = try self.world.operations(2, 5, self.tag(), to: [1], category: .public)
        #expect(try self.world.reasons([other]) == [.category])
        let none = try self.world.operations(2, 5, self.tag(), category: nil)
        #expect(try self.world.reasons([none]) == [.category])
    }

    @Test func `the recipients are the others of the audience version, no less and no more`() throws
    {
        let fewer = try self.world.operations(2, 5, self.tag(), to: [1])
        let more = try self.world.operations(2, 6, self.tag(), to: [1, 3, 4])
        let itself = try self.world.operations(2, 7, self.tag(), to: [1, 2, 3])
        #expect(
            try self.world.reasons([fewer, more, itself])
                == [.recipients, .recipients, .recipients]
        )
    }

    @Test func `each ground fits the classes and exists`() throws {
        let wrong = try self.world.operations(2, 5, self.tag(), ground: "WPG")
        let unknown = try self.world.operations(2, 6, self.tag(), ground: "NERGENS")
        // AVG is gone in charter 2; the same entry under charter 1 counts.
        let gone = try self.world.operations(1, 7, self.tag(), charter: 2)
        let there = try self.world.operations(1, 6, self.tag(), charter: 1)
        #expect(
            try self.world.reasons([wrong, unknown, gone, there]) == [.ground, .ground, .ground]
        )
    }

    @Test func `each ground fits the category`() throws {
        let fits = try self.world.fragment(
            1,
            5,
            ["status": "open"],
            to: [2],
            category: .personal,
            ground: "WABO"
        )
        let narrower = try self.world.fragment(
            1,
            6,
            ["status": "open"],
            to: [2],
            category: .personal,
            ground: "ALT"
        )
        let none = try self.world.fragment(1, 7, ["status": "open"], to: [2], category: nil)
        #expect(try self.world.reasons([fits, narrower, none]) == [.ground, .category])
    }

    @Test func `only the owner sets the audience`() throws {
        let other = try self.world.operations(2, 5, [try self.audience(2, [1, 2], removing: [3])])
        #expect(try self.world.reasons([other]) == [.notOwner])
        #expect(try self.world.counted([other]).audience.members == [1, 2, 3])
    }

    @Test func `an audience version follows the one named`() throws {
        let skips = try self.world.operations(1, 5, [try self.audience(3, [1, 2])])
        let same = try self.world.operations(1, 6, [try self.audience(1, [1, 2])])
        #expect(try self.world.reasons([skips, same]) == [.audienceOrder(3), .audienceOrder(1)])
    }

    @Test func `of two versions of one number the lowest dot counts`() throws {
        let first = try self.world.operations(1, 5, [try self.audience(2, [1, 2], removing: [3])])
        let second = try self.world.operations(1, 6, [try self.audience(2, [1, 3], removing: [2])])
        for entries in [[first, second], [second, first]] {
            #expect(try self.world.counted(entries).audience.members == [1, 2])
        }
        // One that does not count takes no place.
        let wrong = try self.world.operations(1, 4, [try self.audience(2, [1])])
        #expect(try self.world.counted([first, wrong]).audience.members == [1, 2])
    }

    @Test func `operations under every audience version count, also when it comes later`() throws {
        let two = try self.world.operations(1, 5, [try self.audience(2, [1, 2], removing: [3])])
        let three = try self.world.operations(
            1,
            6,
            [try self.audience(3, [1, 2, 3])],
            under: 2,
            to: [2]
        )
        let entries = [
            try self.world.operations(2, 9, self.tag("nieuw"), under: 3, to: [1, 3]),
            three,
            try self.world.operations(2, 8, self.tag("midden"), under: 2, to: [1]),
            try self.world.operations(3, 9, self.tag("oud"), under: 1),
            two,
        ]
        #expect(try self.world.reasons(entries) == [])
        let counted = try self.world.counted(entries)
        #expect(counted.audienceVersion == 3)
        #expect(Set(counted.tags.live.map(\.element)) == ["nieuw", "midden", "oud"])
        // Without version 2, version 3 and what hangs on it waits.
        #expect(
            try self.world.reasons([entries[0], three])
                == [.audienceVersion(2), .audienceVersion(3)]
        )
    }

    @Test func `the owner sets an audience from outside it and does nothing else there`() throws {
        let leave = try self.world.operations(1, 5, [try self.audience(2, [2, 3], removing: [1])])
        let back = try self.world.operations(
            1,
            6,
            [try self.audience(3, [1, 2, 3])],
            under: 2,
            to: [2, 3]
        )
        #expect(try self.world.reasons([leave, back]) == [])
        #expect(try self.world.counted([leave, back]).audienceVersion == 3)
        let more = try self.world.operations(1, 7, self.tag(), under: 2, to: [2, 3])
        #expect(try self.world.reasons([leave, more]) == [.notInAudience])
    }

    @Test func `a fragment stays within one audience version, the newest or an earlier one`() throws
    {
        let outside = try self.world.fragment(1, 5, ["status": "open"], to: [2, 4])
        let byOutsider = try self.world.fragment(4, 5, ["status": "open"], to: [1])
        #expect(try self.world.reasons([outside, byOutsider]) == [.outsideCase, .outsideCase])
        let next = try self.world.operations(
            1,
            6,
            [try self.audience(2, [1, 4], removing: [2, 3])]
        )
        #expect(try self.world.reasons([byOutsider, next]) == [])
        let earlier = try self.world.fragment(1, 7, ["status": "open"], to: [3])
        let across = try self.world.fragment(1, 8, ["status": "open"], to: [3, 4])
        #expect(try self.world.reasons([next, earlier, across]) == [.outsideCase])
    }

    @Test func `a fragment on a ground that does not fit does not count`() throws {
        let wrong = try self.world.fragment(1, 5, ["status": "open"], to: [2], ground: "AVG")
        #expect(try self.world.reasons([wrong]) == [.ground])
        #expect(try self.world.view([wrong]).fragments.isEmpty)
    }

    @Test func `a withdrawal by another log withdraws nothing`() throws {
        let shared = try self.world.fragment(1, 5, ["status": "open"], to: [2, 3])
        let others = [
            try self.world.withdrawal(2, 6, of: 5, to: [1, 3]),
            try self.world.withdrawal(1, 6, of: 5, to: [2, 3], generation: 1),
            try self.world.withdrawal(1, 7, of: 4, to: [2, 3]),
        ]
        #expect(try self.world.view([shared] + others).fragments.count == 1)
        let own = try self.world.withdrawal(1, 8, of: 5, to: [2, 3])
        #expect(try self.world.view([shared, own]).fragments.isEmpty)
        let wrong = try self.world.withdrawal(1, 8, of: 5, to: [2], ground: "AVG")
        #expect(try self.world.reasons([shared, wrong]) == [.ground])
        #expect(try self.world.view([shared, wrong]).fragments.count == 1)
    }

    @Test func `what lies beyond a pin counts nowhere, and the next generation withdraws`() throws {
        let shared = try self.world.fragment(1, 5, ["status": "open"], to: [2, 3])
        let beyond = try self.world.withdrawal(1, 7, of: 5, to: [2, 3])
        let again = try self.world.withdrawal(1, 2, of: 5, to: [2, 3], generation: 1, in: 0)
        let pin = Pin(log: shared.log, size: 6, root: .zero)
        func state(_ entries: [OpenedEntry]) throws -> CaseState {
            let charters = self.world.charters
            var state = CaseState(table: World.table, caseID: World.caseID, pins: [pin]) {
                charters[$0]
            }
            for entry in [try self.world.opening(), shared] + entries { state.insert(entry) }
            return state
        }
        // Who holds the withdrawal and who does not see the same.
        #expect(try state([beyond]).ignored().map(\.reason) == [.pinned])
        #expect(try state([beyond]).view(at: nil) == state([]).view(at: nil))
        #expect(try state([]).view(at: nil)?.fragments.count == 1)
        #expect(try state([beyond, again]).view(at: nil)?.fragments.isEmpty == true)
    }

    @Test func `a member that left the case can still withdraw`() throws {
        let entries = [
            try self.world.fragment(3, 4, ["status": "open"], to: [1, 2]),
            try self.world.operations(1, 5, [try self.audience(2, [1, 2], removing: [3])]),
            try self.world.withdrawal(3, 6, of: 4, to: [1, 2]),
        ]
        #expect(try self.world.reasons(entries) == [])
        #expect(try self.world.view(entries).fragments.isEmpty)
    }

    @Test func `what was ignored counts once its charter is known`() throws {
        let entry = try self.world.operations(2, 5, self.tag())
        let charters = self.world.charters
        let later = LateCharter(charter: charters[1])
        var state = CaseState(table: World.table, caseID: World.caseID, pins: []) {
            later.charter($0)
        }
        state.insert(try self.world.opening())
        state.insert(entry)
        #expect(state.ignored().count == 2)
        later.arrive()
        #expect(state.ignored().isEmpty)
        #expect(state.counted()?.tags.live.count == 1)
    }
}
