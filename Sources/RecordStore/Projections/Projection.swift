import CaseModel
import Cryptography
import SyncEngine
package import SyncLog

/// Something that is derived from the entries that can be read, so that they are found at once.
///
/// What it holds is a function of the set of those entries and of the own member number: each says its own rows,
/// under keys that end in its place. So the order in which entries come and go again leaves no trace, and what is
/// made anew by replaying the logs is the same. One that is added gives its rows here, and the store makes
/// them when it opens.
package enum Projection: String, CaseIterable, Sendable {
    /// The entries of each case.
    case cases
    /// The cases that were opened: what is written to any other is in no list.
    case openings = "case-openings"
    /// The cases of each fragment.
    case objects
    /// The receipts of others by the own log that they quote.
    case receipts

    /// Grows when rows change their form or meaning: the rows of an older one are made anew.
    var version: UInt32 {
        switch self {
        case .cases, .openings: 1
        // Their keys end in the place of an entry.
        case .objects: 2
        // Also of those that no card signs.
        case .receipts: 2
        }
    }

    /// The table of the store that holds its rows, and nothing else.
    var table: StoreTable {
        switch self {
        case .cases: .cases
        case .openings: .caseOpenings
        case .objects: .objects
        case .receipts: .receipts
        }
    }

    /// One row.
    struct Row: Hashable, Sendable {
        let table: StoreTable
        let key: [UInt8]
        let value: [UInt8]
    }

    /// The rows of an entry.
    func rows(of item: ReadableEntry, at table: ProjectedTable, _ reads: TableReads) -> [Row] {
        let log = item.entry.log
        let place = reads.reference(log).key(item.entry.header.index).dropFirst(4)
        var number: [UInt8] = []
        number.append(bigEndian: reads.number)
        switch self {
        case .cases:
            guard let opened = item.ofCase else { return [] }
            let key = number + opened.header.caseID.bytes + place
            return [Row(table: .cases, key: key, value: [1])]
        case .openings:
            guard let opened = item.ofCase, opened.opensCase(of: table.file.table) else {
                return []
            }
            let key = number + opened.header.caseID.bytes + place
            return [Row(table: .caseOpenings, key: key, value: [1])]
        case .objects:
            guard let (id, opened) = item.fragment(in: table.file.table) else { return [] }
            let key = number + id.bytes + place
            return [Row(table: .objects, key: key, value: opened.header.caseID.bytes)]
        case .receipts:
            // Whether it is signed as it should be depends on cards, and is looked at by who reads it.
            return item.quotes(of: table.me).map { quoted in
                let key = reads.reference(quoted.log).bytes + place
                return Row(table: .receipts, key: key, value: [1])
            }
        }
    }
}

/// What of a table the rows of its entries depend on.
package struct ProjectedTable: Sendable {
    let file: TableFile
    /// The own member number; `nil` for a node that is no member any more.
    let me: MemberNumber?

    /// A table, as a node with a member number sees it.
    package init(file: TableFile, me: MemberNumber?) {
        self.file = file
        self.me = me
    }

    /// A table, as a node sees it.
    package init(file: TableFile, seenBy node: NodeID) {
        self.init(file: file, me: file.member(identity: node)?.number)
    }

    /// The key with which a member cosigns, by its card.
    func witness(_ member: MemberNumber) -> NoteKey? {
        self.file.cards[member].map { .witness($0.witnessKey, of: $0.identity) }
    }

    /// Whether both signatures under what a member's receipt says of an own log verify, by their cards.
    package func isGenuine(_ quoted: LogReceipt, by member: MemberNumber) -> Bool {
        guard let me = self.me, quoted.log.member == me, let own = self.file.cards[me],
            let witness = self.witness(member)
        else { return false }
        let cosigners = try? quoted.checkpoint.verify(
            origin: quoted.log.origin(table: self.file.table),
            logKey: own.logKey,
            witnesses: [witness]
        )
        return cosigners == [witness]
    }
}

extension ReadableEntry {
    /// What a receipt of another member says of the logs of member `me`.
    func quotes(of me: MemberNumber?) -> [LogReceipt] {
        guard let me, self.entry.log.member != me, case .receipt(let receipt) = self.contents
        else { return [] }
        return receipt.logs.filter { $0.log.member == me }
    }

    /// The fragment of which it is a version; `nil` where it is none.
    func fragment(in table: TableID) -> (id: ObjectID, opened: OpenedEntry)? {
        guard let opened = self.ofCase, case .fragment(let payload) = opened.contents else {
            return nil
        }
        return (payload.id(table: table, log: self.entry.log), opened)
    }
}
