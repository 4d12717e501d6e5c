import CaseModel
import Cryptography
package import NodeInterface
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary

/// What somebody saw of a case before writing to it: a write takes back nothing else.
extension Node {
    /// Those of the live operations that somebody saw; all of them where nothing says what was seen.
    static func references(_ live: [DotReference], seen: [String]?) -> [DotReference] {
        guard let seen else { return live }
        let names = Set(seen)
        return live.filter { names.contains(TextEncoding.hex($0.dot.bytes)) }
    }
}

extension ShowOffers: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.offers(self)
    }
}

/// What sharing a record begins with.
extension Reader {
    /// The ground on which each other member of a case would be given data of a category, by the rule
    /// that sharing goes by, none where none fits; and what is shared of the record there.
    fileprivate func offers(_ asked: ShowOffers) throws(Refusal) -> ShowOffers.Answer {
        let (table, counted) = try self.findCase(asked.case)
        let charter = try self.charter(of: table)
        let category = try self.category(asked.category)
        let others = counted.audience.members.filter { $0 != table.me }
        let members = others.map { member in
            let audience = try? SharingRules.audience(
                for: [member],
                author: table.me,
                category: category,
                preferred: asked.grounds ?? counted.audience.grounds,
                charter: charter
            )
            return ShowOffers.Member(
                handle: counted.handle(member),
                ground: audience?.recipients.first?.ground
            )
        }
        let (record, _) = try self.findRecord(asked.record)
        return ShowOffers.Answer(
            members: members,
            shared: try self.shared(record, in: counted, of: table)
        )
    }

    /// What is shared of a record in a case now, and with whom; `nil` for nothing.
    private func shared(
        _ record: ObjectID,
        in counted: CountedCase,
        of table: TableState
    ) throws(Refusal) -> ShowOffers.Shared? {
        let last = try self.lastShare(of: record, in: counted, table: table)
        guard let fragment = last.flatMap({ counted.fragment($0) }), fragment.withdrawal == nil
        else { return nil }
        let newest = fragment.newest
        return ShowOffers.Shared(
            version: Int(fragment.payload.version),
            fields: fragment.payload.fields.map(\.name),
            to: newest.audience.members.map { counted.handle($0) },
            category: newest.header.category?.name ?? "",
            lowered: fragment.payload.lowered,
            expires: fragment.payload.expires,
            earlier: fragment.given.filter { $0.version < fragment.payload.version }.map { given in
                ShareRecord.LeftOut(
                    handle: counted.handle(given.recipient.member),
                    version: Int(given.version)
                )
            }
        )
    }
}
