import CaseModel
import Cryptography
import JSONText
import ReplicatedTypes
import SyncEngine
import SyncLog
import Terminal
import Vocabulary

/// What somebody saw of a case before writing to it: a write takes back nothing else.
extension Node {
    /// Those of the live operations that somebody saw; all of them where nothing says what was seen.
    static func references(_ live: [DotReference], seen: [String]?) -> [DotReference] {
        guard let seen else { return live }
        let names = Set(seen)
        return live.filter { names.contains(TextEncoding.hex($0.dot.bytes)) }
    }

    /// The merged view, with the dots of registers and tags in the member `seen`.
    func showCaseSeen(_ id: String) throws(NodeFailure) -> NodeAnswer {
        let (state, counted) = try self.findCase(id)
        let view = counted.view(at: nil)
        guard
            case .object(var members) = view.json(for: CaseView.Reader(state.me, today: self.today))
        else {
            preconditionFailure("a view is an object")
        }
        func names(_ references: [DotReference]) -> JSONValue {
            .array(references.map { .string(TextEncoding.hex($0.dot.bytes)) })
        }
        let tagged = counted.tagReferences
        let registers = RegisterName.allCases.map { register in
            JSONValue.Member(register.rawValue, names(counted.liveReferences(of: register)))
        }
        let tags = view.tags.map { tag in
            JSONValue.Member(tag.tag, names(tagged[tag.tag] ?? []))
        }
        members.append(
            JSONValue.Member("seen", ["registers": .object(registers), "tags": .object(tags)])
        )
        return NodeAnswer(exitCode: 0, json: .object(members), text: "", file: nil)
    }

    /// What sharing a record in a case begins with.
    ///
    /// That is the ground on which each other member of the case would be given data of a category, by
    /// the rule that sharing goes by, none where none fits; and what is shared of the record there.
    func offeredGrounds(
        in id: String,
        of record: String,
        _ name: String,
        preferred: [String]?
    ) throws(NodeFailure) -> NodeAnswer {
        let (table, counted) = try self.findCase(id)
        let charter = try self.charter(of: table)
        let category = try self.category(name)
        var items: [JSONValue] = []
        for member in counted.audience.members where member != table.me {
            let audience = try? SharingRules.audience(
                for: [member],
                author: table.me,
                category: category,
                preferred: preferred ?? counted.audience.grounds,
                charter: charter
            )
            items.append([
                "handle": .string(counted.handle(member)),
                "ground": JSONValue(audience?.recipients.first?.ground),
            ])
        }
        let (recordID, _) = try self.findRecord(record)
        return NodeAnswer(
            exitCode: 0,
            json: [
                "members": .array(items),
                "shared": try self.shared(recordID, in: counted, of: table),
            ],
            text: "",
            file: nil
        )
    }

    /// What is shared of a record in a case now, and with whom; null for nothing.
    private func shared(
        _ record: ObjectID,
        in counted: CountedCase,
        of table: TableState
    ) throws(NodeFailure) -> JSONValue {
        let last = try self.lastShare(of: record, in: counted, table: table)
        guard let fragment = last.flatMap({ counted.fragment($0) }), fragment.withdrawal == nil
        else { return .null }
        let newest = fragment.newest
        return [
            "version": .integer(Int(fragment.payload.version)),
            "fields": .array(fragment.payload.fields.map { .string($0.name) }),
            "to": .array(newest.audience.members.map { .string(counted.handle($0)) }),
            "category": .string(newest.header.category?.name ?? ""),
            "lowered": JSONValue(fragment.payload.lowered),
            "expires": JSONValue(fragment.payload.expires),
            "earlier": .array(
                fragment.given.filter { $0.version < fragment.payload.version }.map { given in
                    [
                        "handle": .string(counted.handle(given.recipient.member)),
                        "version": .integer(Int(given.version)),
                    ]
                }
            ),
        ]
    }
}
