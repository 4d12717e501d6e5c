/// Remembers the keys of one file, to tell repeats with the same contents from other repeats.
///
/// A hash table of pages: a key stands in the page that the first bits of its hash name. The first
/// `memoryPageCount` pages are in memory, 1 MiB; when one of them is full the table doubles into
/// the scratch space, 32 bytes a key and about as much free room. Only keyed hashes are kept: 128
/// bits of the key, 64 of the contents, and the line. Two keys with equal hashes would be reported
/// as a repeat, and nothing else would follow from it.
package struct KeyTracker: Sendable {
    /// Most different keys of one file.
    package static let keysMax = 20_000_000
    /// Pages that are kept in memory.
    static let memoryPageCount = 1 << memoryBits

    private static let memoryBits = 8
    private static let pageByteCount = 4096
    private static let entryByteCount = 32
    /// Most entries of a page; the room of one more holds their number.
    private static let entriesMax = pageByteCount / entryByteCount - 1

    /// What is known about a key when it comes.
    package enum Verdict: Hashable, Sendable {
        /// The key was not seen before.
        case new
        /// The key came with the same contents, last on that line.
        case same(line: Int)
        /// The key came with other contents, last on that line.
        case changed(line: Int)
        /// The key is one more than can be remembered.
        case full
    }

    private let hash: @Sendable ([UInt8]) -> [UInt8]
    private let scratch: any ScratchSpace
    private let keysMax: Int
    private var keyCount = 0
    /// The table has two to this power pages.
    private var bits = memoryBits
    /// All pages, until they go to the scratch space; empty from then on.
    private var memory: [[UInt8]]

    /// Creates a tracker that has seen nothing.
    ///
    /// - Parameters:
    ///   - keysMax: Most keys to remember, normally `KeyTracker.keysMax`.
    ///   - scratch: Where the table goes when it no longer fits in memory.
    ///   - hash: A hash of 16 bytes or more that spreads keys evenly; keyed, where the scratch
    ///     space may be read by others.
    package init(
        keysMax: Int,
        scratch: any ScratchSpace,
        hash: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.keysMax = keysMax
        self.scratch = scratch
        self.hash = hash
        let page = [UInt8](repeating: 0, count: Self.pageByteCount)
        self.memory = Array(repeating: page, count: Self.memoryPageCount)
    }

    /// Notes the key and the contents of `record`, and says what was known of the key before.
    ///
    /// - Throws: `ImportError.scratchFailed`.
    /// - Complexity: O(bytes of the record), and a page read and an entry written once the table
    ///   is in the scratch space.
    package mutating func note(
        _ record: ImportedRecord,
        line: Int
    ) throws(ImportError) -> Verdict {
        let key = self.hash(Array(record.sourceKey.utf8))
        let contents = self.hash(record.contentBytes())
        precondition(key.count >= 16 && contents.count >= 8, "a hash has 16 bytes or more")
        var entry = Array(key[..<16])
        entry += contents[..<8]
        for shift in stride(from: 56, through: 0, by: -8) {
            entry.append(UInt8(truncatingIfNeeded: line >> shift))
        }
        while true {
            let page = self.page(of: entry, bits: self.bits)
            var bytes = try self.take(page)
            let count = Int(bytes[0])
            if let place = Self.place(of: entry, in: bytes, count: count) {
                let earlier = bytes[place + 24..<place + 32].reduce(0) { $0 << 8 | Int($1) }
                let isSame = bytes[place + 16..<place + 24].elementsEqual(entry[16..<24])
                try self.put(&bytes, page, entry, at: place)
                return isSame ? .same(line: earlier) : .changed(line: earlier)
            }
            guard self.keyCount < self.keysMax, count < Self.entriesMax else {
                try self.put(&bytes, page, [], at: 0)
                guard self.keyCount < self.keysMax else { return .full }
                try self.double()
                continue
            }
            self.keyCount += 1
            try self.put(&bytes, page, entry, at: (count + 1) * Self.entryByteCount)
            return .new
        }
    }

    /// The first bits of the hash.
    private func page(of entry: [UInt8], bits: Int) -> Int {
        let start = entry[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(start >> UInt64(64 - bits))
    }

    /// Where the entry with the same key stands.
    private static func place(of entry: [UInt8], in page: [UInt8], count: Int) -> Int? {
        let last = entry[15]
        for index in 1..<count + 1 {
            let place = index * Self.entryByteCount
            // The last byte of the key first: the first ones are the same all over the page.
            if page[place + 15] == last, page[place..<place + 16].elementsEqual(entry[..<16]) {
                return place
            }
        }
        return nil
    }

    /// Takes a page out, to be given back by `put`: so it is changed in place and never copied.
    private mutating func take(_ page: Int) throws(ImportError) -> [UInt8] {
        guard self.memory.isEmpty else {
            var bytes: [UInt8] = []
            swap(&bytes, &self.memory[page])
            return bytes
        }
        return try self.scratch.read(count: Self.pageByteCount, at: page * Self.pageByteCount)
    }

    /// Gives a page back, with an entry written at `place` where there is one.
    private mutating func put(
        _ bytes: inout [UInt8],
        _ page: Int,
        _ entry: [UInt8],
        at place: Int
    ) throws(ImportError) {
        if !entry.isEmpty {
            let isNew = place > Int(bytes[0]) * Self.entryByteCount
            bytes[0] += isNew ? 1 : 0
            bytes.replaceSubrange(place..<place + Self.entryByteCount, with: entry)
            if self.memory.isEmpty {
                let start = page * Self.pageByteCount
                try self.scratch.write(entry, at: start + place)
                if isNew { try self.scratch.write([bytes[0]], at: start) }
            }
        }
        guard !self.memory.isEmpty else { return }
        swap(&bytes, &self.memory[page])
    }

    /// Gives every page's entries to two pages, which the next bit of the hash tells apart.
    private mutating func double() throws(ImportError) {
        let bits = self.bits + 1
        // From the last page down, so that in the scratch space no page is written over unread.
        for page in (0..<1 << self.bits).reversed() {
            let bytes = try self.take(page)
            let head = [UInt8](repeating: 0, count: Self.entryByteCount)
            var halves = [head, head]
            for index in 1..<Int(bytes[0]) + 1 {
                let start = index * Self.entryByteCount
                let entry = Array(bytes[start..<start + Self.entryByteCount])
                let half = self.page(of: entry, bits: bits) & 1
                halves[half] += entry
                halves[half][0] += 1
            }
            var both: [UInt8] = []
            for half in halves {
                both += half
                both += [UInt8](repeating: 0, count: Self.pageByteCount - half.count)
            }
            try self.scratch.write(both, at: 2 * page * Self.pageByteCount)
        }
        self.memory = []
        self.bits = bits
    }
}
