import ReplicatedTypes
import SyncLog
import Wire

/// A place in the logs of one author.
private struct LogPlace: Hashable, Comparable {
    let generation: UInt32
    let index: UInt64

    static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.generation, lhs.index) < (rhs.generation, rhs.index)
    }
}

extension FragmentReference {
    /// Where the fragment's version 1 stands.
    fileprivate var first: LogPlace {
        LogPlace(generation: self.generation, index: self.firstIndex)
    }
}

/// What the author says of which fragment entries are about (`Protocol/bundle.md` §2, References).
extension ProvenLog {
    /// What the author says of an entry, where it says one thing.
    func statement(at index: UInt64) -> FragmentReference? {
        self.contradicted.contains(index) ? nil : self.said[index]
    }

    /// Entries of which what the author says contradicts itself or what bundles show; `earlier`: the
    /// author's logs of earlier generations.
    ///
    /// - Complexity: O(n log n) in what is said, for each earlier log.
    func badReferences(_ earlier: [ProvenLog]) -> [Finding] {
        var newest: [LogPlace: UInt32] = [:]
        for log in earlier {
            let end = self.end(of: UInt32(log.log.generation))
            for (index, reference) in log.said where index < end {
                guard log.statement(at: index) != nil else { continue }
                newest[reference.first] = max(newest[reference.first] ?? 0, reference.version)
            }
        }
        var findings: [Finding] = []
        for (index, reference) in self.said.sorted(by: { $0.key < $1.key }) {
            if self.contradicted.contains(index) {
                findings.append(self.contradiction(at: index))
            } else if !self.isPossible(reference, earlier, newest: &newest) {
                findings.append(self.impossible(at: index))
            }
        }
        return findings
    }

    /// Where a generation ends by the charters of this log.
    private func end(of generation: UInt32) -> UInt64 {
        guard let generation = UInt16(exactly: generation) else { return .max }
        return self.pins[LogID(member: self.log.member, generation: generation)]?.size ?? .max
    }

    private func isPossible(
        _ reference: FragmentReference,
        _ earlier: [ProvenLog],
        newest: inout [LogPlace: UInt32]
    ) -> Bool {
        let own = LogPlace(generation: UInt32(self.log.generation), index: reference.index)
        let first = reference.first
        guard let header = self.header(at: reference.index), first <= own else { return false }
        switch header.kind {
        case .fragment:
            let before = newest[first] ?? 0
            newest[first] = max(before, reference.version)
            guard reference.version >= 1, (reference.version == 1) == (first == own),
                before < reference.version
            else { return false }
        case .withdrawal:
            guard reference.version == 0, first != own else { return false }
        default:
            return false
        }
        let caseID = self.cases[header.caseNumber]
        guard first.generation < own.generation else {
            return self.canBegin(a: caseID, at: first.index)
        }
        return first.index < self.end(of: first.generation)
            && earlier.allSatisfy {
                UInt32($0.log.generation) != first.generation
                    || $0.canBegin(a: caseID, at: first.index)
            }
    }

    /// Whether the entry at an index can be the first of a fragment of a case, as far as it is shown and
    /// the author says of it.
    private func canBegin(a caseID: ObjectID, at index: UInt64) -> Bool {
        if let header = self.header(at: index),
            header.kind != .fragment || self.cases[header.caseNumber] != caseID
        {
            return false
        }
        return self.statement(at: index).map { $0.version == 1 } ?? true
    }

    private func contradiction(at index: UInt64) -> Finding {
        Finding(
            .entry,
            index: index,
            nl: "De schrijver zegt verschillende dingen over het fragment van regel \(index): twee "
                + "bundels, allebei met de sleutel van dit logboek ondertekend, spreken elkaar tegen.",
            en:
                "The author says different things of the fragment of entry \(index): two bundles, both "
                + "signed with the key of this log, contradict each other."
        )
    }

    private func impossible(at index: UInt64) -> Finding {
        Finding(
            .entry,
            index: index,
            nl:
                "Wat de schrijver zegt over het fragment van regel \(index) kan niet: de kop ervan, een "
                + "andere regel of een eerdere versie spreekt het tegen.",
            en:
                "What the author says of the fragment of entry \(index) cannot be: its header, another "
                + "entry or an earlier version contradicts it."
        )
    }
}
