import CaseModel
package import NodeInterface
import ReplicatedTypes
import SyncEngine
import SyncLog

extension ListDisclosures: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.disclosures(self, for: caller.name) }
}

/// What was shared in a case, with whom, on which ground: also what was withdrawn.
extension Node {
    fileprivate func disclosures(
        _ asked: ListDisclosures,
        for user: String
    ) throws(Refusal) -> ListDisclosures.Answer {
        let (table, counted) = try self.findCase(asked.case)
        let cut = counted.cutFragments.filter { $0.owner == table.me }
        var items: [ListDisclosures.Item] = []
        for fragment in (counted.fragments + cut).sorted(by: { $0.id < $1.id }) {
            var item = try self.disclosure(of: fragment, in: counted, table)
            if let asked = asked.withdrawing, item.own, item.fragment.hasPrefix(asked) {
                item.may_stay = self.mayStay(fragment, in: counted, of: table, for: user)
            }
            items.append(item)
        }
        return ListDisclosures.Answer(disclosures: items)
    }

    private func disclosure(
        of fragment: CaseFragment,
        in counted: CountedCase,
        _ table: TableState
    ) throws(Refusal) -> ListDisclosures.Item {
        let isOwn = fragment.owner == table.me
        // Receipts quote the own log; what others' recipients confirmed is not known here.
        let confirmed = isOwn ? try self.confirmations(of: fragment, in: table) : []
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
