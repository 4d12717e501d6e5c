import Cryptography

/// Fields of a form or a query, in the form `application/x-www-form-urlencoded`, or with files
/// (`init(multipart:boundary:)`).
///
/// Strict: a wrong percent sign, bytes that are not UTF-8, or more than ``WebLimits/fieldsMax``
/// fields are refused whole.
package struct FormData: Hashable, Sendable {
    /// Names and values in the order they came.
    package let fields: [(name: String, value: String)]

    /// No fields.
    package static let empty = FormData(fields: [])

    init(fields: [(name: String, value: String)]) { self.fields = fields }

    /// Reads an encoded text; `nil` when it is malformed or has too many fields.
    package init?(_ bytes: some Sequence<UInt8>) {
        var fields: [(name: String, value: String)] = []
        for part in Array(bytes).split(separator: UInt8(ascii: "&")) {
            guard fields.count < WebLimits.fieldsMax else { return nil }
            let sides = part.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = sides.first.flatMap({ Self.decode($0) }),
                let value = sides.count == 2 ? Self.decode(sides[1]) : ""
            else { return nil }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// Length of the ID that every showing of a page gives its forms, in bytes.
    static let idByteCount = 16

    /// A hash of the fields and of the path they were sent to, by which a form is known again.
    func digest(path: String) -> Digest {
        var bytes = Array("\(path.utf8.count):\(path)".utf8)
        for field in self.fields {
            bytes += Array("\(field.name.utf8.count):\(field.name)".utf8)
            bytes += Array("\(field.value.utf8.count):\(field.value)".utf8)
        }
        return Digest(hashing: bytes)
    }

    /// What somebody typed, in the order of the forms' fields: never what a form carries along or has chosen.
    var typed: [String] {
        var names = [
            "title", "summary", "text", "reason", "value", "tag", "lowering", "expires", "list",
            "file", "date", "source",
        ]
        // Of a pair that is shown the other was chosen.
        if ["origin", "seen", "undo"].allSatisfy({ self[$0] == nil }) {
            names.insert("other", at: 0)
        }
        return names.compactMap { self.text($0) }
    }

    /// The first value of a field; `nil` when the field is absent.
    package subscript(name: String) -> String? { self.fields.first { $0.name == name }?.value }

    /// Every value of a field, in order.
    package func all(_ name: String) -> [String] {
        self.fields.filter { $0.name == name }.map(\.value)
    }

    /// The first value without blanks at its ends; `nil` when absent or empty.
    package func text(_ name: String) -> String? {
        guard let value = self[name] else { return nil }
        let trimmed = value.trimmingBlanks
        return trimmed.isEmpty ? nil : trimmed
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(self.digit),
                    let low = rest.popFirst().flatMap(self.digit)
                else { return nil }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Whether two forms have equal fields in equal order.
    package static func == (lhs: FormData, rhs: FormData) -> Bool {
        lhs.fields.elementsEqual(rhs.fields) { $0 == $1 }
    }

    /// Hashes names and values.
    package func hash(into hasher: inout Hasher) {
        for field in self.fields {
            hasher.combine(field.name)
            hasher.combine(field.value)
        }
    }
}

extension String {
    /// The text without blanks, tabs and line ends at either end; CRLF becomes LF.
    var trimmingBlanks: String {
        let unix = self.unicodeScalars.split(separator: "\r", omittingEmptySubsequences: false)
        var text = Substring(unix.map { String($0) }.joined())
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// The text in a query: letters, digits and `-._~` stay, the rest is `%XX`.
    var percentEncoded: String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in self.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
