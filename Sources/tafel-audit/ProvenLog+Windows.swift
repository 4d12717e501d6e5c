import Cryptography
import SyncLog

/// Windows of one log, put together (`Protocol/bundle.md` §2, Logs).
extension ProvenLog {
    /// The windows of one log, in order of start and end, as one log; `nil` where they do not agree.
    ///
    /// Each begins at or before the end of those before it. Of an entry that several have, what one of
    /// them shows is shown.
    ///
    /// - Complexity: O(entries of all).
    static func joined(_ windows: [ProvenLog]) -> ProvenLog? {
        guard var whole = windows.first else { return nil }
        var starts: [UInt64: Digest] = [:]
        for next in windows.dropFirst() {
            guard whole.logKey == next.logKey, whole.author == next.author,
                zip(whole.charters, next.charters).allSatisfy({ $0 == $1 }),
                starts.updateValue(next.frontier.root, forKey: next.window.lowerBound)
                    .map({ $0 == next.frontier.root }) ?? true,
                whole.extend(with: next)
            else { return nil }
        }
        guard starts.isEmpty || whole.roots(at: Set(starts.keys)) == starts else { return nil }
        whole.summarise()
        return whole
    }

    /// Takes over the entries of a later window that begins no later than this one ends.
    ///
    /// - Returns: Whether both have the same leaf hashes where they overlap.
    private mutating func extend(with next: ProvenLog) -> Bool {
        if next.charters.count > self.charters.count {
            (self.charters, self.chain) = (next.charters, next.chain)
            (self.members, self.pins) = (next.members, next.pins)
        }
        self.audiences.merge(next.audiences) { own, _ in own }
        self.histories.merge(next.histories) { own, _ in own }
        self.contradicted.formUnion(self.said.merge(next.said))
        let caseNumbers = next.cases.values.map { self.cases.number(of: $0) }
        let listNumbers = next.lists.values.map { self.lists.number(of: $0) }
        let offset = Int(next.window.lowerBound - self.window.lowerBound)
        for place in next.leaves.indices {
            var header = next.headers[place]
            if let seen = header {
                header?.caseNumber = caseNumbers[Int(seen.caseNumber)]
                if seen.kind.hasAudience {
                    header?.listNumber = listNumbers[Int(seen.listNumber)]
                }
            }
            let own = offset + place
            guard own < self.leaves.count else {
                self.leaves.append(next.leaves[place])
                self.headers.append(header)
                continue
            }
            guard self.leaves[own] == next.leaves[place] else { return false }
            self.headers[own] = self.headers[own] ?? header
        }
        let end = max(self.window.upperBound, next.window.upperBound)
        self.window = self.window.lowerBound..<end
        return true
    }
}
