import Simulator
import Testing

/// The program `tools/simulate` runs many more seeds; these are the ones that are seen to go right
/// with every change, and what a run itself promises.
@Suite struct SimulationTests {
    private func run(
        _ profile: Profile,
        seed: UInt64,
        sabotage: Sabotage = .none
    ) -> Simulation {
        var simulation = Simulation(
            Scenario(seed: seed, profile: profile),
            sabotage: sabotage,
            keepsTranscript: true
        )
        simulation.run()
        return simulation
    }

    @Test(arguments: Profile.allCases, UInt64(1)...2)
    func `nothing breaks`(profile: Profile, seed: UInt64) {
        let simulation = self.run(profile, seed: seed)
        #expect(simulation.violations.isEmpty, "\(simulation.report)")
        #expect(simulation.work.cases > 0 && simulation.work.entries > 30)
    }

    @Test(arguments: UInt64(101)...104)
    func `honest members under every other fault accuse nobody`(seed: UInt64) {
        let simulation = self.run(.honest, seed: seed)
        #expect(simulation.violations.isEmpty, "\(simulation.report)")
        #expect(!simulation.transcript.contains { $0.contains("accuses") })
    }

    @Test func `a network that only takes its time loses nothing`() {
        let simulation = self.run(.none, seed: 201)
        #expect(!simulation.transcript.contains { $0.contains("broken") })
        #expect(simulation.counts.faults.isEmpty)
    }

    @Test func `copies are proven to be two by their partners`() {
        let proven = (UInt64(301)...306).count { seed in
            self.run(.copied, seed: seed).transcript.contains { $0.contains(" evidence 3/0 ") }
        }
        #expect(proven >= 2)
    }

    @Test(arguments: [Profile.liar, .mixed], UInt64(1)...2)
    func `one scenario gives one transcript`(profile: Profile, seed: UInt64) {
        let first = self.run(profile, seed: seed)
        let second = self.run(profile, seed: seed)
        #expect(first.transcript == second.transcript)
        #expect(first.counts == second.counts)
        #expect(first.transcript.count > 500)
    }

    @Test func `other seeds give other transcripts`() {
        #expect(self.run(.honest, seed: 1).transcript != self.run(.honest, seed: 2).transcript)
    }

    @Test func `a violation says how to see it again`() {
        let simulation = self.run(.honest, seed: 1, sabotage: .acknowledgesEarly)
        #expect(
            simulation.report.hasSuffix(
                "replay: tools/simulate --seeds 1 --profile honest --plant acknowledgesEarly"
            )
        )
    }

    @Test func `what was not reached is named`() {
        #expect(RunCounts().unreached == Checker.allCases)
        let counts = self.run(.none, seed: 1).counts
        #expect(counts.unreached.contains(.forks))
        #expect(!counts.unreached.contains(.views))
        #expect(counts.text.contains("lie: withholds"))
    }
}

@Suite struct ShrinkerTests {
    @Test func `a scenario that fails is made short and still fails`() throws {
        let scenario = Scenario(seed: 3, profile: .honest)
        var shrinker = try #require(Shrinker(scenario, sabotage: .withholdsReceipts))
        shrinker.shrink()
        // A receipt is owed for one entry, whatever else happens: a member writes, and that is all.
        #expect(shrinker.scenario.steps.count <= 2)
        #expect(shrinker.scenario.faults.lossRatio == 0)
        var short = Simulation(
            shrinker.scenario,
            sabotage: .withholdsReceipts,
            keepsTranscript: false
        )
        short.run()
        #expect(short.violations.contains { $0.checker == .receipts })
    }

    @Test func `a scenario that does not fail is not made short`() {
        #expect(Shrinker(Scenario(seed: 1, profile: .none), sabotage: .none) == nil)
    }

    @Test func `a shortened scenario is named by its command`() throws {
        let scenario = Scenario(seed: 17, profile: .liar)
        #expect(scenario.command == "tools/simulate --seeds 17 --profile liar")
        let without = try #require(scenario.leavingOut(.lie(.withholds))?.leavingOut(.loss))
        #expect(without.leavingOut(.loss) == nil)
        #expect(
            without.keeping([2, 5]).command
                == "tools/simulate --seeds 17 --profile liar --steps 2,5 --without withholds,loss"
        )
        #expect(without.keeping([2, 5]).steps.map(\.number) == [2, 5])
    }

    @Test(arguments: Ingredient.all)
    func `ingredients are read as they are written`(ingredient: Ingredient) {
        #expect(Ingredient(ingredient.text) == ingredient)
    }
}
