import CaseModel
import Foundation
import JSONText

/// How a measurement is told.
enum Timing {
    /// Prints one document with the members and `seconds`, to the microsecond.
    static func print(_ members: [(String, JSONValue)], seconds: Duration) {
        self.print(members, [("seconds", seconds)])
    }

    /// Prints one document with the members and each duration in seconds, to the microsecond.
    static func print(_ members: [(String, JSONValue)], _ durations: [(String, Duration)]) {
        var parts = members.map { "\"\($0.0)\": \($0.1.prettyText)" }
        parts += durations.map { "\"\($0.0)\": \(self.seconds($0.1))" }
        Swift.print("{\(parts.joined(separator: ", "))}")
    }

    private static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let digits = String(attoseconds / 1_000_000_000_000)
        let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
        return "\(seconds).\(zeros)\(digits)"
    }
}

/// What memory this process has.
enum Memory {
    /// A line of `/proc/self/status`, in KiB: `VmRSS` of all that is resident, `RssAnon` of its own, without the
    /// pages of files, which are the system's.
    static func kibibytes(_ name: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
