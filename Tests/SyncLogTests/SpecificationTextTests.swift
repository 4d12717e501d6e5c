import Foundation
import SyncLog
import Testing

/// Texts as the specification allows them (`Protocol/sync-log.md` §1).
@Suite struct SpecificationTextTests {
    /// Foundation's normal form, beside the program's own way around it.
    private static func isAllowed(_ text: String, allowsLines: Bool) -> Bool {
        text.unicodeScalars.elementsEqual(text.precomposedStringWithCanonicalMapping.unicodeScalars)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar == "\n" && allowsLines
                    || scalar != "\n" && scalar.properties.generalCategory != .control
            }
    }

    @Test(arguments: [false, true])
    func `every character alone, and beside others, as Foundation says`(allowsLines: Bool) {
        var wrong: [UInt32] = []
        // Both know all of these, whichever version of Unicode they have.
        for value in Array(UInt32(0)...0x17FF) + Array(0x1E00...0x2FFF) {
            guard let scalar = UnicodeScalar(value) else { continue }
            for text in [
                "\(scalar)", "a\(scalar)b", "\u{E9}\(scalar)", "\u{2014} \(scalar)\u{308}",
            ] {
                let isAllowed = text.isSpecificationText(bytesMax: 100, allowsLines: allowsLines)
                if isAllowed != Self.isAllowed(text, allowsLines: allowsLines) {
                    wrong.append(value)
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `its bytes are counted`() {
        #expect("\u{E9}".isSpecificationText(bytesMax: 2, allowsLines: false))
        #expect(!"\u{E9}".isSpecificationText(bytesMax: 1, allowsLines: false))
    }
}
