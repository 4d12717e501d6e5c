import Cryptography
package import SyncLog
import Vocabulary

/// What a search term looks in (`Protocol/records.md` §5).
package enum SearchTerm: Hashable, Sendable {
    /// The source system's key, whatever the source.
    case key(String)
    /// KvK number, as it is stored.
    case kvk(String)
    /// Vestigingsnummer, as it is stored.
    case vestiging(String)
    /// The four digits of a postcode.
    case postcodeArea(String)

    var bytes: [UInt8] {
        switch self {
        case .key(let text): Array("key:".utf8) + Array(text.utf8)
        case .kvk(let text): Array("kvk:".utf8) + Array(text.utf8)
        case .vestiging(let text): Array("vestiging:".utf8) + Array(text.utf8)
        case .postcodeArea(let text): Array("postcode:".utf8) + Array(text.utf8)
        }
    }

    /// The terms under which fields are found.
    package static func terms(
        sourceKey: String?,
        value: (String) -> String?
    ) -> Set<SearchTerm> {
        var terms: Set<SearchTerm> = []
        if let sourceKey { terms.insert(.key(sourceKey)) }
        if let kvk = value(FieldName.subjectKvK.text) { terms.insert(.kvk(kvk)) }
        if let vestiging = value(FieldName.subjectVestiging.text) {
            terms.insert(.vestiging(vestiging))
        }
        if let postcode = value(FieldName.locationPostcode.text) {
            terms.insert(.postcodeArea(String(postcode.prefix(4))))
        }
        return terms
    }
}

/// What a search finds: an own record, or a fragment that can be read here.
package enum SearchTarget: Hashable, Sendable {
    /// An own record.
    case record(ObjectID)
    /// A fragment: the table's local number and the fragment's ID.
    case fragment(table: UInt32, ObjectID)

    var bytes: [UInt8] {
        switch self {
        case .record(let id): return [1] + id.bytes
        case .fragment(let table, let id):
            var bytes: [UInt8] = [2] + id.bytes
            bytes.append(bigEndian: table)
            return bytes
        }
    }

    /// Reads a key of the index beyond its term; of a fragment the place of the entry follows.
    init?(bytes: [UInt8]) {
        guard bytes.count >= 17, let id = ObjectID(bytes[1..<17]) else { return nil }
        switch (bytes[0], bytes.count) {
        case (1, 17): self = .record(id)
        case (2, 33): self = .fragment(table: UInt32(bigEndian: bytes[17..<21]), id)
        default: return nil
        }
    }

    /// Whether a key of the index, its term included, leads to a fragment.
    static func isFragment(key: RawSpan) -> Bool {
        key.byteCount > 16 && key.bigEndian(at: 16, as: UInt8.self) == 2
    }
}

extension NodeStore {
    /// The ID of a record: a keyed hash of source and key, so it tells nothing on a stolen disk.
    package func recordID(source: String, key: String) -> ObjectID {
        let name = Array(source.utf8) + [0] + Array(key.utf8)
        guard let id = ObjectID(self.indexKey.keyedHash16(name)) else {
            preconditionFailure("a hash of 16 bytes is an ID")
        }
        return id
    }

    func indexKey(_ term: SearchTerm, _ target: SearchTarget) -> [UInt8] {
        self.hash(of: term).bytes + target.bytes
    }

    /// A record by its ID.
    package func record(_ id: ObjectID) throws(SlotError) -> StoredRecord? {
        try self.environment.read { (snapshot) throws(SlotError) in
            try self.storedRecord(id, in: snapshot)
        }
    }

    /// The IDs of records that begin with some hexadecimal digits, at most `limit`.
    package func recordIDs(prefix: String, limit: Int) throws(SlotError) -> [ObjectID] {
        let even = prefix.prefix(prefix.utf8.count / 2 * 2)
        guard let start = TextEncoding.bytes(hex: even) else { return [] }
        return try self.read { (snapshot) throws(StoreError) in
            var ids: [ObjectID] = []
            try snapshot.forEach(prefix: start, in: self.tables.records) {
                key,
                _ throws(StoreError) in
                if let id = ObjectID([UInt8](key)), id.hex.hasPrefix(prefix) { ids.append(id) }
                return ids.count < limit ? .next : .stop
            }
            return ids
        }
    }

    /// The IDs of the first own records, ascending, at most `most`.
    package func recordIDs(most: Int) throws(SlotError) -> [ObjectID] {
        try self.read { (snapshot) throws(StoreError) in
            var ids: [ObjectID] = []
            guard most > 0 else { return ids }
            try snapshot.forEach(prefix: [], in: self.tables.records) { key, _ throws(StoreError) in
                guard let id = ObjectID([UInt8](key)) else { throw .corrupted(operation: "record") }
                ids.append(id)
                return ids.count < most ? .next : .stop
            }
            return ids
        }
    }

    /// Number of own records.
    package func recordCount() throws(SlotError) -> Int {
        try self.read { (snapshot) throws(StoreError) in
            try snapshot.count(in: self.tables.records)
        }
    }
}

extension TableTransaction {
    /// Notes which fragment an own record became in a case.
    package mutating func noteShare(
        record: ObjectID,
        caseID: ObjectID,
        fragment: ObjectID
    ) throws(SlotError) {
        var key: [UInt8] = []
        key.append(bigEndian: self.reads.number)
        key += record.bytes + caseID.bytes
        try self.note(fragment.bytes, for: key, in: self.store.tables.shares)
    }
}

extension TableSnapshot {
    /// The fragment that an own record became in a case.
    package func share(record: ObjectID, caseID: ObjectID) throws(SlotError) -> ObjectID? {
        var key: [UInt8] = []
        key.append(bigEndian: self.reads.number)
        key += record.bytes + caseID.bytes
        let value = try SlotError.lifting { () throws(StoreError) in
            try self.transaction.pointee.value(for: key, in: self.reads.store.tables.shares)
        }
        return value.flatMap { ObjectID($0) }
    }

    /// The own record that became a fragment; `nil` where none did.
    ///
    /// - Complexity: O(shares of the table).
    package func record(ofFragment fragment: ObjectID) throws(SlotError) -> ObjectID? {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.reads.number)
        return try SlotError.lifting { () throws(StoreError) in
            var found: ObjectID?
            let tables = self.reads.store.tables
            try self.transaction.pointee.forEach(prefix: prefix, in: tables.shares) { key, value in
                guard [UInt8](value) == fragment.bytes else { return .next }
                found = ObjectID([UInt8](key).dropFirst(4).prefix(16))
                return .stop
            }
            return found
        }
    }
}
