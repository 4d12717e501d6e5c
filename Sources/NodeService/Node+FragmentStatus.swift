import CaseModel
import Cryptography
package import NodeInterface
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Wire

extension ShowFragmentStatus: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.status(self) }
}

/// What became of fragments: who has which version.
extension Node {
    fileprivate func status(
        _ asked: ShowFragmentStatus
    ) throws(Refusal) -> ShowFragmentStatus.Answer {
        let (table, counted, fragment) = try self.findFragment(asked.fragment)
        let confirmed = try self.confirmations(of: fragment, in: table)
        let isOwn = fragment.owner == table.me
        let withdrawn = fragment.withdrawal.map {
            UTCTime.text(milliseconds: $0.time.milliseconds)
        }
        return ShowFragmentStatus.Answer(
            fragment: fragment.id.hex,
            owner: counted.handle(fragment.owner),
            version: Int(fragment.payload.version),
            expired: fragment.isExpired(on: self.today),
            counts: fragment.counts,
            withdrawn: withdrawn,
            reason: fragment.withdrawal?.reason,
            recipients: fragment.given.map { recipient, version, entry in
                // Receipts speak to the owner; another knows of itself alone.
                let isKnown = isOwn || recipient.member == table.me
                return ShowFragmentStatus.Recipient(
                    handle: counted.handle(recipient.member),
                    ground: recipient.ground,
                    version: isKnown ? Int(version) : nil,
                    received: isKnown ? !isOwn || confirmed.contains(recipient.member) : nil,
                    counts: !fragment.isCut(entry),
                    withdrawn: withdrawn,
                    destroyed: false
                )
            }
        )
    }

    /// The members whose newest receipts confirm the newest version that each was given.
    func confirmations(
        of fragment: CaseFragment,
        in table: TableState
    ) throws(Refusal) -> Set<MemberNumber> {
        let given = fragment.given
        let logs = Set(given.map(\.entry.log))
        let known = self.givenEntries
        return try self.read(table.file.table) { (snapshot) throws(SlotError) in
            var confirmed: Set<MemberNumber> = []
            for log in logs {
                // Versions of a member whose log was cut stand in several of its logs.
                let wanted = given.filter { $0.entry.log == log }
                var newest: [LogID: UInt64] = [:]
                for place in try snapshot.receipts(quoting: log) { newest[place.log] = place.index }
                for (place, receiptIndex) in newest {
                    guard
                        let index = wanted.first(where: { $0.recipient.member == place.member })?
                            .entry.header.index,
                        let entry = try snapshot.plaintext(at: receiptIndex, of: place),
                        let receipt = try? Receipt(payload: entry.plaintext),
                        let item = receipt.logs.first(where: { $0.log == log }),
                        item.checkpoint.size > index, !item.unopened.contains(index),
                        let seconds = Self.cosignedSeconds(item, in: table, by: place.member),
                        self.isPast(seconds)
                    else { continue }
                    let key = ReceiptKey(table: table.file.table, log: log, member: place.member)
                    var given = known[key] ?? GivenEntries()
                    // One that confirms something else confirms nothing.
                    if case .confirmed = try snapshot.verdict(
                        on: item,
                        by: place.member,
                        given: &given
                    ) {
                        confirmed.insert(place.member)
                    }
                }
            }
            return confirmed
        }
    }
}
