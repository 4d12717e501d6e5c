import Testing

@testable import RecordStore
@testable import StorePages

/// The tables of a store, and what is lost with their rows (`Protocol/records.md` §4).
struct StoreTableTests {
    private static let remedies: [CheckFinding.Remedy: Set<String>] = [
        .rebuild: ["segments", "blocks", "cases", "case-openings", "objects", "receipts", "tiles"],
        .fetch: ["entries", "logs", "checkpoints", "openings", "unopened", "chains"],
        .importAgain: ["records"],
        .backup: [
            "meta", "slots", "tables", "audiences", "claims", "own-chains", "shares",
            "decisions",
        ],
    ]

    @Test func `every table has a remedy, and damage of it says so`() {
        var seen: Set<String> = []
        for (remedy, names) in Self.remedies {
            for name in names {
                let damage = StoreDamage(page: 7, table: name, what: "changed")
                #expect(CheckFinding(damage).remedy == remedy, "\(name)")
                seen.insert(name)
            }
        }
        #expect(seen == Set(StoreTable.allCases.map(\.rawValue)))
        #expect(seen == Set(StoreTables.names))
    }

    @Test func `what is no table is made anew where it is LMDB's list of free pages alone`() {
        let free = StoreDamage(page: 1, table: TreeRoot.freeName, what: "changed")
        let other = StoreDamage(page: 1, table: "nothing", what: "changed")
        #expect(CheckFinding(free).remedy == .rebuild && CheckFinding(other).remedy == .backup)
    }

    @Test func `what opened partners' entries comes from partners again`() {
        let opening = StoreTable.allCases.filter(\.opensEntries)
        #expect(opening.allSatisfy { $0.loss.remedy == .fetch } && opening.count == 3)
    }
}
