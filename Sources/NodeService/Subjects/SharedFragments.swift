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
    ///   - most: Most that are looked at.
    ///   - body: Called with those that are there, whether they count or not.
    /// - Returns: Whether some were left out.
    /// - Throws: What reading a case meets, or that the node was stopped.
    func forEachFragment(
        of candidates: [Candidate],
        most: Int,
        _ body: (SharedFragment) -> Void
    ) throws(Refusal) -> Bool {
        var wanted: [UInt32: [ObjectID: Set<ObjectID>]] = [:]
        var count = 0
        var isCut = false
        for candidate in candidates {
            guard let reference = candidate.reference else { continue }
            let (caseID, fragment) = (reference.caseID.objectID, reference.fragment.objectID)
            if wanted[candidate.family]?[caseID]?.contains(fragment) ?? false { continue }
            guard count < most else {
                isCut = true
                break
            }
            count += 1
            wanted[candidate.family, default: [:]][caseID, default: []].insert(fragment)
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
