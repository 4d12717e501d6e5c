import CaseModel
import Cryptography
import Foundation
import PeerTransport
import RecordStore
import SyncEngine
import SyncLog
import Terminal

/// Commands about the node itself and its peers.
extension Node {
    /// The version of the program.
    package static let version = "0.1.0"

    func status() throws(NodeFailure) -> NodeAnswer {
        // Who asks how the node is must be told, also where its store cannot be read.
        var bytes: Int?
        var records: Int?
        var unopened: [(json: JSONValue, line: ShownText)] = []
        do {
            bytes = try self.store.byteCount()
            records = try self.store.recordCount()
            unopened = try self.unopenedLogs()
        } catch {
            self.raise("store: cannot be read (\(error))", .store)
        }
        let entries = self.engine.tables.values.flatMap(\.logs.values).reduce(0) { $0 + $1.size }
        let peers = self.peerStates()
        let diskFree = self.folder.freeByteCount
        self.checkAlarms(isForced: true)
        let standing = self.alarms.filter { $0.until == nil }
        let ended = self.alarms.filter { $0.until != nil }
        let json: JSONValue = [
            "node": .string(TextEncoding.hex(self.card.identity.bytes)),
            "handle": .string(self.card.handle), "running": .bool(self.isRunning),
            "version": .string(Self.version),
            "uptime_seconds": self.isRunning
                ? .integer(Int((ContinuousClock.now - self.openedAt).components.seconds)) : .null,
            "disk_free_bytes": diskFree.map { .integer($0) } ?? .null,
            "tables": .array(
                self.engine.tables.sorted { $0.key < $1.key }.map { table, state in
                    [
                        "table": .string(TextEncoding.hex(table.bytes)),
                        "name": .string(state.file.governing.name),
                        "effective": .bool(state.file.effective != nil),
                    ]
                }
            ),
            "peers": .array(peers.map(\.json)),
            "store": [
                "bytes": bytes.map { .integer($0) } ?? .null,
                "records": records.map { .integer($0) } ?? .null,
                "entries": .integer(Int(entries)),
            ],
            "unopened": .array(unopened.map(\.json)),
            "alarms": .array(standing.map { self.json(of: $0) }),
            "past_alarms": .array(ended.map { self.json(of: $0) }),
        ]
        var lines: [ShownText] = [
            "node     \(self.card.handle) (\(self.card.name)), "
                + (self.isRunning
                    ? "running since \(UTCTime.text(milliseconds: self.clockAtOpening))"
                    : "not running") + ", version \(Self.version)",
            (records.map { "store    \(bytes ?? 0) bytes, \($0) records, \(entries) log entries" }
                ?? "store    CANNOT BE READ")
                + (diskFree.map { ", \($0) bytes free on its disk" } ?? ""),
        ]
        for state in self.engine.tables.sorted(by: { $0.key < $1.key }).map(\.value) {
            lines.append(
                "table    \(state.file.governing.name)"
                    + (state.file.effective == nil ? ", not effective yet" : "")
            )
        }
        lines += peers.map(\.line) + unopened.map(\.line)
        lines += Self.lines(standing: standing, ended: ended)
        return NodeAnswer(
            exitCode: standing.isEmpty ? 0 : 1,
            json: json,
            text: lines.joined(separator: "\n"),
            file: nil
        )
    }

    private static func lines(standing: [Alarm], ended: [Alarm]) -> [ShownText] {
        var lines: [ShownText] = []
        for alarm in standing {
            lines.append(
                "ALARM    \(alarm.code.rawValue), since \(UTCTime.text(milliseconds: alarm.since)): "
                    + "\(alarm.text)"
            )
        }
        for alarm in ended {
            lines.append(
                "ended    \(alarm.code.rawValue), \(UTCTime.text(milliseconds: alarm.since)) to "
                    + "\(UTCTime.text(milliseconds: alarm.until ?? 0)): \(alarm.text)"
            )
        }
        if standing.contains(where: { $0.code.endsWhenSeen }) {
            lines.append(
                "What happened stands here until it was seen: 'tafel node status --acknowledge'."
            )
        }
        return lines
    }

    private func json(of alarm: Alarm) -> JSONValue {
        let about = [.silent, .backlog].contains(alarm.code) ? alarm.subject : nil
        let source = alarm.source ?? about.flatMap { TextEncoding.bytes(hex: $0) }
        return [
            "code": .string(alarm.code.rawValue), "text": .string(alarm.text),
            "handle": JSONValue(source.flatMap { NodeID($0) }.map { self.handle(of: $0) }),
            "since": .string(UTCTime.text(milliseconds: alarm.since)),
            "until": JSONValue(alarm.until.map { UTCTime.text(milliseconds: $0) }),
            "ends_when_seen": .bool(alarm.code.endsWhenSeen),
        ]
    }

    /// The logs of which entries are addressed to this node and cannot be opened here.
    private func unopenedLogs() throws(NodeFailure) -> [(json: JSONValue, line: ShownText)] {
        var found: [(json: JSONValue, line: ShownText)] = []
        for (table, state) in self.engine.tables.sorted(by: { $0.key < $1.key }) {
            for log in state.logs.keys.sorted() {
                let count = try self.unopenedCount(of: log, in: table)
                guard count > 0 else { continue }
                let author = self.author(of: log, in: table)
                found.append(
                    (
                        [
                            "table": .string(TextEncoding.hex(table.bytes)),
                            "author": .string(author), "generation": .integer(Int(log.generation)),
                            "entries": .integer(count),
                        ],
                        "unopened \(author)/\(log.generation): \(Self.text(unopened: count)) that "
                            + "are for this node do not open; their author is told in receipts"
                    )
                )
            }
        }
        return found
    }

    /// How many entries of a log are addressed to this node and not open; one above the most that a
    /// receipt lists where there are more.
    private func unopenedCount(of log: LogID, in table: TableID) throws(NodeFailure) -> Int {
        try self.read(table) { (snapshot) throws(SlotError) in
            try snapshot.unopened(of: log, limit: LogReceipt.unopenedMax + 1).count
        }
    }

    private static func text(unopened count: Int) -> String {
        count > LogReceipt.unopenedMax
            ? "more than \(LogReceipt.unopenedMax) entries"
            : "\(count) \(count == 1 ? "entry" : "entries")"
    }

    private func peerStates() -> [(json: JSONValue, line: ShownText)] {
        let connected = Set(self.links.values.map(\.peer))
        return self.engine.peers.sorted().map { peer in
            let handle = self.handle(of: peer)
            let status = self.peers[peer] ?? PeerStatus()
            let lag = self.lag(of: peer, status)
            let isConnected = connected.contains(peer)
            let lagSeconds =
                lag == 0 ? 0 : status.lastSync.map { (self.clock - min($0, self.clock)) / 1_000 }
            let lastSync = status.lastSync.map { UTCTime.text(milliseconds: $0) }
            let since = self.connectionChanges[peer].map { UTCTime.text(milliseconds: $0) }
            let address = self.address(of: peer)
            let missing = self.missingCount(of: peer, status)
            let json: JSONValue = [
                "handle": .string(handle), "connected": .bool(isConnected),
                "since": JSONValue(since), "address": JSONValue(address),
                "lag_entries": .integer(Int(lag)),
                "missing_entries": missing.map { .integer(Int(clamping: $0)) } ?? .null,
                "lag_seconds": lagSeconds.map { .integer(Int($0)) } ?? .null,
                "last_sync": JSONValue(lastSync),
                "last_error": JSONValue(isConnected ? nil : self.dialProblems[peer]),
            ]
            let problem = isConnected ? nil : self.dialProblems[peer]
            let line: ShownText =
                "peer     \(handle): \(isConnected ? "connected" : "not connected")"
                + (since.map { " since \($0)" } ?? "") + (address.map { " (\($0))" } ?? "")
                + ", \(lag) entries behind"
                + (missing.map { $0 == 0 ? "" : ", up to \($0) of its entries missing here" } ?? "")
                + ", last synchronised \(lastSync ?? "never")"
                + (problem.map { "\n         \($0)" } ?? "")
            return (json, line)
        }
    }

    /// The other end of the connection that was taken up last.
    private func address(of peer: NodeID) -> String? {
        self.links.values.filter { $0.peer == peer }.max { $0.session < $1.session }
            .flatMap { $0.link as? PeerConnection }?.remoteAddress
    }

    /// How many entries of a peer's own logs there are, as far as it said or others gave them, of
    /// which this node holds less than was given to it; `nil` when nothing was heard of it yet.
    ///
    /// Of a log with two histories nothing more is taken, and nothing counts.
    private func missingCount(of peer: NodeID, _ status: PeerStatus) -> UInt64? {
        guard status.lastSync != nil || self.claimedSizes[peer] != nil else { return nil }
        var count: UInt64 = 0
        for (table, state) in self.engine.tables {
            guard let number = state.file.effective?.member(identity: peer)?.number else {
                continue
            }
            let claimed = self.claimedSizes[peer]?[table] ?? [:]
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

    func syncStatus() throws(NodeFailure) -> NodeAnswer {
        var logs: [JSONValue] = []
        var lines: [ShownText] = []
        for (table, state) in self.engine.tables.sorted(by: { $0.key < $1.key }) {
            for (log, held) in state.logs.sorted(by: { $0.key < $1.key }) {
                let author = state.file.governing.member(log.member)?.handle ?? "#\(log.member)"
                let root = TextEncoding.hex(held.frontier.root.bytes)
                let unopened = try self.unopenedCount(of: log, in: table)
                logs.append([
                    "table": .string(TextEncoding.hex(table.bytes)), "author": .string(author),
                    "generation": .integer(Int(log.generation)),
                    "size": .integer(Int(held.size)), "complete": .integer(Int(held.complete)),
                    "unopened": .integer(unopened), "root": .string(root),
                    "disputed": .bool(held.isDisputed && state.pin(of: log) == nil),
                    "pinned": state.pin(of: log).map { .integer(Int($0.size)) } ?? .null,
                    "put_aside_until": JSONValue(
                        state.putAside[log].map { UTCTime.text(milliseconds: $0.until) }
                    ),
                ])
                lines.append(
                    "\(state.file.governing.name)  \(author)/\(log.generation): \(held.size) entries, "
                        + "complete to \(held.complete), root \(root.prefix(16))"
                        + (unopened > 0 ? ", \(Self.text(unopened: unopened)) unopened" : "")
                        + (state.pin(of: log).map { ", pinned at \($0.size)" }
                            ?? (held.isDisputed ? ", DISPUTED" : ""))
                        + (state.putAside[log].map {
                            ", put aside until \(UTCTime.text(milliseconds: $0.until))"
                        } ?? "")
                )
            }
        }
        return NodeAnswer(
            exitCode: 0,
            json: ["logs": .array(logs)],
            text: lines.isEmpty ? "No logs yet." : lines.joined(separator: "\n"),
            file: nil
        )
    }
}
