import Cryptography
import SyncEngine
import SyncLog
import Wire

/// What lying members, and nodes with a planted fault, say.
extension Simulation {
    /// Whether a node tells a lie at this occasion, which it does in a share of them.
    mutating func lies(_ lie: Lie, _ node: Int, _ ratio: Double) -> Bool {
        guard self.tells(lie, node), self.generator.chance(ratio) else { return false }
        self.counts.note(Fault.lie(lie))
        return true
    }

    /// A frame as a node sends it: a liar's now and then with something changed.
    mutating func spoken(_ message: PeerMessage, from node: Int, to peer: Int) -> PeerMessage {
        if self.isSabotaged(node, .changesRelayed), case .chunk(let chunk) = message,
            chunk.log != self.nodes[node].log
        {
            return .chunk(chunk.replacing(items: self.changed(chunk.items)))
        }
        if self.isSabotaged(node, .repeatsHeads), self.isQuiet, case .headsDigest = message {
            return .heads(Heads(table: self.table, logs: [], refused: []))
        }
        guard self.isLiar(node) else { return message }
        if self.nodes[node].member == Self.secondLiar, !self.isCalm || self.faults.liesOn {
            self.counts.note(Fault.secondLiar)
        }
        switch message {
        case .hello(let hello): return .hello(self.spoken(hello, from: node, to: peer))
        case .tableFile(let file):
            guard self.nodes[peer].member == 1, self.lies(.otherCard, node, 0.5) else {
                return message
            }
            var other = file.withoutCards(of: [self.nodes[node].member])
            other.update(self.otherCard(of: node))
            return .tableFile(other)
        case .headsDigest(let digest): return self.spoken(digest, from: node)
        case .heads(let heads): return .heads(self.spoken(heads, from: node))
        case .chunk(let chunk): return .chunk(self.spoken(chunk, from: node))
        case .fill(let fill): return .fill(self.spoken(fill, from: node))
        case .ack(let ack):
            guard self.lies(.falseAcks, node, 0.5) else { return message }
            let size = ack.size + UInt64(self.random(1...20))
            return .ack(Ack(table: ack.table, log: ack.log, size: size))
        case .proof(let proof):
            guard self.lies(.falseProofs, node, 0.5) else { return message }
            return .proof(
                Proof(
                    table: proof.table,
                    log: proof.log,
                    index: proof.index,
                    branch: proof.branch.withOtherLeaf
                )
            )
        case .ask, .prove, .evidence, .goodbye: return message
        }
    }

    private mutating func spoken(_ hello: Hello, from node: Int, to peer: Int) -> Hello {
        var card = hello.card
        if card != self.nodes[node].firstCard, self.lies(.oldCard, node, 0.5) {
            card = self.nodes[node].firstCard
        }
        if self.nodes[peer].member == 1, self.lies(.otherCard, node, 0.5) {
            card = self.otherCard(of: node)
        }
        return Hello(version: hello.version, card: card, tables: hello.tables)
    }

    /// The card of a node with another log key: one version has two cards.
    private func otherCard(of node: Int) -> Card {
        let card = self.nodes[node].card
        let keys = self.nodes[node].keys
        let other = Card.line("log", keys.keys.witness.verifyingKey.bytes)
        return card.replacing(Card.line("log", card.logKey.bytes), by: other, signedBy: keys)
    }

    private mutating func spoken(_ digest: HeadsDigest, from node: Int) -> PeerMessage {
        if self.lies(.falseProofs, node, 0.1), let evidence = self.falseEvidence(of: node) {
            return .evidence(evidence)
        }
        guard self.lies(.falseDigests, node, 0.3) else { return .headsDigest(digest) }
        let isDigestFalse = self.generator.chance(0.5)
        return .headsDigest(
            HeadsDigest(
                table: digest.table,
                digest: isDigestFalse ? digest.digest.inverted : digest.digest,
                complete: digest.complete + UInt64(self.random(0...100)),
                isSettled: !digest.isSettled,
                isRound: !digest.isRound
            )
        )
    }

    /// Evidence of a fork that is none, of a log chosen by chance.
    private mutating func falseEvidence(of node: Int) -> ForkEvidence? {
        let table = self.nodes[node].disk.table
        let logs = table.states.filter { $0.value.size > 0 }.keys.sorted()
        guard let log = logs.randomElement(using: &self.generator) else { return nil }
        let request = BranchRequest(table: self.table, log: log, index: .max)
        guard let (index, branch) = table.branch(request) else { return nil }
        return ForkEvidence(
            table: self.table,
            log: log,
            index: index,
            branch,
            branch.withOtherLeaf
        )
    }

    private mutating func spoken(_ heads: Heads, from node: Int) -> Heads {
        var logs = heads.logs
        var refused = heads.refused
        if !logs.isEmpty, self.lies(.hidesHeads, node, 0.3) {
            let hidden = logs.remove(at: self.random(0...(logs.count - 1)))
            if self.generator.chance(0.5) { refused = (refused + [hidden.log]).sorted() }
        }
        let me = self.nodes[node].member
        if let own = logs.last(where: { $0.log.member == me }),
            self.lies(.namesGenerations, node, 0.3)
        {
            let others = (1...8).map { generation in
                LogHead(
                    log: LogID(member: me, generation: UInt16(generation)),
                    checkpoint: own.checkpoint
                )
            }
            logs = (logs + others).sorted { $0.log < $1.log }
        }
        return Heads(table: heads.table, logs: logs, refused: refused)
    }

    private mutating func spoken(_ chunk: Chunk, from node: Int) -> Chunk {
        let isOwn = chunk.log.member == self.nodes[node].member
        if self.lies(.changesItems, node, 0.1) {
            return chunk.replacing(items: self.changed(chunk.items))
        }
        // In its own log that would be to say nothing, which every author may.
        if !isOwn, self.lies(.forgesBoxes, node, 0.1) {
            return chunk.replacing(items: chunk.items.map(\.withForgedBoxes))
        }
        if self.lies(.forgesCheckpoints, node, 0.1) {
            return chunk.replacing(checkpoint: self.forged(chunk, by: node))
        }
        if self.lies(.forgesLeaves, node, 0.1) {
            return chunk.replacing(items: chunk.items.map { .leaf($0.leafHash.inverted) })
        }
        if self.lies(.namesGenerations, node, 0.1) {
            let log = LogID(member: chunk.log.member, generation: UInt16(self.random(1...9)))
            return chunk.replacing(log: log)
        }
        if self.lies(.withholds, node, 0.3) {
            let share = self.generator.chance(0.5) ? 1.0 : 0.5
            var items = chunk.items
            for place in items.indices where self.generator.chance(share) {
                items[place] = items[place].withheld
            }
            return chunk.replacing(items: items)
        }
        return chunk
    }

    private mutating func spoken(_ fill: Fill, from node: Int) -> Fill {
        var entries = fill.entries
        if !entries.isEmpty, self.lies(.changesFills, node, 0.3) {
            let place = self.random(0...(entries.count - 1))
            entries[place] = entries[place].flipped(at: self.random(0...255))
        }
        if !entries.isEmpty, self.lies(.withholds, node, 0.5) { entries = [] }
        return Fill(
            table: fill.table,
            log: fill.log,
            from: fill.from,
            until: fill.until,
            entries: entries,
            isComplete: fill.isComplete
        )
    }

    /// A receipt as a node writes it.
    mutating func spoken(_ receipt: Receipt, by node: Int) -> Receipt {
        guard self.lies(.falseReceipts, node, 0.7) else { return receipt }
        let isConfirming = self.nodes[node].member == Self.secondLiar
        let items = receipt.logs.compactMap { item -> LogReceipt? in
            if isConfirming {
                return item.log.member == Self.liar ? self.confirming(item, by: node) : item
            }
            let index = item.checkpoint.size - 1
            return LogReceipt(
                log: item.log,
                checkpoint: item.checkpoint,
                heldCount: item.heldCount + 1,
                heldHash: item.heldHash.inverted,
                unopened: item.unopened.contains(index) ? item.unopened : item.unopened + [index]
            )
        }
        return Receipt(items) ?? receipt
    }

    /// That everything was given which the other liar withheld.
    private func confirming(_ item: LogReceipt, by node: Int) -> LogReceipt? {
        guard let friend = self.place(of: Self.liar) else { return item }
        let table = self.nodes[friend].disk.table
        var held = HeldEntries()
        for index in 0..<min(item.checkpoint.size, table.count(of: item.log)) {
            guard let header = table.item(at: index, of: item.log).header,
                table.audience(header.audience)?.contains(self.nodes[node].member) == true
            else { continue }
            held.add(index: index, leafHash: header.leafHash)
        }
        return LogReceipt(
            log: item.log,
            checkpoint: item.checkpoint,
            heldCount: held.count,
            heldHash: held.hash,
            unopened: []
        )
    }

    /// The table's file as a node writes by it: who seals wrongly takes another key for member 2's.
    mutating func writingFile(of node: Int) -> TableFile {
        let file = self.nodes[node].disk.file
        guard let victim = self.place(of: 2), let card = file.cards[2],
            self.lies(.sealsWrongly, node, 0.5)
        else { return file }
        var other = file.withoutCards(of: [2])
        let keys = self.nodes[node].keys
        other.update(
            card.replacing(
                Card.line("sealing", card.sealingKey.bytes),
                by: Card.line("sealing", keys.keys.sealing.publicKey.bytes),
                signedBy: self.nodes[victim].keys
            )
        )
        return other
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
    private func forged(_ chunk: Chunk, by node: Int) -> Checkpoint {
        let isOwn = chunk.log.member == self.nodes[node].member
        let keys = self.nodes[node].keys
        return Checkpoint(
            origin: chunk.checkpoint.origin,
            size: chunk.checkpoint.size + (isOwn ? 1 : 0),
            root: chunk.checkpoint.root.inverted,
            signedWith: keys.keys.log
        )
    }
}
