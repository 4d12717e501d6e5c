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

/// References by the entry's index, ascending, each index once: 24 bytes each.
struct References: Sequence, Sendable {
    private var all: [FragmentReference] = []

    /// How many there are.
    var count: Int { self.all.count }

    /// How many are of entries before one.
    func place(from index: UInt64) -> Int { self.all.partitionPoint { $0.index >= index } }

    /// The one behind so many others.
    subscript(place place: Int) -> FragmentReference { self.all[place] }

    /// That of an entry.
    subscript(index: UInt64) -> FragmentReference? {
        let place = self.place(from: index)
        guard place < self.all.count, self.all[place].index == index else { return nil }
        return self.all[place]
    }

    /// Makes room for so many.
    mutating func reserveCapacity(_ count: Int) { self.all.reserveCapacity(count) }

    /// Adds one behind all that are there.
    mutating func append(_ reference: FragmentReference) { self.all.append(reference) }

    /// Takes over those of another; of an index that both have the other's stays.
    ///
    /// - Returns: The indices of which the two differ.
    mutating func merge(_ other: References) -> [UInt64] {
        var merged: [FragmentReference] = []
        merged.reserveCapacity(self.all.count + other.all.count)
        var differing: [UInt64] = []
        var own = self.all[...]
        for reference in other.all {
            while let first = own.first, first.index < reference.index {
                merged.append(first)
                own.removeFirst()
            }
            if let first = own.first, first.index == reference.index {
                if first != reference { differing.append(first.index) }
                own.removeFirst()
            }
            merged.append(reference)
        }
        self.all = merged + own
        return differing
    }

    func makeIterator() -> some IteratorProtocol<FragmentReference> { self.all.makeIterator() }
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
            for reference in log.said where reference.index < end {
                guard log.statement(at: reference.index) != nil else { continue }
                newest[reference.first] = max(newest[reference.first] ?? 0, reference.version)
            }
        }
        var findings: [Finding] = []
        for reference in self.said {
            if self.contradicted.contains(reference.index) {
                findings.append(self.contradiction(at: reference.index))
            } else if !self.isPossible(reference, earlier, newest: &newest) {
                findings.append(self.impossible(at: reference.index))
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
            let before = max(newest[first] ?? 0, self.isBegun(at: first, before: own) ? 1 : 0)
            // Nearly all begin a fragment, which is seen from what is said there.
            if reference.version != 1 || first != own {
                newest[first] = max(before, reference.version)
            }
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

    /// Whether what is said of an earlier entry begins a fragment there.
    private func isBegun(at first: LogPlace, before own: LogPlace) -> Bool {
        guard first < own, first.generation == own.generation,
            self.header(at: first.index)?.kind == .fragment,
            let reference = self.statement(at: first.index)
        else { return false }
        return reference.version == 1 && reference.first == first
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
