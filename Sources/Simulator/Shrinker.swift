/// Makes a scenario that fails as short as it can: what can be left out while the same checker still
/// finds something is.
package struct Shrinker: Sendable {
    /// Most runs for one scenario.
    package static let runBudget = 400

    private let sabotage: Sabotage
    private let checker: Checker
    private var runCount = 0
    /// The shortest scenario found.
    package private(set) var scenario: Scenario

    /// Starts with a scenario that fails; `nil` when it does not.
    package init?(_ scenario: Scenario, sabotage: Sabotage) {
        var simulation = Simulation(scenario, sabotage: sabotage, keepsTranscript: false)
        simulation.run()
        guard let first = simulation.violations.first else { return nil }
        self.sabotage = sabotage
        self.checker = first.checker
        self.scenario = scenario
    }

    /// Leaves out what can be: steps, many at a time first, and what is there all the time.
    ///
    /// - Complexity: At most ``runBudget`` runs.
    package mutating func shrink() {
        var before: Scenario?
        while before != self.scenario, self.runCount < Self.runBudget {
            before = self.scenario
            for ingredient in Ingredient.all {
                if let simpler = self.scenario.leavingOut(ingredient) { self.take(simpler) }
            }
            var size = max(1, self.scenario.steps.count / 2)
            while true {
                self.removeSteps(size)
                guard size > 1 else { break }
                size /= 2
            }
        }
    }

    /// Leaves out steps, `size` together.
    private mutating func removeSteps(_ size: Int) {
        // From the end, where what comes after the fault stands.
        var end = self.scenario.steps.count
        while end > 0 {
            let start = max(0, end - size)
            let numbers = self.scenario.steps.map(\.number)
            self.take(self.scenario.keeping(Set(numbers[..<start] + numbers[end...])))
            end = start
        }
    }

    /// Goes on with a scenario when it fails in the same way.
    private mutating func take(_ simpler: Scenario) {
        guard self.runCount < Self.runBudget else { return }
        self.runCount += 1
        var simulation = Simulation(simpler, sabotage: self.sabotage, keepsTranscript: false)
        simulation.run()
        if simulation.violations.contains(where: { $0.checker == self.checker }) {
            self.scenario = simpler
        }
    }
}
