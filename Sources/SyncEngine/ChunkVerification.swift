import Cryptography
package import SyncLog
package import Wire

/// Why a chunk was dropped whole.
package enum ChunkError: Error, Hashable, Sendable {
    /// The first item is beyond what the receiver holds: something in between was lost.
    case gap(size: UInt64, from: UInt64)
    /// The author is no member, or the log follows one that no charter pins.
    case unknownLog
    /// Nothing of this log is taken: it is disputed, or held as far as it counts.
    case refused
    /// The log does not begin with a card of its author.
    case card
    /// A header has another index than its place.
    case index(UInt64)
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
    /// How many of the items call for a receipt.
    package let arrived: UInt64
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
        for (offset, item) in items.enumerated() {
            let index = held.size + UInt64(offset)
            try self.check(item, at: index, by: author, state: &state)
            // Not the boxes: which of them are the author's is known when they are stored.
            state.intake.note(item, of: chunk.log, in: chunk.table, boxByteCount: 0)
            state.frontier.append(item.leafHash)
            guard pin?.size != state.size || pin?.root == state.frontier.root else { throw .root }
        }
        guard let logKey = state.logKey else { throw .card }
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
        state.checkpoint = chunk.checkpoint
        // What kind of entry a leaf hash hides only the author can be asked: else whoever relays
        // receipts as leaf hashes could have two nodes write receipts about receipts without end.
        let isByAuthor = sender == chunk.log.member
        let arrived = items.count {
            $0.header.map { $0.kind != .receipt } ?? isByAuthor
        }
        state.unreceipted += UInt64(arrived)
        // Only where nothing before is open: what was skipped above may have been held as leaf alone.
        if isByAuthor, chunk.isComplete, held.complete == held.size {
            state.complete = end
        }
        return VerifiedChunk(
            table: chunk.table,
            log: chunk.log,
            from: held.size,
            items: items,
            state: state,
            arrived: UInt64(arrived)
        )
    }

    /// Checks one item by what everybody sees who holds the log, in full or as leaf hashes: an honest
    /// sender passes, whatever the author wrote.
    private func check(
        _ item: LogItem,
        at index: UInt64,
        by author: NodeID,
        state: inout LogState
    ) throws(ChunkError) {
        if let header = item.header {
            guard header.index == index else { throw .index(index) }
            state.time = header.time
            state.charterVersion = max(state.charterVersion, header.charterVersion)
        }
        guard case .full(let entry) = item else {
            guard index > 0 else { throw .card }
            return
        }
        guard entry.isConsistent else { throw .payload(index) }
        let isOwn = author == self.file.governing.member(self.me)?.identity
        // Of the cards of others only the first says something here: each costs a signature check.
        guard index == 0 || isOwn && entry.header.kind == .card else { return }
        let card = entry.header.kind == .card ? try? Card(parsing: entry.payload) : nil
        if index == 0 {
            guard let card, card.identity == author else { throw .card }
            state.logKey = card.logKey
        }
        // The own log, fetched back, goes on after its newest card.
        if let card, isOwn { state.cardVersion = max(state.cardVersion, card.version) }
    }
}
