package import NodeInterface
import SyncLog
package import Terminal

extension Period {
    /// Where a day lies: outside of the period nothing is begun, shared or said.
    ///
    /// `today`: `YYYY-MM-DD`.
    init(of charter: Charter, on today: String) {
        self = today < charter.from ? .notBegun : today > charter.until ? .over : .running
    }

    /// What is added where a charter is named: nothing while it runs.
    package var note: ShownText {
        switch self {
        case .notBegun: ", its period has not begun"
        case .running: ""
        case .over: ", its period is over"
        }
    }
}
