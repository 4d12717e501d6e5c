import CaseModel
import Geodesy
import Matching
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Vocabulary

/// What is compared: records and fragments, each with the subject that it is about.
///
/// What has the same values cannot be told apart: it is one group, of which two of each owner are compared, so that
/// nobody's many copies hide anything.
struct SuggestionPool {
    /// Items of one owner that are compared of a group.
    private static let comparedMax = 2

    /// What is compared.
    private(set) var items: [MatchItem] = []
    /// The subjects of each group, each once, with whose turn it is in.
    private var groups: [[(turn: String, subject: SubjectKey)]] = []
    /// The group of each item, by its name.
    private(set) var group: [String: Int] = [:]
    /// Subjects of own records.
    private(set) var ownSubjects: Set<ObjectID> = []
    /// Whose turn each item is in, by its name.
    private(set) var turns: [String: String] = [:]
    /// The subjects of what was taken in, by the ID that each has, or had, without a number.
    private(set) var alone: [ObjectID: ObjectID] = [:]
    /// Of each group the company that its values name, by its KvK number.
    private var companies: [ObjectID?] = []
    /// How many own records there are.
    private(set) var recordCount = 0
    /// How many fragments of others.
    private(set) var fragmentCount = 0
    /// How many were left out, being too many.
    var leftOut = 0

    private var names: Set<String> = []
    private var groupNumbers: [String: Int] = [:]
    private var known: [Set<ObjectID>] = []
    private var compared: [String: Int] = [:]

    /// Takes in an item, once.
    ///
    /// - Returns: The name under which it is compared; `nil` where it was taken in before, or where others like it are
    ///   compared.
    @discardableResult
    mutating func take(_ item: SubjectContents.Item, about subject: SubjectKey? = nil) -> String? {
        let name = (item.isOwn ? "r" : "f") + item.id.hex
        guard self.names.insert(name).inserted else { return nil }
        if item.isOwn { self.recordCount += 1 } else { self.fragmentCount += 1 }
        let key = subject ?? item.key
        if item.isOwn { self.ownSubjects.insert(key.id) }
        self.alone[item.alone.id] = key.id
        let compared = MatchItem(item, name: name)
        let contents = compared.contents
        let number = self.groupNumbers[contents] ?? self.groups.count
        if number == self.groups.count {
            self.groupNumbers[contents] = number
            self.groups.append([])
            self.known.append([])
            let kvk = item.value(.subjectKvK).flatMap { SubjectKey.isKVK($0) ? $0 : nil }
            self.companies.append(kvk.map { SubjectKey(kvk: $0).id })
        }
        if self.known[number].insert(key.id).inserted {
            self.groups[number].append((item.turn, key))
        }
        let place = "\(number) \(item.turn)"
        guard self.compared[place, default: 0] < Self.comparedMax else { return nil }
        self.compared[place, default: 0] += 1
        self.items.append(compared)
        self.group[name] = number
        self.turns[name] = item.turn
        return name
    }

    /// The subjects of a group: of each owner in turn, beginning with own ones.
    func subjects(ofGroup number: Int) -> [SubjectKey] {
        self.groups[number].fairly(by: \.turn).map(\.subject)
    }

    /// Whether what a group says of one makes it an establishment of the other: that is no question.
    func isEstablishment(_ one: SubjectKey, inGroup number: Int, of other: SubjectKey) -> Bool {
        one.isVestiging && self.companies[number] == other.id
    }

    /// Whether an item was taken in.
    func contains(_ item: SubjectContents.Item) -> Bool {
        self.names.contains((item.isOwn ? "r" : "f") + item.id.hex)
    }
}

/// Two groups of what has the same values, or one with itself, by the best pair of their items.
struct GroupPair: Hashable {
    let low: Int
    let high: Int

    init(_ one: Int, _ other: Int) {
        self.low = min(one, other)
        self.high = max(one, other)
    }
}

/// Two subjects that may be one, with others that cannot be told from them.
struct SubjectSuggestion {
    /// The best pair of items.
    let pair: ScoredPair
    /// The subjects.
    let subjects: (SubjectKey, SubjectKey)
    /// Further pairs of subjects with the same values, the first ``SuggestSubjects/alikeMax``.
    var alike: [(SubjectKey, SubjectKey)] = []
    /// How many there are.
    var alikeCount = 0
}

/// Pairs of groups, made pairs of subjects.
struct SuggestionWalk {
    /// Most pairs of subjects of two groups that are looked at.
    static let lookedMax = 1_000

    private let pool: SuggestionPool
    /// Pairs that were suggested already, by a better pair of items.
    private var seen: Set<SubjectPair> = []

    init(_ pool: SuggestionPool) { self.pool = pool }

    /// What is suggested of the best pairs of groups: of each two owners in turn, own ones first, those with most bits first.
    ///
    /// So nobody's many push away pairs of others. A pair of subjects has its best pair of items, whoever gave these.
    ///
    /// - Parameters:
    ///   - best: By groups.
    ///   - ids: The names of items, by their places in pairs.
    ///   - most: So many with those alike; of more only that they are.
    ///   - isSaid: Whether others say something of a pair: it is a question by itself.
    ///   - isOpen: Whether a pair of subjects may be suggested.
    /// - Returns: At most so many, and how many there are.
    mutating func suggestions(
        _ best: [GroupPair: ScoredPair],
        of ids: [String],
        most: Int,
        isSaid: (SubjectPair) -> Bool,
        isOpen: (SubjectKey, SubjectKey, SubjectPair) -> Bool
    ) -> (all: [SubjectSuggestion], count: Int) {
        let ordered = best.sorted {
            $0.value.bits == $1.value.bits
                ? ($0.value.first, $0.value.second) < ($1.value.first, $1.value.second)
                : $0.value.bits > $1.value.bits
        }
        let turns = Set(self.pool.turns.values).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(turns, turns.indices))
        let turn = ids.map { id in self.pool.turns[id].flatMap { numbers[$0] } ?? 0 }
        var byOwners: [Int: [SubjectSuggestion]] = [:]
        var count = 0
        for (groups, pair) in ordered {
            let (one, other) = (turn[pair.first], turn[pair.second])
            let owners = min(one, other) * turns.count + max(one, other)
            let isFull = (byOwners[owners]?.count ?? 0) >= most
            var open = self.open(groups, isFirstEnough: isFull, isOpen)
            // Each subject stands on the side of its values.
            if self.pool.group[ids[pair.first]] != groups.low { open = open.map { ($1, $0) } }
            guard !isFull else {
                count += open.count
                continue
            }
            func said(_ one: SubjectKey, _ other: SubjectKey) -> Bool {
                SubjectPair(one.id.hex, other.id.hex).map(isSaid) ?? false
            }
            let alike = open.filter { !said($0.0, $0.1) }
            var told = open.filter { said($0.0, $0.1) }.map {
                SubjectSuggestion(pair: pair, subjects: $0)
            }
            if let first = alike.first {
                var suggestion = SubjectSuggestion(pair: pair, subjects: first)
                suggestion.alike = Array(alike.dropFirst().prefix(SuggestSubjects.alikeMax))
                suggestion.alikeCount = alike.count - 1
                told.insert(suggestion, at: 0)
            }
            count += told.count
            byOwners[owners, default: []] += told
        }
        let all = byOwners.flatMap { owners, some in some.map { (owners: owners, one: $0) } }
        return (all.fairly(by: \.owners, most: most).map(\.one), count)
    }

    /// The pairs of subjects of two groups that may be suggested and were not.
    private mutating func open(
        _ groups: GroupPair,
        isFirstEnough: Bool,
        _ isOpen: (SubjectKey, SubjectKey, SubjectPair) -> Bool
    ) -> [(SubjectKey, SubjectKey)] {
        var open: [(SubjectKey, SubjectKey)] = []
        var looked = 0
        let ones = self.pool.subjects(ofGroup: groups.low)
        let others = groups.low == groups.high ? ones : self.pool.subjects(ofGroup: groups.high)
        for (place, one) in ones.enumerated() {
            // Of a group with itself each pair once.
            for other in groups.low == groups.high ? others.dropFirst(place + 1) : others[...] {
                guard let pair = SubjectPair(one.id.hex, other.id.hex) else { continue }
                guard looked < Self.lookedMax else { return open }
                looked += 1
                guard !self.pool.isEstablishment(one, inGroup: groups.low, of: other),
                    !self.pool.isEstablishment(other, inGroup: groups.high, of: one)
                else { continue }
                guard isOpen(one, other, pair), self.seen.insert(pair).inserted else { continue }
                open.append((one, other))
                if isFirstEnough { return open }
            }
        }
        return open
    }
}

extension MatchItem {
    /// Everything that is compared of it, in one text.
    fileprivate var contents: String {
        let values = self.values.sorted { $0.key < $1.key }.map { "\($0.key.text)=\($0.value)" }
        let point = self.point.map { "\($0.latitude) \($0.longitude)" } ?? ""
        return (values + [point]).joined(separator: "\u{0}")
    }

    /// What is compared of a record or fragment.
    init(_ item: SubjectContents.Item, name: String) {
        let fields: [FieldName] = [
            .subjectName, .subjectKvK, .subjectVestiging, .subjectRSIN, .locationBAG,
            .locationAddress, .locationPostcode, .locationPlace,
        ]
        var values: [MatchField: String] = [:]
        for field in fields { values[MatchField(field)] = item.value(field) }
        self.init(
            id: name,
            source: item.turn,
            values: values,
            point: item.position.flatMap {
                MatchPoint(latitude: $0.latitude, longitude: $0.longitude)
            }
        )
    }
}
