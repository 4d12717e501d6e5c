import NodeInterface
import SyncEngine
import SyncLog

/// Why nothing is written at a table: its own log goes on elsewhere, or may (`Protocol/sync.md` §3.3).
struct OwnLogDoubt: Hashable, Sendable {
    /// What is known; the code of the alarm.
    enum Reason: String, Hashable, Sendable {
        /// More was written than the folder holds.
        case ahead = "put-back"
        /// Nobody has said yet how far it was written.
        case unconfirmed
    }

    let reason: Reason
    /// What an operator is told.
    let text: String

    /// What is told to who wants to write.
    var need: Refusal.Need {
        switch self.reason {
        case .ahead: .ownLog(.putBack, words: self.text)
        case .unconfirmed: .ownLog(.unconfirmed, words: self.text)
        }
    }

    init(reason: Reason, text: String) {
        self.reason = reason
        self.text = text
    }

    /// What the file beside the folder tells of a table's own log; `nil` when that is whole.
    ///
    /// Where that file cannot be kept, nothing is doubted for its sake: an alarm tells instead.
    init?(state: TableState, marker: WrittenMarker) {
        let log = state.ownLog
        let size = state.logs[log]?.size ?? 0
        // Of an earlier log that a charter cut nothing is written any more: where the newest is whole, by
        // what a partner or a person said, it is written on.
        let verdict = marker.verdict(on: log, size: size, in: state.file.table)
        guard verdict != .whole else { return nil }
        let at = "table '\(state.file.governing.name)', own log "
        if let short = state.shortPins.first {
            self.init(
                reason: .ahead,
                text:
                    at + "\(short.pin.log.member)/\(short.pin.log.generation): the charter counts "
                    + "\(short.pin.size) entries of it, and the folder holds \(short.held). The folder was put "
                    + "back; nothing is written. Put the newest copy back, or fetch the log back from "
                    + "the partners with 'tafel node recover'"
            )
            return
        }
        switch verdict {
        case .whole: return nil
        case .behind(let written, let count):
            let held = written == log ? size : 0
            self.init(
                reason: .ahead,
                text:
                    at + "\(written.member)/\(written.generation): \(marker.path) says that this "
                    + "node wrote \(count) entries, and the folder holds \(held). The folder was put "
                    + "back; nothing is written. Put the newest copy back, or fetch the log back "
                    + "from the partners with 'tafel node recover'"
            )
        case .unknown:
            guard marker.isWritable else { return nil }
            let why =
                marker.knows(state.file.table)
                ? "the charter begins it, and \(marker.path) says nothing of it; another copy of this folder "
                    + "may have written there. "
                : "\(marker.path), which says how far it was written, is missing or damaged; the folder may "
                    + "be an old or a second copy. "
            self.init(
                reason: .unconfirmed,
                text:
                    at + "\(log.member)/\(log.generation): \(why)"
                    + "Nothing is written until a partner confirms its \(size) entries: 'tafel sync now'. "
                    + "Without any partner: 'tafel node recover --offline'"
            )
        }
    }
}

extension WrittenMarker {
    /// What is doubted of the own logs of a folder that is opened; `known`: what was doubted before.
    ///
    /// Where the file cannot be kept nothing is doubted: once it can be, it is to hold what this run went
    /// on from, and not to raise the doubt then.
    mutating func doubts(
        about states: inout [TableID: TableState],
        known: [TableID: OwnLogDoubt]
    ) -> [TableID: OwnLogDoubt] {
        var doubts = known
        for (table, state) in states {
            doubts[table] = doubts[table] ?? OwnLogDoubt(state: state, marker: self)
            states[table]?.isOwnLogAhead = doubts[table] != nil
            let size = state.logs[state.ownLog]?.size ?? 0
            if doubts[table] == nil,
                self.verdict(on: state.ownLog, size: size, in: table) == .unknown
            {
                try? self.note(size, of: state.ownLog, in: table)
            }
        }
        return doubts
    }
}

extension TableState {
    /// Own logs of which a charter counts more than is held, with how much is: what it says that was
    /// written is known by all.
    var shortPins: [(pin: Pin, held: UInt64)] {
        self.file.governing.pins.filter { $0.log.member == self.me }
            .map { ($0, self.logs[$0.log]?.size ?? 0) }
            .filter { $0.held < $0.pin.size }
    }
}
