import CaseModel
import Cryptography
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
            if table.state(of: ack.log).size < ack.size {
                self.violate(.acknowledgedEarly(node: member, log: ack.log, size: ack.size))
            }
            let known = self.nodes[node].acknowledged[ack.log, default: 0]
            self.nodes[node].acknowledged[ack.log] = max(known, ack.size)
        case .chunk(let chunk):
            let end = chunk.from + UInt64(chunk.items.count)
            if table.state(of: chunk.log).size < end {
                self.violate(.sentEarly(node: member, log: chunk.log, size: end))
            }
        default: break
        }
    }

    /// No crash takes what others, or the member, were told is kept.
    mutating func checkAcknowledged(_ node: Int) {
        let table = self.nodes[node].disk.table
        for (log, size) in self.nodes[node].acknowledged.sorted(by: { $0.key < $1.key })
        where table.state(of: log).size < size {
            self.violate(.lost(node: self.nodes[node].member, log: log, size: size))
        }
    }

    /// Nobody honest is reported as a forger.
    mutating func check(_ finding: SyncFinding, session: SessionID?, of node: Int) {
        guard let session else { return }
        let peer = self.links[Int(session.rawValue)].other(than: node)
        switch finding {
        case .chunk(let log, let error):
            switch error {
            // What was lost or overtaken on the way, not what somebody forged.
            case .gap, .refused, .unknownLog: break
            default: self.accuse(peer, by: node, "chunk of \(log.text): \(error)")
            }
        case .untrue(let log): self.accuse(peer, by: node, "untrue of \(log.text)")
        case .putAside(_, let log):
            self.accuse(Int(log.member) - 1, by: node, "\(log.text) grew too fast")
        case .fork(let evidence):
            self.accuse(Int(evidence.log.member) - 1, by: node, "fork of \(evidence.log.text)")
        case .offPin(_, let log):
            self.accuse(Int(log.member) - 1, by: node, "\(log.text) is not as pinned")
        case .ownLogAhead(_, let log, let held, let offered):
            self.nodes[node].isAhead = true
            if !self.isCopied(node) {
                self.violate(.lost(node: self.nodes[node].member, log: log, size: offered))
            }
            self.note("node \(node + 1) own log \(held) behind \(offered)")
        case .peerBehind(_, let log, let held, let offered):
            if !self.isCopied(peer) {
                self.violate(.lost(node: self.nodes[peer].member, log: log, size: held))
            }
            self.note("node \(node + 1) holds \(held) of \(log.text), its author \(offered)")
        case .otherCharter, .notAMember, .undecodable, .twoCopies:
            self.accuse(peer, by: node, "\(finding)")
        }
    }

    mutating func accuse(_ node: Int, by accuser: Int, _ text: String) {
        self.note("node \(accuser + 1) accuses node \(node + 1)")
        guard !self.isLiar(node), !self.isCopied(node) else { return }
        self.violate(
            .accused(node: self.nodes[node].member, by: self.nodes[accuser].member, text)
        )
    }

    /// Honest receipts confirm exactly what was given.
    mutating func checkReceipts(in opened: [PlainEntry], at node: Int) {
        for entry in opened where entry.header.kind == .receipt {
            let me = self.nodes[node].member
            let table = self.nodes[node].disk.table
            guard let items = self.receiptItems(of: entry, at: node) else {
                self.violate(
                    .unconfirmed(author: me, by: entry.log.member, size: entry.header.index)
                )
                continue
            }
            guard !self.isCopied(node), !self.isForked(entry.log) else { continue }
            for item in items where !table.isConfirmedAnew(item, by: entry.log.member) {
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
    private func receiptItems(of entry: PlainEntry, at node: Int) -> [LogReceipt]? {
        do throws(WireError) {
            return try Receipt(payload: entry.plaintext).logs.filter {
                $0.log.member == self.nodes[node].member
            }
        } catch {
            return nil
        }
    }

    /// When all is said, digests alone go to and fro.
    mutating func checkQuiet(_ message: PeerMessage) {
        switch message {
        case .headsDigest: break
        default: self.violate(.notQuiet(message.label))
        }
    }

    /// Every pair has one session, whose round ended at both ends.
    mutating func checkRounds() {
        for first in self.nodes.indices {
            for second in self.nodes.indices
            where first < second && !self.isCopied(first) && !self.isCopied(second) {
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

    // MARK: At the end

    /// Checks everything that must hold when the run is over.
    mutating func checkEnd() {
        for node in self.nodes.indices {
            self.checkAcknowledged(node)
            self.checkSecrecy(of: node)
            if !self.isCopied(node) { self.checkLogs(of: node) }
        }
        self.checkForks()
        self.checkLastReceipts()
        self.checkViews()
        self.checkCards()
        let late = self.links.last { !self.isCopied($0.first) && !self.isCopied($0.second) }
        if let late, late.openedAt > Self.settledAt {
            self.violate(.notQuiet("link \(late.number) came to be at \(late.openedAt)"))
        }
    }

    /// Every node has the newest card of everybody.
    private mutating func checkCards() {
        for (place, node) in self.nodes.enumerated() where !self.isCopied(place) {
            for owner in self.nodes.prefix(Self.memberCount)
            where node.disk.file.cards[owner.member] != owner.card {
                self.violate(.card(node: node.member, of: owner.member))
            }
        }
    }

    private mutating func checkLogs(of node: Int) {
        let member = self.nodes[node].member
        let table = self.nodes[node].disk.table
        for author in self.nodes {
            let log = LogID(member: author.member, generation: 0)
            guard !self.isForked(log) else { continue }
            let held = table.state(of: log)
            if held.size != table.count(of: log) {
                self.violate(.wrongRoot(node: member, log: log))
            }
            let own = author.disk.table.state(of: log)
            if held.size != own.size || held.frontier.root != own.frontier.root {
                self.violate(
                    .diverged(node: member, log: log, size: held.size, authorSize: own.size)
                )
            }
            let leaves = table.subtreeRoot(of: log, size: table.count(of: log))
            if leaves != held.frontier.root || (held.checkpoint?.root ?? leaves) != leaves
                || held.checkpoint?.size ?? 0 != held.size
            {
                self.violate(.wrongRoot(node: member, log: log))
            }
            if held.complete != held.size { self.violate(.incomplete(node: member, log: log)) }
        }
    }

    /// Members outside an audience hold leaf hashes and nothing else.
    private mutating func checkSecrecy(of node: Int) {
        let member = self.nodes[node].member
        let table = self.nodes[node].disk.table
        for author in self.nodes where author.member != member {
            let log = LogID(member: author.member, generation: 0)
            guard !self.isForked(log) else { continue }
            for index in 0..<min(table.count(of: log), author.disk.table.count(of: log)) {
                guard let header = author.disk.table.item(at: index, of: log).header,
                    header.kind.hasAudience,
                    let audience = author.disk.table.audience(header.audience),
                    !audience.contains(member)
                else { continue }
                if table.plaintext(at: index, of: log) != nil, header.kind.isEncrypted {
                    self.violate(.readable(node: member, log: log, index: index))
                }
                if case .leaf = table.item(at: index, of: log) { continue }
                // What a liar was given it can give to everybody; nobody can read it.
                let liar = self.nodes[Self.liar].member
                guard self.faults.hasLiar, audience.contains(liar) || author.member == liar
                else {
                    self.violate(.leaked(node: member, log: log, index: index))
                    continue
                }
            }
        }
    }

    /// Everybody has confirmed to everybody all that was given, in a receipt that arrived.
    private mutating func checkLastReceipts() {
        for author in self.nodes.indices where !self.isCopied(author) {
            let table = self.nodes[author].disk.table
            let own = LogID(member: self.nodes[author].member, generation: 0)
            let others = (0..<table.count(of: own)).filter {
                table.item(at: $0, of: own).header?.kind != .receipt
            }
            for reader in self.nodes where reader.member != self.nodes[author].member {
                let log = LogID(member: reader.member, generation: 0)
                guard !self.isForked(log) else { continue }
                var last: LogReceipt?
                for index in 0..<table.count(of: log) {
                    guard let entry = table.plaintext(at: index, of: log),
                        entry.header.kind == .receipt
                    else { continue }
                    last = self.receiptItems(of: entry, at: author)?.last ?? last
                }
                let needed = others.last.map { $0 + 1 } ?? 0
                // What a liar gave to others than its audience, these cannot tell from their own.
                let isAddressed = { (index: UInt64) in
                    let header = table.item(at: index, of: own).header
                    return header.flatMap { table.audience($0.audience) }?.contains(reader.member)
                        == true
                }
                guard last?.checkpoint.size ?? 0 >= needed,
                    last?.unopened.contains(where: isAddressed) != true,
                    last.map({ table.isConfirmedAnew($0, by: reader.member) }) ?? true
                else {
                    self.violate(.noReceipt(node: reader.member, log: own))
                    continue
                }
            }
        }
    }

    /// Each node sees what was addressed to it, merged: no more, no less.
    private mutating func checkViews() {
        var all: [PlainEntry] = []
        for author in self.nodes
        where !self.isForked(LogID(member: author.member, generation: 0)) {
            all += author.disk.table.plainEntries(of: LogID(member: author.member, generation: 0))
        }
        for (place, node) in self.nodes.enumerated() where !self.isCopied(place) {
            var expected = Disk(file: node.disk.file)
            // Of a disputed log everybody has what came to it.
            let forked = LogID(member: self.nodes[Self.copied].member, generation: 0)
            if self.isForked(forked) { expected.index(node.disk.table.plainEntries(of: forked)) }
            expected.index(
                all.filter {
                    $0.log.member == node.member || $0.audience?.contains(node.member) == true
                }
            )
            var actual = Disk(file: node.disk.file)
            for author in self.nodes.prefix(Self.memberCount) {
                actual.index(
                    node.disk.table.plainEntries(
                        of: LogID(member: author.member, generation: 0)
                    )
                )
            }
            if actual.cases.mapValues(\.count) != node.disk.cases.mapValues(\.count) {
                self.violate(.index(node: node.member))
            }
            let cases = Set(expected.cases.keys).union(actual.cases.keys).sorted()
            for (number, id) in cases.enumerated() {
                let seen = actual.cases[id]?.view(at: nil)?.canonicalJSON
                let due = expected.cases[id]?.view(at: nil)?.canonicalJSON
                if seen != due || actual.cases[id]?.count != expected.cases[id]?.count {
                    self.violate(.view(node: node.member, caseNumber: number))
                }
            }
        }
    }

    /// How many cases are open at the end, and how many entries were written: that a run was not
    /// empty.
    package var work: (cases: Int, entries: Int) {
        var cases = 0
        var entries = 0
        for node in self.nodes {
            cases += node.disk.cases.count { $0.value.counted()?.owner == node.member }
            entries += Int(
                node.disk.table.state(of: LogID(member: node.member, generation: 0)).size
            )
        }
        return (cases, entries)
    }
}

extension MemoryTable {
    /// Every entry of a log that can be read here and has an audience.
    fileprivate func plainEntries(of log: LogID) -> [PlainEntry] {
        (0..<self.count(of: log)).compactMap { self.plaintext(at: $0, of: log) }
            .filter { $0.header.kind.isEncrypted }
    }
}

extension MemoryTable {
    /// Whether a receipt holds, counted from the first entry on: a check of what goes on.
    fileprivate func isConfirmedAnew(_ item: LogReceipt, by member: MemberNumber) -> Bool {
        var given = GivenEntries()
        guard case .confirmed = self.verdict(on: item, by: member, given: &given) else {
            return false
        }
        return true
    }
}
