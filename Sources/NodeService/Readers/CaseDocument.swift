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
        let (state, counted) = try self.findCase(asked.case)
        return CaseDocument.answer(
            of: counted,
            reader: (state.me, self.card.handle),
            today: self.today
        )
    }

    fileprivate func document(
        of asked: ShowCanonicalCase
    ) throws(Refusal) -> ShowCanonicalCase.Answer {
        let (_, counted) = try self.findCase(asked.case)
        return ShowCanonicalCase.Answer(canonical: counted.canonicalJSON(at: asked.at))
    }
}

/// Makes the document of a merged view, for one reader on one day.
///
/// - Complexity: O(bytes of the document); a text that stands at many places is made once.
struct CaseDocument {
    private let view: CaseView
    private let counted: CountedCase
    private let reader: (member: MemberNumber, handle: String)
    private let today: String
    /// What each fragment is as a source, of all facts that it states.
    private let sources: [ObjectID: ShowCase.Source]

    /// The document of what counts of a case.
    static func answer(
        of counted: CountedCase,
        reader: (member: MemberNumber, handle: String),
        today: String
    ) -> ShowCase.Answer {
        Self(of: counted, reader: reader, today: today).answer
    }

    private init(
        of counted: CountedCase,
        reader: (member: MemberNumber, handle: String),
        today: String
    ) {
        self.view = counted.view(at: nil)
        self.counted = counted
        self.reader = reader
        self.today = today
        self.sources = Dictionary(
            self.view.fragments.map { fragment in
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

    private var answer: ShowCase.Answer {
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
            subjects: self.view.subjects.map { self.subject($0) },
            fragments: self.fragments,
            links: self.view.links.map { link in
                ShowCase.Link(
                    from: link.link.from.hex,
                    relation: link.link.relation,
                    to: link.link.to.hex,
                    by: link.by.handle,
                    at: link.by.timeText
                )
            },
            notes: self.view.notes.map { note in
                ShowCase.Note(
                    id: note.id.hex,
                    by: note.by.handle,
                    at: note.by.timeText,
                    text: note.text,
                    outside_period: note.by.isOutsidePeriod
                )
            },
            tags: self.tags,
            timeline: self.view.timeline.map { item in
                ShowCase.Day(
                    date: item.date,
                    type: item.type.rawValue,
                    fragment: self.id(of: item.fragment)
                )
            },
            conflicts: self.view.conflicts.map { conflict in
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

    private var fragments: [ShowCase.Fragment] {
        // An owner mostly gives to the same: the list made for its last fragment is taken again.
        var known:
            [MemberNumber: (audience: [CaseView.FragmentRecipient], shown: [GroundedRecipient])] =
                [:]
        return self.view.fragments.map { fragment in
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

    private func subject(_ subject: SubjectView) -> ShowCase.Subject {
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
            fragments: subject.fragments.map { self.id(of: $0) },
            same_as: subject.sameAs.map {
                ShowCase.SameAs(id: $0.id.hex, by: $0.by.handle, at: $0.by.timeText)
            }
        )
    }
}
