import Cryptography
package import SyncLog
package import Wire

/// Why a chunk was dropped whole.
package enum ChunkError: Error, Hashable, Sendable {
    /// The first item is beyond what the receiver holds: something in between was lost.
    case gap(size: UInt64, from: UInt64)
    /// The author is no member, or the log follows one that no charter pins.
    case unknownLog
    /// Nothing of this log is taken: it is disputed, broken, or held as far as it counts.
    case refused
    /// A card entry that is missing at the log's beginning, or is no card of its author.
    case card(UInt64)
    /// A header has another index than its place.
    case index(UInt64)
    /// A header's charter version is lower than the one before.
    case charterVersion(UInt64)
    /// A header names a charter version that the receiver does not have yet.
    case unknownCharter(UInt16)
    /// A payload is not the header's.
    case payload(UInt64)
    /// The checkpoint is not for the end of the chunk.
    case checkpointSize
    /// The checkpoint is not signed with the log's key.
    case checkpointSignature
    /// The tree with these leaves has another root than the author signed, or than a charter pins.
    case root
}

/// A chunk whose every claim was checked; ready to be stored.
package struct VerifiedChunk: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// Index of the first item.
    package let from: UInt64
    /// The items that the receiver did not have.
    package let items: [LogItem]
    /// The log's state with them.
    package let state: LogState
}

extension TableState {
    /// Checks a chunk against what this node holds (`Protocol/sync.md` §3).
    ///
    /// - Parameters:
    ///   - chunk: What came.
    ///   - sender: Number of the member that sent it.
    ///   - held: The log's state, pending chunks included.
    /// - Returns: What is to be stored, or `nil` when everything in it is held already.
    /// - Throws: Why the chunk is dropped whole.
    /// - Complexity: O(bytes) hashing and one signature.
    package func verify(
        _ chunk: Chunk,
        from sender: MemberNumber,
        held: LogState
    ) throws(ChunkError) -> VerifiedChunk? {
        guard self.isKnown(chunk.log), let author = self.author(of: chunk.log) else {
            throw .unknownLog
        }
        guard !self.refused.contains(chunk.log) else { throw .refused }
        guard chunk.from <= held.size else { throw .gap(size: held.size, from: chunk.from) }
        let end = chunk.from + UInt64(chunk.items.count)
        guard end > held.size else { return nil }
        let pin = self.pin(of: chunk.log)
        guard pin.map({ held.size < $0.size }) ?? true else { throw .refused }
        guard chunk.checkpoint.size == end else { throw .checkpointSize }
        let items = Array(chunk.items.dropFirst(Int(held.size - chunk.from)))
        var state = held
        // What the author can be blamed for is said once it is clear that the author signed it.
        var breach: ChunkError?
        for (offset, item) in items.enumerated() {
            let index = held.size + UInt64(offset)
            breach = breach ?? self.breach(of: item, at: index, state: &state)
            try self.check(item, at: index, by: author, state: &state)
            // Not the boxes: which of them are the author's is known when they are stored.
            state.intake.note(item, of: chunk.log, in: chunk.table, boxByteCount: 0)
            state.frontier.append(item.leafHash)
            guard pin?.size != state.size || pin?.root == state.frontier.root else { throw .root }
        }
        guard let logKey = state.logKey else { throw .card(0) }
        do throws(CheckpointError) {
            try chunk.checkpoint.verify(
                origin: chunk.log.origin(table: chunk.table),
                logKey: logKey,
                witnesses: []
            )
        } catch {
            throw .checkpointSignature
        }
        guard state.frontier.root == chunk.checkpoint.root else { throw .root }
        if let breach { throw breach }
        state.checkpoint = chunk.checkpoint
        // Only where nothing before is open: what was skipped above may have been held as leaf alone.
        if sender == chunk.log.member, chunk.isComplete, held.complete == held.size {
            state.complete = end
        }
        return VerifiedChunk(
            table: chunk.table,
            log: chunk.log,
            from: held.size,
            items: items,
            state: state
        )
    }

    /// What is wrong with the charter version of an entry: its author's doing, which those cannot see who
    /// hold its leaf alone.
    private func breach(
        of item: LogItem,
        at index: UInt64,
        state: inout LogState
    ) -> ChunkError? {
        guard let header = item.header else { return nil }
        guard header.charterVersion >= state.charterVersion else { return .charterVersion(index) }
        state.charterVersion = header.charterVersion
        return Int(header.charterVersion) > self.file.effectiveVersion
            ? .unknownCharter(header.charterVersion) : nil
    }

    private func check(
        _ item: LogItem,
        at index: UInt64,
        by author: NodeID,
        state: inout LogState
    ) throws(ChunkError) {
        if let header = item.header {
            guard header.index == index else { throw .index(index) }
            state.time = header.time
        }
        if case .full(let entry) = item {
            guard entry.isConsistent else { throw .payload(index) }
            if entry.header.kind == .card {
                guard let card = try? Card(parsing: entry.payload), card.identity == author else {
                    throw .card(index)
                }
                state.note(card, at: index)
                if author == self.file.governing.member(self.me)?.identity {
                    state.cardVersion = card.version
                }
            }
        }
        guard index > 0 || state.logKey != nil else { throw .card(index) }
        if item.header?.kind != .receipt { state.unreceipted += 1 }
    }
}
