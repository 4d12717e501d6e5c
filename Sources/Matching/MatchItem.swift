package import Vocabulary

/// What a value of an item is about: `name`, `kvk`, `given_name`, or any word that a configuration and
/// its items agree on.
package struct MatchField: Hashable, Comparable, Sendable {
    /// The name of an organisation or a place.
    package static let name = MatchField("name")
    /// The KvK number, 8 digits.
    package static let kvk = MatchField("kvk")
    /// The vestigingsnummer, 12 digits beginning 0000.
    package static let vestiging = MatchField("vestiging")
    /// The RSIN, 9 digits that pass the elfproef.
    package static let rsin = MatchField("rsin")
    /// A BAG identifier, 16 digits.
    package static let bag = MatchField("bag")
    /// Street and house number in one line.
    package static let address = MatchField("address")
    /// The postcode.
    package static let postcode = MatchField("postcode")
    /// The town or village.
    package static let place = MatchField("place")
    /// The kind of place or organisation.
    package static let kind = MatchField("kind")
    /// Where it lies; its value is `MatchItem.point`, never a text.
    package static let point = MatchField("point")
    /// The given names of a person.
    package static let givenName = MatchField("given_name")
    /// The surname of a person.
    package static let surname = MatchField("surname")
    /// The day on which a person was born.
    package static let birthDate = MatchField("birth_date")
    /// What a person does.
    package static let occupation = MatchField("occupation")

    /// The word itself.
    package let text: String

    /// A field of this name.
    package init(_ text: String) { self.text = text }

    /// The field of records with this name: those with a meaning here get it, others keep their name.
    package init(_ name: FieldName) {
        switch name {
        case .subjectName: self = .name
        case .subjectKvK: self = .kvk
        case .subjectVestiging: self = .vestiging
        case .subjectRSIN: self = .rsin
        case .locationBAG: self = .bag
        case .locationAddress: self = .address
        case .locationPostcode: self = .postcode
        case .locationPlace: self = .place
        default: self.init(name.text)
        }
    }

    /// Orders by the bytes of the words.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.text.utf8.lexicographicallyPrecedes(rhs.text.utf8)
    }
}

/// A place on earth in WGS84 degrees.
package struct MatchPoint: Hashable, Sendable {
    /// Degrees north, -90 to 90.
    package let latitude: Double
    /// Degrees east, -180 to 180.
    package let longitude: Double

    /// A point; nil for what is none: out of range, no number, or 0, 0, which lies at sea and stands in
    /// files for "unknown".
    package init?(latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude),
            latitude != 0 || longitude != 0
        else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// One thing that is compared with others: a record, a fragment, or what a file says of a subject.
///
/// Values are as their source has them; a field without a value is absent or empty. Whether a value can
/// be used is decided where it is read: a KvK number of seven digits is no KvK number, and counts as
/// absent.
package struct MatchItem: Hashable, Sendable {
    /// Most bytes of an ID, in UTF-8.
    package static let idBytesMax = 200
    /// Most bytes of a value that are looked at, in UTF-8; a longer value counts as absent, and is told.
    package static let valueBytesMax = 1_000

    /// What names it: each once in a run, compared as bytes.
    package let id: String
    /// The file or partner it came from.
    ///
    /// With `PairScope.acrossSources` only items of different sources
    /// are compared.
    package let source: String
    /// Its values.
    package var values: [MatchField: String]
    /// Where it lies, if that is known.
    package var point: MatchPoint?

    /// An item.
    package init(
        id: String,
        source: String,
        values: [MatchField: String],
        point: MatchPoint?
    ) {
        self.id = id
        self.source = source
        self.values = values
        self.point = point
    }
}

/// That one number of a register took over from another: then the two are no evidence against.
package struct Succession: Hashable, Sendable {
    /// The number that ended.
    package let predecessor: String
    /// The number that took over.
    package let successor: String

    /// A succession.
    package init(from predecessor: String, to successor: String) {
        self.predecessor = predecessor
        self.successor = successor
    }
}
