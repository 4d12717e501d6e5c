package import Cryptography
package import SyncLog
package import Wire

/// Opening entries that are addressed to this node (`Protocol/keys.md` §6, §7).
///
/// The entries of a chain are opened in the order of their positions, each with the key that the
/// chain then stands at; one that is ahead waits. So no key is kept for an entry that never comes,
/// and nothing is written for a claim that was not checked.
extension TableStorage where Self: ~Copyable {
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
        state.opened = before.opened
        state.openedSize = before.openedSize
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
        return try self.openContent(entry, of: log)
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
        return [plain] + (try self.openWaiting(chain))
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

    private mutating func openContent(
        _ entry: Entry,
        of log: LogID
    ) throws(Failure) -> [PlainEntry] {
        let header = entry.header
        let chain = ChainID(log: log, audience: header.audience, epoch: header.epoch)
        guard let held = try self.chainKey(chain), header.position <= held.position else {
            let none: SecretKey? = nil
            try self.setOpening(.pending, contentKey: none, at: header.index, of: log)
            try self.setWaiting(header.index, at: header.position, of: chain)
            return []
        }
        let plain = try self.open(entry, of: chain, at: held)
        return (plain.map { [$0] } ?? []) + (try self.openWaiting(chain))
    }

    /// Opens what waited for the position that a chain has reached, and so on.
    private mutating func openWaiting(_ chain: ChainID) throws(Failure) -> [PlainEntry] {
        var opened: [PlainEntry] = []
        while let position = try self.chainKey(chain)?.position {
            let waiting = try self.takeWaiting(at: position, of: chain)
            guard !waiting.isEmpty else { break }
            for index in waiting {
                guard case .full(let entry) = try self.item(at: index, of: chain.log),
                    let held = try self.chainKey(chain)
                else { continue }
                if let plain = try self.open(entry, of: chain, at: held) { opened.append(plain) }
            }
        }
        return opened
    }

    /// Opens an entry with the key its chain stands at, and moves the chain on, whatever it holds.
    ///
    /// A position is used up by the first entry that names it: one that does not open must not hold
    /// up those behind it.
    private mutating func open(
        _ entry: Entry,
        of chain: ChainID,
        at held: consuming ChainKey
    ) throws(Failure) -> PlainEntry? {
        let header = entry.header
        let none: SecretKey? = nil
        guard let audience = try self.audience(header.audience) else {
            preconditionFailure("a chain key is held with the list it was granted to")
        }
        // No key follows the last position, so nothing can stand there.
        guard header.position == held.position, header.position < .max else {
            try self.setOpening(.failed, contentKey: none, at: header.index, of: chain.log)
            return nil
        }
        let key = held.contentKey()
        try self.setChainKey(held.next(), of: chain)
        guard key.commitment() == header.keyCommitment,
            let plaintext = AuthenticatedEncryption.open(
                entry.payload,
                associatedData: header.associatedData,
                key: key
            )
        else {
            try self.setOpening(.failed, contentKey: none, at: header.index, of: chain.log)
            return nil
        }
        let kept: SecretKey? = key.duplicate()
        try self.setOpening(.open, contentKey: kept, at: header.index, of: chain.log)
        return PlainEntry(
            log: chain.log,
            header: header,
            audience: audience,
            plaintext: plaintext
        )
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
            state.recount(from: entry.header.index)
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
