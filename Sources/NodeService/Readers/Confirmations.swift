import CaseModel
import NodeInterface
import RecordStore
import SyncEngine
import SyncLog
import Synchronization
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

/// Of each log that quotes an own one its newest receipt, and what that confirms; from any thread.
final class JudgedReceipts: Sendable {
    private let items = Mutex<[QuotingReceipt: (index: UInt64, item: LogReceipt?)]>([:])

    /// What the receipt at an index confirms; asked of `judge` where it was not judged before.
    fileprivate func item(
        _ quoting: QuotingReceipt,
        at index: UInt64,
        _ judge: () throws(SlotError) -> LogReceipt?
    ) throws(SlotError) -> LogReceipt? {
        if let last = self.items.withLock({ $0[quoting] }), last.index == index { return last.item }
        let item = try judge()
        self.items.withLock { items in
            // Somebody with a newer snapshot may have been faster.
            if items[quoting].map({ $0.index < index }) ?? true { items[quoting] = (index, item) }
        }
        return item
    }
}

extension Reader {
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
        return try self.read(table.file.table) { (snapshot) throws(SlotError) in
            var found = Confirmations()
            for log in logs {
                for (place, index) in try snapshot.newestReceipts(quoting: log) {
                    let quoting = QuotingReceipt(
                        table: table.file.table,
                        log: log,
                        place: place
                    )
                    let key = ReceiptKey(table: quoting.table, log: log, member: place.member)
                    let item = try self.judged.item(quoting, at: index) {
                        () throws(SlotError) in
                        try snapshot.confirmed(
                            by: index,
                            of: place,
                            log,
                            at: ProjectedTable(table),
                            given: self.given[key] ?? GivenEntries()
                        )
                    }
                    guard let item,
                        let seconds = Node.cosignedSeconds(item, in: table, by: place.member),
                        Node.isPast(seconds)
                    else { continue }
                    found.add(item, by: place.member)
                }
            }
            return found
        }
    }
}

extension TableSnapshot {
    /// What a receipt confirms of an own log; `nil` where it confirms nothing.
    fileprivate func confirmed(
        by index: UInt64,
        of place: LogID,
        _ log: LogID,
        at table: ProjectedTable,
        given: GivenEntries
    ) throws(SlotError) -> LogReceipt? {
        guard let entry = try self.plaintext(at: index, of: place),
            let receipt = try? Receipt(payload: entry.plaintext),
            let item = receipt.logs.first(where: { $0.log == log }),
            table.isGenuine(item, by: place.member)
        else { return nil }
        var given = given
        // One that confirms something else confirms nothing.
        guard case .confirmed = try self.verdict(on: item, by: place.member, given: &given) else {
            return nil
        }
        return item
    }
}
