/// What a bundle has many of.
package protocol BundleElement: Hashable, Sendable {
    /// Reads one that was found canonical.
    init(reading reader: inout CanonicalReader) throws(WireError)

    /// Passes over one; throws for every form but the canonical one.
    static func check(_ reader: inout CanonicalReader) throws(WireError)
}

/// A list of a bundle, in order.
///
/// Read from a file its elements stay where they are in its bytes, of which no part is copied: one is made
/// anew each time it is asked for, and costs half a byte while it is not. With the first change they become
/// values of their own.
package struct EncodedList<Element: BundleElement>: Sendable {
    private enum Storage: Sendable {
        /// Elements in the bytes of a file.
        case encoded(PartedBytes, ElementPlaces)
        case values([Element])
    }

    private var storage: Storage

    /// Creates a list of what is to be written.
    package init(_ elements: [Element]) { self.storage = .values(elements) }

    /// Takes over elements that ``BundleBodyReader`` found canonical.
    init(in bytes: PartedBytes, _ places: ElementPlaces) {
        // What stands before is another list's, which may let go of it.
        var own = bytes
        own.letGo(before: places.count > 0 ? places.start(before: 0) : bytes.count)
        self.storage = .encoded(own, places)
    }

    /// Lets go of the bytes of a file that stand before an element: none of those is asked for any more.
    ///
    /// Bytes that somebody else holds too stay.
    package mutating func letGo(before position: Int) {
        guard case .encoded(var bytes, let places) = self.storage else { return }
        // Given up here, so that a change does not copy what two hold.
        self.storage = .values([])
        bytes.letGo(before: places.start(before: position))
        self.storage = .encoded(bytes, places)
    }

    /// Makes them values of their own.
    private mutating func values() -> [Element] {
        let values: [Element]
        switch self.storage {
        case .values(let elements): values = elements
        case .encoded: values = Array(self)
        }
        // Given up here, so that a change does not copy what two hold.
        self.storage = .values([])
        return values
    }
}

/// Where the messages of a list's elements, which follow each other, stand in the bytes of a file.
struct ElementPlaces: Sendable {
    /// Of so many elements one place is kept.
    private static let interval = 8

    /// Places behind the tags of each ``interval``th.
    private var starts: [UInt32] = []
    /// How many elements there are.
    private(set) var count = 0

    /// Adds the next element's place, behind its tag.
    mutating func append(_ start: UInt32) {
        if self.count.isMultiple(of: Self.interval) { self.starts.append(start) }
        self.count += 1
    }

    /// The place of an element, or of one a few before it.
    func start(before position: Int) -> Int {
        precondition(position < self.count, "there are so many elements")
        return Int(self.starts[position / Self.interval])
    }

    /// How many elements stand between that place and the element.
    func countBetween(_ position: Int) -> Int { position % Self.interval }
}

extension EncodedList: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    /// Creates an empty list.
    package init() { self.init([]) }

    /// Always 0.
    package var startIndex: Int { 0 }

    /// How many elements there are.
    package var endIndex: Int {
        switch self.storage {
        case .encoded(_, let places): places.count
        case .values(let elements): elements.count
        }
    }

    /// The element at a place.
    package subscript(position: Int) -> Element {
        get {
            switch self.storage {
            case .values(let elements): return elements[position]
            case .encoded(let bytes, let places):
                var reader = CanonicalReader(bytes, from: places.start(before: position))
                do throws(WireError) {
                    for _ in 0..<places.countBetween(position) {
                        try Element.check(&reader)
                        _ = try reader.field()
                    }
                    return try Element(reading: &reader)
                } catch {
                    preconditionFailure("it was found canonical when the file was read")
                }
            }
        }
        set {
            var values = self.values()
            values[position] = newValue
            self.storage = .values(values)
        }
    }

    /// Puts other elements in the place of some.
    package mutating func replaceSubrange(
        _ subrange: Range<Int>,
        with elements: some Collection<Element>
    ) {
        var values = self.values()
        values.replaceSubrange(subrange, with: elements)
        self.storage = .values(values)
    }
}

extension EncodedList: ExpressibleByArrayLiteral {
    /// Creates a list of what is to be written.
    package init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension EncodedList: Hashable {
    /// Whether the elements are the same, wherever they stand.
    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.elementsEqual(rhs) }

    /// Adds the elements to a hash.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.count)
        for element in self { hasher.combine(element) }
    }
}
