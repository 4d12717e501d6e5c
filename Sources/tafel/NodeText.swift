import NodeInterface
import NodeService
import SyncLog
import Terminal

extension ShowStatus: PrintedRequest {
    func text(of answer: Answer) -> ShownText { answer.text }
}

extension AcknowledgeAlarms: PrintedRequest {
    func text(of answer: Answer) -> ShownText { answer.text }
}

extension NodeStatus {
    fileprivate var text: ShownText {
        var lines: [ShownText] = [
            "node     \(self.handle) (\(self.name)), "
                + (self.running_since.map { "running since \($0)" } ?? "not running")
                + ", version \(self.version)",
            (self.store.records.map { records in
                "store    \(self.store.bytes ?? 0) bytes, \(records) records, "
                    + "\(self.store.entries) log entries"
            } ?? "store    CANNOT BE READ")
                + (self.disk_free_bytes.map { ", \($0) bytes free on its disk" } ?? ""),
        ]
        lines += self.tables.map { table in
            "table    \(table.name)" + (table.effective ? "" : ", not effective yet")
        }
        lines += self.peers.map(\.line) + self.unopened.map(\.line)
        lines += self.alarms.map { alarm in
            "ALARM    \(alarm.code), since \(alarm.since): \(alarm.text)"
        }
        lines += self.past_alarms.map { alarm in
            "ended    \(alarm.code), \(alarm.since) to \(alarm.until ?? ""): \(alarm.text)"
        }
        if self.alarms.contains(where: \.ends_when_seen) {
            lines.append(
                "What happened stands here until it was seen: 'tafel node status --acknowledge'."
            )
        }
        return lines.joined(separator: "\n")
    }
}

extension NodeStatus.Peer {
    fileprivate var line: ShownText {
        let missing = self.missing_entries ?? 0
        return "peer     \(self.handle): \(self.connected ? "connected" : "not connected")"
            + (self.since.map { " since \($0)" } ?? "") + (self.address.map { " (\($0))" } ?? "")
            + ", \(self.lag_entries) entries behind"
            + (missing == 0 ? "" : ", up to \(missing) of its entries missing here")
            + ", last synchronised \(self.last_sync ?? "never")"
            + (self.last_error.map { "\n         \($0)" } ?? "")
    }
}

extension NodeStatus.Unopened {
    fileprivate var line: ShownText {
        "unopened \(self.author)/\(self.generation): \(entryCount(unopened: self.entries)) that "
            + "are for this node do not open; their author is told in receipts"
    }
}

extension ShowSyncStatus: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        guard !answer.logs.isEmpty else { return "No logs yet." }
        return answer.logs.map { log -> ShownText in
            "\(log.table_name)  \(log.author)/\(log.generation): \(log.size) entries, "
                + "complete to \(log.complete), root \(log.root.prefix(16))"
                + (log.unopened > 0 ? ", \(entryCount(unopened: log.unopened)) unopened" : "")
                + (log.pinned.map { ", pinned at \($0)" } ?? (log.disputed ? ", DISPUTED" : ""))
                + (log.put_aside_until.map { ", put aside until \($0)" } ?? "")
        }.joined(separator: "\n")
    }
}

extension SyncNow: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let lines: [ShownText] = answer.peers.map { peer in
            peer.error.map { "\(peer.handle): \($0)" } ?? peer.line
        }
        return lines.isEmpty ? "No peers: accept a table first." : lines.joined(separator: "\n")
    }

    func problem(of answer: Answer) -> String? {
        let failed = answer.peers.filter { !$0.ok }
        guard !failed.isEmpty else { return nil }
        return "sync now: not in step with \(failed.map(\.handle).joined(separator: ", ")). "
            + (failed.contains(where: \.finding)
                ? "See 'tafel node status' for what was found" : "See why above, and try again")
    }
}

extension SyncNow.Peer {
    fileprivate var line: ShownText {
        var line: ShownText =
            "\(self.handle): sent \(self.sent.entries), received \(self.received.entries) entries "
            + "in \(self.rounds) \(self.rounds == 1 ? "round" : "rounds")"
        if self.more { line = line + "; others write on, so there is more already" }
        if !self.not_taken.isEmpty {
            let authors = self.not_taken.joined(separator: ", ")
            line =
                line
                + "; nothing is taken of the log of \(authors): see 'tafel node status'"
        }
        if !self.refused.isEmpty {
            line =
                line
                + "; it takes nothing of the log of \(self.refused.joined(separator: ", "))"
        }
        return line
    }
}

extension Recover: PrintedRequest {
    var shownBy: String? { "tafel node status" }

    func text(of answer: Answer) -> ShownText {
        let lines = answer.tables.map { $0.line(isOffline: self.offline) }
        guard !lines.isEmpty else { return "No table counts yet." }
        // What partners never had they cannot give back.
        let own: ShownText =
            "Accounts, own records, decisions about subjects and weights that stand at this node alone are as the folder "
            + "has them: what was changed after the backup is to be done again."
        return (lines + [own]).joined(separator: "\n")
    }

    func problem(of answer: Answer) -> String? {
        answer.outcome == .unavailable
            ? "node recover: not every own log is whole. See why above, and try again" : nil
    }
}

extension Recover.Table {
    fileprivate func line(isOffline: Bool) -> ShownText {
        var line: ShownText = "\(self.name): \(self.fetched) entries fetched back"
        if self.lost > 0 {
            // Lost is what nobody returned who was asked.
            line =
                line
                + (isOffline
                    ? ", \(self.lost) lost: nobody was asked"
                    : ", \(self.lost) lost: nobody who was reached returned them")
        }
        if self.missing > 0 {
            line = line + ", \(self.missing) missing: nobody could be asked"
        }
        if let problem { return line + ". \(problem)" }
        line = line + "; written to again"
        if self.cut > 0 {
            line =
                line
                + ". The charter cut the log before: \(self.cut) entries that this folder holds of it "
                + "do not count. See 'tafel log show --generation \(self.generation - 1)', and write again "
                + "what matters"
        }
        guard !self.unreached.isEmpty else { return line }
        return line + ". Not reached: \(self.unreached.joined(separator: "; "))"
    }
}

/// One more than a receipt lists stands for more.
private func entryCount(unopened count: Int) -> String {
    count > LogReceipt.unopenedMax
        ? "more than \(LogReceipt.unopenedMax) entries"
        : "\(count) \(count == 1 ? "entry" : "entries")"
}
