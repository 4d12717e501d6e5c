package import Cryptography
package import SyncLog
package import Wire

/// What came of storing entries of others.
package struct StoredEntries: Sendable {
    /// The log's new state.
    package let state: LogState
    /// Every entry that became readable.
    package let opened: [PlainEntry]
    /// Those that no longer count, because an entry with a lower index came and uses their position.
    package let closed: [PlainEntry]
    /// Indices of the entries, opened before or not, that name a position which another uses.
    package let doubles: [UInt64]
}

/// Storing verified chunks and fills, and opening what is in them.
extension TableStorage where Self: ~Copyable {
    /// Stores a verified chunk and opens what can be opened.
    ///
    /// - Parameters:
    ///   - chunk: What was verified beside the state that is held.
    ///   - me: The node's own number at the table.
    ///   - sealingKey: Opens its boxes.
    /// - Returns: What changed.
    /// - Throws: That the store refused.
    package mutating func store(
        _ chunk: VerifiedChunk,
        me: MemberNumber,
        sealingKey: borrowing SealingKey
    ) throws(Failure) -> StoredEntries {
        let before = try self.state(of: chunk.log)
        precondition(before.size == chunk.from, "chunks are stored in the order they were verified")
        var state = chunk.state
        // These moved while the chunk was on its way to disk.
        state.receiptedSize = before.receiptedSize
        state.isDisputed = before.isDisputed
        state.unreceipted = before.unreceipted + chunk.arrived
        state.held = before.held
        state.heldSize = before.heldSize
        state.boundarySize = before.boundarySize
        state.boundaryBytes = before.boundaryBytes
        state.complete =
            before.complete < before.size
            ? before.complete : max(before.complete, chunk.state.complete)
        let items = chunk.items.map { $0.withGenuineBoxes(of: chunk.log.member) }
        state.intake = before.intake
        state.intake.keepLevel(of: chunk.state.intake)
        for item in items {
            state.intake.note(item, of: chunk.log, in: chunk.table, boxByteCount: item.boxByteCount)
        }
        try self.append(items, to: chunk.log, size: before.size)
        try self.moveBoundary(of: &state, from: before, adding: items, log: chunk.log)
        var changes = OpeningChanges()
        for case .full(let entry) in items {
            try self.open(entry, of: chunk.log, me: me, sealingKey: sealingKey, &changes)
        }
        if let index = changes.lowestAddressed { state.recount(from: index) }
        try self.setState(state, of: chunk.log)
        return changes.stored(state)
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

    /// Takes in entries for places whose leaf hashes are held.
    ///
    /// - Returns: `nil` when an entry is not the one whose leaf is held, in which case nothing may be
    ///   committed.
    package mutating func store(
        _ fill: Fill,
        isByAuthor: Bool,
        me: MemberNumber,
        sealingKey: borrowing SealingKey
    ) throws(Failure) -> StoredEntries? {
        let before = try self.state(of: fill.log)
        var state = before
        guard fill.until <= state.size else { return nil }
        var changes = OpeningChanges()
        for entry in fill.entries {
            let index = entry.header.index
            let held = try self.item(at: index, of: fill.log)
            guard entry.isConsistent, held.leafHash == entry.header.leafHash else { return nil }
            let entry = entry.withGenuineBoxes(of: fill.log.member)
            if case .full(let old) = held {
                guard Self.isNew(entry, beside: old) else { continue }
                state.intake.bytes += UInt64(entry.boxByteCount)
            } else {
                state.intake.note(
                    .full(entry),
                    of: fill.log,
                    in: fill.table,
                    boxByteCount: entry.boxByteCount
                )
            }
            try self.put(entry, in: fill.log)
            // With the boxes that were held before.
            guard case .full(let whole) = try self.item(at: index, of: fill.log) else {
                preconditionFailure("an entry that was put is held whole")
            }
            try self.open(whole, of: fill.log, me: me, sealingKey: sealingKey, &changes)
            if entry.header.kind != .receipt { state.unreceipted += 1 }
        }
        if let index = changes.lowestAddressed { state.recount(from: index) }
        if isByAuthor, fill.completes(state) {
            // What stays a leaf hash when its author has given all is an entry for others.
            let isForOthers = try self.hasLeaf(in: state.complete..<fill.until, of: fill.log)
            if isForOthers { state.unreceipted += 1 }
            state.complete = fill.until
        }
        if state != before { try self.setState(state, of: fill.log) }
        return changes.stored(state)
    }

    private func hasLeaf(in range: Range<UInt64>, of log: LogID) throws(Failure) -> Bool {
        for index in range where try self.header(at: index, of: log) == nil { return true }
        return false
    }

    private static func isNew(_ entry: Entry, beside held: Entry) -> Bool {
        let known = Set(held.boxes.map(\.member))
        return entry.boxes.contains { !known.contains($0.member) }
    }
}

extension Fill {
    /// Whether it moves, when it is by the author, how far the author said that all was given.
    func completes(_ state: LogState) -> Bool {
        self.isComplete && self.from <= state.complete && self.until > state.complete
    }
}

extension Entry {
    /// The entry without boxes that its grant does not name for the member they are said to be for.
    ///
    /// Boxes lie outside the tree: whoever relays a grant could put others beside it, or one
    /// member's under another's number, and who took it for its own would never open the chain.
    func withGenuineBoxes(of author: MemberNumber) -> Entry {
        guard !self.boxes.isEmpty else { return self }
        let grant = self.header.kind == .keyGrant ? try? KeyGrant(payload: self.payload) : nil
        return Entry(
            header: self.header,
            payload: self.payload,
            boxes: self.boxes.filter {
                grant?.boxHash(for: $0.member, author: author) == Digest(hashing: $0.sealed)
            }
        )
    }

    /// What giving the entry takes of a chunk's room, in bytes: a frame must hold the boxes too.
    var givenByteCount: Int { self.payload.count + self.boxByteCount }

    /// The boxes' part of it.
    fileprivate var boxByteCount: Int {
        self.boxes.reduce(0) { $0 + $1.sealed.count + Box.framingByteCount }
    }
}

extension Box {
    /// Bytes of member number, tags and lengths around a box in a frame, at most.
    fileprivate static let framingByteCount = 16
}

extension LogItem {
    fileprivate func withGenuineBoxes(of author: MemberNumber) -> LogItem {
        guard case .full(let entry) = self else { return self }
        return .full(entry.withGenuineBoxes(of: author))
    }

    /// What the boxes that are held with it take of a chunk's room, in bytes.
    var boxByteCount: Int {
        if case .full(let entry) = self { entry.boxByteCount } else { 0 }
    }
}
