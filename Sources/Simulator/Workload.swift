import CaseModel
import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary

/// What a member does at a moment: opens cases, writes into those it is in, shares, withdraws.
struct Workload {
    let table: TableID
    let charter: Charter
    let me: MemberNumber
    let cases: [ObjectID: CaseState]
    /// How much of each log is held.
    let sizes: [LogID: UInt64]
    /// What it may lie about.
    let lies: [Lie]
    let sabotage: Sabotage
    var generator: SeededGenerator
    /// What it lied about.
    private(set) var told: [Lie] = []

    init(
        table: TableID,
        charter: Charter,
        me: MemberNumber,
        cases: [ObjectID: CaseState],
        sizes: [LogID: UInt64],
        lies: [Lie],
        sabotage: Sabotage,
        generator: SeededGenerator
    ) {
        self.table = table
        self.charter = charter
        self.me = me
        self.cases = cases
        self.sizes = sizes
        self.lies = lies
        self.sabotage = sabotage
        self.generator = generator
    }

    /// Whether it lies now, which it does every other time.
    private mutating func lies(_ lie: Lie) -> Bool {
        guard self.lies.contains(lie), self.generator.chance(0.5) else { return false }
        self.told.append(lie)
        return true
    }

    /// The entries to write, one to three.
    mutating func drafts() -> [Draft] {
        let count = Int.random(in: 1...3, using: &self.generator)
        return (0..<count).map { _ in self.draft() }
    }

    private mutating func draft() -> Draft {
        do {
            // A liar goes on in cases that it has left.
            let isStale = self.lies.contains(.staleAudience)
            let known = self.cases.sorted { $0.key < $1.key }.compactMap { $0.value.counted() }
                .filter { $0.audience.members.contains(self.me) || isStale }
                .filter { $0.audience.members.contains { $0 != self.me } }
            guard let chosen = known.randomElement(using: &self.generator),
                !self.generator.chance(0.1)
            else { return try self.opening() }
            switch Int.random(in: 0..<10, using: &self.generator) {
            case 0..<5: return try self.operations(on: chosen)
            case 5..<8: return try self.fragment(in: chosen)
            default: return try self.change(in: chosen)
            }
        } catch {
            preconditionFailure("the workload stays within the limits: \(error)")
        }
    }

    private mutating func some(_ members: [MemberNumber]) -> [MemberNumber] {
        let count = Int.random(in: 1...members.count, using: &self.generator)
        return members.shuffled(using: &self.generator).prefix(count).sorted()
    }

    private var others: [MemberNumber] {
        self.charter.members.map(\.number).filter { $0 != self.me }
    }

    private func audience(_ members: [MemberNumber], _ category: Category) throws -> Audience {
        try SharingRules.audience(
            for: members.filter { $0 != self.me },
            author: self.me,
            category: category,
            preferred: nil,
            charter: self.charter
        )
    }

    private mutating func opening() throws -> Draft {
        let recipients = self.some(self.others)
        let audience = try CaseAudience(
            version: 1,
            members: (recipients + [self.me]).sorted(),
            category: .business,
            grounds: [],
            removed: []
        )
        let payload = try OperationsPayload(
            audienceVersion: 1,
            operations: [
                .openCase(title: "Case \(self.number(100))", summary: "", audience: audience)
            ]
        ).payload
        return Draft(
            kind: .operations,
            subject: .opened,
            category: .business,
            audience: try self.audience(recipients, .business)
        ) { _ in payload }
    }

    private mutating func number(_ count: Int) -> Int {
        Int.random(in: 0..<count, using: &self.generator)
    }

    private mutating func operations(on held: CountedCase) throws -> Draft {
        let operation: CaseOperation
        let kind = self.number(6)
        let isAhead = self.sizes.keys.contains { $0.member != self.me } && self.lies(.namesFuture)
        switch kind {
        case 0...2 where isAhead: operation = .remove(self.future())
        case 3...4 where isAhead:
            operation = .setRegister(.lead, value: "Nobody", supersedes: self.future())
        case 0:
            let number = self.number(1_000)
            let open = held.fragments.filter { $0.withdrawal == nil && self.mayQuote($0, in: held) }
            let quoted = open.isEmpty ? nil : open[number % open.count].payload.fields.last?.value
            operation = .addNote(
                text: quoted.map(QuotedMark.note(quoting:)) ?? "Note \(number)"
            )
        case 1, 2:
            let added = held.tags.live.map(\.reference)
            let removed = kind == 1 ? nil : added.randomElement(using: &self.generator)
            operation = removed.map { .remove([$0]) } ?? .addTag("tag-\(self.number(4))")
        case 3:
            let phase = CasePhase.allCases[self.number(CasePhase.allCases.count)]
            operation = .setRegister(
                .phase,
                value: phase.rawValue,
                supersedes: held.liveReferences(of: .phase)
            )
        case 4:
            operation = .setRegister(
                .lead,
                value: "Lead \(self.number(5))",
                supersedes: held.liveReferences(of: .lead)
            )
        default:
            guard held.owner == self.me else {
                operation = .addLink(
                    try SubjectLink(
                        from: SubjectKey(kvk: "1234567\(self.number(4))").id,
                        relation: SubjectLink.sameAs,
                        to: SubjectKey(kvk: "1234567\(self.number(4))").id
                    )
                )
                break
            }
            operation = try self.audienceChange(of: held)
        }
        var version = held.audienceVersion
        if version > 1, self.lies(.staleAudience) { version -= 1 }
        let payload = try OperationsPayload(
            audienceVersion: version,
            operations: [operation]
        ).payload
        return Draft(
            kind: .operations,
            subject: .existing(held.caseID),
            category: held.audience.category,
            audience: try self.audience(held.audience.members, held.audience.category)
        ) { _ in payload }
    }

    /// References to what others may write next, by hashes that are guessed.
    private mutating func future() -> [DotReference] {
        self.sizes.filter { $0.key.member != self.me }.sorted { $0.key < $1.key }
            .map { log, size in
                let dot = Dot(
                    member: log.member,
                    generation: log.generation,
                    index: size,
                    operation: 0
                )
                return DotReference(dot: dot, entry: UInt128(self.generator.next()))
            }
    }

    /// The next audience; of whom it leaves out all counts that is held here.
    private mutating func audienceChange(of held: CountedCase) throws -> CaseOperation {
        let members = (self.some(self.others) + [self.me]).sorted()
        let leaving = held.audience.members.filter { !members.contains($0) }
        return .setAudience(
            try CaseAudience(
                version: held.audienceVersion + 1,
                members: members,
                category: held.audience.category,
                grounds: [],
                removed: leaving.map { member in
                    let newest = self.sizes.filter { $0.key.member == member }
                        .max { $0.key < $1.key }
                    return try CaseRemoval(
                        member: member,
                        generation: newest?.key.generation ?? 0,
                        size: newest?.value ?? 0
                    )
                }
            )
        )
    }

    private mutating func fields() throws -> [FragmentPayload.Field] {
        [
            try .init(name: "date", value: "2026-0\(1 + self.number(9))-01"),
            try .init(name: "subject.kvk", value: "1234567\(self.number(4))"),
            try .init(name: "subject.name", value: "Company \(self.number(9))"),
        ]
    }

    /// Whether all who would read it were given the version of a fragment that is shown.
    private func mayQuote(_ fragment: CaseFragment, in held: CountedCase) -> Bool {
        self.sabotage == .quotesEverything
            || Quotation.isOpen(
                to: held.audience.members,
                givenTo: fragment.newest.audience.members,
                by: fragment.owner
            )
    }

    /// The own log that is written to.
    private var log: LogID {
        let generations = self.charter.pins.count { $0.log.member == self.me }
        return LogID(member: self.me, generation: UInt16(generations))
    }

    /// What a version of a fragment says, in the entry at `index`: one value stands there alone.
    private static func version(
        _ version: UInt32,
        of firstIndex: UInt64,
        _ fields: [FragmentPayload.Field],
        in log: LogID,
        at index: UInt64
    ) -> [UInt8] {
        do {
            let mark = QuotedMark(log: log, index: index)
            return try FragmentPayload(
                firstIndex: firstIndex,
                version: version,
                type: .inspection,
                fields: fields + [.init(name: "text", value: mark.value)],
                expires: nil
            ).payload
        } catch {
            preconditionFailure("the fields are within the limits: \(error)")
        }
    }

    private mutating func fragment(in held: CountedCase) throws -> Draft {
        let recipients = self.some(held.audience.members.filter { $0 != self.me })
        let fields = try self.fields()
        let log = self.log
        // The payload names the index that the entry gets, which is known when it is written.
        return Draft(
            kind: .fragment,
            subject: .existing(held.caseID),
            category: .business,
            audience: try self.audience(recipients, .business)
        ) { index in
            Self.version(1, of: index, fields, in: log, at: index)
        }
    }

    /// A new version of an own fragment, or its withdrawal; a fragment when there is none.
    private mutating func change(in held: CountedCase) throws -> Draft {
        let own = held.fragments.filter { $0.owner == self.me && $0.withdrawal == nil }
        guard let fragment = own.randomElement(using: &self.generator) else {
            return try self.fragment(in: held)
        }
        var recipients = fragment.given.map(\.recipient.member)
        if self.generator.chance(0.4) {
            let payload = try WithdrawalPayload(
                generation: fragment.log.generation,
                firstIndex: fragment.firstIndex,
                reason: "Wrong company"
            ).payload
            if self.sabotage == .withdrawsNewest {
                recipients = fragment.newest.audience.members.filter { $0 != self.me }
            }
            return Draft(
                kind: .withdrawal,
                subject: .existing(held.caseID),
                category: .business,
                audience: try self.audience(recipients, .business)
            ) { _ in payload }
        }
        let fields = try self.fields()
        let log = self.log
        // Some new versions leave somebody out, who keeps the one before.
        let isNarrower = fragment.firstIndex % 2 == 0 || self.sabotage == .withdrawsNewest
        if isNarrower, recipients.count > 1 { recipients.removeLast() }
        return Draft(
            kind: .fragment,
            subject: .existing(held.caseID),
            category: .business,
            audience: try self.audience(recipients, .business)
        ) { index in
            let version = fragment.payload.version + 1
            return Self.version(version, of: fragment.firstIndex, fields, in: log, at: index)
        }
    }
}
