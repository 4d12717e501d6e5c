extension Sequence {
    /// At most so many: one of each key in turn, in the order of the keys and of their own.
    ///
    /// So nobody's many push away what somebody else says.
    ///
    /// - Complexity: O(elements + keys · log keys).
    func fairly(by key: (Element) -> String, most: Int = .max) -> [Element] {
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

extension Sequence<SubjectContents.Item> {
    /// Of each owner in turn, beginning with what is own.
    func fairly(most: Int = .max) -> [SubjectContents.Item] {
        self.fairly(by: \.turn, most: most)
    }
}

extension SubjectContents.Item {
    /// Whose turn it is in: what is own comes before all others.
    var turn: String {
        switch self {
        case .record: ""
        case .fragment(let shared): shared.owner
        }
    }
}
