import Search

extension TableTransaction {
    /// Makes a document one that is found, from the end of the transaction on.
    mutating func find(_ document: SearchDocument) { self.documents.append(document) }

    /// Makes a document one that is not found, and leaves nothing of it in the index.
    mutating func lose(_ key: DocumentKey) {
        self.documents.removeAll { $0.key == key }
        self.lostDocuments.append(key)
    }

    /// Writes what is found from now on as segments, and takes out what no longer is.
    mutating func flushDocuments() throws(SlotError) {
        let (store, number, lost) = (self.store, self.reads.number, self.lostDocuments)
        try store.removeDocuments(
            lost,
            family: number,
            leavesNoTrace: true,
            in: &self.transaction.pointee
        )
        // One that comes once more is there once.
        let found = Dictionary(self.documents.map { ($0.key, $0) }) { _, last in last }.values
        var rest = Array(found)[...]
        while !rest.isEmpty {
            let documents = Array(rest.prefix(MergePolicy.fragmentsMax))
            rest = rest.dropFirst(documents.count)
            try store.addSegment(documents, family: number, in: &self.transaction.pointee)
        }
        self.documents = []
        self.lostDocuments = []
    }
}
