package import Cryptography
package import ReplicatedTypes
package import SyncLog

/// What counts of a case that is open: the state that views, summaries and the next operations are
/// made from.
package struct CountedCase: Sendable {
    /// A note.
    package struct Note: Hashable, Sendable {
        /// The operation that added it.
        package let dot: Dot
        /// What it says.
        package let text: String
    }

    /// The table.
    package let table: TableID
    /// The case.
    package let caseID: ObjectID
    /// Who opened it.
    package let owner: MemberNumber
    /// The newest audience that counts, with category and default grounds.
    package let audience: CaseAudience
    /// The links present.
    package private(set) var links = ObservedRemoveSet<SubjectLink>()
    /// The tags present.
    package private(set) var tags = ObservedRemoveSet<String>()
    /// The notes, by dot.
    package private(set) var notes: [Note] = []
    /// The fragments, withdrawn ones included, by ID.
    package let fragments: [CaseFragment]
    /// Fragments of which no version counts, since their author had been left out, by ID: those who were
    /// given them have them.
    package let cutFragments: [CaseFragment]
    /// Notes that count nowhere, since their author had been left out, by place: those who were given
    /// them have them, and in no view but its author's anything is said of them.
    let cutNotes: [CaseView.CutNote]
    /// Who is not in the newest audience and was given what others wrote, by number; when the newest
    /// of it was written.
    private(set) var formerReaders: [(member: MemberNumber, last: HybridTime)] = []
    /// Entries that do not count, by place.
    package let ignored: [IgnoredEntry]
    /// What counts of each author, as far as it is bounded.
    package let totals: [MemberNumber: CaseTotals]

    private var registers: [RegisterName: MultiValueRegister<String>] = [:]
    private var times: [EntryPlace: HybridTime] = [:]
    private var outsidePeriod: Set<EntryPlace> = []
    private var handles: [MemberNumber: String] = [:]

    init(table: TableID, caseID: ObjectID, owner: MemberNumber, judgement: CaseJudgement) {
        guard let audience = judgement.audiences.versions.last else {
            preconditionFailure("an open case has an audience")
        }
        self.table = table
        self.caseID = caseID
        self.owner = owner
        self.audience = audience
        let fragments = Self.fragments(of: judgement.counted, cut: judgement.cut)
        self.fragments = fragments.filter(\.counts)
        self.cutFragments = fragments.filter { !$0.counts }
        self.cutNotes = judgement.cutOperations.flatMap(Self.notes)
        self.ignored = judgement.ignored
        self.totals = judgement.totals
        for charter in judgement.charters {
            for member in charter.members { self.handles[member.number] = member.handle }
        }
        let periods = Dictionary(
            judgement.charters.map { ($0.version, ($0.from, $0.until)) },
            uniquingKeysWith: { first, _ in first }
        )
        for held in judgement.counted {
            let header = held.entry.header
            guard let (from, until) = periods[header.charterVersion] else { continue }
            let day = UTCTime.date(milliseconds: header.time.milliseconds)
            // Years after 9999 have five digits.
            if day.utf8.count > 10 || precedesInBytes(day, from) || precedesInBytes(until, day) {
                self.outsidePeriod.insert(held.place)
            }
        }
        for held in judgement.counted where held.fragment == nil {
            guard case .operations(let payload) = held.entry.contents else { continue }
            self.times[held.place] = held.entry.header.time
            for (place, operation) in payload.operations.enumerated() {
                self.apply(operation, held.entry.reference(operation: place))
            }
        }
        if judgement.audiences.versions.count > 1 {
            self.formerReaders = Self.formerReaders(of: judgement.counted, now: audience)
        }
    }

    private static func notes(of entry: OpenedEntry) -> [CaseView.CutNote] {
        guard case .operations(let payload) = entry.contents else { return [] }
        return payload.operations.compactMap { operation in
            guard case .addNote(let text) = operation else { return nil }
            return CaseView.CutNote(author: entry.log.member, time: entry.header.time, text: text)
        }
    }

    private static func formerReaders(
        of counted: [HeldEntry],
        now audience: CaseAudience
    ) -> [(member: MemberNumber, last: HybridTime)] {
        let readers = Set(audience.members)
        var last: [MemberNumber: HybridTime] = [:]
        var outside: [Digest: [MemberNumber]] = [:]
        for held in counted {
            // What is withdrawn from somebody who was left out gives nothing.
            if case .withdrawal = held.entry.contents { continue }
            let header = held.entry.header
            let members: [MemberNumber]
            if let known = outside[header.audience] {
                members = known
            } else {
                members = held.entry.audience.members.filter { !readers.contains($0) }
                outside[header.audience] = members
            }
            for member in members { last[member] = max(last[member] ?? header.time, header.time) }
        }
        return last.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private mutating func apply(_ operation: CaseOperation, _ reference: DotReference) {
        func write(_ value: String) -> MultiValueRegister<String>.Write {
            MultiValueRegister.Write(reference, value: value)
        }
        switch operation {
        case .openCase(let title, let summary, _):
            let values: [(RegisterName, String)] = [
                (.title, title), (.summary, summary), (.phase, CasePhase.signaal.rawValue),
            ]
            for (register, value) in values {
                self.registers[register, default: MultiValueRegister()]
                    .apply(write(value), superseding: [])
            }
        case .setAudience: break
        case .setRegister(let register, let value, let supersedes):
            self.registers[register, default: MultiValueRegister()]
                .apply(write(value), superseding: supersedes)
        case .addNote(let text): self.notes.append(Note(dot: reference.dot, text: text))
        case .addLink(let link): self.links.add(link, reference)
        case .addTag(let tag): self.tags.add(tag, reference)
        case .remove(let references):
            self.links.remove(references)
            self.tags.remove(references)
        }
    }

    private static func fragments(
        of counted: [HeldEntry],
        cut: [FragmentVersion]
    ) -> [CaseFragment] {
        var withdrawals: [EntryPlace: CaseFragment.Withdrawal] = [:]
        // Entries come in order of place: the first withdrawal of a fragment is met first.
        for held in counted where held.fragment == nil {
            guard case .withdrawal(let payload) = held.entry.contents else { continue }
            let log = LogID(member: held.place.log.member, generation: payload.generation)
            let first = EntryPlace(log: log, index: payload.firstIndex)
            withdrawals[first] =
                withdrawals[first]
                ?? CaseFragment.Withdrawal(
                    index: held.place.index,
                    time: held.entry.header.time,
                    reason: payload.reason
                )
        }
        // Only later versions are out of order.
        let versions = counted.compactMap(\.fragment).sorted(by: FragmentVersion.precedes)
        var cuts = Dictionary(grouping: cut, by: \.first)
            .mapValues { $0.sorted(by: FragmentVersion.precedes) }
        var found: [(id: ObjectID, fragment: CaseFragment)] = []
        found.reserveCapacity(versions.count)
        var start = 0
        while start < versions.count {
            let first = versions[start].first
            var end = start + 1
            while end < versions.count, versions[end].first == first { end += 1 }
            let fragment = CaseFragment(
                versions: versions[start..<end],
                cut: cuts.removeValue(forKey: first) ?? [],
                withdrawal: withdrawals[first]
            )
            found.append((fragment.id, fragment))
            start = end
        }
        for (first, versions) in cuts {
            let fragment = CaseFragment(
                versions: [],
                cut: versions,
                withdrawal: withdrawals[first]
            )
            found.append((fragment.id, fragment))
        }
        return found.sorted { $0.id < $1.id }.map(\.fragment)
    }

    /// The number of the newest audience version: what the next operation names.
    package var audienceVersion: UInt32 { self.audience.version }

    /// The live writes of a register, by dot; more than one distinct value is a conflict.
    package func live(_ register: RegisterName) -> [MultiValueRegister<String>.Write] {
        self.registers[register]?.live ?? []
    }

    /// The phases that it is in, as those say who wrote it last.
    package var phases: [String] {
        let phases = self.live(.phase).map(\.value)
        return phases.isEmpty ? [CasePhase.signaal.rawValue] : phases
    }

    /// Whether it is closed, as all say who wrote its phase last.
    package var isClosed: Bool {
        CasePhase.isClosed(self.live(.phase).map(\.value))
    }

    /// What a write of a register supersedes, by dot.
    package func liveReferences(of register: RegisterName) -> [DotReference] {
        self.live(register).map(\.reference)
    }

    /// What a removal of a link names, by dot; empty when there is no such link.
    ///
    /// May be more than `CaseOperation.referencesMax`: then the removal is several operations.
    package func linkReferences(
        from: ObjectID,
        relation: String,
        to: ObjectID
    ) -> [DotReference] {
        self.links.live.filter { add in
            let link = add.element
            return link.from == from && link.to == to
                && link.relation.hasSameBytes(as: relation)
        }.map(\.reference)
    }

    /// Who was given the version that is shown of a fragment about a subject, or shared one: who knows of it.
    ///
    /// - Complexity: O(fragments).
    package func members(knowing subject: ObjectID) -> Set<MemberNumber> {
        var members: Set<MemberNumber> = []
        for fragment in self.fragments
        where fragment.withdrawal == nil
            && (fragment.subject.id == subject
                || SubjectKey("fragment:" + fragment.id.hex)?.id == subject)
        {
            members.insert(fragment.owner)
            members.formUnion(fragment.newest.audience.members)
        }
        return members
    }

    /// What a removal of each tag that is there names, by dot.
    ///
    /// May be more than `CaseOperation.referencesMax`: then the removal is several operations.
    package var tagReferences: [String: [DotReference]] {
        // Tags are in one normal form: equal ones have the same bytes.
        var references: [String: [DotReference]] = [:]
        for add in self.tags.live { references[add.element, default: []].append(add.reference) }
        return references
    }

    /// The limit that some further operations of a member would pass; `nil` when all are kept.
    package func limitPassed(
        by operations: [CaseOperation],
        of member: MemberNumber
    ) -> CaseLimit? {
        ((self.totals[member] ?? CaseTotals()) + CaseTotals(of: operations)).limitPassed
    }

    /// The fragment with an ID, withdrawn or not; `nil` when none is open here.
    ///
    /// - Complexity: O(fragments).
    package func fragment(_ id: ObjectID) -> CaseFragment? {
        self.fragments.first { $0.id == id }
    }

    /// Whether a counted entry was written outside the period of its charter, by its author's clock.
    func isOutsidePeriod(_ place: EntryPlace) -> Bool { self.outsidePeriod.contains(place) }

    /// When the entry that holds a counted operation was written, by its author's clock.
    package func time(of dot: Dot) -> HybridTime {
        guard let time = self.times[EntryPlace(of: dot)] else {
            preconditionFailure("every dot in the state is of a counted entry")
        }
        return time
    }

    /// When the case was opened, by its owner's clock.
    package var opened: HybridTime {
        // What opened it is the owner's first entry in it.
        let own = self.times.keys.filter { $0.log.member == self.owner }
        return own.min().flatMap { self.times[$0] } ?? .zero
    }

    /// When the newest was written of what counts, withdrawals too, by its author's clock.
    ///
    /// - Complexity: O(n) in what counts.
    package var changed: HybridTime {
        let shared = self.fragments.lazy.map { max($0.time, $0.withdrawal?.time ?? .zero) }
        return max(self.times.values.max() ?? .zero, shared.max() ?? .zero)
    }

    /// A hash of which entries count and show: another one as soon as any comes, or is withdrawn.
    ///
    /// It compares what one node had at two times, and nothing else.
    ///
    /// - Complexity: O(n log n) in what counts.
    package var mark: Digest {
        var places = Array(self.times.keys) + self.fragments.map(\.newest.place)
        places += self.fragments.compactMap { fragment in
            fragment.withdrawal.map { EntryPlace(log: fragment.log, index: $0.index) }
        }
        var bytes: [UInt8] = []
        for place in places.sorted() { bytes += place.dot(operation: 0).bytes }
        return Digest(hashing: bytes)
    }

    /// The handle of a member under the newest charter of the case's counted entries that names it;
    /// `#` and the number where none does.
    package func handle(_ member: MemberNumber) -> String {
        self.handles[member] ?? "#\(member)"
    }
}
