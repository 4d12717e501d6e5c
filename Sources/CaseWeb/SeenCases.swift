import NodeService
import Synchronization

/// What users had seen of cases when they last opened them, since this node started: from any thread.
///
/// In memory alone. So nothing is said of a case that a user did not open since the start, rather than that it was
/// read, or was not.
final class SeenCases: Sendable {
    /// Most cases of all users that are remembered; one more, and the oldest half is forgotten.
    static let casesMax = 20_000

    private struct Key: Hashable {
        let user: String
        /// When the account was made: another one of that name saw nothing.
        let created: UInt64
        let caseID: String
    }

    private struct Contents {
        var marks: [Key: (mark: String, at: Int)] = [:]
        var time = 0
    }

    private let contents = Mutex(Contents())

    /// Remembers that a user was shown a case; `mark`: of what it was then.
    func note(_ caseID: String, mark: String, by account: UserAccount) {
        let key = Key(user: account.name, created: account.created, caseID: caseID)
        self.contents.withLock { contents in
            contents.time += 1
            contents.marks[key] = (mark, contents.time)
            guard contents.marks.count > Self.casesMax else { return }
            let times = contents.marks.values.map(\.at).sorted()
            let middle = times[times.count / 2]
            contents.marks = contents.marks.filter { $0.value.at > middle }
        }
    }

    /// Whether a case is another than when a user last opened it; `nil` where that is not known.
    func isChanged(_ caseID: String, mark: String, for account: UserAccount) -> Bool? {
        let key = Key(user: account.name, created: account.created, caseID: caseID)
        return self.contents.withLock { $0.marks[key].map { $0.mark != mark } }
    }
}
