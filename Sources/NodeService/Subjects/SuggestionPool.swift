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
        self.items.append(MatchItem(item, name: name))
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

extension MatchItem {
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
