import SyncEngine
import SyncLog
import Wire

/// What must hold at every moment.
extension Simulation {
    /// Store before send, store before acknowledge.
    mutating func checkSent(_ message: PeerMessage, from node: Int) {
        let table = self.nodes[node].disk.table
        let member = self.nodes[node].member
        switch message {
        case .ack(let ack):
            guard !self.isLiar(node) else { return }
            self.counts.note(Checker.acknowledgements)
            if table.state(of: ack.log).size < ack.size {
                self.violate(.acknowledgedEarly(node: member, log: ack.log, size: ack.size))
            }
            let known = self.nodes[node].acknowledged[ack.log, default: 0]
            self.nodes[node].acknowledged[ack.log] = max(known, ack.size)
        case .chunk(let chunk):
            let end = chunk.from + UInt64(chunk.items.count)
            self.counts.note(Checker.sending)
            if table.state(of: chunk.log).size < end {
                self.violate(.sentEarly(node: member, log: chunk.log, size: end))
            }
        default: break
        }
    }

    /// No crash takes what others, or the member, were told is kept.
    mutating func checkAcknowledged(_ node: Int) {
        let table = self.nodes[node].disk.table
        for (log, size) in self.nodes[node].acknowledged.sorted(by: { $0.key < $1.key }) {
            self.counts.note(Checker.durability)
            guard table.state(of: log).size < size else { continue }
            self.violate(.lost(node: self.nodes[node].member, log: log, size: size))
        }
    }

    /// What receipts quote of third members' logs is compared, as a node does.
    mutating func compareQuotations(in entries: [PlainEntry], at node: Int) {
        for entry in entries where entry.header.kind == .receipt {
            guard let receipt = try? Receipt(payload: entry.plaintext),
                let table = self.nodes[node].engine?.tables[self.table]
            else { continue }
            let heads = self.nodes[node].disk.table.contradictions(in: receipt, with: table)
            for head in heads {
                self.handle(.quoted(head, self.table, by: entry.log.member), on: node)
            }
        }
    }

    /// Nobody honest is reported as a forger.
    mutating func check(_ finding: SyncFinding, session: SessionID?, of node: Int) {
        if case .otherHistory(_, let log, _) = finding {
            return self.accuse(log.member, by: node, "another history of \(log.text) is quoted")
        }
        guard let session else { return }
        self.counts.note(Checker.accusations)
        let peer = self.links[Int(session.rawValue)].other(than: node)
        switch finding {
        case .chunk(let log, let error):
            switch error {
            // What was lost or overtaken on the way, not what somebody forged.
            case .gap, .refused, .unknownLog: break
            default:
                self.accuse(self.nodes[peer].member, by: node, "chunk of \(log.text): \(error)")
            }
        case .untrue(let log):
            self.accuse(self.nodes[peer].member, by: node, "untrue of \(log.text)")
        case .putAside(_, let log):
            self.accuse(log.member, by: node, "\(log.text) grew too fast")
        case .offPin(_, let log):
            self.accuse(log.member, by: node, "\(log.text) is not as pinned")
        case .fork(let evidence):
            self.accuse(evidence.log.member, by: node, "fork of \(evidence.log.text)")
        case .ownLogAhead(_, let log, let held, let offered):
            self.nodes[node].isAhead = true
            if !self.isDisturbed(node) {
                self.violate(.lost(node: self.nodes[node].member, log: log, size: offered))
            }
            self.note("node \(node + 1) own log \(held) behind \(offered)")
        case .peerBehind(_, let log, let held, let offered):
            // A liar may say less than it has.
            if !self.isDisturbed(peer), !self.isLiar(peer) {
                self.violate(.lost(node: self.nodes[peer].member, log: log, size: held))
            }
            self.note("node \(node + 1) holds \(held) of \(log.text), its author \(offered)")
        case .otherHistory: break
        case .otherCard(_, let card):
            self.accuse(self.nodes[node].member, by: node, "two cards of version \(card.version)")
        case .rivalCharters, .notAMember, .undecodable, .twoCopies:
            self.accuse(self.nodes[peer].member, by: node, "\(finding)")
        }
    }

    mutating func accuse(_ member: MemberNumber, by accuser: Int, _ text: String) {
        self.note("node \(accuser + 1) accuses member \(member): \(text)")
        guard !self.isLiar(member: member), !self.disturbed.contains(member),
            !self.isLiar(accuser)
        else { return }
        self.violate(.accused(node: member, by: self.nodes[accuser].member, text))
    }

    /// Honest receipts confirm exactly what was given.
    mutating func checkReceipts(in opened: [PlainEntry], at node: Int) {
        for entry in opened
        where entry.header.kind == .receipt && self.isSound(member: entry.log.member)
            && self.isSound(node)
        {
            let me = self.nodes[node].member
            let table = self.nodes[node].disk.table
            guard let items = self.receiptItems(of: entry, at: node) else {
                self.violate(
                    .unconfirmed(author: me, by: entry.log.member, size: entry.header.index)
                )
                continue
            }
            for item in items {
                self.counts.note(Checker.confirmations)
                guard !table.isConfirmedAnew(item, by: entry.log.member) else { continue }
                self.violate(
                    .unconfirmed(
                        author: me,
                        by: entry.log.member,
                        size: item.checkpoint.size
                    )
                )
            }
        }
    }

    /// What a receipt says of the own log of a node; `nil` when it has no form.
    func receiptItems(of entry: PlainEntry, at node: Int) -> [LogReceipt]? {
        do throws(WireError) {
            return try Receipt(payload: entry.plaintext).logs.filter {
                $0.log.member == self.nodes[node].member
            }
        } catch {
            return nil
        }
    }

    /// When all is said, digests alone go to and fro.
    ///
    /// But of a log with two histories the second may come at any time, for its copies take each other's
    /// place for ever, and what they bring late is confirmed by receipts. A copy that saw the other's entries before it wrote any itself never
    /// takes them in: its heads stay behind.
    mutating func checkQuiet(_ message: PeerMessage) {
        self.counts.note(Checker.quiet)
        switch message {
        case .headsDigest: break
        case .heads where self.hasLateFork || self.hasCopyBehind: break
        case .chunk where self.nodes.contains(where: \.isSecond): break
        case .ack where self.nodes.contains(where: \.isSecond): break
        case .chunk(let chunk) where self.isDisturbed(chunk.log): break
        case .ack(let ack) where self.isDisturbed(ack.log): break
        case .ask(let ask) where self.isDisturbed(ask.log): break
        case .fill(let fill) where self.isDisturbed(fill.log): break
        case .prove(let prove) where self.isDisturbed(prove.log): break
        case .proof(let proof) where self.isDisturbed(proof.log): break
        case .evidence(let evidence) where self.isDisturbed(evidence.log): break
        default: self.violate(.notQuiet(message.label))
        }
    }

    /// Whether of a copied folder one copy is behind the other, and neither wrote another history.
    private var hasCopyBehind: Bool {
        self.nodes.contains { second in
            guard second.isSecond, let place = self.place(of: second.member) else { return false }
            let first = self.nodes[place].disk
            let log = LogID(member: second.member, generation: 0)
            return first.table.state(of: log).size != second.disk.table.state(of: log).size
                && first.evidence[log] == nil && second.disk.evidence[log] == nil
        }
    }

    /// Every pair has one session, whose round ended at both ends.
    mutating func checkRounds() {
        for first in self.nodes.indices {
            for second in self.nodes.indices
            where first < second && self.isSound(first) && self.isSound(second) {
                self.counts.note(Checker.sessions)
                let held = self.links.filter {
                    !$0.ends.isEmpty && $0.joins(first) && $0.joins(second)
                }
                let link = held.last { $0.isOpen }
                if held.count != 1 {
                    self.violate(
                        .sessions(
                            node: self.nodes[first].member,
                            peer: self.nodes[second].member,
                            count: held.count
                        )
                    )
                }
                for (node, peer) in [(first, second), (second, first)] {
                    self.counts.note(Checker.rounds)
                    let hasEnded = link.map {
                        self.roundsEnded.contains(NodeSession(node: node, session: $0.number))
                    }
                    guard hasEnded != true else { continue }
                    self.violate(
                        .roundOpen(
                            node: self.nodes[node].member,
                            peer: self.nodes[peer].member
                        )
                    )
                }
            }
        }
    }
}

extension MemoryTable {
    /// Whether a receipt holds, counted from the first entry on: a check of what goes on.
    func isConfirmedAnew(_ item: LogReceipt, by member: MemberNumber) -> Bool {
        var given = GivenEntries()
        guard case .confirmed = self.verdict(on: item, by: member, given: &given) else {
            return false
        }
        return true
    }
}
