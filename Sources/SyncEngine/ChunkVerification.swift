import Cryptography
package import SyncLog
package import Wire

/// Why a chunk was dropped whole.
package enum ChunkError: Error, Hashable, Sendable {
    /// The first item is beyond what the receiver holds: something in between was lost.
    case gap(size: UInt64, from: UInt64)
    /// The author is no member, or no card of it is held.
    case unknownAuthor
    /// The log is under dispute.
    case disputed
    /// A new log, and the table has as many as it can have.
    case tooManyLogs
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
    /// The checkpoint is not signed by the author.
    case checkpointSignature
    /// The tree with these leaves has another root than the author signed.
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
        guard !held.isDisputed else { throw .disputed }
        guard chunk.from <= held.size else { throw .gap(size: held.size, from: chunk.from) }
        let end = chunk.from + UInt64(chunk.items.count)
        guard end > held.size else { return nil }
        guard self.file.governing.member(chunk.log.member) != nil,
            let logKey = self.logKey(of: chunk.log.member)
        else { throw .unknownAuthor }
        guard chunk.checkpoint.size == end else { throw .checkpointSize }
        guard self.logs[chunk.log] != nil || self.logs.count < Heads.logsMax else {
            throw .tooManyLogs
        }
        let items = Array(chunk.items.dropFirst(Int(held.size - chunk.from)))
        var state = held
        for (offset, item) in items.enumerated() {
            try self.check(item, at: held.size + UInt64(offset), state: &state)
            state.frontier.append(item.leafHash)
        }
        guard state.frontier.root == chunk.checkpoint.root else { throw .root }
        do throws(CheckpointError) {
            try chunk.checkpoint.verify(
                origin: chunk.log.origin(table: chunk.table),
                logKey: logKey,
                witnesses: self.witnesses
            )
        } catch {
            throw .checkpointSignature
        }
        state.checkpoint = chunk.checkpoint.withoutCosignatures
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

    private func check(
        _ item: LogItem,
        at index: UInt64,
        state: inout LogState
    ) throws(ChunkError) {
        if let header = item.header {
            guard header.index == index else { throw .index(index) }
            guard header.charterVersion >= state.charterVersion else {
                throw .charterVersion(index)
            }
            guard Int(header.charterVersion) <= self.file.effectiveVersion else {
                throw .unknownCharter(header.charterVersion)
            }
            state.charterVersion = header.charterVersion
            state.time = header.time
        }
        if case .full(let entry) = item {
            guard entry.isConsistent else { throw .payload(index) }
        }
        if item.header?.kind != .receipt { state.unreceipted += 1 }
    }

    /// The witness keys of all members.
    package var witnesses: [NoteKey] {
        self.file.cards.sorted { $0.key < $1.key }.map {
            NoteKey.witness($0.value.witnessKey, of: $0.value.identity)
        }
    }
}
