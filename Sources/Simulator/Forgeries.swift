import Cryptography
import SyncEngine
import SyncLog
import Wire

/// What is changed in frames, cards and stores by liars and planted faults.
extension Chunk {
    /// The chunk with full entries wherever the sender has them.
    func withEverything(of table: MemoryTable) -> Chunk {
        self.replacing(
            items: self.items.indices.map { table.item(at: self.from + UInt64($0), of: self.log) }
        )
    }

    func replacing(
        log: LogID? = nil,
        items: [LogItem]? = nil,
        checkpoint: Checkpoint? = nil
    ) -> Chunk {
        Chunk(
            table: self.table,
            log: log ?? self.log,
            from: self.from,
            items: items ?? self.items,
            checkpoint: checkpoint ?? self.checkpoint,
            isComplete: self.isComplete
        )
    }
}

extension LogItem {
    /// A grant with boxes that open nothing, for whoever is to relay it or open it.
    var withForgedBoxes: LogItem {
        guard case .full(let entry) = self, entry.header.kind == .keyGrant else { return self }
        let boxes = entry.boxes.map { Box(member: $0.member, sealed: $0.sealed.map { ~$0 }) }
        return .full(Entry(header: entry.header, payload: entry.payload, boxes: boxes))
    }

    /// The leaf alone, of an entry with an audience.
    var withheld: LogItem {
        guard case .full(let entry) = self, entry.header.kind.hasAudience else { return self }
        return .leaf(entry.header.leafHash)
    }
}

extension Entry {
    /// The entry with one bit of its payload changed.
    func flipped(at place: Int) -> Entry {
        var payload = self.payload
        guard !payload.isEmpty else { return self }
        payload[place % payload.count] ^= 1
        return Entry(header: self.header, payload: payload, boxes: self.boxes)
    }
}

extension Digest {
    /// Another value.
    var inverted: Digest { Digest(self.bytes.map { ~$0 }) ?? .zero }
}

extension ForkBranch {
    /// The same with a leaf that its path does not prove.
    var withOtherLeaf: ForkBranch {
        ForkBranch(
            card: self.card,
            checkpoint: self.checkpoint,
            leaf: self.leaf.inverted,
            path: self.path
        )
    }
}

extension Card {
    /// A line of a card's text with a key.
    static func line(_ key: String, _ bytes: [UInt8]) -> String {
        "\n\(key) \(TextEncoding.base64(bytes))\n"
    }

    /// The card with one line changed, signed anew.
    func replacing(_ line: String, by other: String, signedBy keys: SharedKeys) -> Card {
        var bytes = Array(self.note.text.utf8)
        let (old, new) = (Array(line.utf8), Array(other.utf8))
        let start = (0...(bytes.count - old.count)).first { bytes[$0...].starts(with: old) }
        guard let start else { preconditionFailure("a card has the line of its own key") }
        bytes.replaceSubrange(start..<(start + old.count), with: new)
        var note = SignedNote(text: String(decoding: bytes, as: UTF8.self))
        let name = NoteKey.identity(self.identity).name
        note.sign(with: keys.keys.identity, name: name)
        do throws(CardError) {
            return try Card(parsing: note.encoded)
        } catch {
            preconditionFailure("a card with another key is one: \(error)")
        }
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

extension Simulation {
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
