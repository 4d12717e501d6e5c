import Cryptography
package import JSONText
import ReplicatedTypes
package import SyncLog
import Vocabulary

extension CaseView {
    /// The bytes that nodes with the same entitlements share: RFC 8785 (`Protocol/case-model.md` §5).
    package var canonicalJSON: String { self.json(for: nil).canonicalText }

    /// Who reads a view, and when: what says more than the canonical document.
    package struct Reader: Hashable, Sendable {
        /// The reader's number.
        let member: MemberNumber
        /// The reader's day, `YYYY-MM-DD`.
        let today: String

        /// Creates a reader.
        package init(_ member: MemberNumber, today: String) {
            self.member = member
            self.today = today
        }
    }

    /// The view as `case show --json` prints it.
    ///
    /// For a reader each source has the reader's own ground on its fragment (null on own fragments),
    /// each fragment its `audience` and whether it is `expired`, and notes and fragments whether they
    /// are of `outside_period`; and it is told who read along before (`former_readers`) and which notes
    /// of its own count nowhere (`uncounted_notes`). For nobody the document is the canonical one before it is put in
    /// canonical form.
    package func json(for reader: Reader?) -> JSONValue {
        let grounds = reader.map { self.grounds(of: $0.member) }
        let shared: JSONValue = [
            "case": .string(self.caseID.hex),
            "table": .string(TextEncoding.hex(self.table.bytes)),
            "owner": .string(self.owner),
            "audience": .array(self.audience.map { .string($0) }),
            "title": Self.json(self.title),
            "phase": Self.json(self.phase),
            "summary": Self.json(self.summary),
            "lead": Self.json(self.lead),
            "subjects": .array(self.subjects.map { $0.json(grounds: grounds) }),
            "fragments": self.fragmentsJSON(today: reader?.today),
            "links": .array(self.links.map(\.json)),
            "notes": .array(self.notes.map { $0.json(isMarked: reader != nil) }),
            "tags": .array(
                self.tags.map { tag in
                    ["tag": .string(tag.tag), "by": .array(tag.by.map { .string($0) })]
                }
            ),
            "timeline": .array(
                self.timeline.map { item in
                    [
                        "date": .string(item.date), "type": .string(item.type.rawValue),
                        "fragment": .string(item.fragment.hex),
                    ]
                }
            ),
            "conflicts": .array(
                self.conflicts.map { conflict in
                    [
                        "subject": .string(conflict.subject.hex),
                        "fact": .string(conflict.fact.rawValue),
                    ]
                }
            ),
        ]
        guard let reader, case .object(let members) = shared else { return shared }
        return .object(
            members + [
                .init("former_readers", .array(self.formerReaders.map(\.json))),
                .init("uncounted_notes", .array(self.cutNotes(of: reader.member).map(\.json))),
            ]
        )
    }

    private func fragmentsJSON(today: String?) -> JSONValue {
        guard let today else {
            return .array(self.fragments.map { $0.json(audience: nil, today: nil) })
        }
        // An owner mostly gives to the same: the list made for its last fragment is taken again.
        var known: [MemberNumber: (audience: [FragmentRecipient], json: JSONValue)] = [:]
        return .array(
            self.fragments.map { fragment in
                if let last = known[fragment.by.member], last.audience == fragment.audience {
                    return fragment.json(audience: last.json, today: today)
                }
                let json = JSONValue.array(
                    fragment.audience.map { recipient in
                        ["handle": .string(recipient.handle), "ground": .string(recipient.ground)]
                    }
                )
                known[fragment.by.member] = (fragment.audience, json)
                return fragment.json(audience: json, today: today)
            }
        )
    }

    /// The ground on which `reader` was given each fragment.
    private func grounds(of reader: MemberNumber) -> [ObjectID: String] {
        var grounds: [ObjectID: String] = [:]
        for fragment in self.fragments {
            grounds[fragment.id] = fragment.audience.first { $0.member == reader }?.ground
        }
        return grounds
    }

    private static func json(_ values: [Value]) -> JSONValue {
        .array(
            values.map { value in
                [
                    "value": .string(value.value), "by": .string(value.by.handle),
                    "at": .string(value.by.timeText),
                ]
            }
        )
    }
}

extension CaseView.Link {
    fileprivate var json: JSONValue {
        [
            "from": .string(self.link.from.hex),
            "relation": .string(self.link.relation),
            "to": .string(self.link.to.hex),
            "by": .string(self.by.handle),
            "at": .string(self.by.timeText),
        ]
    }
}

extension CaseView.FormerReader {
    fileprivate var json: JSONValue {
        [
            "handle": .string(self.handle),
            "last": .string(UTCTime.text(milliseconds: self.last.milliseconds)),
        ]
    }
}

extension CaseView.CutNote {
    fileprivate var json: JSONValue {
        [
            "at": .string(UTCTime.text(milliseconds: self.time.milliseconds)),
            "text": .string(self.text),
        ]
    }
}

extension CaseView.Note {
    /// `isMarked`: Whether it says that it is of outside the period.
    fileprivate func json(isMarked: Bool) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(self.id.hex)),
            .init("by", .string(self.by.handle)),
            .init("at", .string(self.by.timeText)),
            .init("text", .string(self.text)),
        ]
        if isMarked { members.append(.init("outside_period", .bool(self.by.isOutsidePeriod))) }
        return .object(members)
    }
}

extension CaseView.Fragment {
    /// `audience`: The recipients, where they are shown; `today`: the reader's day.
    fileprivate func json(audience: JSONValue?, today: String?) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(self.id.hex)),
            .init("owner", .string(self.by.handle)),
            .init("version", .integer(Int(self.payload.version))),
            .init("type", .string(self.payload.type.rawValue)),
            .init(
                "fields",
                .object(
                    self.payload.fields.map { JSONValue.Member($0.name, .string($0.value)) }
                )
            ),
            .init("category", .string(self.category.name)),
            .init("at", .string(self.by.timeText)),
            .init("expires", JSONValue(self.payload.expires)),
            // A withdrawn fragment is in no view; the member stands for readers of the contract.
            .init("withdrawn", .null),
        ]
        if let audience { members.append(.init("audience", audience)) }
        if let today {
            members.append(.init("expired", .bool(self.isExpired(on: today))))
            members.append(.init("outside_period", .bool(self.by.isOutsidePeriod)))
            members.append(.init("lowered", JSONValue(self.payload.lowered)))
        }
        return .object(members)
    }
}

extension SubjectView {
    /// `grounds`: the reader's ground on each fragment; `nil` leaves grounds out.
    fileprivate func json(grounds: [ObjectID: String]?) -> JSONValue {
        // A fragment is a source of all facts that it states.
        var sources: [ObjectID: JSONValue] = [:]
        func json(_ source: Source) -> JSONValue {
            if let known = sources[source.fragment] { return known }
            let json = source.json(grounds: grounds)
            sources[source.fragment] = json
            return json
        }
        let facts = self.facts.map { fact in
            let values = fact.values.map { value -> JSONValue in
                ["value": .string(value.value), "sources": .array(value.sources.map(json))]
            }
            return JSONValue.Member(fact.name.rawValue, .array(values))
        }
        return [
            "id": .string(self.id.hex),
            "key": .string(self.key.text),
            "parent": JSONValue(self.parent?.hex),
            "facts": .object(facts),
            "conflicts": .array(self.conflicts.map { .string($0.rawValue) }),
            "fragments": .array(self.fragments.map { .string($0.hex) }),
            "same_as": .array(
                self.sameAs.map { link in
                    [
                        "id": .string(link.id.hex), "by": .string(link.by.handle),
                        "at": .string(link.by.timeText),
                    ]
                }
            ),
        ]
    }
}

extension SubjectView.Source {
    fileprivate func json(grounds: [ObjectID: String]?) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("by", .string(self.by.handle)),
            .init("at", .string(self.by.timeText)),
            .init("fragment", .string(self.fragment.hex)),
        ]
        if let grounds { members.append(.init("ground", JSONValue(grounds[self.fragment]))) }
        return .object(members)
    }
}
