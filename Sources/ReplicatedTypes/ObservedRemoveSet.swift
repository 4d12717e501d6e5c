/// A set in which an add wins over a concurrent remove.
///
/// Every add has a dot of its own; a remove names the adds it saw, by dot and hash. An element is
/// present while one of its adds is named by no applied remove, whatever the order of arrival.
package struct ObservedRemoveSet<Element: Hashable & Sendable>: Hashable, Sendable {
    /// One add.
    package struct Add: Hashable, Sendable {
        /// Names the add.
        package let reference: DotReference
        /// What was added.
        package let element: Element

        /// Where it stands.
        package var dot: Dot { self.reference.dot }
    }

    private var adds: [Dot: Add] = [:]
    private var removed: Set<DotReference> = []

    /// Creates an empty set.
    package init() {}

    /// Applies an add.
    ///
    /// A dot names one add: another under a dot already applied changes nothing.
    package mutating func add(_ element: Element, _ reference: DotReference) {
        let dot = reference.dot
        self.adds[dot] = self.adds[dot] ?? Add(reference: reference, element: element)
    }

    /// Applies a remove of the adds named, those included that have not come yet.
    package mutating func remove(_ references: some Sequence<DotReference>) {
        self.removed.formUnion(references)
    }

    /// The adds that are present, in order of dot.
    ///
    /// - Complexity: O(n log n) in the adds.
    package var live: [Add] {
        self.adds.values.filter { !self.removed.contains($0.reference) }
            .sorted { $0.dot < $1.dot }
    }

    /// Adds everything the other state knows.
    package mutating func merge(_ other: Self) {
        self.removed.formUnion(other.removed)
        for add in other.adds.values { self.add(add.element, add.reference) }
    }
}
