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
    package var fieldName: String {
        (self.isOfLocation ? "location." : "subject.") + self.rawValue
    }

    /// The fact that a field states; `nil` for a field that states none.
    init?(fieldName: String) {
        guard let name = Self.byFieldName[fieldName] else { return nil }
        self = name
    }

    private static let byFieldName = Dictionary(
        uniqueKeysWithValues: Self.allCases.map { ($0.fieldName, $0) }
    )
}

extension FragmentPayload {
    /// The facts that it states, each with its value.
    var facts: [(name: FactName, value: String)] {
        self.fields.compactMap { field in
            FactName(fieldName: field.name).map { ($0, field.value) }
        }
    }
}

/// Where a fragment is about: its BAG id, else its postcode and address as a pair.
///
/// Fragments that say nothing of the three are about one location: the pair of nothing.
enum FactLocation: Hashable {
    case bag(String)
    case address(postcode: String?, address: String?)

    init(_ payload: FragmentPayload) {
        if let bag = payload.value(FactName.bag.fieldName) {
            self = .bag(bag)
        } else {
            self = .address(
                postcode: payload.value(FactName.postcode.fieldName),
                address: payload.value(FactName.address.fieldName)
            )
        }
    }
}
