import Vocabulary

/// Sums that tell whether the index has of a document what it should, without holding its terms.
///
/// A sum is of hashes (FNV-1a) of each term and of what else is kept; it finds accidents and defects, and resists
/// nobody who means to deceive it.
private enum DocumentDigest {
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    static func rest(
        date: Int32,
        type: UInt8,
        nameWordCount: UInt8,
        source: String,
        position: [UInt8],
        reference: FragmentReference?
    ) -> UInt64 {
        var bytes: [UInt8] = [0]
        bytes.append(bigEndian: date)
        bytes += [type, nameWordCount] + position
        for id in [reference?.fragment, reference?.caseID].compactMap(\.self) {
            bytes.append(bigEndian: id.high)
            bytes.append(bigEndian: id.low)
        }
        return self.hash(bytes + Array(source.utf8))
    }
}

extension SearchDocument {
    /// The sum of what the index should have of it.
    package var digest: UInt64 {
        var terms: Set<ArraySlice<UInt8>> = []
        self.content.forEachTerm { terms.insert($0) }
        return terms.reduce(
            DocumentDigest.rest(
                date: self.content.date ?? 0,
                type: self.type.code,
                nameWordCount: UInt8(min(255, self.content.nameWordCount)),
                source: self.source,
                position: self.content.position?.bytes ?? GridPosition.noneBytes,
                reference: self.reference
            )
        ) { $0 &+ DocumentDigest.hash($1) }
    }
}

extension OpenSegment {
    /// Calls `body` with each document that is not removed, and the sum of what the segment has of it.
    ///
    /// - Complexity: O(what the segment has).
    package func forEachDigest(
        without removed: RemovedDocuments,
        _ blocks: BlockReader,
        _ body: (DocumentKey, UInt64) -> Void
    ) throws(SegmentError) {
        var sums = [UInt64](repeating: 0, count: self.count)
        try self.forEachTerm(prefix: [], blocks) { cursor throws(SegmentError) in
            let hash = DocumentDigest.hash(cursor.term)
            for document in try cursor.documents() { sums[Int(document)] &+= hash }
        }
        var rows = DocumentRows(self, from: 0, atOnce: 1_024)
        for document in 0..<UInt32(self.count) {
            try rows.move(to: document, blocks)
            if removed.contains(document) { continue }
            let row = try rows.row()
            let rest = DocumentDigest.rest(
                date: row.date,
                type: row.type,
                nameWordCount: row.nameWordCount,
                source: row.source,
                position: row.position,
                reference: row.reference
            )
            body(row.key, sums[Int(document)] &+ rest)
        }
    }
}
