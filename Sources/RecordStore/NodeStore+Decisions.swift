import Cryptography
package import SyncLog

/// What users decided about two subjects: each a sealed value under a keyed hash of either
/// (`Protocol/records.md` §4).
extension NodeStore {
    /// What is kept about a subject, in no order that means anything.
    ///
    /// - Complexity: O(decisions about it).
    package func decisions(about subject: ObjectID) throws(SlotError) -> [[UInt8]] {
        try self.read { (snapshot) throws(StoreError) in
            try self.decisionRows(prefix: self.decisionPrefix(subject), in: snapshot)
                .map(\.value)
        }
    }

    /// Everything that is kept, each once, in no order that means anything.
    ///
    /// - Complexity: O(decisions).
    package func decisions() throws(SlotError) -> [[UInt8]] {
        try self.read { (snapshot) throws(StoreError) in
            var seen: Set<[UInt8]> = []
            // Each stands under both its subjects.
            return try self.decisionRows(prefix: [], in: snapshot)
                .filter { seen.insert(Array($0.key.suffix(16))).inserted }
                .map(\.value)
        }
    }

    /// How many there are.
    package func decisionCount() throws(SlotError) -> Int {
        try self.read { (snapshot) throws(StoreError) in
            try snapshot.count(in: self.tables.decisions) / 2
        }
    }

    /// Replaces what has a name, which says about which subjects and whose it is, or adds it; durable when
    /// this returns.
    package func setDecision(
        _ name: String,
        about subjects: (ObjectID, ObjectID),
        _ value: [UInt8]
    ) throws(SlotError) {
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                for key in self.decisionKeys(name, subjects) {
                    try transaction.put(
                        self.sealed(value, for: key),
                        for: key,
                        in: self.tables.decisions
                    )
                }
            }
        }
    }

    /// Deletes what has a name; durable when this returns.
    package func removeDecision(
        _ name: String,
        about subjects: (ObjectID, ObjectID)
    ) throws(SlotError) {
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                for key in self.decisionKeys(name, subjects) {
                    _ = try transaction.delete(key, in: self.tables.decisions)
                }
            }
        }
    }

    private func decisionRows(
        prefix: [UInt8],
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [(key: [UInt8], value: [UInt8])] {
        var rows: [(key: [UInt8], value: [UInt8])] = []
        try snapshot.forEach(prefix: prefix, in: self.tables.decisions) {
            key,
            value throws(StoreError) in
            let key = [UInt8](key)
            rows.append((key, try self.opened([UInt8](value), for: key)))
            return .next
        }
        return rows
    }

    private func decisionPrefix(_ subject: ObjectID) -> [UInt8] {
        self.indexKey.keyedHash16(Array("subject:".utf8) + subject.bytes)
    }

    private func decisionKeys(
        _ name: String,
        _ subjects: (ObjectID, ObjectID)
    ) -> [[UInt8]] {
        let last = self.indexKey.keyedHash16(Array("decision:\(name)".utf8))
        return [subjects.0, subjects.1].map { self.decisionPrefix($0) + last }
    }
}
