import Simulator
import SyncLog
import Testing

/// Faults planted in one node: each must be found, or the checks prove nothing.
@Suite struct CanaryTests {
    /// A planted fault, the checkers that must find it, and where it is looked for.
    struct Canary: CustomTestStringConvertible, Sendable {
        let sabotage: Sabotage
        let checkers: Set<Checker>
        let profile: Profile
        let seeds: ClosedRange<UInt64>

        init(
            _ sabotage: Sabotage,
            _ checkers: Set<Checker>,
            _ profile: Profile,
            _ seeds: ClosedRange<UInt64>
        ) {
            self.sabotage = sabotage
            self.checkers = checkers
            self.profile = profile
            self.seeds = seeds
        }

        var testDescription: String { self.sabotage.rawValue }
    }

    static let canaries: [Canary] = [
        Canary(.acknowledgesEarly, [.acknowledgements, .durability], .honest, 1...10),
        Canary(.dropsFills, [.confirmations, .views], .honest, 1...6),
        Canary(.givesEverything, [.secrecy], .none, 1...2),
        Canary(.givesKeys, [.readability], .none, 1...2),
        Canary(.storesUnverified, [.roots], .liar, 5...8),
        Canary(.refusesLog, [.sizes, .rounds], .none, 1...2),
        Canary(.losesOwnEntries, [.durability], .honest, 1...6),
        Canary(.sendsEarly, [.sending], .honest, 1...4),
        Canary(.withholdsReceipts, [.receipts], .none, 1...2),
        Canary(.forgetsCompleteness, [.completeness], .none, 1...2),
        Canary(.skipsEntries, [.views, .equalViews, .index], .honest, 1...4),
        Canary(.opensByArrival, [.openings], .honest, 1...6),
        Canary(.changesRelayed, [.accusations], .honest, 1...4),
        Canary(.keepsSessions, [.sessions], .honest, 1...6),
        Canary(.dropsTableFiles, [.cards], .honest, 1...4),
        Canary(.dropsEvidence, [.forks], .copied, 301...310),
        Canary(.repeatsHeads, [.quiet], .none, 1...2),
        Canary(.sendsTooMuch, [.frames], .none, 1...2),
        Canary(.saysReceived, [.said], .honest, 1...6),
        Canary(.withdrawsNewest, [.said], .honest, 111...135),
        Canary(.quotesEverything, [.quoted], .honest, 1...4),
    ]

    @Test(arguments: canaries)
    func `a planted fault is found`(canary: Canary) {
        var missing = canary.checkers
        for seed in canary.seeds where !missing.isEmpty {
            var simulation = Simulation(
                Scenario(seed: seed, profile: canary.profile),
                sabotage: canary.sabotage,
                keepsTranscript: false
            )
            simulation.run()
            missing.subtract(simulation.violations.map(\.checker))
        }
        #expect(missing.isEmpty)
    }

    @Test func `each fault is planted and each checker has one that it finds`() {
        let canaries = Self.canaries
        #expect(
            Set(canaries.map(\.sabotage)).union([.none]) == Set(Sabotage.allCases)
        )
        let found = canaries.reduce(into: Set<Checker>()) { $0.formUnion($1.checkers) }
        #expect(found == Set(Checker.allCases))
    }

    @Test func `entries given to everybody cannot be read`() {
        var simulation = Simulation(
            Scenario(seed: 1, profile: .none),
            sabotage: .givesEverything,
            keepsTranscript: false
        )
        simulation.run()
        #expect(!simulation.violations.contains { $0.checker == .readability })
    }
}
