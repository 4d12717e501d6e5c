import CaseModel
import Geodesy
import Matching
import RecordImport
import RecordStore
import SyncLog
import Vocabulary

/// What is compared: records and fragments, each with the subject that it is about.
struct SuggestionPool {
    /// What is compared.
    private(set) var items: [MatchItem] = []
    /// The subject of each, by its name.
    private(set) var subjects: [String: SubjectKey] = [:]
    /// What is compared of each, in one text, by its name: equal ones cannot be told apart.
    private(set) var contents: [String: String] = [:]
    /// The subjects of what is compared, by the ID that each has, or had, without a number.
    private(set) var alone: [ObjectID: ObjectID] = [:]
    /// How many own records there are.
    private(set) var recordCount = 0
    /// How many were left out, being too many.
    var leftOut = 0

    /// Takes in an item; returns its name.
    @discardableResult
    mutating func take(_ item: SubjectContents.Item, about subject: SubjectKey? = nil) -> String {
        let name = (item.isOwn ? "r" : "f") + item.id.hex
        guard self.subjects[name] == nil else { return name }
        let compared = MatchItem(item, name: name)
        self.items.append(compared)
        self.contents[name] = compared.contents
        let key = subject ?? item.key
        self.subjects[name] = key
        self.alone[item.alone.id] = key.id
        if item.isOwn { self.recordCount += 1 }
        return name
    }
}

/// Two subjects that may be one, by the best pair of what is about them.
struct SubjectSuggestion {
    let subjects: SubjectPair
    let pair: ScoredPair

    /// Those with most bits first.
    static func ordered(_ best: [SubjectPair: ScoredPair]) -> [SubjectSuggestion] {
        best.map { SubjectSuggestion(subjects: $0, pair: $1) }.sorted {
            $0.pair.bits == $1.pair.bits
                ? $0.subjects < $1.subjects : $0.pair.bits > $1.pair.bits
        }
    }
}

extension SubjectSuggestion {
    /// The suggestions of which no two have the same contents, each with those that have.
    static func folded(
        _ suggestions: [SubjectSuggestion],
        by contents: (Int) -> String
    ) -> [(first: SubjectSuggestion, alike: [SubjectSuggestion])] {
        var places: [[String]: Int] = [:]
        var folded: [(first: SubjectSuggestion, alike: [SubjectSuggestion])] = []
        for suggestion in suggestions {
            let both = [contents(suggestion.pair.first), contents(suggestion.pair.second)].sorted()
            if let place = places[both] {
                folded[place].alike.append(suggestion)
            } else {
                places[both] = folded.count
                folded.append((suggestion, []))
            }
        }
        return folded
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
            source: item.isOwn ? "own" : "other",
            values: values,
            point: item.position.flatMap {
                MatchPoint(latitude: $0.latitude, longitude: $0.longitude)
            }
        )
    }
}
