import CaseModel
import Cryptography
package import NodeInterface
import ReplicatedTypes
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
    /// Lists cases, a page at a time.
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
        if let order = asked.order {
            let most = ListCases.sortedMax
            let all = try self.casePage(of: wanted, after: nil, limit: most)
            if all.next == nil {
                return Self.page(asked, of: try self.items(all.cases, asked.phase), in: order)
            }
        }
        let page = try self.casePage(of: wanted, after: asked.after, limit: Self.casesListedMax)
        return ListCases.Answer(cases: try self.items(page.cases, asked.phase), next: page.next)
    }

    /// The lines of those of some cases that are open here, in one phase or in all.
    private func items(
        _ cases: [(table: TableState, id: ObjectID)],
        _ phase: String?
    ) throws(Refusal) -> [ListCases.Item] {
        var items: [ListCases.Item] = []
        for (state, id) in cases {
            try self.checkGoesOn()
            guard let summary = try self.summary(of: id, in: state),
                phase.map({ summary.phase.contains($0) }) ?? true
            else { continue }
            items.append(
                ListCases.Item(
                    case: summary.caseID.hex,
                    table: TextEncoding.hex(summary.table.bytes),
                    titles: Self.distinct(summary.title),
                    phases: Self.distinct(summary.phase),
                    owner: summary.owner,
                    fragments: summary.fragmentCount,
                    expired: summary.expiredCount,
                    conflicts: summary.conflictCount,
                    variants: summary.variantCount,
                    period: Period(of: state.file.governing, on: self.today),
                    opened: UTCTime.text(milliseconds: summary.opened.milliseconds),
                    changed: UTCTime.text(milliseconds: summary.changed.milliseconds),
                    mark: TextEncoding.hex(summary.mark.bytes)
                )
            )
        }
        return items
    }

    /// A page of some cases given by ID, in an order.
    private static func page(
        _ asked: ListCases,
        of items: [ListCases.Item],
        in order: ListCases.Order
    ) -> ListCases.Answer {
        let phases = CasePhase.allCases.map(\.rawValue)
        func sorted<Key: Comparable>(_ key: (ListCases.Item) -> Key) -> [ListCases.Item] {
            items.map { (key($0), $0) }.sorted { ($0.0, $0.1.case) < ($1.0, $1.1.case) }.map(\.1)
        }
        let ordered: [ListCases.Item] =
            switch order {
            case .title: sorted { $0.title.lowercased() }
            case .phase: sorted { phases.firstIndex(of: $0.phases.first ?? "") ?? phases.count }
            case .owner: sorted(\.owner)
            case .table: sorted(\.table)
            case .fragments: sorted(\.fragments)
            case .conflicts: sorted { $0.conflicts - $0.variants }
            case .opened: sorted(\.opened)
            case .changed: sorted(\.changed)
            }
        let limit = min(max(asked.limit ?? ListCases.pageMax, 1), ListCases.pageMax)
        let all = asked.reversed == true ? ordered.reversed() : ordered
        return ListCases.Answer(
            cases: Array(all.dropFirst(max(0, asked.start ?? 0)).prefix(limit)),
            next: nil,
            total: items.count
        )
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
        after: String?,
        limit: Int
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
            let ids = try self.caseIDs(of: table, from: first, limit: limit + 2)
            found += ids.filter { after == nil || $0 != first }.map { (table, $0) }
        }
        found.sort { $0.id < $1.id }
        let cases = Array(found.prefix(limit))
        return (cases, found.count > cases.count ? cases.last?.id.hex : nil)
    }

    /// The values, each once, in order.
    static func distinct(_ values: [String]) -> [String] {
        var distinct: [String] = []
        for value in values where !distinct.contains(value) { distinct.append(value) }
        return distinct
    }
}
