import Cryptography
package import ReplicatedTypes
package import SyncLog
package import Vocabulary

/// Who wrote something, and when by their clock.
package struct Attribution: Hashable, Sendable {
    /// The author's number.
    package let member: MemberNumber
    /// The author's handle.
    package let handle: String
    /// When; for people.
    package let time: HybridTime
    /// Whether that day, by the author's clock, is outside the period of the charter in its header.
    ///
    /// It counts all the same: no clock decides.
    package let isOutsidePeriod: Bool

    /// The time as RFC 3339.
    package var timeText: String { UTCTime.text(milliseconds: self.time.milliseconds) }
}

/// The merged view of a case: a join of what its members shared, never a rewrite
/// (`Protocol/case-model.md` §4, §5).
///
/// Every array is in the order stated there.
package struct CaseView: Hashable, Sendable {
    /// A live value of a register.
    package struct Value: Hashable, Sendable {
        /// The write.
        package let dot: Dot
        /// By whom.
        package let by: Attribution
        /// What was written.
        package let value: String
    }

    /// A link.
    package struct Link: Hashable, Sendable {
        /// The operation that added it.
        package let dot: Dot
        /// By whom.
        package let by: Attribution
        /// What it says.
        package let link: SubjectLink
    }

    /// A note.
    package struct Note: Hashable, Sendable {
        /// Its ID.
        package let id: ObjectID
        /// The operation that added it.
        package let dot: Dot
        /// By whom.
        package let by: Attribution
        /// What it says.
        package let text: String
    }

    /// A tag.
    package struct Tag: Hashable, Sendable {
        /// What it says.
        package let tag: String
        /// Handles of those who added it, by member number.
        package let by: [String]
    }

    /// A fragment as shown.
    package struct Fragment: Hashable, Sendable {
        /// Its ID.
        package let id: ObjectID
        /// The owner, and the time of the version shown.
        package let by: Attribution
        /// Category of the version shown.
        package let category: Category
        /// What the version shown says.
        package let payload: FragmentPayload
        /// Recipients of the version shown: handle, number, ground.
        package let audience: [FragmentRecipient]

        /// Whether its last day is over on a day, `YYYY-MM-DD`: then it says nothing of now any more.
        package func isExpired(on today: String) -> Bool {
            self.payload.expires.map { precedesInBytes($0, today) } ?? false
        }
    }

    /// A recipient of a fragment.
    package struct FragmentRecipient: Hashable, Sendable {
        /// The number.
        package let member: MemberNumber
        /// The handle.
        package let handle: String
        /// Code of the ground.
        package let ground: String
    }

    /// A day on which something happened.
    package struct TimelineItem: Hashable, Sendable {
        /// The value of the field `date`.
        package let date: String
        /// What happened.
        package let type: RecordType
        /// The fragment that says so.
        package let fragment: ObjectID
    }

    /// A fact on which owners differ.
    package struct Conflict: Hashable, Sendable {
        /// The subject.
        package let subject: ObjectID
        /// The fact.
        package let fact: FactName
    }

    /// Who is in the audience no more, and was given what others wrote until then.
    package struct FormerReader: Hashable, Sendable {
        /// The handle.
        package let handle: String
        /// When the newest of what it was given was written, by its author's clock.
        package let last: HybridTime
    }

    /// A note that counts nowhere, since its author had been left out.
    package struct CutNote: Hashable, Sendable {
        /// Who wrote it.
        package let author: MemberNumber
        /// When, by its author's clock.
        package let time: HybridTime
        /// What it says.
        package let text: String
    }

    /// The table.
    package let table: TableID
    /// The case.
    package let caseID: ObjectID
    /// Handle of who opened it.
    package let owner: String
    /// Handles of the newest audience, by member number.
    package let audience: [String]
    /// Live titles, by dot.
    package let title: [Value]
    /// Live phases, by dot.
    package let phase: [Value]
    /// Live summaries, by dot.
    package let summary: [Value]
    /// Live leads, by dot.
    package let lead: [Value]
    /// Subjects, by key.
    package let subjects: [SubjectView]
    /// Fragments that are shown, by ID.
    package let fragments: [Fragment]
    /// Links, by (from, relation, to), then dot.
    package let links: [Link]
    /// Notes, by dot.
    package let notes: [Note]
    /// Who is in the audience no more, by number.
    ///
    /// Nodes that were given different entries say
    /// different things of it: it is in no canonical view.
    package let formerReaders: [FormerReader]
    /// Notes that count nowhere, by place; in no canonical view, and for their author alone.
    package let cutNotes: [CutNote]
    /// Tags, by bytes.
    package let tags: [Tag]
    /// Days, by (date, fragment).
    package let timeline: [TimelineItem]

    /// The facts on which owners differ, by (subject key, fact).
    package var conflicts: [Conflict] {
        self.subjects.flatMap { subject in
            subject.conflicts.map { Conflict(subject: subject.id, fact: $0) }
        }
    }

    /// The notes of a member that count nowhere.
    package func cutNotes(of member: MemberNumber) -> [CutNote] {
        self.cutNotes.filter { $0.author == member }
    }

    /// How many facts of subjects, and fields of the case, have more than one value.
    package var conflictCount: Int {
        let fields = [self.title, self.phase, self.summary, self.lead]
        return self.conflicts.count + fields.count { Set($0.map(\.value)).count > 1 }
    }

    /// How many of these are variants of one value.
    package var variantCount: Int { self.subjects.reduce(0) { $0 + $1.variants.count } }
}

extension CountedCase {
    /// The merged view, now or as of `milliseconds` since 1970.
    ///
    /// With a time, fragments are left out that were shared later by their owner's clock or had
    /// expired by then; without, expiry is not applied.
    ///
    /// - Complexity: O(n log n) in what counts.
    package func view(at milliseconds: UInt64?) -> CaseView {
        let shown = self.shownFragments(at: milliseconds)
        let by = shown.map { self.attribution($0) }
        let links = self.linkViews
        return CaseView(
            table: self.table,
            caseID: self.caseID,
            owner: self.handle(self.owner),
            audience: self.audience.members.map { self.handle($0) },
            title: self.values(.title),
            phase: self.values(.phase),
            summary: self.values(.summary),
            lead: self.values(.lead),
            subjects: Self.subjects(of: shown, by: by, links: links),
            fragments: self.fragmentViews(of: shown, by: by),
            links: links,
            notes: self.notes.map { note in
                CaseView.Note(
                    id: ObjectID(table: self.table, dot: note.dot),
                    dot: note.dot,
                    by: self.attribution(note.dot),
                    text: note.text
                )
            },
            formerReaders: self.formerReaders.map { member, last in
                CaseView.FormerReader(handle: self.handle(member), last: last)
            },
            cutNotes: self.cutNotes,
            tags: self.tagViews,
            timeline: Self.timeline(of: shown)
        )
    }

    /// The bytes that nodes with the same entitlements share: RFC 8785 (`Protocol/case-model.md` §5).
    package func canonicalJSON(at milliseconds: UInt64?) -> String {
        self.view(at: milliseconds).canonicalJSON
    }

    private func attribution(_ dot: Dot) -> Attribution {
        Attribution(
            member: dot.member,
            handle: self.handle(dot.member),
            time: self.time(of: dot),
            isOutsidePeriod: self.isOutsidePeriod(EntryPlace(of: dot))
        )
    }

    private func values(_ register: RegisterName) -> [CaseView.Value] {
        self.live(register).map { write in
            CaseView.Value(dot: write.dot, by: self.attribution(write.dot), value: write.value)
        }
    }

    private var linkViews: [CaseView.Link] {
        func precedes(_ lhs: CaseView.Link, _ rhs: CaseView.Link) -> Bool {
            if lhs.link.from != rhs.link.from { return lhs.link.from < rhs.link.from }
            if lhs.link.relation != rhs.link.relation {
                return precedesInBytes(lhs.link.relation, rhs.link.relation)
            }
            return (lhs.link.to, lhs.dot) < (rhs.link.to, rhs.dot)
        }
        return self.links.live.map { add in
            CaseView.Link(dot: add.dot, by: self.attribution(add.dot), link: add.element)
        }.sorted(by: precedes)
    }

    private var tagViews: [CaseView.Tag] {
        var members: [String: Set<MemberNumber>] = [:]
        for add in self.tags.live { members[add.element, default: []].insert(add.dot.member) }
        return members.sorted { precedesInBytes($0.key, $1.key) }.map { tag, members in
            CaseView.Tag(tag: tag, by: members.sorted().map { self.handle($0) })
        }
    }

    private func shownFragments(at milliseconds: UInt64?) -> [CaseFragment] {
        // Mostly everything is shown, and nothing need be copied.
        guard self.fragments.contains(where: { !$0.isShown(at: milliseconds) }) else {
            return self.fragments
        }
        return self.fragments.filter { $0.isShown(at: milliseconds) }
    }

    /// Who shares a fragment, and when the version shown was written.
    private func attribution(_ fragment: CaseFragment) -> Attribution {
        Attribution(
            member: fragment.owner,
            handle: self.handle(fragment.owner),
            time: fragment.time,
            isOutsidePeriod: self.isOutsidePeriod(fragment.newest.place)
        )
    }

    private func fragmentViews(
        of fragments: [CaseFragment],
        by: [Attribution]
    ) -> [CaseView.Fragment] {
        // Many fragments share a list.
        var audiences: [Digest: [CaseView.FragmentRecipient]] = [:]
        return zip(fragments, by).map { fragment, by in
            let header = fragment.newest.header
            guard let category = header.category else {
                preconditionFailure("an entry without a category does not count")
            }
            let audience: [CaseView.FragmentRecipient]
            if let known = audiences[header.audience] {
                audience = known
            } else {
                audience = self.recipients(of: fragment.newest.audience)
                audiences[header.audience] = audience
            }
            return CaseView.Fragment(
                id: fragment.id,
                by: by,
                category: category,
                payload: fragment.payload,
                audience: audience
            )
        }
    }

    private func recipients(of audience: Audience) -> [CaseView.FragmentRecipient] {
        audience.recipients.map { recipient in
            CaseView.FragmentRecipient(
                member: recipient.member,
                handle: self.handle(recipient.member),
                ground: recipient.ground
            )
        }
    }

    /// The days that some fragments, given by ID, name.
    private static func timeline(of fragments: [CaseFragment]) -> [CaseView.TimelineItem] {
        // Much happens on one day: days are sorted, and each day's fragments are in order already.
        var days: [String: [CaseView.TimelineItem]] = [:]
        for fragment in fragments {
            guard let date = fragment.payload.value(FieldName.date.text) else { continue }
            days[date, default: []].append(
                CaseView.TimelineItem(
                    date: date,
                    type: fragment.payload.type,
                    fragment: fragment.id
                )
            )
        }
        return days.sorted { precedesInBytes($0.key, $1.key) }.flatMap(\.value)
    }
}
