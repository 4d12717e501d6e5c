import CaseModel
import Cryptography
import ReplicatedTypes
import SyncLog
import Testing
import Vocabulary
import Wire

struct PayloadTests {
    private static func reference(member: UInt16 = 1, index: UInt64 = 3) -> DotReference {
        DotReference(
            dot: Dot(member: member, generation: 0, index: index, operation: 0),
            entry: 7
        )
    }

    private func audience(
        version: UInt32 = 1,
        members: [MemberNumber] = [1, 2],
        grounds: [String] = [],
        removed: [CaseRemoval] = []
    ) throws(WireError) -> CaseAudience {
        try CaseAudience(
            version: version,
            members: members,
            category: .business,
            grounds: grounds,
            removed: removed
        )
    }

    private func refuses(_ field: String, _ operation: CaseOperation) {
        #expect(throws: WireError.field(field)) {
            try OperationsPayload(audienceVersion: 1, operations: [operation])
        }
    }

    private func accepts(_ operation: CaseOperation) throws {
        let payload = try OperationsPayload(audienceVersion: 1, operations: [operation])
        #expect(try OperationsPayload(payload: payload.payload) == payload)
    }

    private func text(_ count: Int) -> String { String(repeating: "x", count: count) }

    @Test func `titles and leads have 1 to 200 bytes on one line`() throws {
        for register in [RegisterName.title, .lead] {
            try self.accepts(.setRegister(register, value: self.text(200), supersedes: []))
            for value in ["", self.text(201), "a\nb", "e\u{301}", "a\u{7f}"] {
                self.refuses("value", .setRegister(register, value: value, supersedes: []))
            }
        }
        let audience = try self.audience()
        try self.accepts(.openCase(title: self.text(200), summary: "", audience: audience))
        self.refuses("title", .openCase(title: "", summary: "", audience: audience))
        self.refuses("title", .openCase(title: self.text(201), summary: "", audience: audience))
        // 100 times two bytes, and one more.
        let wide = String(repeating: "é", count: 100)
        try self.accepts(.setRegister(.title, value: wide, supersedes: []))
        self.refuses("value", .setRegister(.title, value: wide + "x", supersedes: []))
    }

    @Test func `summaries have up to 4,000 bytes and lines`() throws {
        try self.accepts(.setRegister(.summary, value: "", supersedes: []))
        try self.accepts(.setRegister(.summary, value: "a\n" + self.text(3_998), supersedes: []))
        for value in [self.text(4_001), "a\tb", "a\r\nb"] {
            self.refuses("value", .setRegister(.summary, value: value, supersedes: []))
        }
        self.refuses(
            "summary",
            .openCase(title: "a", summary: self.text(4_001), audience: try self.audience())
        )
    }

    @Test func `a phase is one of the six`() throws {
        let phases = [
            "signaal", "informatie-uitvraag", "analyse", "beoordeling", "interventiecoordinatie",
            "afgesloten",
        ]
        for phase in phases {
            try self.accepts(.setRegister(.phase, value: phase, supersedes: []))
        }
        for value in ["", "Analyse", "interventiecoördinatie"] {
            self.refuses("value", .setRegister(.phase, value: value, supersedes: []))
        }
    }

    @Test func `notes, tags and references have limits`() throws {
        try self.accepts(.addNote(text: "a\n" + self.text(65_534)))
        self.refuses("text", .addNote(text: ""))
        self.refuses("text", .addNote(text: self.text(65_537)))
        try self.accepts(.addTag(self.text(64)))
        for tag in ["", self.text(65), "a\nb"] { self.refuses("tag", .addTag(tag)) }
        let references = [DotReference](repeating: Self.reference(), count: 257)
        try self.accepts(.remove(Array(references.dropLast())))
        self.refuses("dots", .remove([]))
        self.refuses("dots", .remove(references))
        try self.accepts(
            .setRegister(.title, value: "a", supersedes: Array(references.dropLast()))
        )
        self.refuses("supersedes", .setRegister(.title, value: "a", supersedes: references))
        try self.accepts(.remove([Self.reference(index: (1 << 48) - 1)]))
        self.refuses("dots", .remove([Self.reference(member: 0)]))
        self.refuses("dots", .remove([Self.reference(index: 1 << 48)]))
    }

    @Test func `a relation is small letters and hyphens, 1 to 32`() throws {
        let good = ["a", "same-as", "a-", "a" + String(repeating: "b", count: 31)]
        for relation in good {
            try self.accepts(
                .addLink(try SubjectLink(from: .zero, relation: relation, to: .zero))
            )
        }
        let bad = ["", "-a", "Same", "a b", "a1", "é", "a" + String(repeating: "b", count: 32)]
        for relation in bad {
            #expect(throws: WireError.field("relation")) {
                try SubjectLink(from: .zero, relation: relation, to: .zero)
            }
        }
    }

    @Test func `a reason of a link has at most 500 bytes on one line`() throws {
        func link(_ reason: String) throws -> SubjectLink {
            try SubjectLink(from: .zero, relation: "same-as", to: .zero, reason: reason)
        }
        for reason in ["", String(repeating: "é", count: 250)] {
            try self.accepts(.addLink(try link(reason)))
        }
        for reason in [String(repeating: "x", count: 501), "a\nb", "e\u{301}"] {
            #expect(throws: WireError.field("reason")) { try link(reason) }
        }
    }

    @Test func `a succession has a day, a kind and a source, and only succeeds has one`() throws {
        for kind in SuccessionKind.allCases {
            let succession = try SubjectSuccession(
                date: "2024-02-29",
                kind: kind,
                source: String(repeating: "x", count: 200)
            )
            try self.accepts(
                .addLink(
                    try SubjectLink(
                        from: .zero,
                        relation: "succeeds",
                        to: .zero,
                        succession: succession
                    )
                )
            )
            #expect(throws: WireError.field("succession")) {
                try SubjectLink(
                    from: .zero,
                    relation: "same-as",
                    to: .zero,
                    succession: succession
                )
            }
        }
        try self.accepts(.addLink(try SubjectLink(from: .zero, relation: "succeeds", to: .zero)))
        #expect(throws: WireError.field("date")) {
            try SubjectSuccession(date: "2025-02-29", kind: .fusie, source: "KvK")
        }
        for source in ["", String(repeating: "x", count: 201), "a\nb"] {
            #expect(throws: WireError.field("source")) {
                try SubjectSuccession(date: "2025-02-28", kind: .fusie, source: source)
            }
        }
    }

    @Test func `an audience has 1 to 64 ascending members`() throws {
        let many = (UInt16(1)...65).map { $0 }
        try self.accepts(.setAudience(try self.audience(version: 2, members: Array(many[..<64]))))
        for members in [[], many, [2, 1], [1, 1], [0, 1]] as [[MemberNumber]] {
            #expect(throws: WireError.field("members")) { try self.audience(members: members) }
        }
        try self.accepts(.setAudience(try self.audience(version: 256)))
        for version in [0, 257] as [UInt32] {
            #expect(throws: WireError.field("version")) { try self.audience(version: version) }
        }
        let codes = [String](repeating: "WABO", count: 257)
        try self.accepts(.setAudience(try self.audience(grounds: Array(codes.dropLast()))))
        #expect(throws: WireError.field("grounds")) { try self.audience(grounds: codes) }
        #expect(throws: WireError.field("grounds")) { try self.audience(grounds: ["wabo"]) }
    }

    @Test func `an audience leaves out 0 to 64 ascending others`() throws {
        func removal(_ member: MemberNumber, _ size: UInt64 = 1) throws -> CaseRemoval {
            try CaseRemoval(member: member, generation: 3, size: size)
        }
        let many = try (UInt16(3)...67).map { try removal($0) }
        for removed in [Array(many[..<64]), [try removal(3, 0), try removal(4, 1 << 48)]] {
            try self.accepts(.setAudience(try self.audience(version: 2, removed: removed)))
        }
        for removed in [
            many, [many[1], many[0]], [many[0], many[0]], [try removal(2)],
        ] {
            #expect(throws: WireError.field("removed")) {
                try self.audience(version: 2, removed: removed)
            }
        }
        #expect(throws: WireError.field("removed")) { try removal(0) }
        #expect(throws: WireError.field("removed")) { try removal(3, (1 << 48) + 1) }
        self.refuses(
            "removed",
            .openCase(title: "a", summary: "", audience: try self.audience(removed: [many[0]]))
        )
    }

    @Test func `what opens a case or sets its audience stands alone`() throws {
        let alone = [
            CaseOperation.openCase(title: "a", summary: "", audience: try self.audience()),
            .setAudience(try self.audience(version: 2)),
        ]
        for operation in alone {
            try self.accepts(operation)
            for operations in [
                [operation, .addTag("a")], [.addTag("a"), operation], [operation, operation],
            ] {
                #expect(throws: WireError.field("operations")) {
                    try OperationsPayload(audienceVersion: 1, operations: operations)
                }
            }
        }
    }

    @Test func `an entry has 1 to 256 operations under a version`() throws {
        let tags = [CaseOperation](repeating: .addTag("a"), count: 257)
        #expect(throws: WireError.field("operations")) {
            try OperationsPayload(audienceVersion: 1, operations: [])
        }
        #expect(throws: WireError.field("operations")) {
            try OperationsPayload(audienceVersion: 1, operations: tags)
        }
        for version in [0, 257] as [UInt32] {
            #expect(throws: WireError.field("audience_version")) {
                try OperationsPayload(audienceVersion: version, operations: [.addTag("a")])
            }
        }
        _ = try OperationsPayload(audienceVersion: 256, operations: [.addTag("a")])
    }

    @Test func `field names are the known ones and those under extra`() throws {
        let good = [
            "subject.name", "location.y", "date", "end_date", "status", "text", "amount_eur",
            "extra.a", "extra._x", "extra.0-a.b_c", "extra." + self.text(64),
        ]
        for name in good { #expect(FragmentPayload.Field.isName(name), "\(name)") }
        let bad = [
            "", "subject.bsn", "subject.address", "location.name", "name", "extra.", "extra.-a",
            "extra..a", "extra.A", "extra.a b", "extra.é", "extra." + self.text(65), "Extra.a",
        ]
        for name in bad {
            #expect(throws: WireError.field("name"), "\(name)") {
                try FragmentPayload.Field(name: name, value: "x")
            }
        }
    }

    @Test func `field values have 1 to 65,536 bytes`() throws {
        for value in ["", self.text(65_537), "a\tb", "e\u{301}"] {
            #expect(throws: WireError.field("value")) {
                try FragmentPayload.Field(name: "text", value: value)
            }
        }
        let field = try FragmentPayload.Field(name: "text", value: "a\n" + self.text(65_534))
        let payload = try FragmentPayload(
            firstIndex: 5,
            version: 1,
            type: .document,
            fields: [field],
            expires: "2028-02-29"
        )
        #expect(try FragmentPayload(payload: payload.payload) == payload)
    }

    @Test func `a withdrawal has a reason of 1 to 500 bytes on one line`() throws {
        let payload = try WithdrawalPayload(generation: .max, firstIndex: 0, reason: self.text(500))
        #expect(try WithdrawalPayload(payload: payload.payload) == payload)
        for reason in ["", self.text(501), "a\nb"] {
            #expect(throws: WireError.field("reason")) {
                try WithdrawalPayload(generation: 0, firstIndex: 0, reason: reason)
            }
        }
    }

    @Test func `an opened entry's parts fit each other`() throws {
        let world = try World()
        let entry = try world.fragment(1, 5, ["status": "open"], to: [2])
        let other = try #require(Audience([Recipient(member: 3, ground: "AVG")]))
        #expect(throws: WireError.field("audience")) {
            try OpenedEntry(
                log: entry.log,
                header: entry.header,
                audience: other,
                contents: entry.contents
            )
        }
        let withdrawal = try WithdrawalPayload(generation: 0, firstIndex: 1, reason: "x")
        #expect(throws: WireError.field("kind")) {
            try OpenedEntry(
                log: entry.log,
                header: entry.header,
                audience: entry.audience,
                contents: .withdrawal(withdrawal)
            )
        }
        var header = entry.header
        header.kind = .consultation
        #expect(throws: WireError.field("kind")) {
            try OpenedEntry(
                log: entry.log,
                header: header,
                audience: entry.audience,
                plaintext: []
            )
        }
        #expect(throws: WireError.field("first_index")) {
            try world.withdrawal(1, 5, of: 5, to: [2])
        }
        #expect(throws: WireError.field("first_index")) {
            try world.withdrawal(1, 5, of: 4, to: [2], in: 1)
        }
    }

    @Test func `a member goes on in its next log with what it shared in the one before`() throws {
        let world = try World()
        let entry = try world.withdrawal(1, 5, of: 3, to: [2])
        let log = LogID(member: entry.log.member, generation: 1)
        func read(_ contents: OpenedEntry.Contents, _ kind: EntryKind) throws -> OpenedEntry {
            var header = entry.header
            header.kind = kind
            return try OpenedEntry(
                log: log,
                header: header,
                audience: entry.audience,
                contents: contents
            )
        }
        // An index that the next log has not reached.
        for generation: UInt16 in [0, 1] {
            let withdrawal = try WithdrawalPayload(
                generation: generation,
                firstIndex: 700,
                reason: "Onjuist"
            )
            let version = try FragmentPayload(
                generation: generation,
                firstIndex: 700,
                version: 2,
                type: .inspection,
                fields: [FragmentPayload.Field(name: "text", value: "x")],
                expires: nil
            )
            if generation == 0 {
                #expect(throws: Never.self) { try read(.withdrawal(withdrawal), .withdrawal) }
                #expect(throws: Never.self) { try read(.fragment(version), .fragment) }
                let first = ObjectID(
                    table: World.table,
                    dot: Dot(member: 1, generation: 0, index: 700, operation: 0)
                )
                #expect(version.id(table: World.table, log: log) == first)
            } else {
                #expect(throws: WireError.field("first_index")) {
                    try read(.withdrawal(withdrawal), .withdrawal)
                }
                #expect(throws: WireError.field("first_index")) {
                    try read(.fragment(version), .fragment)
                }
            }
        }
    }
}
