import CaseModel
import Geodesy
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Vocabulary

extension SubjectContents.Item {
    /// Whether it is an own record.
    var isOwn: Bool {
        if case .record = self { true } else { false }
    }

    /// Handle of whose it is.
    func owner(own: String) -> String {
        switch self {
        case .record: own
        case .fragment(let shared): shared.owner
        }
    }

    /// Name of the source system of a record.
    var source: String? {
        if case .record(_, let held) = self { held.record.source } else { nil }
    }

    /// The case of a fragment.
    var caseID: ObjectID? {
        if case .fragment(let shared) = self { shared.counted.caseID } else { nil }
    }

    /// Whether the last day of a fragment is over.
    func isExpired(on today: String) -> Bool {
        if case .fragment(let shared) = self { shared.fragment.isExpired(on: today) } else { false }
    }

    /// Of a fragment its owner, type and fields: two with the same are told apart by nothing but their case.
    var sharedContents: [String]? {
        guard case .fragment(let shared) = self else { return nil }
        let payload = shared.fragment.payload
        return [shared.owner, payload.type.rawValue]
            + payload.fields.flatMap { [$0.name, $0.value] }
    }

    /// Where it is, in WGS84.
    var position: WGS84Position? {
        func number(_ name: FieldName) -> Double? {
            self.value(name).flatMap { Double(plainDecimal: $0) }
        }
        if let latitude = number(.locationLatitude), let longitude = number(.locationLongitude),
            let position = WGS84Position(latitude: latitude, longitude: longitude)
        {
            return position
        }
        guard let x = number(.locationX), let y = number(.locationY),
            let position = RDPosition(x: x, y: y)
        else { return nil }
        return WGS84Position(position)
    }
}

/// What is said of a subject, by fact.
struct SubjectFacts {
    private var values: [FactName: [ShowSubject.FactValue]] = [:]

    /// Takes the facts of items, the newest first, at a node with a handle: of each owner in turn, beginning
    /// with own ones.
    init(_ newest: [SubjectContents.Item], own: String) {
        let items = newest.fairly()
        for fact in FactName.allCases {
            var found: [ShowSubject.FactValue] = []
            for item in items {
                guard let value = item.value(fact.fieldName) else { continue }
                let source = ShowSubject.Source(
                    by: item.owner(own: own),
                    at: UTCTime.text(milliseconds: item.milliseconds),
                    kind: item.isOwn ? "record" : "fragment",
                    id: item.id.hex
                )
                // Swift's == of texts also holds between different forms of one text.
                if let place = found.firstIndex(where: { $0.value.utf8.elementsEqual(value.utf8) })
                {
                    // The newest of each owner says it.
                    if !found[place].sources.contains(where: { $0.by == source.by }) {
                        found[place].sources.append(source)
                    }
                } else if found.count < ShowSubject.valuesMax {
                    found.append(ShowSubject.FactValue(value: value, sources: [source]))
                }
            }
            if !found.isEmpty { self.values[fact] = found }
        }
    }

    /// All of them, in the order in which facts are shown.
    var members: Members<[ShowSubject.FactValue]> {
        Members(
            FactName.allCases.compactMap { fact in
                self.values[fact].map { (name: fact.rawValue, value: $0) }
            }
        )
    }

    /// The company of an establishment, where all name one.
    func parent(of key: SubjectKey) -> SubjectKey? {
        guard key.isVestiging else { return nil }
        let numbers = (self.values[.kvk] ?? []).map(\.value).filter(SubjectKey.isKVK)
        return numbers.count == 1 ? SubjectKey(kvk: numbers[0]) : nil
    }
}

/// The places that items name: each by its BAG number, else by postcode and address, else by its point.
struct SubjectSites {
    /// The places: of each owner in turn, beginning with own ones, what it names most.
    let sites: [ShowSubject.Site]

    init(_ newest: [SubjectContents.Item], own: String) {
        var sites: [String: ShowSubject.Site] = [:]
        var counts: [String: [String: Int]] = [:]
        for item in newest.fairly() {
            let position = item.position
            let (bag, postcode, address) = (
                item.value(.locationBAG), item.value(.locationPostcode),
                item.value(.locationAddress)
            )
            let name: String
            if let bag {
                name = "bag \(bag)"
            } else if address != nil || postcode != nil {
                let parts = [postcode, address].map { ($0 ?? "").lowercased() }
                name =
                    "address " + parts.map { $0.filter { !$0.isWhitespace } }.joined(separator: "|")
            } else if let position {
                name = "point \(position.latitude) \(position.longitude)"
            } else {
                continue
            }
            var site =
                sites[name]
                ?? ShowSubject.Site(
                    bag: bag,
                    address: address,
                    postcode: postcode,
                    place: item.value(.locationPlace),
                    latitude: nil,
                    longitude: nil,
                    items: 0,
                    by: []
                )
            site.items += 1
            site.address = site.address ?? address
            site.postcode = site.postcode ?? postcode
            site.place = site.place ?? item.value(.locationPlace)
            if site.latitude == nil, let position {
                site.latitude = position.latitude.text(decimals: 7)
                site.longitude = position.longitude.text(decimals: 7)
            }
            let owner = item.owner(own: own)
            if !site.by.contains(owner) { site.by.append(owner) }
            sites[name] = site
            counts[item.turn, default: [:]][name, default: 0] += 1
        }
        let named = counts.flatMap { turn, counts in
            counts.map { (turn: turn, name: $0.key, count: $0.value) }
        }
        var chosen: [String] = []
        var seen: Set<String> = []
        // As they are chosen: what is own, or anybody's first, is not behind somebody's many.
        for one in named.sorted(by: { ($1.count, $0.name) < ($0.count, $1.name) })
            .fairly(by: \.turn)
        where chosen.count < ShowSubject.partsMax && seen.insert(one.name).inserted {
            chosen.append(one.name)
        }
        self.sites = chosen.compactMap { sites[$0] }
    }
}

extension Double {
    /// It with so many decimals, rounded half away from zero: a document has whole numbers alone.
    func text(decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let parts = Int((abs(self) * scale).rounded())
        let whole = String(parts / Int(scale))
        let rest = String(parts % Int(scale))
        let zeros = String(repeating: "0", count: decimals - rest.utf8.count)
        return (self < 0 && parts > 0 ? "-" : "") + whole + "." + zeros + rest
    }
}

/// What happened when (`Protocol/subjects.md` §3).
struct SubjectTimeline {
    /// Something that happened.
    struct Item {
        let item: SubjectContents.Item
        /// The predecessor that it is about.
        let predecessor: SubjectKey?

        init(_ item: SubjectContents.Item, predecessor: SubjectKey?) {
            self.item = item
            self.predecessor = predecessor
        }
    }

    /// The last quarters, oldest first.
    let quarters: [ShowSubject.Quarter]
    /// How many items have no date.
    let undated: Int
    /// How many are dated outside these quarters.
    let outside: Int

    init(_ items: [Item], today: String) {
        let last = Self.quarter(of: today) ?? 0
        let first = last - ShowSubject.quarterCount + 1
        var byQuarter: [Int: [Item]] = [:]
        var (undated, outside) = (0, 0)
        // A record that its owner shares in two cases happened once; two in one case are two.
        var (counted, byCase): ([[String]: Int], [[String]: [ObjectID: Int]]) = ([:], [:])
        for item in items {
            // Its owner said until when it may be gone by.
            if item.item.isExpired(on: today) { continue }
            if let contents = item.item.sharedContents, let caseID = item.item.caseID {
                byCase[contents, default: [:]][caseID, default: 0] += 1
                let count = byCase[contents]?[caseID] ?? 0
                guard count > counted[contents, default: 0] else { continue }
                counted[contents] = count
            }
            let isOwn = item.predecessor == nil
            guard let quarter = item.item.day.flatMap(Self.quarter(of:)) else {
                if isOwn { undated += 1 }
                continue
            }
            if (first...last).contains(quarter) {
                byQuarter[quarter, default: []].append(item)
            } else if isOwn {
                outside += 1
            }
        }
        self.undated = undated
        self.outside = outside
        self.quarters = (first...last).map { quarter in
            let items = byQuarter[quarter] ?? []
            var counts: [RecordType: Int] = [:]
            for item in items { counts[item.item.type, default: 0] += 1 }
            let own = items.filter { $0.predecessor == nil }.map(\.item)
            let earlier = items.filter { $0.predecessor != nil }.map(\.item)
            return ShowSubject.Quarter(
                quarter: "\(quarter / 4)-Q\(quarter % 4 + 1)",
                colour: Self.colour(of: own),
                types: Members(
                    RecordType.allCases.compactMap { type in
                        counts[type].map { (name: type.rawValue, value: $0) }
                    }
                ),
                of_predecessors: earlier.count,
                predecessor_colour: Self.colour(of: earlier)
            )
        }
    }

    /// Four times the year and which quarter of it, from 0; `nil` for what is no day.
    static func quarter(of date: String) -> Int? {
        // What is no day of the calendar is no date: others write what they like.
        guard date.isCalendarDate, let year = Int(date.prefix(4)),
            let month = Int(date.dropFirst(5).prefix(2))
        else { return nil }
        return year * 4 + (month - 1) / 3
    }

    /// What is known of items of one quarter; those of which the last day is over are left out before.
    static func colour(of items: [SubjectContents.Item]) -> ShowSubject.Colour {
        guard !items.isEmpty else { return .none }
        func has(_ types: RecordType...) -> Bool { items.contains { types.contains($0.type) } }
        func has(_ words: String...) -> Bool {
            items.contains { item in item.value(.status).map(words.contains) ?? false }
        }
        if has(.enforcement) || has("violation") { return .violation }
        if has(.incident) { return .incident }
        if has("minor", "moderate") { return .minor }
        if has(.signal) { return .attention }
        let controls = items.filter { [.inspection, .sample].contains($0.type) }
        guard !controls.isEmpty else { return .other }
        return controls.allSatisfy { $0.value(.status) == "compliant" } ? .compliant : .unknown
    }
}
