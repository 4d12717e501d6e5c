import ArgumentParser
import Matching

/// Sets of data that are described on the command line.
extension LinkSet {
    static let columnHelp = """
        With --file, as often as there are fields: FIELD=COLUMN for a field of the configuration (given_name, surname, \
        birth_date, postcode, place, occupation; name, kvk, vestiging, rsin, bag, address, postcode, place, kind, \
        latitude, longitude), KIND:FIELD=COLUMN for another one, KIND being text, date, postcode, category, \
        identifier, organisation, person or address.
        """

    /// The kinds of comparison of other fields, by the words for them.
    private static let kinds: [String: ComparisonKind] = [
        "text": .text, "date": .date, "postcode": .postcode, "category": .category,
        "identifier": .identifier(.any), "organisation": .organisationName,
        "person": .personName(crossed: nil), "address": .address,
    ]

    /// Reads files as the command line describes them.
    ///
    /// - Parameters:
    ///   - files: One file, or two of which neither has repeats.
    ///   - preset: `persons` or `organisations`.
    ///   - columns: What `columnHelp` says.
    ///   - truth: The column that is equal where the subject is.
    /// - Throws: What the file system says, or what is wrong with a word.
    init(files: [String], of preset: String, columns: [String], truth: String) throws {
        guard (1...2).contains(files.count) else {
            throw ValidationError("--set, or --file once or twice")
        }
        var fields: [(field: String, column: String)] = []
        var extra: [Comparison] = []
        for text in columns {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ValidationError("--column \(text): FIELD=COLUMN") }
            let words = parts[0].split(separator: ":", maxSplits: 1).map(String.init)
            if words.count == 2 {
                guard let kind = Self.kinds[words[0]] else {
                    throw ValidationError("--column \(text): no kind \(words[0])")
                }
                extra.append(Comparison(words[1], of: MatchField(words[1]), as: kind))
            }
            fields.append((words.last ?? "", parts[1]))
        }
        let scope: PairScope = files.count == 2 ? .acrossSources : .all
        switch preset {
        case "persons": self.init(.persons(scope: scope, extra: extra))
        case "organisations": self.init(.organisations(scope: scope, extra: extra))
        default: throw ValidationError("--of: persons or organisations")
        }
        for file in files {
            let table = try CSVTable(path: file)
            for row in table.rows {
                var values: [MatchField: String] = [:]
                var (latitude, longitude): (Double?, Double?)
                for (field, column) in fields {
                    let text = try table.value(column, row)
                    switch field {
                    case "latitude": latitude = Double(text)
                    case "longitude": longitude = Double(text)
                    default: values[MatchField(field)] = text
                    }
                }
                var point: MatchPoint?
                if let latitude, let longitude {
                    point = MatchPoint(latitude: latitude, longitude: longitude)
                }
                let key = try table.value(truth, row)
                self.add(values, point: point, source: file, truth: key)
            }
        }
    }
}
