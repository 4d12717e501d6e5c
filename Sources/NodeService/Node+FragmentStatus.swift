import CaseModel
import Cryptography
import JSONText
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Terminal
import Wire

/// What became of fragments: who has which version.
extension Node {
    func fragmentStatus(_ id: String) throws(NodeFailure) -> NodeAnswer {
        let (table, counted, fragment) = try self.findFragment(id)
        let confirmed = try self.confirmations(of: fragment, in: table)
        let isOwn = fragment.owner == table.me
        let withdrawn = fragment.withdrawal.map {
            UTCTime.text(milliseconds: $0.time.milliseconds)
        }
        var items: [JSONValue] = []
        let left =
            "it reached the case's owner after \(counted.handle(fragment.owner)) had been left out"
        var lines: [ShownText] = [
            "fragment \(fragment.id.hex), version \(fragment.payload.version)"
                + (withdrawn.map { ", withdrawn \($0)" } ?? "")
                + (fragment.isExpired(on: self.today) ? ", expired" : "")
                + (fragment.counts ? "" : "; in no view: \(left). Who was given it has it")
                + (fragment.counts || fragment.withdrawal != nil ? "" : ", and it can be withdrawn")
        ]
        if let reason = fragment.withdrawal?.reason { lines.append("  reason given: \(reason)") }
        for (recipient, version, entry) in fragment.given {
            // Receipts speak to the owner; another knows of itself alone.
            let isKnown = isOwn || recipient.member == table.me
            let received: Bool? = isKnown ? !isOwn || confirmed.contains(recipient.member) : nil
            let handle = counted.handle(recipient.member)
            items.append([
                "handle": .string(handle), "ground": .string(recipient.ground),
                "version": isKnown ? .integer(Int(version)) : .null,
                "received": received.map { .bool($0) } ?? .null,
                "withdrawn": JSONValue(withdrawn),
                "destroyed": .bool(false),
            ])
            guard let received else {
                lines.append("  \(handle) on \(recipient.ground): known to the owner alone")
                continue
            }
            let state = received ? "received" : "not confirmed yet"
            let older =
                fragment.counts && fragment.isCut(entry)
                ? ", and does not count: \(left)"
                : version < fragment.payload.version ? ", and nothing later: it was left out" : ""
            lines.append(
                "  \(handle) on \(recipient.ground): version \(version) \(state)\(older)"
            )
        }
        return NodeAnswer(
            exitCode: 0,
            json: [
                "fragment": .string(fragment.id.hex),
                "version": .integer(Int(fragment.payload.version)),
                "expired": .bool(fragment.isExpired(on: self.today)),
                "counts": .bool(fragment.counts),
                "withdrawn": JSONValue(withdrawn),
                "reason": JSONValue(fragment.withdrawal?.reason),
                "recipients": .array(items),
            ],
            text: lines.joined(separator: "\n"),
            file: nil
        )
    }

    /// The members whose newest receipts confirm the newest version that each was given.
    func confirmations(
        of fragment: CaseFragment,
        in table: TableState
    ) throws(NodeFailure) -> Set<MemberNumber> {
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
