package import Vocabulary

extension Mapping {
    /// Reads the name of a field.
    ///
    /// - Throws: `MappingError.fieldNameUnknown`.
    package static func fieldName(_ text: String) throws(MappingError) -> FieldName {
        guard let name = FieldName(text) else { throw .fieldNameUnknown(text) }
        return name
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
        /// Texts that stand for no value, before any conversion.
        package let none: Set<String>

        /// Creates a field, with the conversion that the name implies where none is given.
        ///
        /// Dates are then read as `yyyy-MM-dd` and amounts as plain numbers, so that these fields
        /// always hold what other programs expect there.
        ///
        /// - Throws: `MappingError.padOutOfRange`, `.formatCount`, `.valueCount`.
        package init(
            name: FieldName,
            template: Template,
            conversion: Conversion?,
            none: Set<String>
        ) throws(MappingError) {
            guard none.count <= Mapping.valuesMax else { throw .valueCount(none.count) }
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
            self.none = none
            self.conversion =
                switch (conversion, name) {
                case (let conversion?, _): conversion
                case (nil, .date), (nil, .endDate): .date([.iso])
                case (nil, .amountEUR): .number(.plain)
                case (nil, _): .keep
                }
        }
    }
}
