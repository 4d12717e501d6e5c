/// A set in which an add wins over a concurrent remove.
///
/// Every add has a dot of its own; a remove names the dots it saw. An element is present while one
/// of its adds has a dot that no applied remove names, whatever the order of arrival.
package struct ObservedRemoveSet<Element: Hashable & Sendable>: Hashable, Sendable {
    private var adds: [Dot: Element] = [:]
    private var removed: Set<Dot> = []

    /// Creates an empty set.
    package init() {}

    /// Applies an add.
    ///
    /// A dot names one add: another element under a dot already applied changes nothing.
    package mutating func add(_ element: Element, dot: Dot) {
        self.adds[dot] = self.adds[dot] ?? element
    }

    /// Applies a remove of the adds named; dots of adds that have not come yet count when they come.
    package mutating func remove(_ dots: some Sequence<Dot>) {
        self.removed.formUnion(dots)
    }

    /// The adds that are present, in order of dot.
    package var live: [(dot: Dot, element: Element)] {
        self.adds.lazy.filter { !self.removed.contains($0.key) }
            .map { (dot: $0.key, element: $0.value) }
            .sorted { $0.dot < $1.dot }
    }

    /// Adds everything the other state knows.
    package mutating func merge(_ other: Self) {
        self.removed.formUnion(other.removed)
        for (dot, element) in other.adds { self.add(element, dot: dot) }
    }
}
