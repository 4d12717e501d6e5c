import CaseModel
import SyncLog
import Testing
import Vocabulary

/// A case worked out by hand from `Protocol/case-model.md`; IDs and JSON by Python's hashlib and json.
struct CanonicalViewTests {
    private let world: World

    init() throws { self.world = try World() }

    private func entries() throws -> [OpenedEntry] {
        let opening = try self.world.opening().reference(operation: 0)
        let same = try SubjectLink(
            from: SubjectKey(kvk: "12345678").id,
            relation: "same-as",
            to: SubjectKey(kvk: "87654321").id
        )
        return [
            try self.world.operations(
                2,
                5,
                [
                    .setRegister(.phase, value: "analyse", supersedes: [opening]),
                    .addNote(text: "Getuige:\n\"één\""),
                    .addTag("asbest"),
                ]
            ),
            try self.world.operations(3, 6, [.addLink(same), .addTag("asbest")]),
            try self.world.fragment(
                1,
                5,
                [
                    "subject.kvk": "12345678", "subject.name": "Afval B.V.",
                    "location.place": "Utrecht", "date": "2025-12-01",
                ],
                to: [2, 3]
            ),
            try self.world.fragment(
                3,
                7,
                [
                    "subject.kvk": "12345678", "subject.vestiging": "000012345678",
                    "date": "2025-11-30",
                ],
                to: [1],
                type: .incident,
                expires: "2027-01-01",
                category: .police
            ),
            try self.world.fragment(
                2,
                8,
                ["subject.kvk": "12345678", "subject.name": "Oud"],
                to: [1, 3]
            ),
            try self.world.fragment(
                2,
                9,
                ["subject.kvk": "12345678", "subject.name": "Afval BV"],
                to: [1, 3],
                first: 8
            ),
            try self.world.fragment(2, 10, ["subject.kvk": "12345678"], to: [1]),
            try self.world.withdrawal(2, 11, of: 10, to: [1]),
        ]
    }

    @Test func `the canonical view is the one worked out by hand`() throws {
        let expected = #"""
            {"audience":["od-noord","od-oost","politie"],"case":"9e839606653ceca6cdc1d36\#
            5ae58e5b0","conflicts":[{"fact":"name","subject":"c7ceaf306be7f78dd920cddec2\#
            6bbc88"}],"fragments":[{"at":"2026-01-01T00:00:07.000Z","category":"police",\#
            "expires":"2027-01-01","fields":{"date":"2025-11-30","subject.kvk":"12345678\#
            ","subject.vestiging":"000012345678"},"id":"3c6652a13429785d6d6d65cf29676f2a\#
            ","owner":"politie","type":"incident","version":1,"withdrawn":null},{"at":"2\#
            026-01-01T00:00:05.000Z","category":"business","expires":null,"fields":{"dat\#
            e":"2025-12-01","location.place":"Utrecht","subject.kvk":"12345678","subject\#
            .name":"Afval B.V."},"id":"a96c5f645bd9c44ec08b0cf9375ed6d5","owner":"od-noo\#
            rd","type":"inspection","version":1,"withdrawn":null},{"at":"2026-01-01T00:0\#
            0:09.000Z","category":"business","expires":null,"fields":{"subject.kvk":"123\#
            45678","subject.name":"Afval BV"},"id":"c45fbac8cc38cca54a617daaa9c14084","o\#
            wner":"od-oost","type":"inspection","version":2,"withdrawn":null}],"lead":[]\#
            ,"links":[{"at":"2026-01-01T00:00:06.000Z","by":"politie","from":"c7ceaf306b\#
            e7f78dd920cddec26bbc88","relation":"same-as","to":"72ea31e4db7e378e0a545cd61\#
            930e3e9"}],"notes":[{"at":"2026-01-01T00:00:05.000Z","by":"od-oost","id":"e4\#
            704bcb709e97cd39647ab9a954d8c1","text":"Getuige:\n\"één\""}],"owner":"od-noo\#
            rd","phase":[{"at":"2026-01-01T00:00:05.000Z","by":"od-oost","value":"analys\#
            e"}],"subjects":[{"conflicts":["name"],"facts":{"kvk":[{"sources":[{"at":"20\#
            26-01-01T00:00:05.000Z","by":"od-noord","fragment":"a96c5f645bd9c44ec08b0cf9\#
            375ed6d5"},{"at":"2026-01-01T00:00:09.000Z","by":"od-oost","fragment":"c45fb\#
            ac8cc38cca54a617daaa9c14084"}],"value":"12345678"}],"name":[{"sources":[{"at\#
            ":"2026-01-01T00:00:05.000Z","by":"od-noord","fragment":"a96c5f645bd9c44ec08\#
            b0cf9375ed6d5"}],"value":"Afval B.V."},{"sources":[{"at":"2026-01-01T00:00:0\#
            9.000Z","by":"od-oost","fragment":"c45fbac8cc38cca54a617daaa9c14084"}],"valu\#
            e":"Afval BV"}],"place":[{"sources":[{"at":"2026-01-01T00:00:05.000Z","by":"\#
            od-noord","fragment":"a96c5f645bd9c44ec08b0cf9375ed6d5"}],"value":"Utrecht"}\#
            ]},"fragments":["a96c5f645bd9c44ec08b0cf9375ed6d5","c45fbac8cc38cca54a617daa\#
            a9c14084"],"id":"c7ceaf306be7f78dd920cddec26bbc88","key":"kvk:12345678","par\#
            ent":null,"same_as":[{"at":"2026-01-01T00:00:06.000Z","by":"politie","id":"7\#
            2ea31e4db7e378e0a545cd61930e3e9"}]},{"conflicts":[],"facts":{"kvk":[{"source\#
            s":[{"at":"2026-01-01T00:00:07.000Z","by":"politie","fragment":"3c6652a13429\#
            785d6d6d65cf29676f2a"}],"value":"12345678"}],"vestiging":[{"sources":[{"at":\#
            "2026-01-01T00:00:07.000Z","by":"politie","fragment":"3c6652a13429785d6d6d65\#
            cf29676f2a"}],"value":"000012345678"}]},"fragments":["3c6652a13429785d6d6d65\#
            cf29676f2a"],"id":"a505c8685e360817a76b83ac3665d6d0","key":"vestiging:000012\#
            345678","parent":"c7ceaf306be7f78dd920cddec26bbc88","same_as":[]}],"summary"\#
            :[{"at":"2026-01-01T00:00:02.000Z","by":"od-noord","value":"Wie, wat"}],"tab\#
            le":"ad875d4bcb7fa0fef5d27aadd709b8ca253b2a10d15e8283d4dc7823bf26918e","tags\#
            ":[{"by":["od-oost","politie"],"tag":"asbest"}],"timeline":[{"date":"2025-11\#
            -30","fragment":"3c6652a13429785d6d6d65cf29676f2a","type":"incident"},{"date\#
            ":"2025-12-01","fragment":"a96c5f645bd9c44ec08b0cf9375ed6d5","type":"inspect\#
            ion"}],"title":[{"at":"2026-01-01T00:00:02.000Z","by":"od-noord","value":"St\#
            ort"}]}
            """#
        #expect(try self.world.counted(try self.entries()).canonicalJSON(at: nil) == expected)
    }

    @Test func `the view has the audiences, and the canonical one does not`() throws {
        let view = try self.world.view(try self.entries())
        let own = try #require(view.fragments.first { $0.id == self.world.fragmentID(2, 8) })
        #expect(own.audience.map(\.handle) == ["od-noord", "politie"])
        #expect(own.audience.map(\.ground) == ["WABO", "AVG"])
        #expect(!view.canonicalJSON.contains("ground"))
    }

    @Test func `a fragment has expired from the day after its last`() throws {
        let entries = try self.entries()
        let view = try self.world.view(entries)
        #expect(!view.fragments.contains { $0.isExpired(on: "2027-01-01") })
        #expect(view.fragments.count { $0.isExpired(on: "2027-01-02") } == 1)
        let counted = try self.world.counted(entries)
        let all = counted.summary(on: "2027-01-01").fragmentCount
        #expect(counted.summary(on: "2027-01-02").fragmentCount == all - 1)
        #expect(!view.canonicalJSON.contains("expired"))
    }

    @Test(
        arguments: [
            ("2025-12-31T23:59:59.999Z", true), ("2026-01-01T00:00:00.000Z", false),
            ("2028-12-31T23:59:59.999Z", false), ("2029-01-01T00:00:00.000Z", true),
        ]
    )
    func `what was written outside the period counts, and says so`(
        time: String,
        isOutside: Bool
    ) throws {
        let note = try self.world.entry(
            2,
            7,
            .operations(
                try OperationsPayload(audienceVersion: 1, operations: [.addNote(text: "dan")])
            ),
            to: [1, 3],
            time: UTCTime.milliseconds(time)
        )
        let view = try self.world.view([try self.world.opening(), note])
        #expect(view.notes.map(\.by.isOutsidePeriod) == [isOutside])
        #expect(!view.canonicalJSON.contains("outside_period"))
    }

    @Test func `a view of a time drops what had expired and what came later`() throws {
        let counted = try self.world.counted(try self.entries())
        let later = try #require(UTCTime.milliseconds("2027-01-02T00:00:00Z"))
        #expect(
            Set(counted.view(at: later).fragments.map(\.id))
                == [self.world.fragmentID(1, 5), self.world.fragmentID(2, 8)]
        )
        let early = counted.view(at: World.start + 6_000)
        #expect(early.fragments.map(\.id) == [self.world.fragmentID(1, 5)])
        #expect(early.conflicts.isEmpty)
        #expect(counted.canonicalJSON(at: later) != counted.canonicalJSON(at: nil))
    }
}
