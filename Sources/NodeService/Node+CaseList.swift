import JSONText
import CaseModel
import Cryptography
import SyncEngine
import SyncLog
import Terminal

/// Lists of cases.
extension Node {
    /// Lists cases ascending by ID, a page at a time; `after` is the last one of the page before.
    func listCases(
        table: String?,
        phase: String?,
        after: String?
    ) throws(NodeFailure) -> NodeAnswer {
        let wanted = try table.map { (prefix) throws(NodeFailure) in
            try self.table(prefix).file.table
        }
        if let phase, CasePhase(rawValue: phase) == nil {
            let known = CasePhase.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("phase '\(phase)': not known. Choose from \(known)")
        }
        var items: [JSONValue] = []
        var lines: [ShownText] = []
        let page = try self.casePage(of: wanted, after: after)
        for (state, id) in page.cases {
            guard let summary = try self.counted(id, in: state)?.summary(on: self.today) else {
                continue
            }
            guard phase.map({ summary.phase.contains($0) }) ?? true else { continue }
            let title = Self.distinct(summary.title)
            let shownPhase = Self.distinct(summary.phase)
            let period = CharterPeriod(of: state.file.governing, on: self.today)
            items.append([
                "case": .string(summary.caseID.hex),
                "table": .string(TextEncoding.hex(summary.table.bytes)),
                "title": .string(title.joined(separator: " / ")),
                "titles": .array(title.map { .string($0) }),
                "phase": .string(shownPhase.joined(separator: " / ")),
                "owner": .string(summary.owner), "fragments": .integer(summary.fragmentCount),
                "expired": .integer(summary.expiredCount),
                "conflicts": .integer(summary.conflictCount),
                "period": .string(period.rawValue),
            ])
            lines.append(
                "\(summary.caseID.hex.prefix(12))  "
                    + title.map { title -> ShownText in "\(title)" }.joined(separator: "  /  ")
                    + "  [\(shownPhase.joined(separator: " / "))]  \(summary.owner), "
                    + "\(summary.fragmentCount) fragment\(summary.fragmentCount == 1 ? "" : "s")"
                    + (summary.expiredCount > 0 ? " and \(summary.expiredCount) expired" : "")
                    + ", \(summary.conflictCount) conflicts"
                    + (period == .running ? "" : " (table\(period.note))")
            )
        }
        if let next = page.next {
            lines.append("There are more: add '--after \(next)' for those that follow.")
        }
        return NodeAnswer(
            exitCode: 0,
            json: ["cases": .array(items), "next": JSONValue(page.next)],
            text: lines.isEmpty
                ? table == nil && phase == nil && after == nil
                    ? "No cases here. Open one with 'tafel case open', or run 'tafel sync now'."
                    : "No cases that fit."
                : lines.joined(separator: "\n"),
            file: nil
        )
    }

    /// The cases that one list looks at, and the last of them where others follow.
    private func casePage(
        of wanted: TableID?,
        after: String?
    ) throws(NodeFailure) -> (cases: [(table: TableState, id: ObjectID)], next: String?) {
        var first = ObjectID.zero
        if let after {
            guard let last = TextEncoding.bytes(hex: after).flatMap({ ObjectID($0) }) else {
                throw .usage("--after '\(after)': not an ID. Give the one that a list ends with")
            }
            first = last
        }
        var found: [(table: TableState, id: ObjectID)] = []
        for (id, table) in self.engine.tables
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
