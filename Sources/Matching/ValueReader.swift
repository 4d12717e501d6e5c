/// Keys of each item for one feature, in rows: item n has those from `starts[n]` to `starts[n + 1]`.
struct FeatureColumn: Sendable {
    var keys: [UInt64] = []
    var starts: [Int] = [0]

    /// Takes in the keys of the next item.
    mutating func append(_ texts: [String]) {
        for text in texts { self.keys.append(Self.hash(text)) }
        self.starts.append(self.keys.count)
    }

    /// The keys of an item.
    func row(_ item: Int) -> Range<Int> { self.starts[item]..<self.starts[item + 1] }

    /// 64 bits of a text: FNV-1a, then mixed.
    ///
    /// Two texts with the same bits make a pair of items that is looked at and found different: no harm.
    static func hash(_ text: String) -> UInt64 {
        SampleGenerator.mix(
            text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        )
    }
}

/// Reads the values of items: each as its comparison wants it.
struct ValueReader {
    /// The items, in the order of their IDs.
    let items: [MatchItem]
    /// Brings text to Unicode NFKD.
    let decompose: (String) -> String
    /// A source that alone says how rare values are, where it has ``rareMin`` of them.
    let firstSource: String?
    /// Least values of the first source that say how rare values are.
    static let rareMin = 100
    /// How many values were too long to be looked at.
    private(set) var longValueCount = 0
    /// Folded values of the field read last: blocking and comparing ask for the same one.
    private var kept: [MatchField: [String]] = [:]

    init(
        items: [MatchItem],
        firstSource: String?,
        decompose: @escaping (String) -> String
    ) {
        self.items = items
        self.firstSource = firstSource
        self.decompose = decompose
    }

    /// Which items say how rare values are: those of the first source where it has enough, so that nobody's many
    /// make something common; else all.
    private func counted(_ texts: [String]) -> [Bool] {
        let first = self.items.map { $0.source == self.firstSource }
        let count = texts.indices.count { first[$0] && !texts[$0].isEmpty }
        return count >= Self.rareMin ? first : first.map { _ in true }
    }

    /// The number of each item's source, by the order of the sources' bytes.
    func sources() -> [Int32] {
        let names = Set(self.items.map(\.source)).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices.map(Int32.init)))
        return self.items.map { numbers[$0.source] ?? 0 }
    }

    /// The column of a comparison.
    mutating func column(_ comparison: Comparison) -> ColumnValues {
        var column = ColumnValues(comparison.kind, isStrict: comparison.conflictBits != nil)
        if case .distance = comparison.kind {
            column.points = self.items.map(\.point)
            column.presentCount = column.points.count { $0 != nil }
            column.numbers = [Int32](repeating: -1, count: self.items.count)
            return column
        }
        let texts = self.texts(comparison.field, comparison.kind)
        let counted = self.counted(texts)
        column.numbers = texts.enumerated().map { item, text in
            text.isEmpty ? -1 : column.pool.number(of: text, adding: counted[item] ? 1 : 0)
        }
        column.presentCount = texts.indices.count { counted[$0] && !texts[$0].isEmpty }
        if case .personName(let crossed?) = comparison.kind {
            column.crossed = self.texts(crossed, comparison.kind).map { text in
                text.isEmpty ? -2 : column.pool.number(of: text, adding: 0)
            }
        }
        self.takeApart(&column)
        return column
    }

    /// The keys of a feature.
    mutating func feature(_ feature: BlockingFeature) -> FeatureColumn {
        var column = FeatureColumn()
        switch feature {
        case .value(let field):
            for text in self.folded(field) { column.append(text.isEmpty ? [] : [text]) }
        case .identifier(let field, let form):
            for text in self.texts(field, .identifier(form)) {
                column.append(text.isEmpty ? [] : [text])
            }
        case .words(let field), .sounds(let field):
            let words = self.rarestWords(field)
            for texts in words {
                if case .sounds = feature {
                    var sounds: [String] = []
                    for word in texts.map(Sound.key) where !sounds.contains(word) {
                        sounds.append(word)
                    }
                    column.append(sounds)
                } else {
                    column.append(texts)
                }
            }
        case .year(let field), .monthAndDay(let field):
            for item in self.items.indices {
                let parts = DateDigits.parts(self.items[item].values[field] ?? "")
                guard let parts else {
                    column.append([])
                    continue
                }
                if case .year = feature {
                    column.append(["\(parts.first)"])
                } else {
                    column.append(parts.third > 0 ? ["\(parts.second)-\(parts.third)"] : [])
                }
            }
        case .houseNumber(let field):
            for text in self.folded(field) {
                let number = AddressText(folded: text).number
                column.append(number > 0 ? ["\(number)"] : [])
            }
        case .cell: for item in self.items { column.append(item.point.map(Self.cells) ?? []) }
        }
        return column
    }

    /// The rarest words of each item's name.
    private mutating func rarestWords(_ field: MatchField) -> [[String]] {
        let texts = self.folded(field)
        let counted = self.counted(texts)
        let words = texts.map { text in
            text.isEmpty ? [] : Array(Set(NameAnalysis(folded: text).core))
        }
        var counts: [String: Int] = [:]
        for item in words.indices where counted[item] {
            for word in words[item] { counts[word, default: 0] += 1 }
        }
        return words.map { words in
            let sorted = words.sorted { one, other in
                let (a, b) = (counts[one] ?? 0, counts[other] ?? 0)
                return a == b ? one.utf8.lexicographicallyPrecedes(other.utf8) : a < b
            }
            return Array(sorted.prefix(Self.wordsOfNameMax))
        }
    }

    /// Most words of a name that make keys.
    static let wordsOfNameMax = 4

    /// Four cells of 1/500 of a degree north and 1/320 east, each shifted by half a cell.
    private static func cells(_ point: MatchPoint) -> [String] {
        [0.0, 0.5].flatMap { north in
            [0.0, 0.5].map { east in
                let row = (point.latitude * 500 + north).rounded(.down)
                let column = (point.longitude * 320 + east).rounded(.down)
                return "\(north) \(east) \(Int(row)) \(Int(column))"
            }
        }
    }

    /// The values of a field as a comparison wants them; empty for none.
    private mutating func texts(_ field: MatchField, _ kind: ComparisonKind) -> [String] {
        switch kind {
        case .identifier(let form):
            return self.items.map { item in
                guard let text = self.value(item, field) else { return "" }
                if form == .kvk, item.values[.vestiging] == "0000" + text {
                    // A vestigingsnummer that lost its zeros, in the wrong column.
                    return ""
                }
                return form.canonical(text) ?? ""
            }
        case .date:
            return self.items.map { item in
                guard let text = self.value(item, field), let parts = DateDigits.parts(text) else {
                    return ""
                }
                return parts.dateText
            }
        case .postcode: return self.folded(field).map { $0.filter { $0 != " " } }
        default: return self.folded(field)
        }
    }

    private func value(_ item: MatchItem, _ field: MatchField) -> String? {
        guard let text = item.values[field], text.utf8.count <= MatchItem.valueBytesMax else {
            return nil
        }
        return text
    }

    /// The folded values of a field.
    private mutating func folded(_ field: MatchField) -> [String] {
        if let kept = self.kept[field] { return kept }
        var texts: [String] = []
        texts.reserveCapacity(self.items.count)
        for item in self.items {
            let text = item.values[field] ?? ""
            let isLong = text.utf8.count > MatchItem.valueBytesMax
            if isLong { self.longValueCount += 1 }
            texts.append(isLong ? "" : FoldedText.fold(text, decompose: self.decompose))
        }
        self.kept[field] = texts
        return texts
    }

    /// Takes the distinct values of a column apart.
    private func takeApart(_ column: inout ColumnValues) {
        switch column.kind {
        case .organisationName, .personName:
            for (text, count) in zip(column.pool.texts, column.pool.counts) {
                column.words.append(NameAnalysis(folded: text), count: Int(count))
            }
            column.words.close(presentCount: column.presentCount)
        case .date:
            let none = ValueParts(first: 0, second: 0, third: 0)
            column.parts = column.pool.texts.map { text in
                let parts = text.split(separator: "-").compactMap { Int32($0) }
                return parts.count == 3
                    ? ValueParts(first: parts[0], second: parts[1], third: parts[2]) : none
            }
        case .postcode:
            var areas = TextPool()
            column.parts = column.pool.texts.map { text in
                let (district, area) = PostcodeText.parts(text)
                return ValueParts(
                    first: areas.number(of: "d" + district, adding: 0),
                    second: areas.number(of: "a" + area, adding: 0),
                    third: 0
                )
            }
        case .address:
            var additions = TextPool()
            for text in column.pool.texts {
                let address = AddressText(folded: text)
                column.parts.append(
                    ValueParts(
                        first: column.streets.number(of: address.street, adding: 0),
                        second: address.number,
                        third: address.addition.isEmpty
                            ? -1 : additions.number(of: address.addition, adding: 0)
                    )
                )
            }
        case .identifier, .text, .distance, .category: break
        }
    }
}
