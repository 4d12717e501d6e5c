import Cryptography
import JSONText
import ReplicatedTypes
import SyncLog
import Vocabulary

extension CaseView {
    /// The bytes that nodes with the same entitlements share: RFC 8785 (`Protocol/case-model.md` §5).
    package var canonicalJSON: String { self.json.canonicalText }

    private var json: JSONValue {
        [
            "case": .string(self.caseID.hex),
            "table": .string(TextEncoding.hex(self.table.bytes)),
            "owner": .string(self.owner),
            "audience": .array(self.audience.map { .string($0) }),
            "title": Self.json(self.title),
            "phase": Self.json(self.phase),
            "summary": Self.json(self.summary),
            "lead": Self.json(self.lead),
            "subjects": .array(self.subjects.map(\.json)),
            "fragments": .array(self.fragments.map(\.json)),
            "links": .array(self.links.map(\.json)),
            "notes": .array(self.notes.map(\.json)),
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
        var members = [
            JSONValue.Member("from", .string(self.link.from.hex)),
            JSONValue.Member("relation", .string(self.link.relation)),
            JSONValue.Member("to", .string(self.link.to.hex)),
            JSONValue.Member("by", .string(self.by.handle)),
            JSONValue.Member("at", .string(self.by.timeText)),
        ]
        // Nodes that know of no reasons show the same of a link that has none.
        if !self.link.reason.isEmpty {
            members.append(JSONValue.Member("reason", .string(self.link.reason)))
        }
        if let succession = self.link.succession {
            members.append(JSONValue.Member("date", .string(succession.date)))
            members.append(JSONValue.Member("kind", .string(succession.kind.rawValue)))
            members.append(JSONValue.Member("source", .string(succession.source)))
        }
        return .object(members)
    }
}

extension CaseView.Note {
    fileprivate var json: JSONValue {
        [
            "id": .string(self.id.hex), "by": .string(self.by.handle),
            "at": .string(self.by.timeText), "text": .string(self.text),
        ]
    }
}

extension CaseView.Fragment {
    fileprivate var json: JSONValue {
        [
            "id": .string(self.id.hex),
            "owner": .string(self.by.handle),
            "version": .integer(Int(self.payload.version)),
            "type": .string(self.payload.type.rawValue),
            "fields": .object(
                self.payload.fields.map { JSONValue.Member($0.name, .string($0.value)) }
            ),
            "category": .string(self.category.name),
            "at": .string(self.by.timeText),
            "expires": JSONValue(self.payload.expires),
            // A withdrawn fragment is in no view; the member stands for readers of the contract.
            "withdrawn": .null,
        ]
    }
}

extension SubjectView {
    fileprivate var json: JSONValue {
        // A fragment is a source of all facts that it states.
        var sources: [ObjectID: JSONValue] = [:]
        func json(_ source: Source) -> JSONValue {
            if let known = sources[source.fragment] { return known }
            let json: JSONValue = [
                "by": .string(source.by.handle), "at": .string(source.by.timeText),
                "fragment": .string(source.fragment.hex),
            ]
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
