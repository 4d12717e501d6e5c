import CaseModel
import Cryptography
package import NodeInterface
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary

extension ShowCase: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.document(of: self)
    }
}

extension ShowCanonicalCase: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.document(of: self)
    }
}

extension Reader {
    fileprivate func document(of asked: ShowCase) throws(Refusal) -> ShowCase.Answer {
        let (state, shown) = try self.findShown(asked.case)
        let document = CaseDocument(
            of: shown.counted,
            shown.view,
            reader: (state.me, self.card.handle),
            today: self.today,
            sources: shown.view.fragments
        )
        return document.answer(with: CaseDocument.Parts(all: shown.view))
    }

    fileprivate func document(
        of asked: ShowCanonicalCase
    ) throws(Refusal) -> ShowCanonicalCase.Answer {
        let (_, counted) = try self.findCase(asked.case)
        return ShowCanonicalCase.Answer(canonical: counted.canonicalJSON(at: asked.at))
    }
}

/// Makes the document of a merged view, or of parts of it, for one reader on one day.
///
/// - Complexity: O(bytes of the document); a text that stands at many places is made once.
struct CaseDocument {
    /// The parts of a view that a document has.
    struct Parts {
        var subjects: [SubjectView]
        var fragments: [CaseView.Fragment]
        var links: [CaseView.Link]
        var notes: [CaseView.Note]
        var timeline: [CaseView.TimelineItem]
        var conflicts: [CaseView.Conflict]

        /// All of them.
        init(all view: CaseView) {
            self.subjects = view.subjects
            self.fragments = view.fragments
            self.links = view.links
            self.notes = view.notes
            self.timeline = view.timeline
            self.conflicts = view.conflicts
        }

        /// Some of them, and no time line.
        init(
            subjects: [SubjectView],
            fragments: [CaseView.Fragment],
            links: [CaseView.Link],
            notes: [CaseView.Note],
            conflicts: [CaseView.Conflict]
        ) {
            self.subjects = subjects
            self.fragments = fragments
            self.links = links
            self.notes = notes
            self.timeline = []
            self.conflicts = conflicts
        }
    }

    private let view: CaseView
    private let counted: CountedCase
    private let reader: (member: MemberNumber, handle: String)
    private let today: String
    /// What each fragment is as a source, of all facts that it states.
    private let sources: [ObjectID: ShowCase.Source]

    /// Begins a document; `sources`: the fragments that can be told as a source.
    init(
        of counted: CountedCase,
        _ view: CaseView,
        reader: (member: MemberNumber, handle: String),
        today: String,
        sources: some Sequence<CaseView.Fragment>
    ) {
        self.view = view
        self.counted = counted
        self.reader = reader
        self.today = today
        self.sources = Dictionary(
            sources.map { fragment in
                let source = ShowCase.Source(
                    by: fragment.by.handle,
                    at: fragment.by.timeText,
                    fragment: fragment.id.hex,
                    ground: fragment.audience.first { $0.member == reader.member }?.ground
                )
                return (fragment.id, source)
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The document with some parts of the view.
    func answer(with parts: Parts) -> ShowCase.Answer {
        ShowCase.Answer(
            case: self.view.caseID.hex,
            table: TextEncoding.hex(self.view.table.bytes),
            owner: self.view.owner,
            reader: self.reader.handle,
            audience: self.view.audience,
            title: Self.values(self.view.title),
            phase: Self.values(self.view.phase),
            summary: Self.values(self.view.summary),
            lead: Self.values(self.view.lead),
            subjects: parts.subjects.map { self.subject($0) },
            fragments: self.fragments(parts.fragments),
            links: parts.links.map { link in
                ShowCase.Link(
                    from: link.link.from.hex,
                    relation: link.link.relation,
                    to: link.link.to.hex,
                    by: link.by.handle,
                    at: link.by.timeText,
                    reason: link.link.reason.isEmpty ? nil : link.link.reason,
                    date: link.link.succession?.date,
                    kind: link.link.succession?.kind.rawValue,
                    source: link.link.succession?.source
                )
            },
            notes: parts.notes.map { Self.note($0) },
            tags: self.tags,
            timeline: parts.timeline.map { item in
                ShowCase.Day(
                    date: item.date,
                    type: item.type.rawValue,
                    fragment: self.id(of: item.fragment)
                )
            },
            conflicts: parts.conflicts.map { conflict in
                ShowCase.Conflict(subject: conflict.subject.hex, fact: conflict.fact.rawValue)
            },
            former_readers: self.view.formerReaders.map { former in
                ShowCase.FormerReader(
                    handle: former.handle,
                    last: UTCTime.text(milliseconds: former.last.milliseconds)
                )
            },
            uncounted_notes: self.view.cutNotes(of: self.reader.member).map { note in
                ShowCase.UncountedNote(
                    at: UTCTime.text(milliseconds: note.time.milliseconds),
                    text: note.text
                )
            },
            seen: Members(
                RegisterName.allCases.map { register in
                    (register.rawValue, Self.names(self.counted.liveReferences(of: register)))
                }
            )
        )
    }

    /// A note of a view.
    static func note(_ note: CaseView.Note) -> ShowCase.Note {
        ShowCase.Note(
            id: note.id.hex,
            by: note.by.handle,
            at: note.by.timeText,
            text: note.text,
            outside_period: note.by.isOutsidePeriod
        )
    }

    private static func values(_ values: [CaseView.Value]) -> [ShowCase.Value] {
        values.map { ShowCase.Value(value: $0.value, by: $0.by.handle, at: $0.by.timeText) }
    }

    private static func names(_ references: [DotReference]) -> [String] {
        references.map { TextEncoding.hex($0.dot.bytes) }
    }

    private func id(of fragment: ObjectID) -> String {
        self.sources[fragment]?.fragment ?? fragment.hex
    }

    private var tags: [ShowCase.Tag] {
        let added = self.counted.tagReferences
        return self.view.tags.map { tag in
            ShowCase.Tag(tag: tag.tag, by: tag.by, seen: Self.names(added[tag.tag] ?? []))
        }
    }

    private func fragments(_ shown: [CaseView.Fragment]) -> [ShowCase.Fragment] {
        // An owner mostly gives to the same: the list made for its last fragment is taken again.
        var known:
            [MemberNumber: (audience: [CaseView.FragmentRecipient], shown: [GroundedRecipient])] =
                [:]
        return shown.map { fragment in
            let audience: [GroundedRecipient]
            if let last = known[fragment.by.member], last.audience == fragment.audience {
                audience = last.shown
            } else {
                audience = fragment.audience.map {
                    GroundedRecipient(handle: $0.handle, ground: $0.ground)
                }
                known[fragment.by.member] = (fragment.audience, audience)
            }
            return ShowCase.Fragment(
                id: self.id(of: fragment.id),
                owner: fragment.by.handle,
                version: Int(fragment.payload.version),
                type: fragment.payload.type.rawValue,
                fields: Members(
                    fragment.payload.fields.map { Members.Member(name: $0.name, value: $0.value) }
                ),
                category: fragment.category.name,
                at: self.sources[fragment.id]?.at ?? fragment.by.timeText,
                expires: fragment.payload.expires,
                withdrawn: nil,
                audience: audience,
                expired: fragment.isExpired(on: self.today),
                outside_period: fragment.by.isOutsidePeriod,
                lowered: fragment.payload.lowered
            )
        }
    }

    /// A subject, of whose sources those are told that can be.
    func subject(_ subject: SubjectView) -> ShowCase.Subject {
        ShowCase.Subject(
            id: subject.id.hex,
            key: subject.key.text,
            parent: subject.parent?.hex,
            facts: Members(
                subject.facts.map { fact in
                    let claims = fact.values.map { value in
                        ShowCase.Claim(
                            value: value.value,
                            sources: value.sources.compactMap { self.sources[$0.fragment] }
                        )
                    }
                    return Members.Member(name: fact.name.rawValue, value: claims)
                }
            ),
            conflicts: subject.conflicts.map(\.rawValue),
            variants: subject.variants.map(\.rawValue),
            fragments: subject.fragments.map { self.id(of: $0) },
            same_as: subject.sameAs.map {
                ShowCase.SameAs(id: $0.id.hex, by: $0.by.handle, at: $0.by.timeText)
            }
        )
    }
}
