import Search
import Vocabulary

/// Segments in memory, kept as a store keeps them.
final class MemoryIndex {
    private struct Held {
        var segment: OpenSegment
        var blocks: [BlockAddress: [UInt8]]
        var removed: Set<UInt32> = []
        var head: SegmentHead
    }

    private var held: [UInt64: Held] = [:]
    private var nextNumber: UInt64 = 1

    private var reader: BlockReader {
        let held = self.held
        return BlockReader { (number, address) throws(SegmentError) in
            guard let block = held[number]?.blocks[address] else { throw .malformed }
            return block
        }
    }

    var segmentCount: Int { self.held.count }

    /// Adds documents as one segment.
    func add(_ documents: [SearchDocument], family: UInt32) {
        guard !documents.isEmpty else { return }
        let built = BuiltSegment(documents, family: family)
        self.store(built.head, built.blocks, removed: [])
    }

    private func store(_ head: SegmentHead, _ blocks: [SegmentBlock], removed: Set<UInt32>) {
        // What is stored is read back.
        guard let read = SegmentHead(head.bytes) else { preconditionFailure("a head reads back") }
        var changed = read
        changed.removedCount = UInt32(removed.count)
        self.held[self.nextNumber] = Held(
            segment: OpenSegment(number: self.nextNumber, head: read),
            blocks: Dictionary(uniqueKeysWithValues: blocks.map { ($0.address, $0.bytes) }),
            removed: removed,
            head: changed
        )
        self.nextNumber += 1
    }

    /// Removes a document from every segment that has it.
    func remove(_ key: DocumentKey, family: UInt32) throws {
        for (number, part) in self.held where part.head.family == family {
            guard let document = try part.segment.document(key, self.reader) else { continue }
            var changed = part
            changed.removed.insert(document)
            changed.head.removedCount = UInt32(changed.removed.count)
            self.held[number] = changed
        }
    }

    private static func removed(_ documents: Set<UInt32>) -> RemovedDocuments {
        guard let last = documents.max() else { return .none }
        var bits = [UInt8](repeating: 0, count: Int(last >> 3) + 1)
        for document in documents { bits[Int(document >> 3)] |= 0x80 >> UInt8(document & 7) }
        return RemovedDocuments(bits: bits)
    }

    private func part(_ number: UInt64) -> Searcher.Part? {
        self.held[number].map {
            Searcher.Part(
                segment: $0.segment,
                head: $0.head,
                removed: Self.removed($0.removed)
            )
        }
    }

    /// Merges what the policy says, in steps of `byteCount`, with something between two; whether it said
    /// anything.
    func merge(byteCount: Int, between: () throws -> Void = {}) throws -> Bool {
        let numbers = MergePolicy.next(of: self.held.map { ($0.key, $0.value.head) })
        guard !numbers.isEmpty else { return false }
        try self.merge(numbers, byteCount: byteCount, between: between)
        return true
    }

    func merge(_ numbers: [UInt64], byteCount: Int, between: () throws -> Void) throws {
        var merge = SegmentMerge(numbers.compactMap { self.part($0) })
        var blocks: [SegmentBlock] = []
        while true {
            let step = try merge.advance(byteCount: byteCount, self.reader)
            blocks += step.blocks
            if let head = step.head {
                let removed = merge.removed(
                    since: numbers.map { Self.removed(self.held[$0]?.removed ?? []) }
                )
                for number in numbers { self.held[number] = nil }
                if head.count > 0 { self.store(head, blocks, removed: Set(removed)) }
                return
            }
            try between()
        }
    }

    var numbers: [UInt64] { self.held.keys.sorted() }

    func search(_ question: Question, most: Int = 100_000) throws -> Candidates {
        let parts = self.numbers.compactMap { self.part($0) }
        let searcher = Searcher(parts: parts, blocks: self.reader, goesOn: {})
        return try searcher.candidates(
            for: question,
            most: Searcher.Most(records: most, fragments: most)
        ) {
            let all = $0.recordCount + $0.beyondPeriodCount + $0.fragmentCount
            return CountedHits(own: nil, all: all)
        }
    }
}
