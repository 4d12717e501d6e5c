import CaseModel
import Cryptography
import Foundation
package import NodeInterface
import PeerTransport
import RecordStore
import SyncEngine
import SyncLog

extension ShowStatus: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        await node.status()
    }
}

extension AcknowledgeAlarms: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        await node.acknowledgeAlarms()
        return await node.status()
    }
}

/// How the node and its peers are.
extension Node {
    /// The version of the program.
    package static let version = "0.1.0"

    fileprivate func status() -> NodeStatus {
        // Who asks how the node is must be told, also where its store cannot be read.
        var (bytes, records): (Int?, Int?) = (nil, nil)
        var unopened: [NodeStatus.Unopened] = []
        do {
            bytes = try self.store.byteCount()
            records = try self.store.recordCount()
            unopened = try self.unopenedLogs()
        } catch {
            self.raise("store: cannot be read (\(error))", .store)
        }
        let entries = self.engine.tables.values.flatMap(\.logs.values).reduce(0) { $0 + $1.size }
        self.checkAlarms(isForced: true)
        let alarms = self.alarms.all.map { (isStanding: $0.until == nil, shown: self.shown($0)) }
        return NodeStatus(
            node: TextEncoding.hex(self.card.identity.bytes),
            handle: self.card.handle,
            name: self.card.name,
            running: self.isRunning,
            version: Self.version,
            running_since: self.isRunning ? UTCTime.text(milliseconds: self.clockAtOpening) : nil,
            uptime_seconds: self.isRunning
                ? Int((ContinuousClock.now - self.openedAt).components.seconds) : nil,
            disk_free_bytes: self.folder.freeByteCount,
            tables: self.engine.tables.sorted { $0.key < $1.key }.map { table, state in
                NodeStatus.Table(
                    table: TextEncoding.hex(table.bytes),
                    name: state.file.governing.name,
                    effective: state.file.effective != nil
                )
            },
            peers: self.engine.peers.sorted().map { self.state(of: $0) },
            store: NodeStatus.Store(bytes: bytes, records: records, entries: Int(entries)),
            unopened: unopened,
            alarms: alarms.filter(\.isStanding).map(\.shown),
            past_alarms: alarms.filter { !$0.isStanding }.map(\.shown)
        )
    }

    private func shown(_ alarm: Alarm) -> NodeStatus.Alarm {
        let about = [.silent, .backlog].contains(alarm.code) ? alarm.subject : nil
        let source = alarm.source ?? about.flatMap { TextEncoding.bytes(hex: $0) }
        return NodeStatus.Alarm(
            code: alarm.code.rawValue,
            text: alarm.text,
            handle: source.flatMap { NodeID($0) }.map { self.handle(of: $0) },
            since: UTCTime.text(milliseconds: alarm.since),
            until: alarm.until.map { UTCTime.text(milliseconds: $0) },
            ends_when_seen: alarm.code.endsWhenSeen
        )
    }

    /// The logs of which entries are addressed to this node and cannot be opened here.
    private func unopenedLogs() throws(Refusal) -> [NodeStatus.Unopened] {
        var found: [NodeStatus.Unopened] = []
        for (table, state) in self.engine.tables.sorted(by: { $0.key < $1.key }) {
            for log in state.logs.keys.sorted() {
                let count = try self.reader.unopenedCount(of: log, in: table)
                guard count > 0 else { continue }
                found.append(
                    NodeStatus.Unopened(
                        table: TextEncoding.hex(table.bytes),
                        author: self.author(of: log, in: table),
                        generation: Int(log.generation),
                        entries: count
                    )
                )
            }
        }
        return found
    }

    private func state(of peer: NodeID) -> NodeStatus.Peer {
        let status = self.peers[peer]
        let lag = self.lag(of: peer, status)
        let isConnected = !self.links.with(peer).isEmpty
        let lagSeconds =
            lag == 0 ? 0 : status.lastSync.map { (self.clock - min($0, self.clock)) / 1_000 }
        return NodeStatus.Peer(
            handle: self.handle(of: peer),
            connected: isConnected,
            since: self.peers.connectionChange(of: peer).map { UTCTime.text(milliseconds: $0) },
            address: self.address(of: peer),
            lag_entries: Int(lag),
            missing_entries: self.missingCount(of: peer, status).map { Int(clamping: $0) },
            lag_seconds: lagSeconds.map { Int($0) },
            last_sync: status.lastSync.map { UTCTime.text(milliseconds: $0) },
            last_error: isConnected ? nil : self.peers.dialProblem(of: peer)
        )
    }

    /// The other end of the connection that was taken up last.
    private func address(of peer: NodeID) -> String? {
        self.links.with(peer).max { $0.session < $1.session }
            .flatMap { $0.link as? PeerConnection }?.remoteAddress
    }

    /// How many entries of a peer's own logs there are, as far as it said or others gave them, of
    /// which this node holds less than was given to it; `nil` when nothing was heard of it yet.
    ///
    /// Of a log with two histories nothing more is taken, and nothing counts.
    private func missingCount(of peer: NodeID, _ status: PeerStatus) -> UInt64? {
        let claims = self.peers.claimedSizes(of: peer)
        guard status.lastSync != nil || claims != nil else { return nil }
        var count: UInt64 = 0
        for (table, state) in self.engine.tables {
            guard let number = state.file.effective?.member(identity: peer)?.number else {
                continue
            }
            let claimed = claims?[table] ?? [:]
            for log in Set(claimed.keys).union(state.logs.keys) where log.member == number {
                let held = state.logs[log]
                if held?.isDisputed == true || state.pin(of: log) != nil { continue }
                let end = max(claimed[log] ?? 0, held?.size ?? 0)
                let sum = count.addingReportingOverflow(end - (held?.complete ?? 0))
                count = sum.overflow ? .max : sum.partialValue
            }
        }
        return count
    }
}
