package import SyncLog
package import Wire

/// Giving entries to a peer: to each what it may have (`Protocol/sync.md` §3).
extension TableReading where Self: ~Copyable {
    /// Most positions that one answer looks at.
    private static var fillPositionsMax: UInt64 { 65_536 }

    /// Reads the items from `request.from` on, up to the furthest checkpoint within the limits.
    ///
    /// - Returns: `nil` when there is nothing beyond, or the reader is no member.
    package func readChunk(
        _ request: ChunkRequest,
        charter: Charter,
        me: MemberNumber
    ) throws(Failure) -> Chunk? {
        let state = try self.state(of: request.log)
        guard let reader = charter.member(request.reader), let newest = state.checkpoint,
            request.from < newest.size
        else { return nil }
        var ends = try self.boundaries(
            of: request.log,
            above: request.from,
            limit: Chunk.itemsMax
        )
        if ends.last?.size != newest.size { ends.append(newest) }
        var items: [LogItem] = []
        var payloadBytes = 0
        var chunk: Chunk?
        for end in ends {
            guard end.size - request.from <= UInt64(Chunk.itemsMax) else { break }
            for index in (request.from + UInt64(items.count))..<end.size {
                var item = try self.item(at: index, of: request.log, for: reader)
                if case .full(let entry) = item {
                    // What fills brought to a relay may be more than a chunk holds: it gives the leaf
                    // hash now and the entry when it is asked.
                    if chunk == nil, request.log.member != me,
                        payloadBytes + entry.givenByteCount > Chunk.payloadBytesMax
                    {
                        item = .leaf(item.leafHash)
                    } else {
                        payloadBytes += entry.givenByteCount
                    }
                }
                items.append(item)
            }
            guard payloadBytes <= Chunk.payloadBytesMax else { break }
            chunk = Chunk(
                table: request.table,
                log: request.log,
                from: request.from,
                items: items,
                checkpoint: end.withoutCosignatures,
                isComplete: request.log.member == me
            )
        }
        return chunk
    }

    /// Reads the entries in a range that are addressed to the reader.
    package func readFill(
        _ request: FillRequest,
        charter: Charter,
        me: MemberNumber
    ) throws(Failure) -> Fill {
        var entries: [Entry] = []
        var payloadBytes = 0
        var until = request.from
        if let reader = charter.member(request.reader) {
            // The log may have been let go of since it was asked for.
            let size = try self.state(of: request.log).size
            let end = min(request.until, request.from + Self.fillPositionsMax, size)
            while until < end, entries.count < Chunk.itemsMax {
                let item = try self.item(at: until, of: request.log, for: reader)
                if case .full(let entry) = item {
                    payloadBytes += entry.givenByteCount
                    guard payloadBytes <= Chunk.payloadBytesMax else { break }
                    entries.append(entry)
                }
                until += 1
            }
        }
        return Fill(
            table: request.table,
            log: request.log,
            from: request.from,
            until: max(until, request.from + 1),
            entries: entries,
            isComplete: request.log.member == me
        )
    }

    /// What a member may have of an entry.
    private func item(
        at index: UInt64,
        of log: LogID,
        for reader: Member
    ) throws(Failure) -> LogItem {
        let item = try self.item(at: index, of: log)
        // To its author, who fetches it back, all that is held.
        guard let header = item.header, log.member != reader.number else { return item }
        if reader.role == .auditor, header.kind.hasAudience { return .header(header) }
        guard case .full = item else { return .leaf(item.leafHash) }
        guard header.kind.hasAudience else { return item }
        let audience = try self.audience(header.audience)
        return audience?.contains(reader.number) == true ? item : .leaf(item.leafHash)
    }
}
