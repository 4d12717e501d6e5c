import CaseModel
import Cryptography
import NodeInterface
import RecordStore
import Search
import SyncEngine
import SyncLog
import Vocabulary

/// A fragment that another member shares, with the case that it is in.
struct SharedFragment {
    let fragment: CaseFragment
    let counted: CountedCase
    let table: TableState

    /// Handle of whose it is.
    var owner: String { self.counted.handle(self.fragment.owner) }

    /// Whether it is told: it counts and was not withdrawn.
    var isTold: Bool { self.fragment.counts && self.fragment.withdrawal == nil }
}

/// Fragments of others that the index names.
extension Reader {
    /// Reads each case once, and calls `body` with each fragment of others that it has among some of the index.
    ///
    /// - Parameters:
    ///   - candidates: What the index found; the best first, so that what is left out fits less.
    ///   - most: Most that are looked at: of each member in turn.
    ///   - body: Called with those that are there, whether they count or not.
    /// - Returns: Whether some were left out.
    /// - Throws: What reading a case meets, or that the node was stopped.
    func forEachFragment(
        of candidates: [Candidate],
        most: Int,
        _ body: (SharedFragment) -> Void
    ) throws(Refusal) -> Bool {
        var wanted: [UInt32: [ObjectID: Set<ObjectID>]] = [:]
        var distinct: [(family: UInt32, caseID: ObjectID, fragment: ObjectID, owner: UInt64)] = []
        for candidate in candidates {
            guard let reference = candidate.reference else { continue }
            let (caseID, fragment) = (reference.caseID.objectID, reference.fragment.objectID)
            let isNew = wanted[candidate.family, default: [:]][caseID, default: []]
                .insert(fragment).inserted
            // Versions of one are one; the key has table and member (`search.md` §3).
            guard isNew else { continue }
            distinct.append((candidate.family, caseID, fragment, candidate.key.high >> 16))
        }
        let isCut = distinct.count > most
        if isCut {
            wanted = [:]
            for one in distinct.fairly(by: \.owner, most: most) {
                wanted[one.family, default: [:]][one.caseID, default: []].insert(one.fragment)
            }
        }
        for (tableID, table) in self.tables.sorted(by: { $0.key < $1.key }) {
            guard table.file.effective != nil, let number = self.numbers[tableID] else { continue }
            for (caseID, fragments) in (wanted[number] ?? [:]).sorted(by: { $0.key < $1.key }) {
                try self.checkGoesOn()
                guard let counted = try self.counted(caseID, in: table) else { continue }
                for fragment in counted.fragments
                where fragments.contains(fragment.id) && fragment.owner != table.me {
                    body(SharedFragment(fragment: fragment, counted: counted, table: table))
                }
            }
        }
        return isCut
    }
}
