import CaseModel
import NodeInterface
import RecordStore
import SyncEngine
import SyncLog
import Wire

/// What the members of a table confirmed of own logs, by their newest receipts.
struct Confirmations: Sendable {
    /// By own log: who confirmed what.
    private var items:
        [LogID: [(member: MemberNumber, receipt: LogReceipt, unopened: Set<UInt64>)]] =
            [:]

    fileprivate mutating func add(_ receipt: LogReceipt, by member: MemberNumber) {
        self.items[receipt.log, default: []].append((member, receipt, Set(receipt.unopened)))
    }

    /// The members that confirmed the newest version that each was given of a fragment.
    func members(of fragment: CaseFragment) -> Set<MemberNumber> {
        var members: Set<MemberNumber> = []
        for (recipient, _, entry) in fragment.given {
            let index = entry.header.index
            let isConfirmed = (self.items[entry.log] ?? []).contains { item in
                item.member == recipient.member && item.receipt.checkpoint.size > index
                    && !item.unopened.contains(index)
            }
            if isConfirmed { members.insert(recipient.member) }
        }
        return members
    }
}

/// A receipt of another that quotes an own log.
struct QuotingReceipt: Hashable, Sendable {
    let table: TableID
    /// The own log.
    let log: LogID
    /// Where the receipt stands.
    let place: LogID
}

extension Node {
    /// What the members confirmed of the logs that some fragments' versions stand in.
    ///
    /// - Complexity: O(members of the table) for receipts that were judged before; else once, for each, of
    ///   the own entries that it covers.
    func confirmations(
        of fragments: [CaseFragment],
        in table: TableState
    ) throws(Refusal) -> Confirmations {
        // Versions of a member whose log was cut stand in several of its logs.
        let logs = Set(fragments.flatMap { $0.given.map(\.entry.log) })
        var judged = self.judgedReceipts
        let known = self.givenEntries
        let found = try self.read(table.file.table) { (snapshot) throws(SlotError) in
            var found = Confirmations()
            for log in logs {
                for (place, index) in try snapshot.newestReceipts(quoting: log) {
                    let quoting = QuotingReceipt(
                        table: table.file.table,
                        log: log,
                        place: place
                    )
                    let item: LogReceipt?
                    if let last = judged[quoting], last.index == index {
                        item = last.item
                    } else {
                        let key = ReceiptKey(table: quoting.table, log: log, member: place.member)
                        item = try snapshot.confirmed(
                            by: index,
                            of: place,
                            log,
                            given: known[key] ?? GivenEntries()
                        )
                        judged[quoting] = (index, item)
                    }
                    guard let item,
                        let seconds = Self.cosignedSeconds(item, in: table, by: place.member),
                        self.isPast(seconds)
                    else { continue }
                    found.add(item, by: place.member)
                }
            }
            return found
        }
        self.judgedReceipts = judged
        return found
    }
}

extension TableSnapshot {
    /// What a receipt confirms of an own log; `nil` where it confirms nothing.
    fileprivate func confirmed(
        by index: UInt64,
        of place: LogID,
        _ log: LogID,
        given: GivenEntries
    ) throws(SlotError) -> LogReceipt? {
        guard let entry = try self.plaintext(at: index, of: place),
            let receipt = try? Receipt(payload: entry.plaintext),
            let item = receipt.logs.first(where: { $0.log == log })
        else { return nil }
        var given = given
        // One that confirms something else confirms nothing.
        guard case .confirmed = try self.verdict(on: item, by: place.member, given: &given) else {
            return nil
        }
        return item
    }
}
