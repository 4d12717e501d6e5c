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
        }
    }

    /// Everything that is kept, each once, in no order that means anything.
    ///
    /// - Complexity: O(decisions).
    package func decisions() throws(SlotError) -> [[UInt8]] {
        try self.read { (snapshot) throws(StoreError) in
            var seen: Set<[UInt8]> = []
            // Each stands under both its subjects.
            return try self.decisionRows(prefix: [], in: snapshot) {
                seen.insert(Array($0.suffix(16))).inserted
            }
        }
    }

    /// How many there are.
    package func decisionCount() throws(SlotError) -> Int {
        try self.read { (snapshot) throws(StoreError) in
            try snapshot.count(in: self.tables.decisions) / 2
        }
    }

    /// What is kept under a name, which says about which subjects and whose it is.
    package struct KeptDecision: Sendable {
        let name: String
        let subjects: (ObjectID, ObjectID)
        let value: [UInt8]

        /// Something to keep, or, without a value, to delete.
        package init(_ name: String, about subjects: (ObjectID, ObjectID), _ value: [UInt8] = []) {
            self.name = name
            self.subjects = subjects
            self.value = value
        }
    }

    /// Deletes some and adds or replaces others, all or nothing; durable when this returns.
    package func changeDecisions(
        removing removed: [KeptDecision],
        adding added: [KeptDecision]
    ) throws(SlotError) {
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                for one in removed {
                    for key in self.decisionKeys(one) {
                        _ = try transaction.delete(key, in: self.tables.decisions)
                    }
                }
                for one in added {
                    for key in self.decisionKeys(one) {
                        try transaction.put(
                            self.sealed(one.value, for: key),
                            for: key,
                            in: self.tables.decisions
                        )
                    }
                }
            }
        }
    }

    private func decisionRows(
        prefix: [UInt8],
        in snapshot: borrowing some Snapshot & ~Copyable,
        where isWanted: ([UInt8]) -> Bool = { _ in true }
    ) throws(StoreError) -> [[UInt8]] {
        var rows: [[UInt8]] = []
        try snapshot.forEach(prefix: prefix, in: self.tables.decisions) {
            key,
            value throws(StoreError) in
            let key = [UInt8](key)
            if isWanted(key) { rows.append(try self.opened([UInt8](value), for: key)) }
            return .next
        }
        return rows
    }

    private func decisionPrefix(_ subject: ObjectID) -> [UInt8] {
        self.indexKey.keyedHash16(Array("subject:".utf8) + subject.bytes)
    }

    private func decisionKeys(_ one: KeptDecision) -> [[UInt8]] {
        let last = self.indexKey.keyedHash16(Array("decision:\(one.name)".utf8))
        return [one.subjects.0, one.subjects.1].map { self.decisionPrefix($0) + last }
    }
}
