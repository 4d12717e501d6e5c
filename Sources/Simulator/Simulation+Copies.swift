import SyncEngine
import SyncLog

/// A folder that was copied while its node ran, by mistake: two nodes with one identity.
extension Simulation {
    /// Copies the folder of one member and starts the copy beside it.
    mutating func copyFolder() {
        let original = self.nodes[Self.copied]
        var copy = SimulatedNode(
            member: original.member,
            keys: original.keys,
            card: original.card,
            disk: original.disk
        )
        copy.acknowledged = original.acknowledged.filter { log, size in
            original.disk.table.state(of: log).size >= size
        }
        copy.instanceBase = original.instanceBase + 1 << 32
        self.nodes.append(copy)
        let place = self.nodes.count - 1
        self.note("node \(place + 1) copy of node \(Self.copied + 1)")
        self.start(place)
        for node in [Self.copied, place] {
            for _ in 0..<4 {
                let seed = self.generator.next()
                self.schedule(.act(node: node, seed: seed), after: self.random(0...25_000))
            }
        }
    }

    /// Whether a node is one of two copies.
    func isCopied(_ node: Int) -> Bool {
        self.nodes.count > Self.memberCount
            && self.nodes[node].member == self.nodes[Self.copied].member
    }

    /// Whether a log is that of a member with two copies.
    func isForked(_ log: LogID) -> Bool {
        self.nodes.count > Self.memberCount && log.member == self.nodes[Self.copied].member
    }

    /// Whether a node writes into its own log: not while it knows that it goes on elsewhere.
    func mayWrite(_ node: Int) -> Bool {
        let log = LogID(member: self.nodes[node].member, generation: 0)
        return !self.nodes[node].isAhead && self.nodes[node].disk.evidence[log] == nil
    }

    /// Where the two histories of the copied log begin to differ; `nil` where one is the beginning of
    /// the other.
    private var firstDifference: UInt64? {
        let log = LogID(member: self.nodes[Self.copied].member, generation: 0)
        let tables = [Self.copied, Self.memberCount].map { self.nodes[$0].disk.table }
        let size = min(tables[0].count(of: log), tables[1].count(of: log))
        return (0..<size).first { index in
            tables[0].item(at: index, of: log).leafHash
                != tables[1].item(at: index, of: log).leafHash
        }
    }

    /// Every fork of which both histories came among the honest is proven at each of them, with the
    /// first position that differs; nobody is accused of one that is none.
    mutating func checkForks() {
        guard self.nodes.count > Self.memberCount else { return }
        let log = LogID(member: self.nodes[Self.copied].member, generation: 0)
        let honest = self.nodes.indices.filter { !self.isCopied($0) }
        guard let first = self.firstDifference else {
            for node in honest where self.nodes[node].disk.evidence[log] != nil {
                self.violate(.forkUnproven(node: self.nodes[node].member, log: log))
            }
            return
        }
        let leaves = honest.compactMap { node in
            self.nodes[node].disk.table.count(of: log) > first
                ? self.nodes[node].disk.table.item(at: first, of: log).leafHash : nil
        }
        let isKnown = honest.contains { self.nodes[$0].disk.evidence[log] != nil }
        guard isKnown || Set(leaves).count > 1 else { return }
        for node in honest where self.nodes[node].disk.evidence[log]?.index != first {
            self.violate(.forkUnproven(node: self.nodes[node].member, log: log))
        }
    }
}
