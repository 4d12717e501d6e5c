import NodeInterface
import NodeService

/// The node's health, and synchronising now.
extension Desk {
    func nodeStatus() async throws(PageError) -> PageAnswer {
        .page(try await self.nodePage(outcomes: nil))
    }

    private func nodePage(outcomes: [[String: Any]]?) async throws(PageError) -> Page {
        let status = try await self.ask(ShowStatus())
        // Who asks how the node is must be told, also where its store cannot be read.
        let logs =
            status.store.bytes == nil ? [] : try await self.ask(ShowSyncStatus()).logs
        var model: [String: Any] = [
            "maySynchronise": self.may(.synchronise), "nodeID": status.node,
            "hasAlarms": !status.alarms.isEmpty,
            "someEndWhenSeen": status.alarms.contains(where: \.ends_when_seen),
            "alarms": status.alarms.reversed().map { self.alarm($0) },
            "hasPast": !status.past_alarms.isEmpty,
            "past": status.past_alarms.reversed().map { self.alarm($0) },
            "hasPeers": !status.peers.isEmpty, "peers": status.peers.map { self.peer($0) },
            "hasLogs": !logs.isEmpty,
            "logs": logs.map { log in
                [
                    "table": log.table_name,
                    "author": log.generation == 0
                        ? log.author : "\(log.author)/\(log.generation)",
                    "size": self.words.number(log.size),
                    "complete": self.words.number(log.complete),
                    "root": String(log.root.prefix(16)), "isDisputed": log.disputed,
                ] as [String: Any]
            },
            "isReadable": status.store.bytes != nil,
            "recordCount": status.store.records.map { self.words.number($0) } ?? "",
            "entryCount": self.words.number(status.store.entries),
            "storeSize": status.store.bytes.map { self.words.byteCount($0) } ?? "",
            "version": status.version,
        ]
        model["diskFree"] = status.disk_free_bytes.map { self.words.byteCount($0) }
        model["outcomes"] = outcomes.map { ["items": $0] }
        return Page(template: "node", title: self.words("node"), model: model)
    }

    private func peer(_ peer: NodeStatus.Peer) -> [String: Any] {
        var model: [String: Any] = [
            "handle": peer.handle, "style": peer.connected ? "good" : "bad",
            "connection": self.words(peer.connected ? "connected" : "notConnected"),
            "behind": self.words.number(peer.lag_entries),
        ]
        model["since"] = peer.since
        model["sinceText"] = peer.since.map { self.words.time($0) }
        model["missing"] = peer.missing_entries.map { self.words.number($0) }
        model["at"] = peer.last_sync
        model["atText"] = peer.last_sync.map { self.words.time($0) }
        return model
    }

    func synchronise() async throws(PageError) -> PageAnswer {
        try await self.answer {
            let done = try await self.submit(SyncNow())
            guard !done.peers.isEmpty else { throw self.problem("problemNoPeers") }
            guard done.peers.allSatisfy({ $0.isPlain }) else {
                return .page(try await self.nodePage(outcomes: done.peers.map(self.outcome)))
            }
            let sent = done.peers.reduce(0) { $0 + $1.sent.entries }
            let received = done.peers.reduce(0) { $0 + $1.received.entries }
            return .redirect(
                to: "/node",
                Session.Flash(
                    key: "doneSync",
                    arguments: [
                        self.words.list(done.peers.map(\.handle)), self.words.number(sent),
                        self.words.number(received),
                    ]
                )
            )
        } otherwise: { (_) async throws(PageError) in
            try await self.nodePage(outcomes: nil)
        }
    }

    /// What came of rounds with a peer, where there is more to say than what moved.
    private func outcome(_ peer: SyncNow.Peer) -> [String: Any] {
        var model: [String: Any] = [
            "style": peer.ok ? "good" : "bad",
            "text": peer.ok
                ? self.words(
                    "syncOK",
                    peer.handle,
                    self.words.number(peer.sent.entries),
                    self.words.number(peer.received.entries)
                ) : self.words("syncFailed", peer.handle),
        ]
        // The node's own words, which are English, where no sentence here says the same.
        let isSaid = peer.trouble.map { $0 != .finding } ?? false
        model["detail"] = peer.ok || isSaid ? nil : peer.error
        var notes: [String] = []
        if let trouble = peer.trouble {
            notes.append(self.words.term("syncTrouble", trouble.rawValue))
        }
        if peer.more { notes.append(self.words("syncMore")) }
        if !peer.not_taken.isEmpty {
            notes.append(self.words("syncNotTaken", self.words.list(peer.not_taken)))
        }
        if !peer.refused.isEmpty {
            notes.append(self.words("syncRefused", self.words.list(peer.refused)))
        }
        model["notes"] = notes
        return model
    }

    private func alarm(_ alarm: NodeStatus.Alarm) -> [String: Any] {
        var model: [String: Any] = [
            "kind": self.words.term("alarm", alarm.code), "at": alarm.since,
            "atText": self.words.time(alarm.since), "text": alarm.text,
            "tells": self.words.term("alarmTells", alarm.code),
            "asks": self.words.term("alarmAsks", alarm.code),
        ]
        model["partner"] = alarm.handle
        model["until"] = alarm.until
        model["untilText"] = alarm.until.map { self.words.time($0) }
        return model
    }
}

extension SyncNow.Peer {
    /// Whether it came to its end, and there is nothing to say but what moved.
    fileprivate var isPlain: Bool {
        self.ok && self.level && self.not_taken.isEmpty && self.refused.isEmpty
    }
}
