/// Why a mapping is refused, apart from the form of the file it stands in.
package enum MappingError: Error, Hashable, Sendable {
    /// The source name is not 1 to 64 of `A-Za-z0-9._-`, beginning with a letter or digit.
    case sourceMalformed(String)
    /// A field name has no meaning and is not under `extra.`.
    case fieldNameUnknown(String)
    /// There are no fields, or more than `Mapping.fieldsMax`.
    case fieldCount(Int)
    /// A field is mapped twice.
    case fieldRepeated(String)
    /// A template has a brace that does not pair, or an empty column name.
    case templateMalformed(String)
    /// A template names no column, so it would say the same of every row.
    case templateWithoutColumn(String)
    /// A date format cannot be understood.
    case dateFormatMalformed(String)
    /// A list of date formats is empty or longer than `Mapping.formatsMax`.
    case formatCount(Int)
    /// The width to pad to is not 1 to `Mapping.padMax`.
    case padOutOfRange(Int)
    /// The list of values is empty or longer than `Mapping.valuesMax`.
    case valueCount(Int)
    /// A field that may never be shared is not among the fields.
    case neverShareUnmapped(String)
    /// The delimiter is not one character of ASCII other than a quote or a line end.
    case delimiterMalformed(String)
    /// A declared header is empty, too long, or names a column twice or not at all.
    case headerMalformed(String)
    /// `only` names no column or no value.
    case filterEmpty
}

extension MappingError: CustomStringConvertible {
    /// What is wrong and what would be right, in one line.
    package var description: String {
        switch self {
        case .sourceMalformed(let text):
            "source \"\(text)\" is not 1 to 64 letters, digits, dots, hyphens and underscores, "
                + "beginning with a letter or digit"
        case .fieldNameUnknown(let text):
            "\"\(text)\" is not a field; other fields go under extra.NAME, "
                + "NAME of a-z, 0-9, dot, hyphen and underscore, at most 64"
        case .fieldCount(let count):
            "\(count) fields; a record has 1 to \(Mapping.fieldsMax)"
        case .fieldRepeated(let name): "field \"\(name)\" is mapped twice"
        case .templateMalformed(let text):
            "template \"\(text)\" has a brace that does not pair; {{ and }} stand for braces"
        case .templateWithoutColumn(let text):
            "template \"\(text)\" names no column; write {COLUMN}"
        case .dateFormatMalformed(let text):
            "date format \"\(text)\" is not made of one each of d or dd, M or MM, yy or yyyy, "
                + "with an optional time of H or HH, mm and ss"
        case .formatCount(let count):
            "\(count) date formats; give 1 to \(Mapping.formatsMax)"
        case .padOutOfRange(let width): "pad \(width) is not 1 to \(Mapping.padMax)"
        case .valueCount(let count): "\(count) values; give 1 to \(Mapping.valuesMax)"
        case .neverShareUnmapped(let name): "never_share names \"\(name)\", which is not mapped"
        case .delimiterMalformed(let text):
            "delimiter \"\(text)\" is not one ASCII character other than a quote or a line end"
        case .headerMalformed(let name):
            "header is empty, too long, or has the column \"\(name)\" twice or without a name"
        case .filterEmpty: "only needs a column and at least one value"
        }
    }
}
