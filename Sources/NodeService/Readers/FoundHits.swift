import CaseModel
import NodeInterface
import RecordStore
import Search
import SyncLog

/// Something that was found, before it is shown.
struct FoundHit {
    let item: SubjectContents.Item
    let match: Evaluation.Match
    let date: Int32

    private var rank: Int { self.item.isOwn ? 0 : 1 }

    /// Whether it fits as well as another: it and others of one owner have no order but by their dates.
    func isEqual(to other: FoundHit) -> Bool {
        self.match.score == other.match.score && self.match.finesse == other.match.finesse
            && self.item.isOwn == other.item.isOwn
    }

    /// Whether it comes before another: by score, then the finer things, own records, date, and ID.
    func isBefore(_ other: FoundHit, isByDate: Bool) -> Bool {
        if isByDate, self.date != other.date { return self.date > other.date }
        if self.match.score != other.match.score { return self.match.score > other.match.score }
        if self.match.finesse != other.match.finesse {
            return self.match.finesse > other.match.finesse
        }
        if !isByDate, self.rank != other.rank { return self.rank < other.rank }
        if self.date != other.date { return self.date > other.date }
        return self.rank == other.rank ? self.item.id < other.item.id : self.rank < other.rank
    }

    var score: Int { min(100, max(1, Int(self.match.score.rounded()))) }

    var distance: Int? {
        for case .distance(let metres) in self.match.reasons { return Int(metres.rounded()) }
        return nil
    }

    var why: [String] {
        var why: [String] = []
        for reason in self.match.reasons where !why.contains(reason.text) {
            why.append(reason.text)
        }
        return why
    }
}

/// What was found: hits that may be shown, and how many there are.
struct FoundHits {
    let isByDate: Bool
    private var hits: [FoundHit] = []
    var fragmentCount = 0
    var fragmentsBeyondPeriod = 0
    /// The KvK numbers of those.
    var fragmentNumbers: Set<UInt64> = []
    /// Whether others share more that was not looked at.
    var isCut = false
    /// Own records that were found by their key, and how many of them by nothing else.
    var keyRecords: Set<DocumentKey> = []
    var byKeyCount = 0
    /// Own records that were found by their key alone and are beyond the period.
    var byKeyBeyondPeriod = 0
    var keyUnderstood: [SearchRecords.Understood] = []

    init(isByDate: Bool) { self.isByDate = isByDate }

    /// How much was found, whatever its date.
    func count(_ candidates: Candidates, isOwnAsked: Bool) -> CountedHits {
        let own = isOwnAsked ? candidates.recordCount + candidates.beyondPeriodCount : nil
        return CountedHits(
            own: own,
            all: (own ?? 0) + self.fragmentCount + self.fragmentsBeyondPeriod
        )
    }

    mutating func add(_ hit: FoundHit) { self.hits.append(hit) }

    /// The hits in their order: of those that fit equally well own ones first, then of each owner in turn.
    var ordered: [FoundHit] {
        let sorted = self.hits.sorted { $0.isBefore($1, isByDate: self.isByDate) }
        guard !self.isByDate else { return sorted }
        var ordered: [FoundHit] = []
        var rest = sorted[...]
        while let first = rest.first {
            let equal = rest.prefix { $0.isEqual(to: first) }
            rest = rest.dropFirst(equal.count)
            // Own ones stand in one turn already.
            ordered += first.item.isOwn ? Array(equal) : equal.fairly(by: \.item.turn)
        }
        return ordered
    }
}

extension Evaluation.Reason {
    /// The field by which something was found.
    var text: String {
        switch self {
        case .key: return "key"
        case .identifier(.kvk): return "kvk"
        case .identifier(.vestiging): return "vestiging"
        case .identifier(.rsin): return "rsin"
        case .identifier(.bag): return "bag"
        case .postcode: return "postcode"
        case .distance: return "near"
        case .word(let field, let likeness):
            let name =
                switch field {
                case .name: "name"
                case .address: "address"
                case .place: "place"
                case .text: "text"
                }
            return likeness == .same ? name : name + "~"
        }
    }
}
