package import SyncLog

/// Something that is done to a run at a planned moment.
package enum Step: Hashable, Sendable {
    /// A member does something, chosen by a seed.
    case act(MemberNumber, seed: UInt64)
    /// A member signs a new card.
    case newCard(MemberNumber)
    /// A session breaks.
    case breakLink
    /// These members are apart from the others for so long.
    case partition([MemberNumber], milliseconds: Int)
    /// A node loses everything but its disk, and is down for so long.
    case crash(MemberNumber, milliseconds: Int)
    /// A clock goes ahead, or back.
    case jump(MemberNumber, milliseconds: Int64)
    /// A folder is copied, and both copies go on.
    case copy(MemberNumber)
    /// A liar begins to keep two histories.
    case twoFaces(MemberNumber)
    /// A folder is put back to what it was so long ago; whether the marker beside it tells so.
    case putBack(MemberNumber, milliseconds: Int, isMarked: Bool)
    /// A new member is signed in by the charter.
    case join
}

/// A step with its place in a plan.
package struct PlannedStep: Hashable, Sendable, CustomStringConvertible {
    /// Counts the steps of a plan from 1; stays when others are left out.
    package let number: Int
    /// When, in milliseconds from the start.
    package let at: Int
    /// What.
    package let step: Step

    /// One line.
    package var description: String {
        let seconds = "\(self.at / 1_000).\(String(1_000 + self.at % 1_000).dropFirst()) s"
        return "#\(self.number) \(seconds): \(self.step.text)"
    }
}

extension Step {
    fileprivate var text: String {
        switch self {
        case .act(let member, let seed): "member \(member) writes (\(seed))"
        case .newCard(let member): "member \(member) signs a new card"
        case .breakLink: "a session breaks"
        case .partition(let members, let time): "members \(members) apart for \(time) ms"
        case .crash(let member, let time): "member \(member) crashes, down for \(time) ms"
        case .jump(let member, let time): "clock of member \(member) jumps by \(time / 1_000) s"
        case .copy(let member): "folder of member \(member) is copied, and both run"
        case .twoFaces(let member): "member \(member) keeps two histories"
        case .putBack(let member, let time, let isMarked):
            "folder of member \(member) is put back by \(time) ms"
                + (isMarked ? ", as the marker tells" : "")
        case .join: "a new member joins"
        }
    }
}

/// Something that is there all the time in a run and can be left out.
package enum Ingredient: Hashable, Sendable {
    case loss, duplication, reordering, latency, diskFailures, unreachable, lyingOn
    case lie(Lie)

    /// All, the lies last.
    package static let all: [Ingredient] =
        [.loss, .duplication, .reordering, .latency, .diskFailures, .unreachable, .lyingOn]
        + Lie.allCases.map { .lie($0) }

    /// As the command line has it.
    package var text: String {
        switch self {
        case .loss: "loss"
        case .duplication: "duplication"
        case .reordering: "reordering"
        case .latency: "latency"
        case .diskFailures: "disk-failures"
        case .unreachable: "unreachable"
        case .lyingOn: "lying-on"
        case .lie(let lie): lie.rawValue
        }
    }

    /// Reads a text; `nil` when it names none.
    package init?(_ text: String) {
        guard let found = Self.all.first(where: { $0.text == text }) else { return nil }
        self = found
    }
}

/// All that decides a run: a seed, a profile, and what was left out of what follows from them.
package struct Scenario: Hashable, Sendable, CustomStringConvertible {
    /// The seed.
    package let seed: UInt64
    /// The profile.
    package let profile: Profile
    /// What goes wrong all the time.
    package private(set) var faults: Faults
    /// What is done, by time.
    package private(set) var steps: [PlannedStep]
    /// What was left out of the faults, in order of leaving.
    package private(set) var without: [Ingredient] = []
    private let stepCount: Int

    /// Plans the run that follows from a seed.
    package init(seed: UInt64, profile: Profile) {
        self.seed = seed
        self.profile = profile
        self.faults = profile.faults(seed: seed)
        var planner = Planner(faults: self.faults, generator: SeededGenerator(seed: seed &+ 1))
        self.steps = planner.plan()
        self.stepCount = self.steps.count
    }

    /// The scenario with some of its steps alone.
    package func keeping(_ numbers: Set<Int>) -> Scenario {
        var scenario = self
        scenario.steps = self.steps.filter { numbers.contains($0.number) }
        return scenario
    }

    /// The scenario without something; `nil` when that is not in it.
    package func leavingOut(_ ingredient: Ingredient) -> Scenario? {
        var scenario = self
        switch ingredient {
        case .loss: scenario.faults.lossRatio = 0
        case .duplication: scenario.faults.duplicationRatio = 0
        case .reordering: scenario.faults.reorderingRatio = 0
        case .latency: scenario.faults.latencyMilliseconds = Faults().latencyMilliseconds
        case .diskFailures: scenario.faults.syncFailureRatio = 0
        case .unreachable: scenario.faults.hasUnreachable = false
        case .lyingOn: scenario.faults.liesOn = false
        case .lie(let lie): scenario.faults.lies.remove(lie)
        }
        guard scenario.faults != self.faults else { return nil }
        scenario.without.append(ingredient)
        return scenario
    }

    /// The command that runs it again.
    package var command: String {
        var command = "tools/simulate --seeds \(self.seed) --profile \(self.profile.rawValue)"
        if self.steps.count < self.stepCount {
            command += " --steps \(self.steps.map { String($0.number) }.joined(separator: ","))"
        }
        if !self.without.isEmpty {
            command += " --without \(self.without.map(\.text).joined(separator: ","))"
        }
        return command
    }

    /// A line for what goes wrong all the time, and one for each step.
    package var description: String {
        let faults = self.faults
        var parts = [
            "\(faults.memberCount) members", "frames take \(faults.latencyMilliseconds) ms",
        ]
        if faults.lossRatio > 0 { parts.append("loss \(faults.lossRatio)") }
        if faults.duplicationRatio > 0 { parts.append("repeats \(faults.duplicationRatio)") }
        if faults.reorderingRatio > 0 { parts.append("overtaking \(faults.reorderingRatio)") }
        if faults.syncFailureRatio > 0 { parts.append("disk fails \(faults.syncFailureRatio)") }
        if faults.hasUnreachable { parts.append("one cannot be dialled") }
        if !faults.lies.isEmpty {
            let lies = faults.lies.sorted().map(\.rawValue).joined(separator: " ")
            parts.append("member 4 lies (\(lies))" + (faults.liesOn ? " to the end" : ""))
        }
        if faults.hasSecondLiar { parts.append("member 5 confirms what it withholds") }
        return ([parts.joined(separator: ", ")] + self.steps.map(\.description))
            .joined(separator: "\n")
    }
}

/// Draws up what is done in a run.
private struct Planner {
    let faults: Faults
    var generator: SeededGenerator
    private var steps: [(at: Int, step: Step)] = []

    init(faults: Faults, generator: SeededGenerator) {
        self.faults = faults
        self.generator = generator
    }

    private mutating func random(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self.generator)
    }

    private mutating func member() -> MemberNumber {
        MemberNumber(self.random(1...self.faults.memberCount))
    }

    private mutating func add(_ step: Step, at range: ClosedRange<Int>) {
        self.steps.append((self.random(range), step))
    }

    mutating func plan() -> [PlannedStep] {
        let end = Simulation.calmAt
        for _ in 0..<40 {
            self.add(.act(self.member(), seed: self.generator.next() >> 32), at: 0...50_000)
        }
        for _ in 0..<self.faults.newCardCount {
            self.add(.newCard(self.member()), at: 1_000...end)
        }
        for _ in 0..<self.faults.breakCount { self.add(.breakLink, at: 1_000...end) }
        for _ in 0..<self.faults.partitionCount {
            let members = (1...self.faults.memberCount).shuffled(using: &self.generator).prefix(2)
            let time = self.random(3_000...20_000)
            self.add(
                .partition(members.sorted().map { MemberNumber($0) }, milliseconds: time),
                at: 1_000...(end - 20_000)
            )
        }
        for _ in 0..<self.faults.crashCount {
            let time = self.random(500...10_000)
            self.add(.crash(self.member(), milliseconds: time), at: 1_000...(end - 10_000))
        }
        for _ in 0..<self.faults.clockJumpCount {
            // An hour back, an hour ahead, past the end of an epoch, before 1970, past the table's
            // last day, and centuries.
            let days: [Int64] = [-1, 1, 40 * 24, -60 * 8_766, 30 * 8_766, 600 * 8_766]
            let hours = days[self.random(0...(days.count - 1))]
            self.add(.jump(self.member(), milliseconds: hours * 3_600_000), at: 1_000...end)
        }
        self.planHistories()
        return self.steps.sorted { $0.at < $1.at }.enumerated().map { offset, planned in
            PlannedStep(number: offset + 1, at: planned.at, step: planned.step)
        }
    }

    /// What gives a log two histories, of one member at most once; and the new member.
    private mutating func planHistories() {
        if self.faults.hasCopy { self.add(.copy(Simulation.copied), at: 5_000...25_000) }
        if self.faults.hasTwoFaces { self.add(.twoFaces(Simulation.liar), at: 5_000...25_000) }
        if self.faults.hasJoin { self.add(.join, at: 5_000...40_000) }
        guard self.faults.hasPutBack else { return }
        let member = MemberNumber(self.random(1...(self.faults.hasCopy ? 2 : 3)))
        let isMarked = self.generator.chance(0.5)
        self.add(
            .putBack(member, milliseconds: self.random(1_000...20_000), isMarked: isMarked),
            at: 22_000...45_000
        )
    }
}
