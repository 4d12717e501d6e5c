/// The best of many, and how many there are.
struct BestPlaces {
    struct Place {
        let score: Float
        let finesse: UInt8
        let date: Int32
        let part: Int32
        let document: UInt32

        func isBefore(_ other: Place, isByDate: Bool) -> Bool {
            if isByDate, self.date != other.date { return self.date > other.date }
            if self.score != other.score { return self.score > other.score }
            if self.finesse != other.finesse { return self.finesse > other.finesse }
            if self.date != other.date { return self.date > other.date }
            return self.part == other.part
                ? self.document < other.document : self.part < other.part
        }
    }

    private let most: Int
    private let isByDate: Bool
    private var places: [Place] = []
    private(set) var count = 0
    /// The worst of those that can still come in.
    private var bound: Place?

    init(most: Int, isByDate: Bool) {
        self.most = most
        self.isByDate = isByDate
    }

    mutating func add(_ place: Place) {
        self.count += 1
        guard self.most > 0,
            self.bound.map({ place.isBefore($0, isByDate: self.isByDate) }) ?? true
        else { return }
        self.places.append(place)
        // Sorted once for as many that came in: O(log n) each.
        if self.places.count / 2 >= max(32, self.most) {
            self.places = self.sorted
            self.bound = self.places.last
        }
    }

    var sorted: [Place] {
        Array(
            self.places.sorted { $0.isBefore($1, isByDate: self.isByDate) }.prefix(self.most)
        )
    }
}
