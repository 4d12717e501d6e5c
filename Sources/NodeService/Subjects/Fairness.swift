extension Sequence {
    /// At most so many: one of each key in turn, in the order of the keys and of their own.
    ///
    /// So nobody's many push away what somebody else says.
    ///
    /// - Complexity: O(elements + keys · log keys).
    package func fairly<Key: Hashable & Comparable>(
        by key: (Element) -> Key,
        most: Int = .max
    ) -> [Element] {
        var rest = Dictionary(grouping: self, by: key).sorted { $0.key < $1.key }.map {
            $0.value[...]
        }
        var chosen: [Element] = []
        while chosen.count < most, !rest.isEmpty {
            for place in rest.indices where chosen.count < most {
                if let next = rest[place].popFirst() { chosen.append(next) }
            }
            rest.removeAll(where: \.isEmpty)
        }
        return chosen
    }
}

/// Room for so many, of which half is kept for owners, to each as much, and half is for who comes first.
struct FairRoom {
    private let reserved: Int
    private var free: Int
    private var taken: [String: Int] = [:]

    /// Room for so many of so many owners.
    init(most: Int, ownerCount: Int) {
        self.reserved = most / 2 / max(1, ownerCount)
        self.free = most - self.reserved * ownerCount
    }

    /// Takes a place for an owner; whether there was one.
    mutating func take(_ owner: String) -> Bool {
        if self.taken[owner, default: 0] < self.reserved {
            self.taken[owner, default: 0] += 1
            return true
        }
        guard self.free > 0 else { return false }
        self.free -= 1
        return true
    }
}

extension Sequence<SubjectContents.Item> {
    /// Of each owner in turn, beginning with what is own.
    func fairly(most: Int = .max) -> [SubjectContents.Item] {
        self.fairly(by: \.turn, most: most)
    }
}

extension SubjectContents.Item {
    /// That of what is own: it comes before all others.
    static let ownTurn = ""

    /// Whose turn it is in.
    var turn: String {
        switch self {
        case .record: Self.ownTurn
        case .fragment(let shared): shared.owner
        }
    }
}
