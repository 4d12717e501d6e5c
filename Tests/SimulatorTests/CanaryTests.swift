import Simulator
import SyncLog
import Testing

/// Faults planted in one node: each must be found, or the checks prove nothing.
@Suite struct CanaryTests {
    private func violations(
        _ sabotage: Sabotage,
        seeds: ClosedRange<UInt64>,
        faults: Faults
    ) -> [Violation] {
        seeds.flatMap { seed in
            var simulation = Simulation(seed: seed, faults: faults, sabotage: sabotage)
            simulation.run()
            return simulation.violations
        }
    }

    @Test func `acknowledging before the disk has synced is found`() {
        let found = self.violations(.acknowledgesEarly, seeds: 1...1, faults: .honest)
        #expect(
            found.contains {
                if case .acknowledgedEarly(node: 2, _, _) = $0 { true } else { false }
            }
        )
    }

    @Test func `what was acknowledged early is missing after a crash`() {
        let found = self.violations(.acknowledgesEarly, seeds: 1...10, faults: .honest)
        #expect(found.contains { if case .lost(node: 2, _, _) = $0 { true } else { false } })
    }

    @Test func `a dropped fill is found by the author and in the view`() {
        let found = self.violations(.dropsFills, seeds: 1...4, faults: .honest)
        #expect(
            found.contains { if case .unconfirmed(_, by: 2, _) = $0 { true } else { false } }
        )
        #expect(found.contains { if case .view(node: 2, _) = $0 { true } else { false } })
    }

    @Test func `entries given to everybody are found`() {
        let found = self.violations(.givesEverything, seeds: 1...1, faults: .none)
        #expect(found.contains { if case .leaked = $0 { true } else { false } })
        #expect(!found.contains { if case .readable = $0 { true } else { false } })
    }

    @Test func `chunks stored as they come are found beside a liar`() {
        let found = self.violations(.storesUnverified, seeds: 4...6, faults: .all)
        #expect(
            found.contains {
                if case .wrongRoot(node: 2, let log) = $0 { log.member == 4 } else { false }
            }
        )
    }

    @Test func `an author that comes back with less is found`() {
        let found = self.violations(.losesOwnEntries, seeds: 3...5, faults: .honest)
        #expect(found.contains { if case .lost(node: 2, _, _) = $0 { true } else { false } })
    }

    @Test func `receipts that are not written are missed`() {
        let found = self.violations(.withholdsReceipts, seeds: 1...1, faults: .none)
        #expect(found.contains { if case .noReceipt(node: 2, _) = $0 { true } else { false } })
    }
}
