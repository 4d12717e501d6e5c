package import SyncLog
import Cryptography

/// What makes fragments be about one subject (`Protocol/case-model.md` §4).
///
/// Made of the fields of one fragment alone, so no chain of fragments ever joins two keys.
package struct SubjectKey: Hashable, Comparable, Sendable {
    /// `vestiging:`, `kvk:` or `rsin:` with the number, else `fragment:` with the fragment's ID.
    package let text: String

    /// The key of a company.
    package init(kvk: String) { self.init(text: "kvk:" + kvk) }

    private init(text: String) { self.text = text }

    /// The key of a fragment that says this.
    package init(of payload: FragmentPayload, fragment: ObjectID) {
        if let number = payload.value(.vestiging), Self.isVestiging(number) {
            self.init(text: "vestiging:" + number)
        } else if let number = payload.value(.kvk), Self.isKVK(number) {
            self.init(kvk: number)
        } else if let number = payload.value(.rsin), Self.isRSIN(number) {
            self.init(text: "rsin:" + number)
        } else {
            self.init(text: "fragment:" + fragment.hex)
        }
    }

    /// The subject's ID: the first 16 bytes of SHA-256 over the key.
    package var id: ObjectID { ObjectID(prefixOf: Digest(hashing: Array(self.text.utf8))) }

    /// Whether it names an establishment, which is shown under its company.
    package var isVestiging: Bool { self.text.utf8.starts(with: "vestiging:".utf8) }

    /// Orders by bytes.
    package static func < (lhs: Self, rhs: Self) -> Bool { precedesInBytes(lhs.text, rhs.text) }

    /// Whether a value is a well-formed KvK number: 8 digits.
    package static func isKVK(_ value: String) -> Bool { value.isDigits(count: 8) }

    /// Whether a value is a well-formed vestigingsnummer: 12 digits beginning 0000.
    package static func isVestiging(_ value: String) -> Bool {
        value.isDigits(count: 12) && value.utf8.starts(with: "0000".utf8)
    }

    /// Whether a value is 9 digits that pass the elfproef: weighted 9 to 2 and -1 they add up to a
    /// multiple of 11.
    package static func isRSIN(_ value: String) -> Bool {
        guard value.isDigits(count: 9) else { return false }
        let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1]
        let sum = zip(value.utf8, weights).reduce(0) { sum, item in
            sum + Int(item.0 - UInt8(ascii: "0")) * item.1
        }
        return sum.isMultiple(of: 11)
    }
}
