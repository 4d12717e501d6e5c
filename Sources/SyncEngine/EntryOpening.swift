import Cryptography
package import SyncLog
import Wire

/// What opening changed, gathered over the entries of one chunk or fill.
struct OpeningChanges {
    private var opened: [PlainEntry] = []
    private var openedIndices: Set<UInt64> = []
    private var closed: [PlainEntry] = []
    private var doubles: [UInt64] = []
    /// The lowest index of an entry that turned out to be addressed to this node.
    private(set) var lowestAddressed: UInt64?

    mutating func noteAddressed(_ index: UInt64) {
        self.lowestAddressed = min(self.lowestAddressed ?? index, index)
    }

    mutating func noteOpened(_ entry: PlainEntry) {
        self.opened.append(entry)
        self.openedIndices.insert(entry.header.index)
    }

    /// Notes that an entry was open, and is no longer; it never will be again.
    mutating func noteClosed(_ entry: PlainEntry) {
        // What was opened by the same fill nobody has heard of.
        if self.openedIndices.remove(entry.header.index) == nil { self.closed.append(entry) }
    }

    mutating func noteDouble(_ index: UInt64) { self.doubles.append(index) }

    func stored(_ state: LogState) -> StoredEntries {
        StoredEntries(
            state: state,
            opened: self.opened.filter { self.openedIndices.contains($0.header.index) },
            closed: self.closed,
            doubles: self.doubles
        )
    }
}

/// Opening entries that are addressed to this node (`Protocol/keys.md` §6, §7).
///
/// What opens is a function of the entries and boxes held, in whatever order they came: a chain is
/// begun by one grant, which its entries name by index; of the entries that name one position the one
/// with the lowest index uses it; and a chain stands at the first position that none names. The key
/// of a used position is kept with the entry that uses it, for one with a lower index may still come.
/// No key is derived for a position that no entry names.
extension TableStorage where Self: ~Copyable {
    /// Most claims that are read at a time.
    private static var claimsReadMax: Int { 4_096 }

    /// Opens one entry that is held whole now, if it is addressed to this node, and what it lets open.
    mutating func open(
        _ entry: Entry,
        of log: LogID,
        me: MemberNumber,
        sealingKey: borrowing SealingKey,
        _ changes: inout OpeningChanges
    ) throws(Failure) {
        let header = entry.header
        if !header.kind.hasAudience {
            changes.noteOpened(
                PlainEntry(log: log, header: header, audience: nil, plaintext: entry.payload)
            )
        } else if header.kind == .keyGrant {
            try self.openGrant(entry, of: log, me: me, sealingKey: sealingKey, &changes)
        } else if header.kind.isEncrypted, UInt64(header.epoch) < header.index {
            try self.openContent(entry, of: log, &changes)
        }
    }

    private mutating func openGrant(
        _ entry: Entry,
        of log: LogID,
        me: MemberNumber,
        sealingKey: borrowing SealingKey,
        _ changes: inout OpeningChanges
    ) throws(Failure) {
        let header = entry.header
        // Without a list that can be read nobody says that it is addressed to this node.
        guard let grant = entry.addressedGrant(to: me, in: log) else { return }
        let none: SecretKey? = nil
        let chain = ChainID(log: log, audience: header.audience, epoch: header.epoch)
        let before = try self.opening(at: header.index, of: log)
        if before == nil {
            try self.keep(grant.audience)
            changes.noteAddressed(header.index)
            // So that the entries that came before it find it.
            try self.setOpening(.pending, contentKey: none, at: header.index, of: log)
            if header.epoch == header.index { try self.address(chain, &changes) }
        }
        guard before == nil || before == .pending else { return }
        guard grant.isChainStart(header, author: log.member) else {
            return try self.setOpening(.failed, contentKey: none, at: header.index, of: log)
        }
        guard let box = entry.boxes.first(where: { $0.member == me }) else { return }
        guard let key = header.chainKey(in: box, sealingKey: sealingKey) else {
            return try self.setOpening(.failed, contentKey: none, at: header.index, of: log)
        }
        try self.setChainKey(key, of: chain)
        try self.setOpening(.open, contentKey: none, at: header.index, of: log)
        changes.noteOpened(
            PlainEntry(
                log: log,
                header: header,
                audience: grant.audience,
                plaintext: entry.payload
            )
        )
        try self.advance(chain, &changes)
    }

    /// Notes of the entries that came before their grant that they are addressed to this node.
    private mutating func address(
        _ chain: ChainID,
        _ changes: inout OpeningChanges
    ) throws(Failure) {
        let none: SecretKey? = nil
        var next = PositionClaim(position: 0, index: 0)
        var used: UInt32?
        while true {
            let claims = try self.claims(of: chain, from: next, limit: Self.claimsReadMax)
            for claim in claims {
                changes.noteAddressed(claim.index)
                if used == claim.position { changes.noteDouble(claim.index) }
                try self.setOpening(
                    used == claim.position ? .double : .pending,
                    contentKey: none,
                    at: claim.index,
                    of: chain.log
                )
                used = claim.position
            }
            guard claims.count == Self.claimsReadMax, let last = claims.last else { return }
            next = PositionClaim(position: last.position, index: last.index + 1)
        }
    }

    private mutating func openContent(
        _ entry: Entry,
        of log: LogID,
        _ changes: inout OpeningChanges
    ) throws(Failure) {
        let header = entry.header
        let none: SecretKey? = nil
        let chain = ChainID(log: log, audience: header.audience, epoch: header.epoch)
        let user = try self.user(of: header.position, in: chain)
        guard user != header.index else { return }
        try self.setClaim(
            PositionClaim(position: header.position, index: header.index),
            of: chain
        )
        guard try self.isAddressed(chain) else { return }
        changes.noteAddressed(header.index)
        if let user, user < header.index {
            changes.noteDouble(header.index)
            try self.setOpening(.double, contentKey: none, at: header.index, of: log)
        } else if let user {
            try self.take(over: user, by: entry, of: chain, &changes)
        } else if let held = try self.chainKey(chain), held.position == header.position,
            held.position < .max
        {
            // Where entries come in order each one is the next.
            try self.move(chain, from: held, with: entry, &changes)
            try self.advance(chain, &changes)
        } else {
            try self.setOpening(.pending, contentKey: none, at: header.index, of: log)
        }
    }

    /// Lets an entry use the position of one with a higher index, which no longer counts.
    private mutating func take(
        over user: UInt64,
        by entry: Entry,
        of chain: ChainID,
        _ changes: inout OpeningChanges
    ) throws(Failure) {
        let none: SecretKey? = nil
        let before = try self.opening(at: user, of: chain.log)
        let key = try self.positionKey(at: user, of: chain.log)
        if before == .open, let plain = try self.plaintext(at: user, of: chain.log) {
            changes.noteClosed(plain)
        }
        changes.noteDouble(user)
        try self.setOpening(.double, contentKey: none, at: user, of: chain.log)
        if let key {
            try self.decide(entry, of: chain, with: key, &changes)
        } else {
            // Not reached yet; or reached, and the key was lost with a damaged slot.
            try self.setOpening(
                before == .pending ? .pending : .failed,
                contentKey: none,
                at: entry.header.index,
                of: chain.log
            )
        }
    }

    /// Moves a chain on over every position that an entry names, and opens what uses them.
    private mutating func advance(
        _ chain: ChainID,
        _ changes: inout OpeningChanges
    ) throws(Failure) {
        // No key follows the last position, so nothing can stand there.
        while let held = try self.chainKey(chain), held.position < .max,
            let user = try self.user(of: held.position, in: chain)
        {
            guard case .full(let entry) = try self.item(at: user, of: chain.log) else {
                preconditionFailure("entries that name a position are held whole")
            }
            try self.move(chain, from: held, with: entry, &changes)
        }
    }

    /// Moves a chain on over the position at which it stands, and opens the entry that uses it.
    private mutating func move(
        _ chain: ChainID,
        from held: borrowing ChainKey,
        with entry: Entry,
        _ changes: inout OpeningChanges
    ) throws(Failure) {
        let key = held.contentKey()
        try self.setChainKey(held.next(), of: chain)
        try self.decide(entry, of: chain, with: key, &changes)
    }

    /// Opens the entry that uses a position, or notes that it never will; the key stays with it.
    private mutating func decide(
        _ entry: Entry,
        of chain: ChainID,
        with key: borrowing SecretKey,
        _ changes: inout OpeningChanges
    ) throws(Failure) {
        let header = entry.header
        var plaintext: [UInt8]?
        if key.commitment() == header.keyCommitment {
            plaintext = AuthenticatedEncryption.open(
                entry.payload,
                associatedData: header.associatedData,
                key: key
            )
        }
        let kept: SecretKey? = key.duplicate()
        try self.setOpening(
            plaintext == nil ? .failed : .open,
            contentKey: kept,
            at: header.index,
            of: chain.log
        )
        guard let plaintext else { return }
        guard let audience = try self.audience(header.audience) else {
            preconditionFailure("a chain key is held with the list it was granted to")
        }
        changes.noteOpened(
            PlainEntry(
                log: chain.log,
                header: header,
                audience: audience,
                plaintext: plaintext
            )
        )
    }

    /// Index of the entry that uses a position: the lowest that names it.
    private func user(of position: UInt32, in chain: ChainID) throws(Failure) -> UInt64? {
        let first = PositionClaim(position: position, index: 0)
        let claim = try self.claims(of: chain, from: first, limit: 1).first
        return claim?.position == position ? claim?.index : nil
    }

    /// Whether the grant that begins a chain is held, with a list that names this node.
    private func isAddressed(_ chain: ChainID) throws(Failure) -> Bool {
        let hasKey = try self.chainKey(chain) != nil
        if hasKey { return true }
        let index = UInt64(chain.epoch)
        guard try self.opening(at: index, of: chain.log) != nil,
            let header = try self.header(at: index, of: chain.log)
        else { return false }
        return header.kind == .keyGrant && header.audience == chain.audience
            && header.epoch == chain.epoch
    }
}

extension Entry {
    /// The grant in the entry, when its list can be read, is the header's and names a member, or the
    /// log is the member's own.
    package func addressedGrant(to member: MemberNumber, in log: LogID) -> KeyGrant? {
        guard let grant = try? KeyGrant(payload: self.payload),
            grant.audience.hash == self.header.audience,
            log.member == member || grant.audience.contains(member)
        else { return nil }
        return grant
    }
}

extension KeyGrant {
    /// Whether the grant begins a chain: the one that its own index names, from position 0.
    func isChainStart(_ header: EntryHeader, author: MemberNumber) -> Bool {
        self.history.isEmpty && header.epoch == header.index && header.position == 0
            && self.isAllowed(from: author, at: header.index)
    }
}

extension EntryHeader {
    /// The chain key in a box, when it is the one the header commits to.
    fileprivate func chainKey(in box: Box, sealingKey: borrowing SealingKey) -> ChainKey? {
        guard var bytes = sealingKey.opening(box.sealed) else { return nil }
        defer { bytes.wipe() }
        guard let secret = SecretKey(bytes) else { return nil }
        let key = ChainKey(secret, position: self.position)
        guard key.commitment() == self.keyCommitment else { return nil }
        return key
    }
}

extension TableReading where Self: ~Copyable {
    /// Decrypts an entry that is open; `nil` when it is not, or was destroyed.
    package func plaintext(at index: UInt64, of log: LogID) throws(Failure) -> PlainEntry? {
        guard case .full(let entry) = try self.item(at: index, of: log) else { return nil }
        let header = entry.header
        guard header.kind.hasAudience else {
            return PlainEntry(log: log, header: header, audience: nil, plaintext: entry.payload)
        }
        guard let audience = try self.audience(header.audience) else { return nil }
        guard header.kind.isEncrypted else {
            return PlainEntry(
                log: log,
                header: header,
                audience: audience,
                plaintext: entry.payload
            )
        }
        guard let key = try self.contentKey(at: index, of: log),
            let plaintext = AuthenticatedEncryption.open(
                entry.payload,
                associatedData: header.associatedData,
                key: key
            )
        else { return nil }
        return PlainEntry(log: log, header: header, audience: audience, plaintext: plaintext)
    }
}
