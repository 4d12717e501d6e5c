import CaseModel
import Cryptography
import SyncEngine
import SyncLog
import Wire

/// What must hold when a run is over.
extension Simulation {
    /// Checks everything.
    mutating func checkEnd() {
        for node in self.nodes.indices {
            self.checkAcknowledged(node)
            self.checkSecrecy(of: node)
            guard !self.isLiar(node) || self.isSound(node) else { continue }
            self.checkOpenings(of: node)
            if self.isSound(node) { self.checkLogs(of: node) }
            self.checkSaid(by: node, isOver: true)
        }
        self.checkForks()
        self.checkLastReceipts()
        self.checkViews()
        self.checkCards()
        let late = self.links.last { self.isSound($0.first) && self.isSound($0.second) }
        if let late, late.openedAt > Self.settledAt {
            self.violate(.notQuiet("link \(late.number) came to be at \(late.openedAt)"))
        }
    }

    /// Every node has the newest card of everybody.
    private mutating func checkCards() {
        for (place, node) in self.nodes.enumerated() where self.isSound(place) {
            for owner in self.authors where self.isSound(member: owner.member) {
                self.counts.note(Checker.cards)
                guard node.disk.file.cards[owner.member] != owner.card else { continue }
                self.violate(.card(node: node.member, of: owner.member))
            }
        }
    }

    /// Every sound node holds all that its author wrote, under the author's last signature.
    private mutating func checkLogs(of node: Int) {
        let member = self.nodes[node].member
        let table = self.nodes[node].disk.table
        for author in self.authors where !self.disturbed.contains(author.member) {
            let log = author.log
            let held = table.state(of: log)
            guard !held.isDisputed else { continue }
            self.counts.note(Checker.roots)
            let leaves = table.subtreeRoot(of: log, size: table.count(of: log))
            if held.size != table.count(of: log) || leaves != held.frontier.root
                || (held.checkpoint?.root ?? leaves) != leaves
                || held.checkpoint?.size ?? 0 != held.size
            {
                self.violate(.wrongRoot(node: member, log: log))
            }
            guard self.isSound(member: author.member) else { continue }
            let own = author.disk.table.state(of: log)
            self.counts.note(Checker.sizes)
            if held.size != own.size || held.frontier.root != own.frontier.root {
                self.violate(
                    .diverged(node: member, log: log, size: held.size, authorSize: own.size)
                )
            }
            self.counts.note(Checker.completeness)
            if held.complete != held.size { self.violate(.incomplete(node: member, log: log)) }
        }
    }

    /// Members outside an audience hold leaf hashes and nothing else.
    private mutating func checkSecrecy(of node: Int) {
        let member = self.nodes[node].member
        let table = self.nodes[node].disk.table
        for author in self.authors where author.member != member {
            let log = author.log
            guard !self.isDisturbed(log) else { continue }
            for index in 0..<min(table.count(of: log), author.disk.table.count(of: log)) {
                guard let header = author.disk.table.item(at: index, of: log).header,
                    header.kind.hasAudience,
                    let audience = author.disk.table.audience(header.audience),
                    !audience.contains(member)
                else { continue }
                self.counts.note(Checker.readability)
                if table.plaintext(at: index, of: log) != nil, header.kind.isEncrypted {
                    self.violate(.readable(node: member, log: log, index: index))
                }
                self.counts.note(Checker.secrecy)
                if case .leaf = table.item(at: index, of: log) { continue }
                // What a liar was given it can give to everybody; nobody can read it.
                let isGivenAway = (audience.members + [author.member]).contains {
                    self.isLiar(member: $0)
                }
                if !isGivenAway { self.violate(.leaked(node: member, log: log, index: index)) }
            }
        }
    }

    /// What opens is a function of what is held: stored anew, in the order of the logs, the same opens.
    private mutating func checkOpenings(of node: Int) {
        let me = self.nodes[node].member
        let table = self.nodes[node].disk.table
        let keys = self.nodes[node].keys
        let state = TableState(file: self.nodes[node].disk.file, me: me, logs: [:], evidence: [:])
        for author in self.authors where author.member != me {
            let log = author.log
            let size = table.count(of: log)
            guard size > 0, size <= UInt64(Chunk.itemsMax),
                let checkpoint = table.state(of: log).checkpoint
            else { continue }
            let chunk = Chunk(
                table: self.table,
                log: log,
                from: 0,
                items: (0..<size).map { table.item(at: $0, of: log) },
                checkpoint: checkpoint,
                isComplete: false
            )
            // What does not verify another check finds.
            let verified = try? state.verify(chunk, from: author.member, held: LogState())
            guard let verified else { continue }
            var anew = MemoryTable()
            _ = anew.store(verified, me: me, sealingKey: keys.keys.sealing)
            for index in 0..<size {
                self.counts.note(Checker.openings)
                guard anew.opening(at: index, of: log) != table.opening(at: index, of: log) else {
                    continue
                }
                self.violate(.opening(node: me, log: log, index: index))
            }
        }
    }

    /// Everybody has confirmed to everybody all that was given, in a receipt that arrived.
    private mutating func checkLastReceipts() {
        for author in self.nodes.indices where self.isSound(author) {
            let table = self.nodes[author].disk.table
            let own = self.nodes[author].log
            let size = min(table.count(of: own), self.settledSizes[own] ?? .max)
            let needed = (0..<size).last {
                table.item(at: $0, of: own).header?.kind != .receipt
            }
            for reader in self.authors
            where reader.member != self.nodes[author].member && self.isSound(member: reader.member)
            {
                self.counts.note(Checker.receipts)
                let last = self.lastReceipt(of: own, by: reader.log, at: author)
                // What a liar gave to others than its audience, these cannot tell from their own.
                let isAddressed = { (index: UInt64) in
                    let header = table.item(at: index, of: own).header
                    return header.flatMap { table.audience($0.audience) }?.contains(reader.member)
                        == true
                }
                guard last?.checkpoint.size ?? 0 >= needed.map({ $0 + 1 }) ?? 0,
                    last?.unopened.contains(where: isAddressed) != true,
                    last.map({ table.isConfirmedAnew($0, by: reader.member) }) ?? true
                else {
                    self.violate(.noReceipt(node: reader.member, log: own))
                    continue
                }
            }
        }
    }

    private func lastReceipt(of own: LogID, by log: LogID, at author: Int) -> LogReceipt? {
        let table = self.nodes[author].disk.table
        for index in (0..<table.count(of: log)).reversed() {
            guard let entry = table.plaintext(at: index, of: log), entry.header.kind == .receipt,
                let item = self.receiptItems(of: entry, at: author)?.last
            else { continue }
            return item
        }
        return nil
    }

    /// Each node sees what was addressed to it, merged: no more, no less.
    private mutating func checkViews() {
        let words = self.authors.filter { self.isSound(member: $0.member) }
            .flatMap { $0.disk.table.plainEntries(of: $0.log) }
        var views: [(node: MemberNumber, cases: [ObjectID: (entries: Set<Digest>, view: String)])] =
            []
        for (place, node) in self.nodes.enumerated() where self.isSound(place) {
            let held = self.authors.flatMap { node.disk.table.plainEntries(of: $0.log) }
            // Of a log with two histories, and of a liar's, everybody has what came to it.
            var expected = Disk(file: node.disk.file)
            expected.index(held.filter { !self.isSound(member: $0.log.member) })
            expected.index(
                words.filter {
                    $0.log.member == node.member || $0.audience?.contains(node.member) == true
                }
            )
            var taken = Disk(file: node.disk.file)
            taken.index(held)
            self.counts.note(Checker.index)
            if taken.cases.mapValues(\.count) != node.disk.cases.mapValues(\.count) {
                self.violate(.index(node: node.member))
            }
            var entries: [ObjectID: Set<Digest>] = [:]
            for entry in held {
                entries[entry.header.caseID, default: []].insert(entry.header.leafHash)
            }
            var seen: [ObjectID: (entries: Set<Digest>, view: String)] = [:]
            let cases = Set(expected.cases.keys).union(node.disk.cases.keys).sorted()
            for (number, id) in cases.enumerated() {
                let view = node.disk.cases[id]?.view(at: nil)?.canonicalJSON
                if let view { seen[id] = (entries[id] ?? [], view) }
                self.counts.note(Checker.views)
                guard
                    view != expected.cases[id]?.view(at: nil)?.canonicalJSON
                        || node.disk.cases[id]?.count != expected.cases[id]?.count
                else { continue }
                self.violate(.view(node: node.member, caseNumber: number))
            }
            views.append((node.member, seen))
        }
        self.compare(views)
    }

    /// Two nodes with one set of entries of a case see the same.
    private mutating func compare(
        _ views: [(node: MemberNumber, cases: [ObjectID: (entries: Set<Digest>, view: String)])]
    ) {
        for (offset, first) in views.enumerated() {
            for second in views[(offset + 1)...] {
                for (number, id) in first.cases.keys.sorted().enumerated() {
                    guard let one = first.cases[id], let other = second.cases[id],
                        one.entries == other.entries
                    else { continue }
                    self.counts.note(Checker.equalViews)
                    guard one.view != other.view else { continue }
                    self.violate(
                        .unequalViews(node: first.node, other: second.node, caseNumber: number)
                    )
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
            entries += Int(node.disk.table.state(of: node.log).size)
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
