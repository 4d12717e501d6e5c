/// The name of a field of records and fragments: one with a meaning of its own, or `extra.NAME`
/// (`Protocol/records.md` §2).
///
/// NAME has 1 to 64 of `a-z`, `0-9`, `_`, `.` and `-`, and begins with a letter, digit or `_`.
package struct FieldName: Hashable, Comparable, Sendable {
    /// Most characters after `extra.`.
    package static let extraNameMax = 64

    /// What the subject is called.
    package static let subjectName = FieldName(known: "subject.name")
    /// The KvK number.
    package static let subjectKvK = FieldName(known: "subject.kvk")
    /// The vestigingsnummer.
    package static let subjectVestiging = FieldName(known: "subject.vestiging")
    /// The RSIN.
    package static let subjectRSIN = FieldName(known: "subject.rsin")
    /// The BSN: never shared, never shown in findings.
    package static let subjectBSN = FieldName(known: "subject.bsn")
    /// Street and number.
    package static let locationAddress = FieldName(known: "location.address")
    /// The postcode.
    package static let locationPostcode = FieldName(known: "location.postcode")
    /// The town or village.
    package static let locationPlace = FieldName(known: "location.place")
    /// An identifier of the BAG.
    package static let locationBAG = FieldName(known: "location.bag")
    /// Latitude in WGS84 degrees.
    package static let locationLatitude = FieldName(known: "location.latitude")
    /// Longitude in WGS84 degrees.
    package static let locationLongitude = FieldName(known: "location.longitude")
    /// x of RD New, in metres.
    package static let locationX = FieldName(known: "location.x")
    /// y of RD New, in metres.
    package static let locationY = FieldName(known: "location.y")
    /// The day it is about, or on which it begins.
    package static let date = FieldName(known: "date")
    /// The day on which it ends.
    package static let endDate = FieldName(known: "end_date")
    /// A state, as the source has it.
    package static let status = FieldName(known: "status")
    /// Text, as the source has it.
    package static let text = FieldName(known: "text")
    /// An amount in euros.
    package static let amountEUR = FieldName(known: "amount_eur")

    /// The names with a meaning of their own.
    package static let known: Set<FieldName> = [
        .subjectName, .subjectKvK, .subjectVestiging, .subjectRSIN, .subjectBSN,
        .locationAddress, .locationPostcode, .locationPlace, .locationBAG,
        .locationLatitude, .locationLongitude, .locationX, .locationY,
        .date, .endDate, .status, .text, .amountEUR,
    ]

    /// The name as it is written.
    package let text: String

    /// Reads a name; nil when it has no meaning of its own and is no `extra.NAME`.
    package init?(_ text: String) {
        let name = FieldName(known: text)
        guard Self.known.contains(name) || Self.isExtra(text) else { return nil }
        self = name
    }

    private init(known text: String) {
        self.text = text
    }

    /// Orders by the bytes of the names.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.text.utf8.lexicographicallyPrecedes(rhs.text.utf8)
    }

    /// Whether `text` is `extra.NAME`.
    package static func isExtra(_ text: String) -> Bool {
        let prefix = "extra."
        guard text.utf8.starts(with: prefix.utf8) else { return false }
        let name = text.utf8.dropFirst(prefix.utf8.count)
        guard let first = name.first, self.isWordByte(first) else { return false }
        return name.count <= Self.extraNameMax
            && name.allSatisfy {
                self.isWordByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }
}

/// The value of a field.
package enum FieldValue {
    /// Most bytes of a value, in UTF-8.
    package static let bytesMax = 65_536
}
