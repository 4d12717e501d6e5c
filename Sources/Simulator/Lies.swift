import Cryptography
import SyncEngine
import SyncLog
import Wire

/// What the lying member, and nodes with a planted fault, do.
extension Simulation {
    /// A frame as the liar sends it: now and then with one thing changed.
    mutating func tampered(_ message: PeerMessage) -> PeerMessage {
        switch message {
        case .chunk(let chunk):
            guard self.generator.chance(0.3) else { return message }
            switch self.random(0...3) {
            case 0: return .chunk(chunk.replacing(items: self.changed(chunk.items)))
            // In its own log that would be to say nothing, which every author may.
            case 1 where chunk.log.member != self.nodes[Self.liar].member:
                return .chunk(chunk.replacing(items: chunk.items.map(\.withForgedBoxes)))
            case 2: return .chunk(chunk.replacing(checkpoint: self.forged(chunk)))
            default:
                return .chunk(
                    chunk.replacing(items: chunk.items.map { .leaf($0.leafHash.inverted) })
                )
            }
        case .fill(let fill):
            guard self.generator.chance(0.3), !fill.entries.isEmpty else { return message }
            let place = self.random(0...(fill.entries.count - 1))
            let flip = self.random(0...255)
            var entries = fill.entries
            entries[place] = entries[place].flipped(at: flip)
            return .fill(
                Fill(
                    table: fill.table,
                    log: fill.log,
                    from: fill.from,
                    until: fill.until,
                    entries: entries,
                    isComplete: fill.isComplete
                )
            )
        default: return message
        }
    }

    /// The items with one byte of one of them changed.
    private mutating func changed(_ items: [LogItem]) -> [LogItem] {
        let place = self.random(0...(items.count - 1))
        let flip = self.random(0...255)
        var items = items
        switch items[place] {
        case .full(let entry): items[place] = .full(entry.flipped(at: flip))
        case .header(let header): items[place] = .leaf(header.leafHash.inverted)
        case .leaf(let hash): items[place] = .leaf(hash.inverted)
        }
        return items
    }

    /// A checkpoint of another tree, signed by the liar: of its own log for another size, so that it
    /// proves no fork.
    private func forged(_ chunk: Chunk) -> Checkpoint {
        let isOwn = chunk.log.member == self.nodes[Self.liar].member
        let keys = self.nodes[Self.liar].keys
        return Checkpoint(
            origin: chunk.checkpoint.origin,
            size: chunk.checkpoint.size + (isOwn ? 1 : 0),
            root: chunk.checkpoint.root.inverted,
            signedWith: keys.keys.log
        )
    }

    /// Stores a chunk as it comes: the planted fault ``Sabotage/storesUnverified``.
    mutating func storeUnverified(_ chunk: Chunk, session: SessionID, on node: Int) {
        var state = self.nodes[node].disk.table.state(of: chunk.log)
        guard chunk.from == state.size, chunk.log.member != self.nodes[node].member else { return }
        for item in chunk.items { state.frontier.append(item.leafHash) }
        state.checkpoint = chunk.checkpoint
        state.complete = state.size
        self.nodes[node].disk.table.append(chunk.items, to: chunk.log, size: chunk.from)
        self.nodes[node].disk.table.setState(state, of: chunk.log)
        self.handle(.receipted(table: chunk.table, states: [chunk.log: state]), on: node)
        self.send(
            .ack(Ack(table: chunk.table, log: chunk.log, size: state.size)),
            session: session,
            from: node
        )
    }
}

extension MemoryTable {
    /// Drops the last entry: the planted fault ``Sabotage/losesOwnEntries``.
    mutating func forgetLast(of log: LogID) {
        let state = self.state(of: log)
        guard state.size > 0 else { return }
        let items = (0..<(state.size - 1)).map { self.item(at: $0, of: log) }
        var shorter = LogState()
        for item in items { shorter.frontier.append(item.leafHash) }
        self.forgetItems(of: log)
        self.append(items, to: log, size: 0)
        self.setState(shorter, of: log)
    }
}

extension Chunk {
    /// The chunk with full entries wherever the sender has them.
    func withEverything(of table: MemoryTable) -> Chunk {
        self.replacing(
            items: self.items.indices.map { table.item(at: self.from + UInt64($0), of: self.log) }
        )
    }

    fileprivate func replacing(items: [LogItem]) -> Chunk {
        Chunk(
            table: self.table,
            log: self.log,
            from: self.from,
            items: items,
            checkpoint: self.checkpoint,
            isComplete: self.isComplete
        )
    }

    fileprivate func replacing(checkpoint: Checkpoint) -> Chunk {
        Chunk(
            table: self.table,
            log: self.log,
            from: self.from,
            items: self.items,
            checkpoint: checkpoint,
            isComplete: self.isComplete
        )
    }
}

extension LogItem {
    /// A grant with boxes that open nothing, for whoever is to relay it or open it.
    fileprivate var withForgedBoxes: LogItem {
        guard case .full(let entry) = self, entry.header.kind == .keyGrant else { return self }
        let boxes = entry.boxes.map { Box(member: $0.member, sealed: $0.sealed.map { ~$0 }) }
        return .full(Entry(header: entry.header, payload: entry.payload, boxes: boxes))
    }
}

extension Entry {
    /// The entry with one bit of its payload changed.
    fileprivate func flipped(at place: Int) -> Entry {
        var payload = self.payload
        guard !payload.isEmpty else { return self }
        payload[place % payload.count] ^= 1
        return Entry(header: self.header, payload: payload, boxes: self.boxes)
    }
}

extension Digest {
    /// Another value.
    fileprivate var inverted: Digest {
        Digest(self.bytes.map { ~$0 }) ?? .zero
    }
}
