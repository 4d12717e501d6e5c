import CaseModel
import Cryptography
package import NodeInterface
import SyncEngine
import SyncLog

extension ListCases: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.cases(self)
    }
}

/// Lists of cases.
extension Reader {
    /// Lists cases ascending by ID, a page at a time.
    fileprivate func cases(_ asked: ListCases) throws(Refusal) -> ListCases.Answer {
        let wanted = try asked.table.map { (prefix) throws(Refusal) in
            try self.table(prefix).file.table
        }
        if let phase = asked.phase, CasePhase(rawValue: phase) == nil {
            throw .invalid(
                .phase,
                .notOneOf(phase, allowed: CasePhase.allCases.map(\.rawValue))
            )
        }
        let page = try self.casePage(of: wanted, after: asked.after)
        var cases: [ListCases.Item] = []
        for (state, id) in page.cases {
            try self.checkGoesOn()
            guard let summary = try self.summary(of: id, in: state),
                asked.phase.map({ summary.phase.contains($0) }) ?? true
            else { continue }
            cases.append(
                ListCases.Item(
                    case: summary.caseID.hex,
                    table: TextEncoding.hex(summary.table.bytes),
                    titles: Self.distinct(summary.title),
                    phases: Self.distinct(summary.phase),
                    owner: summary.owner,
                    fragments: summary.fragmentCount,
                    expired: summary.expiredCount,
                    conflicts: summary.conflictCount,
                    period: Period(of: state.file.governing, on: self.today)
                )
            )
        }
        return ListCases.Answer(cases: cases, next: page.next)
    }

    /// The line of a case today; `nil` where it is not open here.
    ///
    /// - Complexity: O(1) where it did not change since a list showed it; else as reading it.
    private func summary(
        of caseID: ObjectID,
        in table: TableState
    ) throws(Refusal) -> CaseSummary? {
        let key = CaseCache.Key(table: table.file.table, caseID: caseID)
        let (judgement, today) = (table.judgementHash, self.today)
        let cases = self.readers.cases
        if let line = cases.line(key, judgement: judgement, day: today) { return line }
        let reading = cases.begin(key)
        var summary: CaseSummary?
        // Also where it cannot be read.
        defer { cases.end(reading, with: summary, judgement: judgement, day: today) }
        summary = try self.counted(caseID, in: table)?.summary(on: today)
        return summary
    }

    /// The cases that one list looks at, and the last of them where others follow.
    private func casePage(
        of wanted: TableID?,
        after: String?
    ) throws(Refusal) -> (cases: [(table: TableState, id: ObjectID)], next: String?) {
        var first = ObjectID.zero
        if let after {
            guard let last = TextEncoding.bytes(hex: after).flatMap({ ObjectID($0) }) else {
                throw .invalid(.after, .form(after))
            }
            first = last
        }
        var found: [(table: TableState, id: ObjectID)] = []
        for (id, table) in self.tables
        where table.file.effective != nil && (wanted == nil || id == wanted) {
            // One more shows whether others follow, and one may be that which the last page ended with.
            let ids = try self.caseIDs(of: table, from: first, limit: Self.casesListedMax + 2)
            found += ids.filter { after == nil || $0 != first }.map { (table, $0) }
        }
        found.sort { $0.id < $1.id }
        let cases = Array(found.prefix(Self.casesListedMax))
        return (cases, found.count > cases.count ? cases.last?.id.hex : nil)
    }

    /// The values, each once, in order.
    private static func distinct(_ values: [String]) -> [String] {
        var distinct: [String] = []
        for value in values where !distinct.contains(value) { distinct.append(value) }
        return distinct
    }
}
