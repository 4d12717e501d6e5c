import SyncLog
import Terminal

/// Where a day lies in the period of a charter: outside of it nothing is begun, shared or said.
enum CharterPeriod: String, Sendable {
    case notBegun = "not begun"
    case running
    case over

    /// `today`: `YYYY-MM-DD`.
    init(of charter: Charter, on today: String) {
        self = today < charter.from ? .notBegun : today > charter.until ? .over : .running
    }

    /// What is added where a charter is named: nothing while it runs.
    var note: ShownText {
        switch self {
        case .notBegun: ", its period has not begun"
        case .running: ""
        case .over: ", its period is over"
        }
    }
}
