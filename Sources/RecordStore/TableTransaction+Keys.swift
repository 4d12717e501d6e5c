package import Cryptography
package import SyncEngine
package import SyncLog

/// What is kept beside chain keys: claims to positions, the own chains, openings with content keys.
extension TableTransaction {
    /// Stands for "no slot" in an opening.
    private static var noSlot: UInt64 { .max }

    /// As ``SyncEngine/TableStorage/setClaim(_:of:)``.
    package mutating func setClaim(_ claim: PositionClaim, of chain: ChainID) throws(SlotError) {
        try self.put([], for: self.key(claim, of: chain), in: self.store.tables.claims)
    }

    private func key(_ claim: PositionClaim, of chain: ChainID) -> [UInt8] {
        var key = self.key(chain)
        key.append(bigEndian: claim.position)
        key.append(bigEndian: claim.index)
        return key
    }

    /// As ``SyncEngine/TableStorage/claims(of:from:limit:)``.
    package func claims(
        of chain: ChainID,
        from first: PositionClaim,
        limit: Int
    ) throws(SlotError) -> [PositionClaim] {
        let prefix = self.key(chain)
        return try self.lift { () throws(StoreError) in
            var claims: [PositionClaim] = []
            try self.transaction.pointee.forEach(
                prefix: prefix,
                in: self.store.tables.claims,
                from: self.key(first, of: chain)
            ) { key, _ throws(StoreError) in
                guard key.byteCount == prefix.count + 12 else {
                    throw .corrupted(operation: "claim")
                }
                claims.append(
                    PositionClaim(
                        position: key.bigEndian(at: prefix.count, as: UInt32.self),
                        index: key.bigEndian(at: prefix.count + 4, as: UInt64.self)
                    )
                )
                return claims.count < limit ? .next : .stop
            }
            return claims
        }
    }

    /// As ``SyncEngine/TableStorage/positionKey(at:of:)``.
    package func positionKey(at index: UInt64, of log: LogID) throws(SlotError) -> SecretKey? {
        try self.reads.positionKey(at: index, of: log, in: self.transaction.pointee)
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

    /// As ``SyncEngine/TableStorage/forgetOwnChains()``.
    package mutating func forgetOwnChains() throws(SlotError) {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.reads.number)
        try self.lift { () throws(StoreError) in
            let ownChains = self.store.tables.ownChains
            var keys: [[UInt8]] = []
            try self.transaction.pointee.forEach(prefix: prefix, in: ownChains) { key, _ in
                keys.append([UInt8](key))
                return .next
            }
            for key in keys {
                _ = try self.transaction.pointee.delete(key, in: ownChains)
            }
        }
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
            var wasUnopened = false
            // A key that nothing names any more is destroyed.
            if let old = try self.transaction.pointee.value(for: key, in: openings) {
                let (before, slot) = try TableReads.opening(old)
                wasUnopened = before != .open
                if slot != Self.noSlot {
                    try self.store.allocator.doom(slot, in: &self.transaction.pointee)
                }
            }
            let unopened = self.store.tables.unopened
            if opening != .open, !wasUnopened {
                try self.transaction.pointee.put([], for: key, in: unopened)
            } else if opening == .open, wasUnopened {
                try self.transaction.pointee.delete(key, in: unopened)
            }
        }
        var value = [opening.rawValue]
        value.append(bigEndian: slot)
        try self.put(value, for: key, in: self.store.tables.openings)
    }
}
