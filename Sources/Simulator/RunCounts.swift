/// Something that goes wrong in runs, as it is counted.
package enum Fault: Hashable, Sendable, CaseIterable {
    case lostFrame, repeatedFrame, overtakenFrame, failedSync
    case brokenSession, halfBrokenSession, partition, crash
    case clockJump, clockJumpOfYears, newCard, newEndpoint, deadEndpoint
    case copiedFolder, twoFaces, putBackMarked, putBackUnmarked, putBackUnchanged, joined
    case lie(Lie)
    case secondLiar, lyingOn

    /// All, the lies behind the rest.
    package static let allCases: [Fault] =
        [
            .lostFrame, .repeatedFrame, .overtakenFrame, .failedSync, .brokenSession,
            .halfBrokenSession, .partition, .crash, .clockJump, .clockJumpOfYears, .newCard,
            .newEndpoint, .deadEndpoint, .copiedFolder, .twoFaces, .putBackMarked,
            .putBackUnmarked, .putBackUnchanged, .joined, .secondLiar, .lyingOn,
        ] + Lie.allCases.map { .lie($0) }

    /// For people.
    package var text: String {
        if case .lie(let lie) = self { "lie: \(lie.rawValue)" } else { "\(self)" }
    }
}

/// What happened in runs: faults by kind, and how often each check was made.
package struct RunCounts: Hashable, Sendable {
    /// Runs that were counted.
    package private(set) var runs = 0
    /// How often each fault was injected.
    package private(set) var faults: [Fault: Int] = [:]
    /// How often each checker looked at something.
    package private(set) var checks: [Checker: Int] = [:]

    /// Starts with nothing.
    package init() {}

    mutating func noteRun() { self.runs += 1 }

    mutating func note(_ fault: Fault) { self.faults[fault, default: 0] += 1 }

    mutating func note(_ checker: Checker) { self.checks[checker, default: 0] += 1 }

    /// Adds what happened in others.
    package mutating func add(_ other: RunCounts) {
        self.runs += other.runs
        self.faults.merge(other.faults, uniquingKeysWith: +)
        self.checks.merge(other.checks, uniquingKeysWith: +)
    }

    /// Checkers that looked at nothing.
    package var unreached: [Checker] { Checker.allCases.filter { self.checks[$0] == nil } }

    /// A table: faults, then checkers.
    package var text: String {
        let faults = Fault.allCases.map { ($0.text, self.faults[$0] ?? 0) }
        let checks = Checker.allCases.map { ($0.rawValue, self.checks[$0] ?? 0) }
        return
            (["faults injected in \(self.runs) runs"] + faults.map(Self.row)
            + ["checks made"] + checks.map(Self.row)).joined(separator: "\n")
    }

    private static func row(_ name: String, _ count: Int) -> String {
        let number = String(count)
        let blanks = max(1, 44 - name.utf8.count - number.utf8.count)
        return "  " + name + String(repeating: " ", count: blanks) + number
    }
}
