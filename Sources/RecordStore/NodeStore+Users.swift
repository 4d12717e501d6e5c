import Cryptography

/// Local accounts: each a sealed value under a keyed hash of its name (`Protocol/records.md` §4).
extension NodeStore {
    /// What is kept of the account with a name; `nil` when there is none.
    package func user(_ name: String) throws(SlotError) -> [UInt8]? {
        let key = self.userKey(name)
        return try self.read { (snapshot) throws(StoreError) in
            guard let value = try snapshot.value(for: key, in: self.tables.meta) else { return nil }
            return try self.opened(value, for: key)
        }
    }

    /// What is kept of every account, in no order that means anything.
    package func users() throws(SlotError) -> [[UInt8]] {
        try self.read { (snapshot) throws(StoreError) in
            var users: [[UInt8]] = []
            try snapshot.forEach(prefix: Self.userPrefix, in: self.tables.meta) {
                key,
                value throws(StoreError) in
                users.append(try self.opened([UInt8](value), for: [UInt8](key)))
                return .next
            }
            return users
        }
    }

    /// Replaces what is kept of an account, or adds it; durable when this returns.
    package func setUser(_ name: String, _ value: [UInt8]) throws(SlotError) {
        let key = self.userKey(name)
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                try transaction.put(self.sealed(value, for: key), for: key, in: self.tables.meta)
            }
        }
    }

    /// Deletes an account; durable when this returns.
    package func removeUser(_ name: String) throws(SlotError) {
        let key = self.userKey(name)
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                _ = try transaction.delete(key, in: self.tables.meta)
            }
        }
    }

    private static let userPrefix = Array("user/".utf8)

    private func userKey(_ name: String) -> [UInt8] {
        Self.userPrefix + self.indexKey.keyedHash16(Array("user:\(name)".utf8))
    }
}
