package import Cryptography
package import SyncEngine
package import SyncLog

/// Claims to positions of one chain that a transaction has added, and how far claims reach.
struct HeldClaims {
    /// The highest position that is claimed, stored or added.
    private(set) var last: UInt32?
    /// Those that were added, ascending.
    private(set) var added: [PositionClaim] = []

    init(last: UInt32?) { self.last = last }

    mutating func add(_ claim: PositionClaim) {
        self.last = max(self.last ?? claim.position, claim.position)
        let place = self.place(of: claim)
        if place < self.added.count, self.added[place] == claim { return }
        self.added.insert(claim, at: place)
    }

    func added(from first: PositionClaim, limit: Int) -> ArraySlice<PositionClaim> {
        self.added[self.place(of: first)...].prefix(limit)
    }

    /// Where the first claim stands that is not lower; mostly they come in order.
    private func place(of claim: PositionClaim) -> Int {
        var places = 0..<self.added.count
        if self.added.last.map({ $0 < claim }) ?? true { return places.upperBound }
        while !places.isEmpty {
            let middle = places.lowerBound + places.count / 2
            places =
                self.added[middle] < claim
                ? middle + 1..<places.upperBound : places.lowerBound..<middle
        }
        return places.lowerBound
    }
}

extension [PositionClaim] {
    /// Leaves one of each, where equal ones stand beside each other.
    fileprivate mutating func removeRepeats() {
        var kept: [PositionClaim] = []
        for claim in self where claim != kept.last { kept.append(claim) }
        self = kept
    }
}

/// What is kept beside chain keys: claims to positions, the own chains, openings with content keys.
extension TableTransaction {
    /// Stands for "no slot" in an opening.
    private static var noSlot: UInt64 { .max }

    /// As ``SyncEngine/TableStorage/setClaim(_:of:)``.
    package mutating func setClaim(_ claim: PositionClaim, of chain: ChainID) throws(SlotError) {
        if self.claims[chain] == nil {
            self.claims[chain] = HeldClaims(last: try self.lastClaimedPosition(of: chain))
        }
        self.claims[chain]?.add(claim)
    }

    /// Writes the claims that were gathered, in the order of their keys.
    mutating func noteClaims() throws(SlotError) {
        for (chain, held) in self.claims {
            for claim in held.added {
                try self.note([], for: self.key(claim, of: chain), in: self.store.tables.claims)
            }
        }
        self.claims = [:]
    }

    /// The highest position of a chain that a stored entry names.
    private func lastClaimedPosition(of chain: ChainID) throws(SlotError) -> UInt32? {
        let prefix = self.key(chain)
        return try self.lift { () throws(StoreError) in
            var position: UInt32?
            try self.transaction.pointee.forEachReversed(
                prefix: prefix,
                in: self.store.tables.claims
            ) { key, _ throws(StoreError) in
                position = try Self.claim(key, after: prefix.count).position
                return .stop
            }
            return position
        }
    }

    private static func claim(
        _ key: RawSpan,
        after prefixCount: Int
    ) throws(StoreError) -> PositionClaim {
        guard key.byteCount == prefixCount + 12 else { throw .corrupted(operation: "claim") }
        return PositionClaim(
            position: key.bigEndian(at: prefixCount, as: UInt32.self),
            index: key.bigEndian(at: prefixCount + 4, as: UInt64.self)
        )
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
        let held = self.claims[chain]
        // Mostly it is asked who comes next, and nobody does yet.
        if let held, held.last.map({ $0 < first.position }) ?? true { return [] }
        let prefix = self.key(chain)
        var claims = try self.lift { () throws(StoreError) in
            var claims: [PositionClaim] = []
            try self.transaction.pointee.forEach(
                prefix: prefix,
                in: self.store.tables.claims,
                from: self.key(first, of: chain)
            ) { key, _ throws(StoreError) in
                claims.append(try Self.claim(key, after: prefix.count))
                return claims.count < limit ? .next : .stop
            }
            return claims
        }
        if let held {
            claims += held.added(from: first, limit: limit)
            claims.sort()
            claims.removeRepeats()
        }
        return Array(claims.prefix(limit))
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
        var value = [opening.rawValue]
        value.append(bigEndian: slot)
        try self.lift { () throws(StoreError) in
            let openings = self.store.tables.openings
            let old = try self.transaction.pointee.insert(value, for: key, in: openings)
            var wasUnopened = false
            if let old {
                try self.transaction.pointee.put(value, for: key, in: openings)
                let (before, slot) = try TableReads.opening(old)
                wasUnopened = before != .open
                // A key that nothing names any more is destroyed.
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
    }
}
