package import Cryptography
package import SyncEngine
package import SyncLog

/// What is kept beside chain keys: waiting entries, the own chains, openings with content keys.
extension TableTransaction {
    /// Stands for "no slot" in an opening.
    private static var noSlot: UInt64 { .max }

    /// As ``SyncEngine/TableStorage/setWaiting(_:at:of:)``.
    package mutating func setWaiting(
        _ index: UInt64,
        at position: UInt32,
        of chain: ChainID
    ) throws(SlotError) {
        var key = self.key(chain)
        key.append(bigEndian: position)
        key.append(bigEndian: index)
        try self.put([], for: key, in: self.store.tables.waiting)
    }

    /// As ``SyncEngine/TableStorage/takeWaiting(at:of:)``.
    package mutating func takeWaiting(
        at position: UInt32,
        of chain: ChainID
    ) throws(SlotError) -> [UInt64] {
        var prefix = self.key(chain)
        prefix.append(bigEndian: position)
        return try self.lift { () throws(StoreError) in
            var indices: [UInt64] = []
            try self.transaction.pointee.forEach(prefix: prefix, in: self.store.tables.waiting) {
                key,
                _ throws(StoreError) in
                guard key.byteCount == prefix.count + 8 else {
                    throw .corrupted(operation: "waiting entry")
                }
                indices.append(key.bigEndian(at: prefix.count, as: UInt64.self))
                return .next
            }
            for index in indices {
                var key = prefix
                key.append(bigEndian: index)
                try self.transaction.pointee.delete(key, in: self.store.tables.waiting)
            }
            return indices
        }
    }

    /// As ``SyncEngine/TableStorage/ownChain(_:)``.
    package func ownChain(_ audience: Digest) throws(SlotError) -> OwnChain? {
        let value = try self.lift { () throws(StoreError) in
            try self.transaction.pointee.value(
                for: self.ownChainKey(audience),
                in: self.store.tables.ownChains
            )
        }
        guard let value else { return nil }
        guard value.count == 44, let keys = Digest(value[12...]) else {
            throw .store(.corrupted(operation: "own chain"))
        }
        return OwnChain(
            epoch: UInt32(bigEndian: value[..<4]),
            startedMilliseconds: UInt64(bigEndian: value[4..<12]),
            recipientKeys: keys
        )
    }

    /// As ``SyncEngine/TableStorage/setOwnChain(_:for:)``.
    package mutating func setOwnChain(
        _ chain: OwnChain,
        for audience: Digest
    ) throws(SlotError) {
        var value: [UInt8] = []
        value.append(bigEndian: chain.epoch)
        value.append(bigEndian: chain.startedMilliseconds)
        chain.recipientKeys.append(to: &value)
        try self.put(value, for: self.ownChainKey(audience), in: self.store.tables.ownChains)
    }

    private func ownChainKey(_ audience: Digest) -> [UInt8] {
        var key: [UInt8] = []
        key.append(bigEndian: self.reads.number)
        audience.append(to: &key)
        return key
    }

    /// As ``SyncEngine/TableStorage/setOpening(_:contentKey:at:of:)``.
    package mutating func setOpening(
        _ opening: Opening,
        contentKey: borrowing SecretKey?,
        at index: UInt64,
        of log: LogID
    ) throws(SlotError) {
        var slot = Self.noSlot
        switch contentKey {
        case .some(let key): slot = try self.writeSlot(key)
        case .none: break
        }
        let key = self.reads.reference(log).key(index)
        try self.lift { () throws(StoreError) in
            let openings = self.store.tables.openings
            // A key that nothing names any more is destroyed.
            if let old = try self.transaction.pointee.value(for: key, in: openings) {
                guard old.count == 9 else { throw .corrupted(operation: "opening") }
                let slot = UInt64(bigEndian: old[1...])
                if slot != Self.noSlot {
                    try self.store.allocator.doom(slot, in: &self.transaction.pointee)
                }
            }
        }
        var value = [opening.rawValue]
        value.append(bigEndian: slot)
        try self.put(value, for: key, in: self.store.tables.openings)
    }
}
