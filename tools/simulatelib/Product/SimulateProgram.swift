import ArgumentParser
import Glibc
import Simulator

/// Runs the simulation over many seeds, on all cores; a seed that fails is made short and printed.
@main
struct SimulateProgram: AsyncParsableCommand {
    /// Seeds under way at one time; more than there are cores, so that none has to wait.
    private static let underWayMax = 64
    /// Failing seeds that are made short; the others are named.
    private static let shrunkMax = 3

    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs the simulation over many seeds and reports what went wrong.",
        discussion: """
            Exit codes: 0 nothing was found and every checker looked at something, 1 not so, 2 wrong \
            use.
            """
    )

    @Option(help: "First and last seed, or one.") var seeds = SeedRange(1...300)
    @Option(help: "Which faults.") var profile = Profile.mixed
    @Option(help: "A planted fault, by its name in the sources.") var plant = Sabotage.none
    @Option(help: "Of one seed: the numbers of the steps that are kept, with commas.")
    var steps: StepNumbers?
    @Option(help: "Of one seed: what is left out, with commas.") var without: Ingredients?
    @Flag(inversion: .prefixedNo, help: "Make seeds that fail short.") var shrink = true
    @Flag(help: "Print what happens, a line each.") var transcript = false

    func validate() throws {
        let isPart = self.steps != nil || self.without != nil || self.transcript
        guard !isPart || self.seeds.range.count == 1 else {
            throw ValidationError("--steps, --without and --transcript are for one seed")
        }
    }

    func run() async throws {
        if self.seeds.range.count == 1 { return try self.runOne() }
        let clock = ContinuousClock()
        let start = clock.now
        var counts = RunCounts()
        var failing: [UInt64] = []
        await withTaskGroup(of: (UInt64, RunCounts, Bool).self) { group in
            var waiting = self.seeds.range.makeIterator()
            for seed in (0..<Self.underWayMax).compactMap({ _ in waiting.next() }) {
                group.addTask { self.run(seed) }
            }
            while let (seed, run, isSound) = await group.next() {
                counts.add(run)
                if !isSound {
                    failing.append(seed)
                    self.say("seed \(seed) fails")
                }
                if let next = waiting.next() { group.addTask { self.run(next) } }
            }
        }
        let time = (clock.now - start).components.seconds
        self.say(counts.text)
        self.say("\(counts.runs) seeds in \(time) s, \(failing.count) failed")
        failing.sort()
        for seed in failing.prefix(Self.shrunkMax) where self.shrink {
            self.makeShort(Scenario(seed: seed, profile: self.profile))
        }
        if failing.count > Self.shrunkMax {
            print("failed too: \(failing.dropFirst(Self.shrunkMax))")
        }
        let unreached = counts.unreached.map(\.rawValue)
        if !unreached.isEmpty { print("never reached: \(unreached.joined(separator: ", "))") }
        guard failing.isEmpty, unreached.isEmpty else { throw ExitCode(1) }
    }

    private func run(_ seed: UInt64) -> (UInt64, RunCounts, Bool) {
        let scenario = Scenario(seed: seed, profile: self.profile)
        var simulation = Simulation(scenario, sabotage: self.plant, keepsTranscript: false)
        simulation.run()
        return (seed, simulation.counts, simulation.violations.isEmpty)
    }

    /// Prints at once, also where the output is a file.
    private func say(_ text: String) {
        print(text)
        fflush(nil)
    }

    private func makeShort(_ scenario: Scenario) {
        guard var shrinker = Shrinker(scenario, sabotage: self.plant) else { return }
        shrinker.shrink()
        var simulation = Simulation(
            shrinker.scenario,
            sabotage: self.plant,
            keepsTranscript: false
        )
        simulation.run()
        self.say("\nseed \(scenario.seed):\n\(scenario.command)\nmade short:")
        self.say("\(shrinker.scenario)\n\(simulation.report)")
    }

    private func runOne() throws {
        var scenario = Scenario(seed: self.seeds.range.lowerBound, profile: self.profile)
        for ingredient in self.without?.all ?? [] {
            scenario = scenario.leavingOut(ingredient) ?? scenario
        }
        if let steps = self.steps { scenario = scenario.keeping(steps.numbers) }
        var simulation = Simulation(
            scenario,
            sabotage: self.plant,
            keepsTranscript: self.transcript
        )
        simulation.run()
        for line in simulation.transcript { print(line) }
        print(simulation.counts.text)
        guard !simulation.violations.isEmpty else { return print("nothing found") }
        print(simulation.report)
        if self.steps == nil, self.without == nil, self.shrink { self.makeShort(scenario) }
        throw ExitCode(1)
    }
}

extension Profile: ExpressibleByArgument {}
extension Sabotage: ExpressibleByArgument {}

/// `1-300`, or one number.
struct SeedRange: ExpressibleByArgument {
    let range: ClosedRange<UInt64>

    init(_ range: ClosedRange<UInt64>) { self.range = range }

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let first = UInt64(parts[0]),
            let last = UInt64(parts[parts.count - 1]), first <= last
        else { return nil }
        self.range = first...last
    }
}

/// `3,17,20`; nothing for no step at all.
struct StepNumbers: ExpressibleByArgument {
    let numbers: Set<Int>

    init?(argument: String) {
        let parts = argument.split(separator: ",")
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count else { return nil }
        self.numbers = Set(numbers)
    }
}

/// `loss,withholds`.
struct Ingredients: ExpressibleByArgument {
    let all: [Ingredient]

    init?(argument: String) {
        let parts = argument.split(separator: ",")
        let all = parts.compactMap { Ingredient(String($0)) }
        guard all.count == parts.count else { return nil }
        self.all = all
    }
}
