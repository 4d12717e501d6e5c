import Cryptography
import SyncEngine
import SyncLog

/// Logs that may come to have two histories: folders that are copied or put back, and liars that keep
/// two.
extension Simulation {
    /// Copies the folder of one member and starts the copy beside it.
    mutating func copyFolder(of member: MemberNumber) {
        guard let first = self.place(of: member) else { return }
        self.counts.note(Fault.copiedFolder)
        let second = self.addSecond(beside: first)
        self.note("node \(second + 1) copy of node \(first + 1)")
        self.start(second)
        self.keepBusy([first, second])
    }

    /// Lets a liar keep two histories from now on, each for every other member.
    mutating func splitHistory(of member: MemberNumber) {
        guard let first = self.place(of: member) else { return }
        self.counts.note(Fault.twoFaces)
        let second = self.addSecond(beside: first)
        self.note("node \(second + 1) second face of node \(first + 1)")
        for link in self.links.indices where self.links[link].joins(first) {
            let peer = self.links[link].other(than: first)
            if !self.isFace(first, for: peer) { self.breakLink(link) }
        }
        self.start(second)
        self.keepBusy([first, second])
    }

    private mutating func addSecond(beside first: Int) -> Int {
        let original = self.nodes[first]
        self.disturbed.insert(original.member)
        var second = SimulatedNode(
            member: original.member,
            keys: original.keys,
            isSecond: true,
            card: original.card,
            disk: original.disk
        )
        second.endpoints = original.endpoints
        second.acknowledged = original.acknowledged.filter { log, size in
            original.disk.table.state(of: log).size >= size
        }
        self.nodes.append(second)
        return self.nodes.count - 1
    }

    private mutating func keepBusy(_ nodes: [Int]) {
        for node in nodes {
            for _ in 0..<4 {
                let seed = self.generator.next()
                self.schedule(.act(node: node, seed: seed), after: self.random(0...25_000))
            }
        }
    }

    /// Whether a node of a member is the one that a peer gets to see.
    ///
    /// Of two copies either is; of a liar with two faces each is for every other member.
    func isFace(_ node: Int, for peer: Int) -> Bool {
        let member = self.nodes[node].member
        guard member == Self.liar, self.disturbed.contains(member) else { return true }
        return self.nodes[node].isSecond == (self.nodes[peer].member % 2 == 0)
    }

    /// Puts a folder back to its backup; where nothing of the own log is lost by it the node is like
    /// any other.
    mutating func putBack(_ member: MemberNumber, isMarked: Bool) {
        guard let node = self.place(of: member), let backup = self.backups[member] else { return }
        self.crash(node)
        let log = self.nodes[node].log
        let past = self.nodes[node].disk.table
        self.nodes[node].disk = backup.disk
        self.nodes[node].card = backup.card
        self.nodes[node].acknowledged = [:]
        self.note("node \(node + 1) put back to \(backup.disk.table.state(of: log).size)")
        if past.state(of: log).size > backup.disk.table.state(of: log).size {
            self.counts.note(isMarked ? Fault.putBackMarked : Fault.putBackUnmarked)
            self.disturbed.insert(member)
            self.pasts[member] = past
            self.nodes[node].isAhead = isMarked
        } else {
            self.counts.note(Fault.putBackUnchanged)
        }
        self.schedule(.restart(node: node), after: self.random(500...5_000))
    }

    /// Whether a log may have two histories.
    func isDisturbed(_ log: LogID) -> Bool { self.disturbed.contains(log.member) }

    func isDisturbed(_ node: Int) -> Bool { self.disturbed.contains(self.nodes[node].member) }

    /// Whether a node writes into its own log: not while it knows that it goes on elsewhere, unless it
    /// lies.
    func mayWrite(_ node: Int) -> Bool {
        let isKnown =
            self.nodes[node].isAhead
            || self.nodes[node].disk.evidence[self.nodes[node].log] != nil
        return !isKnown || self.isLiar(node)
    }

    /// Whether a liar with two faces takes no notice of what it is told of its own log.
    func isIgnored(_ log: LogID, by node: Int) -> Bool {
        self.isLiar(node) && self.isDisturbed(node) && log.member == self.nodes[node].member
    }

    // MARK: Checks

    /// Where the two histories of a log begin to differ; `nil` where one is the beginning of the other.
    private func firstDifference(of member: MemberNumber) -> UInt64? {
        let log = LogID(member: member, generation: 0)
        let tables =
            self.nodes.filter { $0.member == member }.map(\.disk.table)
            + [self.pasts[member]].compactMap(\.self)
        guard tables.count == 2 else { return nil }
        let size = min(tables[0].count(of: log), tables[1].count(of: log))
        return (0..<size).first { index in
            tables[0].item(at: index, of: log).leafHash
                != tables[1].item(at: index, of: log).leafHash
        }
    }

    /// Every fork of which both histories came among the honest is proven at each of them, with the
    /// first position that differs; nobody is accused of one that is none.
    mutating func checkForks() {
        let honest = self.nodes.indices.filter { !self.isDisturbed($0) && !self.isLiar($0) }
        for member in self.disturbed.sorted() {
            let log = LogID(member: member, generation: 0)
            guard let first = self.firstDifference(of: member) else {
                for node in honest where self.nodes[node].disk.evidence[log] != nil {
                    self.violate(.forkUnproven(node: self.nodes[node].member, log: log))
                }
                continue
            }
            let leaves = honest.compactMap { node in
                self.nodes[node].disk.table.count(of: log) > first
                    ? self.nodes[node].disk.table.item(at: first, of: log).leafHash : nil
            }
            let isKnown = honest.contains { self.nodes[$0].disk.evidence[log] != nil }
            guard isKnown || Set(leaves).count > 1 else { continue }
            for node in honest {
                self.counts.note(Checker.forks)
                guard self.nodes[node].disk.evidence[log]?.index != first else { continue }
                self.violate(.forkUnproven(node: self.nodes[node].member, log: log))
            }
        }
        for node in honest {
            for log in self.nodes[node].disk.evidence.keys.sorted() where !self.isDisturbed(log) {
                self.violate(.forkUnproven(node: self.nodes[node].member, log: log))
            }
        }
    }
}
