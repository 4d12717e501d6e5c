import CaseModel
import Cryptography
package import NodeInterface
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Wire

extension ShowFragmentStatus: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.status(self)
    }
}

/// What became of fragments: who has which version.
extension Reader {
    fileprivate func status(
        _ asked: ShowFragmentStatus
    ) throws(Refusal) -> ShowFragmentStatus.Answer {
        let (table, counted, fragment) = try self.findFragment(asked.fragment)
        let confirmed = try self.confirmations(of: [fragment], in: table).members(of: fragment)
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
}
