import CaseModel
package import NodeInterface
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary

extension ListDisclosures: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.disclosures(self, for: caller)
    }
}

/// What was shared in a case, with whom, on which ground: also what was withdrawn.
extension Reader {
    fileprivate func disclosures(
        _ asked: ListDisclosures,
        for caller: Caller
    ) throws(Refusal) -> ListDisclosures.Answer {
        let (table, counted) = try self.findCase(asked.case)
        let cut = counted.cutFragments.filter { $0.owner == table.me }
        let fragments = (counted.fragments + cut).sorted { $0.id < $1.id }
        // Receipts quote the own log; what others' recipients confirmed is not known here.
        let confirmations = try self.confirmations(
            of: fragments.filter { $0.owner == table.me },
            in: table
        )
        var items: [ListDisclosures.Item] = []
        for fragment in fragments {
            var item = self.disclosure(of: fragment, in: counted, table, confirmations)
            if let asked = asked.withdrawing, item.own, item.fragment.hasPrefix(asked) {
                item.may_stay = self.mayStay(fragment, in: counted, of: table, for: caller)
            }
            items.append(item)
        }
        return ListDisclosures.Answer(disclosures: items)
    }

    func disclosure(
        of fragment: CaseFragment,
        in counted: CountedCase,
        _ table: TableState,
        _ confirmations: Confirmations
    ) -> ListDisclosures.Item {
        let isOwn = fragment.owner == table.me
        let confirmed = confirmations.members(of: fragment)
        let header = fragment.newest.header
        return ListDisclosures.Item(
            fragment: fragment.id.hex,
            owner: counted.handle(fragment.owner),
            own: isOwn,
            version: Int(fragment.payload.version),
            type: fragment.payload.type.rawValue,
            category: header.category?.name ?? "",
            lowered: fragment.payload.lowered,
            at: UTCTime.text(milliseconds: header.time.milliseconds),
            expires: fragment.payload.expires,
            expired: fragment.isExpired(on: self.today),
            counts: fragment.counts,
            withdrawn: fragment.withdrawal.map {
                UTCTime.text(milliseconds: $0.time.milliseconds)
            },
            reason: fragment.withdrawal?.reason,
            may_stay: nil,
            recipients: fragment.given.map { recipient, version, _ in
                ListDisclosures.Recipient(
                    handle: counted.handle(recipient.member),
                    ground: recipient.ground,
                    version: isOwn || recipient.member == table.me ? Int(version) : nil,
                    received: isOwn ? confirmed.contains(recipient.member) : nil
                )
            }
        )
    }
}
