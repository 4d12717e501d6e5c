import ArgumentParser
import Foundation
import Matching

/// A set of data whose truth is known: items, how they are compared, and what each truly is.
///
/// What tells the truth is not among an item's values, and no item's ID is made of it: IDs are the
/// numbers of rows.
struct LinkSet {
    static let names = [
        "amsterdam", "febrl4", "historical", "homonyms", "names", "febrl1", "fake", "sample",
    ]

    private(set) var items: [MatchItem] = []
    /// What each item is; items of the same one are pairs, and of an empty one nobody knows.
    private(set) var truth: [String] = []
    private(set) var configuration: MatchConfiguration

    /// - Parameters:
    ///   - name: One of `names`.
    ///   - folder: Where the files lie.
    ///   - count: How many items the sample has.
    /// - Throws: What the file system says, or that there is no such set or column.
    init(named name: String, in folder: String, sampleCount count: Int) throws {
        func table(_ path: String, names: [String]? = nil) throws -> CSVTable {
            try CSVTable(path: folder + "/" + path, names: names)
        }
        switch name {
        case "amsterdam":
            self.configuration = .organisations(scope: .acrossSources, extra: Self.placeExtra)
            try self.addPlaces(
                table("nl-inspections/amsterdam-inspections-2012-2016.csv"),
                PlaceColumns.inspections
            )
            try self.addPlaces(
                table("nl-inspections/amsterdam-daycare-inspections-kvk.csv"),
                PlaceColumns.daycare
            )
        case "febrl4", "febrl1":
            let isLinking = name == "febrl4"
            self.configuration = .persons(
                scope: isLinking ? .acrossSources : .all,
                extra: Self.febrlExtra
            )
            for file in isLinking ? ["febrl4a", "febrl4b"] : ["febrl1"] {
                try self.addFEBRL(table("linkage/\(file).csv"), source: file)
            }
        case "historical", "fake":
            self.configuration = .persons(
                scope: .all,
                extra: name == "fake"
                    ? [Comparison("email", of: MatchField("email"), as: .text)] : []
            )
            let file = name == "fake" ? "linkage/fake_1000.csv" : "linkage/historical-25k.csv"
            try self.addPersons(table(file))
        case "homonyms", "names":
            self.configuration = .organisations(scope: .all)
            try self.addNames(
                table("nl-organisations/kvk-names-homonyms.csv", names: ["name", "kvk"]),
                withNumbers: name == "homonyms"
            )
        case "sample":
            self.configuration = .organisations(scope: .all)
            var sample = LinkSample(seed: 1)
            for (item, truth) in sample.items(count) {
                self.items.append(item)
                self.truth.append(truth)
            }
        default: throw ValidationError("--set: choose from \(Self.names.joined(separator: ", "))")
        }
    }

    /// A set without items yet.
    init(_ configuration: MatchConfiguration) { self.configuration = configuration }

    /// Takes in an item.
    mutating func add(
        _ values: [MatchField: String],
        point: MatchPoint? = nil,
        source: String,
        truth: String
    ) {
        let number = String(self.items.count)
        let id = String(repeating: "0", count: 8 - number.count) + number
        self.items.append(MatchItem(id: id, source: source, values: values, point: point))
        self.truth.append(truth)
    }
}

// MARK: Places that are inspected

/// What the columns of a file of inspections are called.
struct PlaceColumns {
    let key, name, vestiging, address, postcode, place, longitude, latitude: String
    let holder, holderSince, capacity: String

    static let inspections = PlaceColumns(
        key: "lrknummer",
        name: "naam",
        vestiging: "kvk_vestiging",
        address: "adres",
        postcode: "postcode",
        place: "plaats",
        longitude: "Longitude",
        latitude: "Latitude",
        holder: "houder/_text",
        holderSince: "houder_vanaf",
        capacity: "kindplaatsen"
    )
    static let daycare = PlaceColumns(
        key: "LRK nummer",
        name: "actuele_naam_oko",
        vestiging: "kvkvestiging",
        address: "opvanglocatie_adres",
        postcode: "opvanglocatie_postcode",
        place: "opvanglocatie_woonplaats",
        longitude: "longitude",
        latitude: "latitude",
        holder: "naam_houder",
        holderSince: "houdervanaf",
        capacity: "aantal_kindplaatsen"
    )
}

extension LinkSet {
    private static let placeExtra = [
        Comparison("holder", of: MatchField("holder"), as: .organisationName),
        Comparison("holder since", of: MatchField("holder_since"), as: .date),
        Comparison("capacity", of: MatchField("capacity"), as: .category),
    ]

    /// One item for each place of a file; a later inspection fills what earlier ones leave out.
    private mutating func addPlaces(_ table: CSVTable, _ columns: PlaceColumns) throws {
        var places: [String: [MatchField: String]] = [:]
        var points: [String: MatchPoint] = [:]
        var keys: [String] = []
        let fields: [(MatchField, String)] = [
            (.name, columns.name), (.address, columns.address), (.postcode, columns.postcode),
            (.place, columns.place), (MatchField("holder"), columns.holder),
            (MatchField("capacity"), columns.capacity),
        ]
        for row in table.rows {
            let key = try table.value(columns.key, row)
            if places[key] == nil { keys.append(key) }
            var values = places[key] ?? [:]
            for (field, column) in fields where values[field, default: ""].isEmpty {
                values[field] = try table.value(column, row)
            }
            let number = try table.value(columns.vestiging, row)
            if values[.vestiging] == nil, !number.isEmpty, number.count <= 12 {
                values[.vestiging] = String(repeating: "0", count: 12 - number.count) + number
            }
            let day = try table.value(columns.holderSince, row).split(separator: "/")
            if day.count == 3 {
                values[MatchField("holder_since")] = "\(day[2])-\(day[0])-\(day[1])"
            }
            if let latitude = Double(try table.value(columns.latitude, row)),
                let longitude = Double(try table.value(columns.longitude, row)), points[key] == nil
            {
                points[key] = MatchPoint(latitude: latitude, longitude: longitude)
            }
            places[key] = values
        }
        for key in keys {
            self.add(places[key] ?? [:], point: points[key], source: columns.key, truth: key)
        }
    }

    private mutating func addNames(_ table: CSVTable, withNumbers: Bool) throws {
        var seen: Set<[String]> = []
        for row in table.rows {
            let name = try table.value("name", row)
            let number = try table.value("kvk", row)
            let padded = String(repeating: "0", count: max(0, 8 - number.count)) + number
            guard seen.insert([name, padded]).inserted else { continue }
            self.add(
                withNumbers ? [.name: name, .kvk: padded] : [.name: name],
                source: "list",
                truth: padded
            )
        }
    }
}

// MARK: Persons

extension LinkSet {
    private static let febrlExtra = [
        Comparison("number", of: MatchField("number"), as: .text),
        Comparison("street", of: MatchField("street"), as: .text),
        Comparison("area", of: MatchField("area"), as: .text),
        Comparison("state", of: MatchField("state"), as: .category),
        Comparison("social security", of: MatchField("ssn"), as: .identifier(.any)),
    ]

    private mutating func addFEBRL(_ table: CSVTable, source: String) throws {
        let fields: [(MatchField, String)] = [
            (.givenName, "given_name"), (.surname, "surname"), (.birthDate, "date_of_birth"),
            (.postcode, "postcode"), (.place, "suburb"), (MatchField("number"), "street_number"),
            (MatchField("street"), "address_1"), (MatchField("area"), "address_2"),
            (MatchField("state"), "state"), (MatchField("ssn"), "soc_sec_id"),
        ]
        for row in table.rows {
            var values: [MatchField: String] = [:]
            for (field, column) in fields { values[field] = try table.value(column, row) }
            // rec-1070-org and rec-1070-dup-0 are one person.
            let parts = try table.value("rec_id", row).split(separator: "-")
            self.add(values, source: source, truth: String(parts[1]))
        }
    }

    private mutating func addPersons(_ table: CSVTable) throws {
        let fields: [(MatchField, String)] = [
            (.givenName, "first_name"), (.surname, "surname"), (.birthDate, "dob"),
            (.postcode, "postcode_fake"), (.place, "birth_place"), (.place, "city"),
            (.occupation, "occupation"), (MatchField("email"), "email"),
        ]
        for row in table.rows {
            var values: [MatchField: String] = [:]
            for (field, column) in fields where table.has(column) {
                values[field] = try table.value(column, row)
            }
            self.add(values, source: "list", truth: try table.value("cluster", row))
        }
    }
}

/// Rows of a CSV file, whole in memory.
struct CSVTable {
    private(set) var rows: [[String]] = []
    private var columns: [String: Int] = [:]

    /// Reads a file; its first row names the columns, unless names are given.
    init(path: String, names: [String]? = nil) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var (row, field, isQuoted): ([String], [UInt8], Bool) = ([], [], false)
        func text(_ bytes: [UInt8]) -> String {
            String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces)
        }
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\""):
                if isQuoted, index + 1 < bytes.count, bytes[index + 1] == byte {
                    field.append(byte)
                }
                isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                row.append(text(field))
                field = []
            case UInt8(ascii: "\n") where !isQuoted:
                row.append(text(field))
                self.rows.append(row)
                (row, field) = ([], [])
            case UInt8(ascii: "\r") where !isQuoted: break
            default: field.append(byte)
            }
        }
        if !row.isEmpty || !field.isEmpty { self.rows.append(row + [text(field)]) }
        let first =
            try names
            ?? {
                guard !self.rows.isEmpty else { throw ValidationError("\(path): no rows") }
                return self.rows.removeFirst()
            }()
        for (index, name) in first.enumerated() { self.columns[name] = index }
        self.rows.removeAll { $0.count <= 1 }
    }

    func has(_ column: String) -> Bool { self.columns[column] != nil }

    func value(_ column: String, _ row: [String]) throws -> String {
        guard let index = self.columns[column] else {
            throw ValidationError("no column \(column)")
        }
        return index < row.count ? row[index] : ""
    }
}
