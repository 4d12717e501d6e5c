package import Vocabulary

/// What the merged view says of a subject: the fields `subject.*` and `location.*` without their
/// prefix (`Protocol/case-model.md` §4).
package enum FactName: String, CaseIterable, Hashable, Sendable {
    case name
    case kvk
    case vestiging
    case rsin
    case address
    case postcode
    case place
    case bag
    case latitude
    case longitude
    case x
    case y

    /// Whether it is about a location of the subject, and compared per location.
    package var isOfLocation: Bool {
        switch self {
        case .name, .kvk, .vestiging, .rsin: false
        case .address, .postcode, .place, .bag, .latitude, .longitude, .x, .y: true
        }
    }

    /// The name of the field that states it.
    package var fieldName: FieldName {
        switch self {
        case .name: .subjectName
        case .kvk: .subjectKvK
        case .vestiging: .subjectVestiging
        case .rsin: .subjectRSIN
        case .address: .locationAddress
        case .postcode: .locationPostcode
        case .place: .locationPlace
        case .bag: .locationBAG
        case .latitude: .locationLatitude
        case .longitude: .locationLongitude
        case .x: .locationX
        case .y: .locationY
        }
    }

    /// Its 0-based place in ``allCases``.
    var place: Int {
        switch self {
        case .name: 0
        case .kvk: 1
        case .vestiging: 2
        case .rsin: 3
        case .address: 4
        case .postcode: 5
        case .place: 6
        case .bag: 7
        case .latitude: 8
        case .longitude: 9
        case .x: 10
        case .y: 11
        }
    }
}

/// A set of facts.
struct FactSet: Hashable, Sendable {
    private var bits: UInt16 = 0

    /// Creates a set.
    init(_ facts: some Sequence<FactName> = []) {
        for fact in facts { self.insert(fact) }
    }

    /// Whether there is nothing in it.
    var isEmpty: Bool { self.bits == 0 }

    /// Adds a fact.
    mutating func insert(_ fact: FactName) { self.bits |= 1 << fact.place }

    /// Whether a fact is in it.
    func contains(_ fact: FactName) -> Bool { self.bits & 1 << fact.place != 0 }

    /// The facts that are in both.
    func intersection(_ other: Self) -> Self {
        var both = self
        both.bits &= other.bits
        return both
    }

    /// Those about a location (``FactName/isOfLocation``).
    static let ofLocation = FactSet(FactName.allCases.filter(\.isOfLocation))
    /// Those about the subject itself.
    static let ofSubject = FactSet(FactName.allCases.filter { !$0.isOfLocation })
}

/// Where a fragment is about: its BAG id, else its postcode and address as a pair.
///
/// Fragments that say nothing of the three are about one location: the pair of nothing.
enum FactLocation: Hashable {
    case bag(String)
    case address(postcode: String?, address: String?)

    init(_ payload: FragmentPayload) {
        if let bag = payload.value(.bag) {
            self = .bag(bag)
        } else {
            self = .address(
                postcode: payload.value(.postcode),
                address: payload.value(.address)
            )
        }
    }
}
