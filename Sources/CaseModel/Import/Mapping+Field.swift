extension Mapping {
    /// The name of a field: one with a meaning of its own, or `extra.NAME`.
    ///
    /// NAME has 1 to 64 of `a-z`, `0-9`, `_`, `.` and `-`, and begins with a letter, digit or `_`.
    package struct FieldName: Hashable, Comparable, Sendable {
        /// Most characters after `extra.`.
        package static let extraNameMax = FragmentPayload.Field.extraNameBytesMax

        /// Names with a meaning of their own.
        package static let known: Set<String> = [
            "subject.name", "subject.kvk", "subject.vestiging", "subject.rsin", "subject.bsn",
            "location.address", "location.postcode", "location.place", "location.bag",
            "location.latitude", "location.longitude", "location.x", "location.y",
            "date", "end_date", "status", "text", "amount_eur",
        ]

        /// The name as it is written.
        package let text: String

        /// Checks a name.
        ///
        /// - Throws: `MappingError.fieldNameUnknown`.
        package init(_ text: String) throws(MappingError) {
            guard Self.known.contains(text) || Self.isExtra(text) else {
                throw .fieldNameUnknown(text)
            }
            self.text = text
        }

        /// Orders by the bytes of the names.
        package static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.text.utf8.lexicographicallyPrecedes(rhs.text.utf8)
        }

        private static func isExtra(_ text: String) -> Bool {
            let prefix = "extra."
            guard text.utf8.starts(with: prefix.utf8) else { return false }
            let name = text.utf8.dropFirst(prefix.utf8.count)
            guard let first = name.first, name.count <= Self.extraNameMax else { return false }
            return Mapping.isNameByte(first) && first != UInt8(ascii: ".")
                && first != UInt8(ascii: "-") && name.allSatisfy(Mapping.isNameByte)
        }
    }

    /// What is done with a value on its way into a field.
    package enum Conversion: Hashable, Sendable {
        /// Kept as it is.
        case keep
        /// Digits get zeros in front up to this width, 1 to `padMax`.
        case pad(Int)
        /// Read by the first format that fits.
        case date([DateFormat])
        /// Read as a number and brought to canonical form.
        case number(NumberStyle)
        /// Replaced by the list's value; an empty one leaves the field out.
        case values([String: String], otherwise: Otherwise)
    }

    /// What becomes of a value that a list of values lacks.
    package enum Otherwise: String, CaseIterable, Sendable {
        /// It is kept, with a warning.
        case keep
        /// The row is rejected.
        case reject
    }

    /// One field of the record and where it comes from.
    package struct Field: Hashable, Sendable {
        /// Name of the field.
        package let name: FieldName
        /// The columns it is made of.
        package let template: Template
        /// What is done with the text.
        package let conversion: Conversion

        /// Creates a field, with the conversion that the name implies where none is given.
        ///
        /// Dates are then read as `yyyy-MM-dd` and amounts as plain numbers, so that these fields
        /// always hold what other programs expect there.
        ///
        /// - Throws: `MappingError.padOutOfRange`, `.formatCount`, `.valueCount`.
        package init(
            name: FieldName,
            template: Template,
            conversion: Conversion?
        ) throws(MappingError) {
            switch conversion {
            case .pad(let width) where !(1...Mapping.padMax).contains(width):
                throw .padOutOfRange(width)
            case .date(let formats) where !(1...Mapping.formatsMax).contains(formats.count):
                throw .formatCount(formats.count)
            case .values(let values, _) where !(1...Mapping.valuesMax).contains(values.count):
                throw .valueCount(values.count)
            default: break
            }
            self.name = name
            self.template = template
            self.conversion =
                switch (conversion, name.text) {
                case (let conversion?, _): conversion
                case (nil, "date"), (nil, "end_date"): .date([.iso])
                case (nil, "amount_eur"): .number(.plain)
                case (nil, _): .keep
                }
        }
    }
}
