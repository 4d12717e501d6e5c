import Foundation
import SyncLog

extension String {
    /// A line as a person meant it: in one normal form, without blanks at its ends.
    var typedLine: String { self.normalised.trimmingCharacters(in: .whitespaces) }
}
