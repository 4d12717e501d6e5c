package import SyncLog
import Cryptography

/// What makes fragments be about one subject (`Protocol/case-model.md` §4).
///
/// Made of the fields of one fragment alone, so no chain of fragments ever joins two keys.
package struct SubjectKey: Hashable, Comparable, Sendable {
    /// `vestiging:`, `kvk:` or `rsin:` with the number, else `fragment:` with the fragment's ID, or `record:`
    /// with that of an own record.
    package let text: String

    /// The key of a company.
    package init(kvk: String) { self.init(text: "kvk:" + kvk) }

    private init(text: String) { self.text = text }

    /// The key of a fragment that says this.
    package init(of payload: FragmentPayload, fragment: ObjectID) {
        self.init(otherwise: "fragment:" + fragment.hex) { payload.value($0) }
    }

    /// The key of an own record, by what it says of a fact.
    package init(record: ObjectID, _ value: (FactName) -> String?) {
        self.init(otherwise: "record:" + record.hex, value)
    }

    private init(otherwise text: String, _ value: (FactName) -> String?) {
        if let number = value(.vestiging), Self.isVestiging(number) {
            self.init(text: "vestiging:" + number)
        } else if let number = value(.kvk), Self.isKVK(number) {
            self.init(kvk: number)
        } else if let number = value(.rsin), Self.isRSIN(number) {
            self.init(text: "rsin:" + number)
        } else {
            self.init(text: text)
        }
    }

    /// Reads a key as it is written; `nil` for what is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let isKey =
            switch parts[0] {
            case "vestiging": Self.isVestiging(parts[1])
            case "kvk": Self.isKVK(parts[1])
            case "rsin": Self.isRSIN(parts[1])
            case "fragment", "record": Self.objectID(parts[1]) != nil
            default: false
            }
        guard isKey else { return nil }
        self.init(text: text)
    }

    /// What it is made of; every key has one.
    package enum Basis: Hashable, Sendable {
        /// A number of a register, as it is searched for.
        case vestiging(String), kvk(String), rsin(String)
        /// A fragment without a number.
        case fragment(ObjectID)
        /// An own record without a number.
        case record(ObjectID)
    }

    /// The number that it is made of; `nil` for none.
    package var number: String? {
        switch self.basis {
        case .vestiging(let number), .kvk(let number), .rsin(let number): number
        case .fragment, .record: nil
        }
    }

    /// What it is made of.
    package var basis: Basis {
        let parts = self.text.split(separator: ":", maxSplits: 1).map(String.init)
        switch parts[0] {
        case "vestiging": return .vestiging(parts[1])
        case "kvk": return .kvk(parts[1])
        case "rsin": return .rsin(parts[1])
        default:
            guard let id = Self.objectID(parts[1]) else {
                preconditionFailure("a key without a number has an ID")
            }
            return parts[0] == "record" ? .record(id) : .fragment(id)
        }
    }

    private static func objectID(_ hex: String) -> ObjectID? {
        TextEncoding.bytes(hex: hex).flatMap { ObjectID($0) }.flatMap { $0.hex == hex ? $0 : nil }
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
