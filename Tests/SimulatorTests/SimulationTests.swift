import Simulator
import Testing

@Suite struct SimulationTests {
    @Test(arguments: UInt64(1)...50)
    func `every fault at once breaks nothing`(seed: UInt64) {
        var simulation = Simulation(seed: seed, faults: .all, sabotage: .none)
        simulation.run()
        #expect(simulation.violations.isEmpty, "\(simulation.report)")
        #expect(simulation.work.cases > 0 && simulation.work.entries > 40)
    }

    @Test(arguments: UInt64(101)...120)
    func `honest members under every other fault accuse nobody`(seed: UInt64) {
        var simulation = Simulation(seed: seed, faults: .honest, sabotage: .none)
        simulation.run()
        #expect(simulation.violations.isEmpty, "\(simulation.report)")
        #expect(!simulation.transcript.contains { $0.contains("accuses") })
    }

    @Test(arguments: UInt64(201)...205)
    func `a network that only takes its time loses nothing`(seed: UInt64) {
        var simulation = Simulation(seed: seed, faults: .none, sabotage: .none)
        simulation.run()
        #expect(simulation.violations.isEmpty, "\(simulation.report)")
        #expect(!simulation.transcript.contains { $0.contains("broken") })
    }

    @Test(arguments: UInt64(301)...315)
    func `a folder that was copied comes between nobody else`(seed: UInt64) {
        var simulation = Simulation(seed: seed, faults: .copied, sabotage: .none)
        simulation.run()
        #expect(simulation.violations.isEmpty, "\(simulation.report)")
        #expect(simulation.transcript.contains { $0.contains("copy of") })
    }

    @Test func `copies are proven to be two by their partners`() {
        var proven = 0
        for seed in UInt64(301)...306 {
            var simulation = Simulation(seed: seed, faults: .copied, sabotage: .none)
            simulation.run()
            proven += simulation.transcript.contains { $0.contains(" evidence 3/0 ") } ? 1 : 0
        }
        #expect(proven >= 2)
    }

    @Test(arguments: UInt64(1)...3)
    func `one seed gives one transcript`(seed: UInt64) {
        var first = Simulation(seed: seed, faults: .all, sabotage: .none)
        var second = Simulation(seed: seed, faults: .all, sabotage: .none)
        first.run()
        second.run()
        #expect(first.transcript == second.transcript)
        #expect(first.transcript.count > 500)
    }

    @Test func `other seeds give other transcripts`() {
        var first = Simulation(seed: 1, faults: .all, sabotage: .none)
        var second = Simulation(seed: 2, faults: .all, sabotage: .none)
        first.run()
        second.run()
        #expect(first.transcript != second.transcript)
    }

    @Test func `the faults happen`() {
        var transcript: [String] = []
        for seed in UInt64(1)...4 {
            var simulation = Simulation(seed: seed, faults: .all, sabotage: .none)
            simulation.run()
            transcript += simulation.transcript
        }
        let words = [
            "lost", "broken", "partition", "crash", "restart", "failed", "clock", "accuses",
            " ask ", " fill ", "receipt", "withdrawal", "closes", " card ", "broken at",
        ]
        for word in words {
            #expect(transcript.contains { $0.contains(word) }, "\(word)")
        }
    }

    @Test func `a violation says how to see it again`() {
        var simulation = Simulation(seed: 1, faults: .all, sabotage: .acknowledgesEarly)
        simulation.run()
        #expect(
            simulation.report.hasSuffix(
                "replay: Simulation(seed: 1, faults: .all, sabotage: .acknowledgesEarly)"
            )
        )
    }
}
