package import SyncLog

/// The entries of a window, in order of index.
///
/// Read from a file they stay where they are in its bytes, of which no part is copied: an entry is
/// made anew each time it is asked for, and costs 4 bytes while it is not. With the first change
/// they become values of their own.
package struct BundleEntries: Sendable {
    private enum Storage: Sendable {
        /// Places of the entries' messages, behind their tags, in the bytes of a file.
        case encoded([UInt8], starts: [UInt32])
        case values([BundleEntry])
    }

    private var storage: Storage

    /// Creates a list of entries that are to be written.
    package init(_ entries: [BundleEntry]) { self.storage = .values(entries) }

    /// Takes over entries that ``BundleBodyReader`` found canonical.
    init(in bytes: [UInt8], starts: [UInt32]) {
        self.storage = .encoded(bytes, starts: starts)
    }

    /// The header of an entry.
    ///
    /// - Returns: `nil` where the file has a leaf hash alone, nothing, or no header of
    ///   `Protocol/sync-log.md` §3.
    /// - Complexity: O(1).
    package func header(at position: Int) -> EntryHeader? {
        guard case .header(let bytes)? = self.item(at: position) else { return nil }
        return try? EntryHeader(decoding: bytes)
    }

    private func item(at position: Int) -> BundleEntry.Item? {
        switch self.storage {
        case .values(let entries): return entries[position].item
        case .encoded(let bytes, let starts):
            var reader = CanonicalReader(bytes, from: Int(starts[position]))
            return reader.checkedEntry().item(in: bytes)
        }
    }

    /// Makes them values of their own.
    private mutating func values() -> [BundleEntry] {
        let values: [BundleEntry]
        switch self.storage {
        case .values(let entries): values = entries
        case .encoded: values = Array(self)
        }
        // Given up here, so that a change does not copy what two hold.
        self.storage = .values([])
        return values
    }
}

extension BundleEntries: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    /// Creates an empty list.
    package init() { self.init([]) }

    /// Always 0.
    package var startIndex: Int { 0 }

    /// How many entries there are.
    package var endIndex: Int {
        switch self.storage {
        case .encoded(_, let starts): starts.count
        case .values(let entries): entries.count
        }
    }

    /// The entry at a place of the window.
    package subscript(position: Int) -> BundleEntry {
        get {
            switch self.storage {
            case .values(let entries): return entries[position]
            case .encoded(let bytes, let starts):
                var reader = CanonicalReader(bytes, from: Int(starts[position]))
                return reader.checkedEntry().entry(in: bytes)
            }
        }
        set {
            var values = self.values()
            values[position] = newValue
            self.storage = .values(values)
        }
    }

    /// Puts other entries in the place of some.
    package mutating func replaceSubrange(
        _ subrange: Range<Int>,
        with entries: some Collection<BundleEntry>
    ) {
        var values = self.values()
        values.replaceSubrange(subrange, with: entries)
        self.storage = .values(values)
    }
}

extension BundleEntries: Hashable {
    /// Whether the entries are the same, wherever they stand.
    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.elementsEqual(rhs) }

    /// Adds the entries to a hash.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.count)
        for entry in self { hasher.combine(entry) }
    }
}
