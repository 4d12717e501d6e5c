/// The best of many, and how many there are.
///
/// What is equally good is ordered by its key, so that which ones are kept does not depend on the segments in which
/// they lie, nor on how many are asked for. A key is read only of what ties with the last that is kept.
struct BestPlaces {
    struct Place {
        let score: Float
        let finesse: UInt8
        let date: Int32
        let part: Int32
        let document: UInt32

        /// Whether it comes before another, whatever their keys.
        func isBefore(_ other: Place, isByDate: Bool) -> Bool {
            if isByDate, self.date != other.date { return self.date > other.date }
            if self.score != other.score { return self.score > other.score }
            if self.finesse != other.finesse { return self.finesse > other.finesse }
            return self.date > other.date
        }
    }

    /// What orders places that are equally good: family, then key in it.
    struct Tie: Comparable {
        let family: UInt32
        let key: DocumentKey

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.family == rhs.family ? lhs.key < rhs.key : lhs.family < rhs.family
        }
    }

    private let most: Int
    private let isByDate: Bool
    private let tie: (Place) throws(SegmentError) -> Tie
    private var places: [Place] = []
    private(set) var count = 0
    /// The worst of those that are kept, with its key, once there are as many.
    private var bound: (place: Place, tie: Tie)?
    /// What ties with the bound and comes behind it: so do all later documents of its part, for they ascend by
    /// their keys.
    private var lost: (part: Int32, document: UInt32)?

    /// Keeps at most so many.
    ///
    /// - Parameters:
    ///   - most: How many.
    ///   - isByDate: Whether those with the newest dates are the best.
    ///   - tie: Reads what orders a place among those that are equally good.
    init(most: Int, isByDate: Bool, tie: @escaping (Place) throws(SegmentError) -> Tie) {
        self.most = most
        self.isByDate = isByDate
        self.tie = tie
    }

    /// Takes in a place; those of a part come one after the other, in any order.
    mutating func add(_ place: Place) throws(SegmentError) {
        self.count += 1
        guard self.most > 0, try self.isWanted(place) else { return }
        self.places.append(place)
        // Sorted once for as many that came in: O(log n) each.
        if self.places.count / 2 >= max(32, self.most) { try self.cut() }
    }

    private mutating func isWanted(_ place: Place) throws(SegmentError) -> Bool {
        guard let bound else { return true }
        if place.isBefore(bound.place, isByDate: self.isByDate) { return true }
        if bound.place.isBefore(place, isByDate: self.isByDate) { return false }
        let known = self.lost.flatMap { $0.part == place.part ? $0.document : nil }
        if let known, place.document > known { return false }
        if try self.tie(place) < bound.tie { return true }
        self.lost = (place.part, place.document)
        return false
    }

    /// Lets go of those that are too many.
    private mutating func cut() throws(SegmentError) {
        let isByDate = self.isByDate
        self.places.sort { $0.isBefore($1, isByDate: isByDate) }
        guard self.most > 0, self.places.count >= self.most else { return }
        let last = self.places[self.most - 1]
        let start = self.places.firstIndex { !$0.isBefore(last, isByDate: isByDate) } ?? 0
        let end =
            self.places[start...].firstIndex { last.isBefore($0, isByDate: isByDate) }
            ?? self.places.count
        var tied: [(place: Place, tie: Tie)] = []
        for place in self.places[start..<end] { tied.append((place, try self.tie(place))) }
        tied.sort { $0.tie < $1.tie }
        let kept = tied.prefix(self.most - start)
        self.places.replaceSubrange(start..., with: kept.map(\.place))
        self.bound = kept.last
        self.lost = nil
    }

    /// Those that are kept, the best first; equally good ones in no order.
    ///
    /// - Complexity: O(kept · log kept).
    mutating func best() throws(SegmentError) -> [Place] {
        try self.cut()
        return self.places
    }
}
