import Foundation

/// Unicode normal forms, which the core asks of its caller.
package enum UnicodeForm {
    /// Returns `text` in Unicode NFC.
    ///
    /// - Complexity: O(length).
    package static func composed(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping
    }
}
