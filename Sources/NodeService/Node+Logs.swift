import CaseModel
import Cryptography
import Foundation
import JSONText
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Terminal
import Vocabulary
import Wire

/// Commands about logs: showing and exporting them.
extension Node {
    func showLog(
        _ prefix: String,
        author: String?,
        generation: UInt16?,
        last: UInt64?
    ) throws(NodeFailure) -> NodeAnswer {
        let state = try self.table(prefix)
        let charter = try self.charter(of: state)
        var member = state.me
        if let author {
            guard let found = charter.member(handle: author) else {
                let known = charter.members.map(\.handle).joined(separator: ", ")
                throw .usage("--author '\(author)': nobody at this table. Choose from \(known)")
            }
            member = found.number
        }
        let log = try Self.log(of: member, generation: generation, in: state)
        var entries: [JSONValue] = []
        var lines: [ShownText] = []
        let checkpoint = try self.read(state.file.table) { (snapshot) throws(SlotError) in
            let held = try snapshot.state(of: log)
            let first = last.map { held.size - min($0, held.size) } ?? 0
            for index in first..<held.size {
                let item = try snapshot.item(at: index, of: log)
                let audience = try item.header.flatMap { (header) throws(SlotError) in
                    try snapshot.audience(header.audience)
                }
                let isOpen = try snapshot.isOpen(item, at: index, of: log)
                let (json, line) = self.describe(item, index: index, isOpen, audience, charter)
                entries.append(json)
                lines.append(line)
            }
            return held.checkpoint
        }
        let text = checkpoint?.note.encodedText
        return NodeAnswer(
            exitCode: 0,
            json: [
                "checkpoint": JSONValue(text), "entries": .array(entries),
                "generation": .integer(Int(log.generation)),
                "generations": .integer(Int(state.newestLog(of: member).generation) + 1),
            ],
            text: (Self.lines(of: text) + Self.lines(onCutOf: log, in: state) + lines)
                .joined(separator: "\n"),
            file: nil
        )
    }

    /// A log of a member, its newest where no generation is named.
    private static func log(
        of member: MemberNumber,
        generation: UInt16?,
        in state: TableState
    ) throws(NodeFailure) -> LogID {
        let newest = state.newestLog(of: member)
        guard let generation else { return newest }
        // One that is held after a charter gave way which allowed it can be looked at too.
        let last = max(
            newest.generation,
            state.logs.filter { $0.key.member == member && $0.value.size > 0 }.map(\.key.generation)
                .max() ?? 0
        )
        guard generation <= last else {
            throw .usage("--generation \(generation): there is none. The newest is \(last)")
        }
        return LogID(member: member, generation: generation)
    }

    /// What there is to know of a log that a charter cut, or that goes on after one.
    private static func lines(onCutOf log: LogID, in state: TableState) -> [ShownText] {
        var lines: [ShownText] = []
        if let pin = state.pin(of: log) {
            lines.append(
                "The charter cuts this log: \(pin.size) entries count, and it goes on in generation "
                    + "\(log.generation + 1)."
            )
        }
        if !state.isKnown(log) {
            lines.append(
                "By the charter that counts this log does not exist: nothing of it counts."
            )
        }
        if log.generation > 0 {
            lines.append(
                "This log goes on after one that forked. What came before: "
                    + "--generation \(log.generation - 1)."
            )
        }
        return lines
    }

    /// A checkpoint's lines: each has a form that is checked, and none reads as another's.
    private static func lines(of checkpoint: String?) -> [ShownText] {
        guard let checkpoint else { return ["No entries yet."] }
        return checkpoint.split(separator: "\n", omittingEmptySubsequences: false).map { "\($0)" }
    }

    private func describe(
        _ item: LogItem,
        index: UInt64,
        _ isOpen: Bool,
        _ audience: Audience?,
        _ charter: Charter
    ) -> (json: JSONValue, line: ShownText) {
        let leaf = TextEncoding.hex(item.leafHash.bytes)
        let state =
            switch item {
            case .full: isOpen ? "full" : "unopened"
            case .header: "header"
            case .leaf: "leaf"
            }
        let to = (audience?.recipients ?? []).map { recipient in
            (
                handle: charter.member(recipient.member)?.handle ?? "#\(recipient.member)",
                ground: recipient.ground
            )
        }
        let header = item.header
        let time = header.map { UTCTime.text(milliseconds: $0.time.milliseconds) }
        let caseID = header.flatMap { $0.caseID == .zero ? nil : $0.caseID.hex }
        let json: JSONValue = [
            "index": .integer(Int(index)), "kind": JSONValue(header?.kind.name),
            "time": JSONValue(time), "case": JSONValue(caseID),
            "to": .array(
                to.map { ["handle": .string($0.handle), "ground": .string($0.ground)] }
            ),
            "category": JSONValue(header?.category?.name), "leaf": .string(leaf),
            "state": .string(state),
        ]
        let recipients = to.map { "\($0.handle) on \($0.ground)" }.joined(separator: ", ")
        let line: ShownText =
            "\(index)  \(header?.kind.name ?? "(not for this node)")  \(time ?? "")  \(recipients)"
            + (state == "unopened" ? "  CANNOT BE OPENED" : "")
        return (json, line)
    }

    func exportLog(
        _ prefix: String,
        generation: UInt16?,
        from: UInt64?,
        until: UInt64?
    ) throws(NodeFailure) -> NodeAnswer {
        let state = try self.table(prefix)
        _ = try self.charter(of: state)
        let log = try Self.log(of: state.me, generation: generation, in: state)
        let held = state.logs[log] ?? LogState()
        let (from, until) = (from ?? 0, until ?? held.size)
        guard held.size > 0 else {
            throw .usage("log: empty, there is nothing to export. Open a case or share first")
        }
        guard from < until, until <= held.size else {
            throw .usage(
                "window \(from) to \(until): not within the log's \(held.size) entries. "
                    + "Choose 0 ≤ FROM < UNTIL ≤ \(held.size)"
            )
        }
        let keys = self.keys
        var body = try self.read(state.file.table) { (snapshot) throws(SlotError) in
            try BundleWriting.body(
                of: log,
                window: from..<until,
                table: state,
                keys: keys.keys,
                in: snapshot
            )
        }
        body.fragments = try self.read(state.file.table) { (snapshot) throws(SlotError) in
            try BundleWriting.references(of: log, window: from..<until, in: snapshot)
        }
        let bundle = Wire.Bundle(
            table: state.file.table,
            log: log,
            window: from..<until,
            body: body
        )
        return NodeAnswer(
            exitCode: 0,
            json: [
                "entries": .integer(Int(until - from)), "generation": .integer(Int(log.generation)),
            ],
            text: (["\(until - from) entries"] + Self.lines(onCutOf: log, in: state))
                .joined(separator: "\n"),
            file: bundle.encoded(signedWith: keys.keys.log)
        )
    }
}

extension TableReading where Self: ~Copyable {
    /// Whether an item is no more than it seems: what is held of it can be read.
    fileprivate func isOpen(
        _ item: LogItem,
        at index: UInt64,
        of log: LogID
    ) throws(Failure) -> Bool {
        guard case .full(let entry) = item else { return true }
        let opening = try self.opening(at: index, of: log)
        return entry.header.kind.isEncrypted ? opening == .open : opening ?? .open == .open
    }
}
