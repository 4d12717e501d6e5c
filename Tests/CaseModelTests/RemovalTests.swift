import CaseModel
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary

/// What counts of members that were left out of a case (`Protocol/case-model.md` §1).
struct RemovalTests {
    private let world: World

    init() throws { self.world = try World() }

    private func setting(
        _ index: UInt64,
        _ audience: CaseAudience,
        to others: [MemberNumber]
    ) throws -> OpenedEntry {
        try self.world.operations(
            1,
            index,
            [.setAudience(audience)],
            under: audience.version - 1,
            to: others
        )
    }

    /// Version 2, without member 3, of whom `size` entries count.
    private func leavingOut(_ size: UInt64, generation: UInt16 = 0) throws -> OpenedEntry {
        try self.setting(
            5,
            try CaseAudience(
                version: 2,
                members: [1, 2],
                category: .business,
                grounds: [],
                removed: [try CaseRemoval(member: 3, generation: generation, size: size)]
            ),
            to: [2, 3]
        )
    }

    private func tag(_ index: UInt64, generation: UInt16 = 0) throws -> OpenedEntry {
        try self.world.entry(
            3,
            index,
            .operations(
                try OperationsPayload(audienceVersion: 1, operations: [.addTag("tag-\(index)")])
            ),
            to: [1, 2],
            generation: generation
        )
    }

    @Test func `what was written past the size is kept and ignored, in any order`() throws {
        let entries = [
            try self.leavingOut(8), try self.tag(7), try self.tag(8),
            try self.world.fragment(3, 6, ["status": "voor"], to: [1]),
            try self.world.fragment(3, 9, ["status": "na"], to: [1]),
        ]
        for order in [entries, entries.reversed()] {
            #expect(try self.world.reasons(order) == [.removed, .removed])
            let view = try self.world.view(order)
            #expect(view.tags.map(\.tag) == ["tag-7"])
            #expect(view.fragments.map { $0.payload.value("status") } == ["voor"])
        }
        // Without the removal all of it counts.
        #expect(try self.world.reasons(Array(entries[1...])) == [])
    }

    @Test func `who read along is told of, and a note that counts nowhere by its author alone`()
        throws
    {
        func note(_ author: MemberNumber, _ index: UInt64, _ text: String) throws -> OpenedEntry {
            try self.world.entry(
                author,
                index,
                .operations(
                    try OperationsPayload(audienceVersion: 1, operations: [.addNote(text: text)])
                ),
                to: [1, 2, 3].filter { $0 != author }
            )
        }
        let before = try note(2, 20, "weet het nog niet")
        let late = try note(3, 9, "te laat")
        let view = try self.world.view([try self.leavingOut(8), before, late])
        #expect(view.notes.map(\.text) == ["weet het nog niet"])
        // The entry that leaves it out is given to it too.
        // Fragments too: what it was given later than that it read as well.
        let secret = try self.world.fragment(2, 21, ["status": "geheim"], to: [1, 3])
        let later = try self.world.view([try self.leavingOut(8), secret, before])
        #expect(later.formerReaders.map(\.last) == [max(secret.header.time, before.header.time)])
        // What is withdrawn gives nothing.
        let withdrawal = try self.world.withdrawal(2, 90, of: 21, to: [1, 3])
        let gone = try self.world.view([try self.leavingOut(8), secret, before, withdrawal])
        #expect(gone.formerReaders.map(\.last) == later.formerReaders.map(\.last))
        let last = try #require(view.formerReaders.first)
        #expect(view.formerReaders.count == 1)
        #expect(last.last >= before.header.time)
        #expect(view.cutNotes(of: 3).map(\.text) == ["te laat"])
        #expect(view.cutNotes(of: 2).isEmpty)
        #expect(!view.canonicalJSON.contains("former_readers"))
        #expect(!view.canonicalJSON.contains("te laat"))
        // Nobody was left out: nobody reads along.
        #expect(try self.world.view([before]).formerReaders.isEmpty)
    }

    @Test func `an earlier generation counts whole and a later one not at all`() throws {
        let entries = [
            try self.leavingOut(8, generation: 1),
            try self.tag(100), try self.tag(7, generation: 1), try self.tag(8, generation: 1),
            try self.tag(3, generation: 2),
        ]
        let ignored = self.world.state([try self.world.opening()] + entries).ignored()
        #expect(ignored.map(\.reason) == [.removed, .removed])
        #expect(ignored.map(\.place.log.generation) == [1, 2])
    }

    @Test func `a withdrawal counts wherever it stands`() throws {
        let entries = [
            try self.leavingOut(5), try self.world.fragment(3, 4, ["status": "open"], to: [1, 2]),
            try self.world.withdrawal(3, 50, of: 4, to: [1, 2]),
        ]
        #expect(try self.world.reasons(entries) == [])
        #expect(try self.world.view(entries).fragments.isEmpty)
    }

    @Test func `who is left out must be named, nobody else, and nobody who stays`() throws {
        func reasons(_ members: [MemberNumber], _ removed: [MemberNumber]) throws -> [IgnoreReason]
        {
            let audience = try self.world.audience(2, members, removing: removed)
            return try self.world.reasons([try self.setting(5, audience, to: [2, 3])])
        }
        #expect(try reasons([1, 2], [3]) == [])
        #expect(try reasons([1], [2, 3]) == [])
        #expect(try reasons([1, 2], []) == [.removals])
        #expect(try reasons([1], [2]) == [.removals])
        #expect(try reasons([1, 2, 3], [4]) == [.removals])
        #expect(try reasons([1, 2], [3, 4]) == [.removals])
    }

    @Test func `a version that names wrongly leaves the one before and what hangs on it`() throws {
        let wrong = try self.setting(
            5,
            try self.world.audience(2, [1, 2], removing: []),
            to: [2, 3]
        )
        let under = try self.world.operations(2, 6, [.addTag("asbest")], under: 2, to: [1])
        #expect(try self.world.reasons([wrong, under]) == [.removals, .audienceVersion(2)])
        #expect(try self.world.counted([wrong, under]).audience.members == [1, 2, 3])
    }

    @Test func `a later version lets more count, never less`() throws {
        func next(_ size: UInt64) throws -> OpenedEntry {
            let audience = try self.world.audience(3, [1, 2], removing: [3], sizes: [size])
            return try self.setting(6, audience, to: [2])
        }
        let entries = [try self.leavingOut(8), try self.tag(8), try self.tag(9), try self.tag(10)]
        #expect(try self.world.reasons(entries) == [.removed, .removed, .removed])
        #expect(try self.world.reasons(entries + [try next(10)]) == [.removed])
        #expect(
            try self.world.reasons(entries + [try next(8)]) == [.removed, .removed, .removed]
        )
        #expect(
            try self.world.reasons(entries + [try next(7)])
                == [.removals, .removed, .removed, .removed]
        )
        // A second version 2 with a lower size changes nothing.
        let again = try self.setting(
            7,
            try self.world.audience(2, [1, 2], removing: [3], sizes: [0]),
            to: [2, 3]
        )
        #expect(try self.world.view([entries[0], again, try self.tag(7)]).tags.count == 1)
    }

    @Test func `a member that is taken in again counts under the version that does`() throws {
        let back = try self.setting(
            6,
            try self.world.audience(3, [1, 2, 3], removing: []),
            to: [2]
        )
        let again = try self.world.operations(3, 20, [.addTag("terug")], under: 3, to: [1, 2])
        let shared = try self.world.fragment(3, 21, ["status": "terug"], to: [1, 2])
        let entries = [try self.leavingOut(8), back, try self.tag(19), again, shared]
        #expect(try self.world.reasons(entries) == [.removed])
        let view = try self.world.view(entries)
        #expect(view.tags.map(\.tag) == ["terug"])
        #expect(view.fragments.count == 1)
        // And is cut anew when it is left out a second time.
        let out = try self.setting(
            7,
            try self.world.audience(4, [1, 2], removing: [3], sizes: [20]),
            to: [2, 3]
        )
        #expect(try self.world.reasons(entries + [out]) == [.removed, .removed, .removed])
        // It cannot be raised by what was said of it before it came back.
        let early = try self.setting(
            8,
            try self.world.audience(4, [1, 2, 3], removing: []),
            to: [2, 3]
        )
        #expect(try self.world.reasons([entries[0], back, early, shared]) == [])
    }

    @Test func `an owner that leaves itself out still sets audiences, and is cut itself`() throws {
        let leave = try self.setting(
            5,
            try self.world.audience(2, [2, 3], removing: [1], sizes: [4]),
            to: [2, 3]
        )
        let back = try self.setting(
            8,
            try self.world.audience(3, [1, 2, 3], removing: []),
            to: [2, 3]
        )
        let before = try self.world.operations(1, 3, [.addTag("voor")])
        let late = try self.world.operations(1, 7, [.addTag("na")])
        #expect(try self.world.reasons([leave, back, before, late]) == [.removed])
        let counted = try self.world.counted([leave, back, before, late])
        #expect(counted.audienceVersion == 3)
        // Its opening stays, whatever it said of itself.
        let all = try self.setting(
            5,
            try self.world.audience(2, [2, 3], removing: [1], sizes: [0]),
            to: [2, 3]
        )
        #expect(try self.world.view([all]).title.map(\.value) == ["Stort"])
    }

    @Test func `version 256 counts and there is no later one`() throws {
        var entries: [OpenedEntry] = []
        for version in UInt32(2)...256 {
            entries.append(
                try self.setting(
                    UInt64(version) + 10,
                    try self.world.audience(version, [1, 2, 3], removing: []),
                    to: [2, 3]
                )
            )
        }
        #expect(try self.world.reasons(entries) == [])
        #expect(try self.world.counted(entries).audienceVersion == 256)
        #expect(try self.world.counted(entries).audienceVersion == CaseAudience.versionMax)
    }
}
