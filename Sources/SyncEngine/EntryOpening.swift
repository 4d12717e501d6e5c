package import Cryptography
package import SyncLog
package import Wire

/// Opening entries that are addressed to this node (`Protocol/keys.md` §6, §7).
extension TableStorage where Self: ~Copyable {
    /// Most positions that one entry may be ahead of its chain.
    package static var skippedPositionsMax: UInt32 { 65_536 }

    /// Stores a verified chunk and opens what can be opened.
    ///
    /// - Returns: The log's new state, and every entry that became readable.
    package mutating func store(
        _ chunk: VerifiedChunk,
        me: MemberNumber,
        sealingKey: borrowing SealingKey
    ) throws(Failure) -> (state: LogState, opened: [PlainEntry]) {
        let before = try self.state(of: chunk.log)
        precondition(before.size == chunk.from, "chunks are stored in the order they were verified")
        var state = chunk.state
        // These moved while the chunk was on its way to disk.
        state.receiptedSize = before.receiptedSize
        state.isDisputed = before.isDisputed
        state.unreceipted =
            before.unreceipted + UInt64(chunk.items.count { $0.header?.kind != .receipt })
        state.boundarySize = before.boundarySize
        state.boundaryBytes = before.boundaryBytes
        state.complete =
            before.complete < before.size
            ? before.complete : max(before.complete, chunk.state.complete)
        let items = chunk.items.map(\.withGenuineBoxes)
        try self.append(items, to: chunk.log, size: before.size)
        try self.moveBoundary(of: &state, from: before, adding: items, log: chunk.log)
        try self.setState(state, of: chunk.log)
        var opened: [PlainEntry] = []
        for case .full(let entry) in items {
            opened += try self.open(entry, of: chunk.log, me: me, sealingKey: sealingKey)
        }
        return (state, opened)
    }

    /// Keeps the last checkpoint when a chunk from the boundary before it could not reach further.
    mutating func moveBoundary(
        of state: inout LogState,
        from before: LogState,
        adding items: [LogItem],
        log: LogID
    ) throws(Failure) {
        let bytes = items.reduce(UInt64(0)) { sum, item in
            guard case .full(let entry) = item else { return sum }
            return sum + UInt64(entry.givenByteCount)
        }
        let isFar =
            state.size - before.boundarySize > UInt64(Chunk.itemsMax)
            || before.boundaryBytes + bytes > UInt64(Chunk.payloadBytesMax)
        if isFar, let checkpoint = before.checkpoint, checkpoint.size > before.boundarySize {
            try self.keep(checkpoint, of: log, isBoundary: true)
            state.boundarySize = checkpoint.size
            state.boundaryBytes = bytes
        } else {
            state.boundaryBytes = before.boundaryBytes + bytes
        }
    }

    /// Opens one entry if it is addressed to this node, and whatever waited for it.
    mutating func open(
        _ entry: Entry,
        of log: LogID,
        me: MemberNumber,
        sealingKey: borrowing SealingKey
    ) throws(Failure) -> [PlainEntry] {
        let header = entry.header
        if !header.kind.hasAudience {
            return [
                PlainEntry(log: log, header: header, audience: nil, plaintext: entry.payload)
            ]
        }
        if header.kind == .keyGrant {
            return try self.openGrant(entry, of: log, me: me, sealingKey: sealingKey)
        }
        guard header.kind.isEncrypted else { return [] }
        return try self.openContent(entry, of: log).map { [$0] } ?? []
    }

    private mutating func openGrant(
        _ entry: Entry,
        of log: LogID,
        me: MemberNumber,
        sealingKey: borrowing SealingKey
    ) throws(Failure) -> [PlainEntry] {
        let header = entry.header
        let none: SecretKey? = nil
        let grant: KeyGrant
        do throws(WireError) {
            grant = try KeyGrant(payload: entry.payload)
        } catch {
            try self.setOpening(.failed, contentKey: none, at: header.index, of: log)
            return []
        }
        // Given to this node without being addressed to it: nobody needs to hear that.
        guard grant.audience.contains(me) else { return [] }
        guard grant.audience.hash == header.audience, grant.history.isEmpty,
            grant.isAllowed(from: log.member, at: header.index)
        else {
            try self.setOpening(.failed, contentKey: none, at: header.index, of: log)
            return []
        }
        try self.keep(grant.audience)
        let chain = ChainID(log: log, audience: header.audience, epoch: header.epoch)
        guard
            let key = self.chainKey(
                in: entry,
                grant: grant,
                me: me,
                author: log.member,
                sealingKey: sealingKey
            )
        else {
            let opening: Opening = entry.boxes.contains { $0.member == me } ? .failed : .pending
            try self.setOpening(opening, contentKey: none, at: header.index, of: log)
            return []
        }
        if try self.chainKey(chain) == nil { try self.setChainKey(key, of: chain) }
        try self.setOpening(.open, contentKey: none, at: header.index, of: log)
        let plain = PlainEntry(
            log: log,
            header: header,
            audience: grant.audience,
            plaintext: entry.payload
        )
        return [plain] + (try self.retry(chain))
    }

    private func chainKey(
        in entry: Entry,
        grant: KeyGrant,
        me: MemberNumber,
        author: MemberNumber,
        sealingKey: borrowing SealingKey
    ) -> ChainKey? {
        guard let box = entry.boxes.first(where: { $0.member == me }),
            grant.boxHash(for: me, author: author) == Digest(hashing: box.sealed),
            var bytes = sealingKey.opening(box.sealed)
        else { return nil }
        defer { bytes.wipe() }
        guard let secret = SecretKey(bytes) else { return nil }
        let key = ChainKey(secret, position: entry.header.position)
        guard key.commitment() == entry.header.keyCommitment else { return nil }
        return key
    }

    /// Opens what waited for a chain's grant.
    private mutating func retry(_ chain: ChainID) throws(Failure) -> [PlainEntry] {
        let size = try self.state(of: chain.log).size
        var opened: [PlainEntry] = []
        for (index, opening) in try self.openings(of: chain.log, below: size)
        where opening == .pending {
            guard case .full(let entry) = try self.item(at: index, of: chain.log),
                entry.header.kind.isEncrypted, entry.header.audience == chain.audience,
                entry.header.epoch == chain.epoch
            else { continue }
            if let plain = try self.openContent(entry, of: chain.log) { opened.append(plain) }
        }
        return opened
    }

    private mutating func openContent(
        _ entry: Entry,
        of log: LogID
    ) throws(Failure) -> PlainEntry? {
        let header = entry.header
        let none: SecretKey? = nil
        let chain = ChainID(log: log, audience: header.audience, epoch: header.epoch)
        guard let held = try self.chainKey(chain) else {
            try self.setOpening(.pending, contentKey: none, at: header.index, of: log)
            return nil
        }
        guard let audience = try self.audience(header.audience) else {
            preconditionFailure("a chain key is held with the list it was granted to")
        }
        guard let key = try self.contentKey(for: header.position, of: chain, held: held),
            key.commitment() == header.keyCommitment,
            let plaintext = AuthenticatedEncryption.open(
                entry.payload,
                associatedData: header.associatedData,
                key: key
            )
        else {
            try self.setOpening(.failed, contentKey: none, at: header.index, of: log)
            return nil
        }
        let kept: SecretKey? = key.duplicate()
        try self.setOpening(.open, contentKey: kept, at: header.index, of: log)
        return PlainEntry(log: log, header: header, audience: audience, plaintext: plaintext)
    }

    /// The content key of a position: from the chain, which moves on, or from those skipped.
    private mutating func contentKey(
        for position: UInt32,
        of chain: ChainID,
        held: consuming ChainKey
    ) throws(Failure) -> SecretKey? {
        if position < held.position { return try self.skippedKey(position, of: chain) }
        // No key follows the last position, so nothing can stand there.
        guard position < .max, position - held.position <= Self.skippedPositionsMax else {
            return nil
        }
        var link = held
        while link.position < position {
            try self.setSkippedKey(link.contentKey(), link.position, of: chain)
            link = link.next()
        }
        let key = link.contentKey()
        try self.setChainKey(link.next(), of: chain)
        return key
    }

    /// Takes in entries for places whose leaf hashes are held.
    ///
    /// - Returns: The log's new state and what became readable; `nil` when an entry is not the one
    ///   whose leaf is held, in which case nothing may be committed.
    package mutating func store(
        _ fill: Fill,
        isByAuthor: Bool,
        me: MemberNumber,
        sealingKey: borrowing SealingKey
    ) throws(Failure) -> (state: LogState, opened: [PlainEntry])? {
        var state = try self.state(of: fill.log)
        guard fill.until <= state.size else { return nil }
        var opened: [PlainEntry] = []
        for entry in fill.entries {
            let held = try self.item(at: entry.header.index, of: fill.log)
            guard entry.isConsistent, held.leafHash == entry.header.leafHash else { return nil }
            let entry = entry.withGenuineBoxes
            if case .full(let old) = held, !Self.isNew(entry, beside: old) { continue }
            try self.put(entry, in: fill.log)
            opened += try self.open(entry, of: fill.log, me: me, sealingKey: sealingKey)
            state.unreceipted += 1
        }
        if isByAuthor, fill.isComplete, fill.from <= state.complete {
            state.complete = max(state.complete, fill.until)
        }
        try self.setState(state, of: fill.log)
        return (state, opened)
    }

    private static func isNew(_ entry: Entry, beside held: Entry) -> Bool {
        let known = Set(held.boxes.map(\.member))
        return entry.boxes.contains { !known.contains($0.member) }
    }
}

extension Entry {
    /// The entry without boxes that its grant does not name.
    ///
    /// Boxes lie outside the tree: whoever relays a grant could put others beside it, and a member
    /// who took one for its own would never open the chain.
    var withGenuineBoxes: Entry {
        guard !self.boxes.isEmpty else { return self }
        let grant = try? KeyGrant(payload: self.payload)
        let hashes = Set(grant?.boxHashes ?? [])
        return Entry(
            header: self.header,
            payload: self.payload,
            boxes: self.boxes.filter { hashes.contains(Digest(hashing: $0.sealed)) }
        )
    }

    /// What giving the entry takes of a chunk's room, in bytes: a frame must hold the boxes too.
    var givenByteCount: Int {
        self.payload.count + self.boxes.reduce(0) { $0 + $1.sealed.count + Box.framingByteCount }
    }
}

extension Box {
    /// Bytes of member number, tags and lengths around a box in a frame, at most.
    fileprivate static let framingByteCount = 16
}

extension LogItem {
    fileprivate var withGenuineBoxes: LogItem {
        guard case .full(let entry) = self else { return self }
        return .full(entry.withGenuineBoxes)
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
