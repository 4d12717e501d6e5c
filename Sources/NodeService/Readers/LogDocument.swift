import CaseModel
import Cryptography
import Foundation
package import NodeInterface
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary
import Wire

extension ShowLog: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.show(self)
    }
}

/// What is held of logs.
extension Reader {
    fileprivate func show(_ asked: ShowLog) throws(Refusal) -> ShowLog.Answer {
        let state = try self.table(asked.table)
        let charter = try self.charter(of: state)
        var member = state.me
        if let author = asked.author {
            guard let found = charter.member(handle: author) else {
                throw .invalid(
                    .author,
                    .notOneOf(author, allowed: charter.members.map(\.handle))
                )
            }
            member = found.number
        }
        let log = try Self.log(of: member, generation: asked.generation, in: state)
        if let last = asked.last, !(0...ShowLog.entriesMax).contains(last) {
            throw .invalid(.last, .outside(last, min: 0, max: ShowLog.entriesMax))
        }
        if let before = asked.before, before < 0 {
            let size = Int(clamping: state.logs[log]?.size ?? 0)
            throw .invalid(.before, .outside(before, min: 0, max: size))
        }
        var entries: [ShowLog.Entry] = []
        var first: UInt64 = 0
        let held = try self.read(state.file.table) { (snapshot) throws(SlotError) in
            let held = try snapshot.state(of: log)
            let end = min(asked.before.map { UInt64($0) } ?? held.size, held.size)
            let last = UInt64(asked.last ?? ShowLog.entriesMax)
            first = end - min(last, end)
            for index in first..<end {
                let item = try snapshot.item(at: index, of: log)
                let audience = try item.header.flatMap { (header) throws(SlotError) in
                    try snapshot.audience(header.audience)
                }
                let isOpen = try snapshot.isOpen(item, at: index, of: log)
                var entry = Self.entry(item, index: index, isOpen, audience, charter)
                if isOpen {
                    switch try snapshot.reading(of: item, of: log) {
                    case .lost: entry.state = "lost"
                    case .nothing: break
                    case .opened(let opened):
                        let told = opened.fragment(of: log, in: state)
                        (entry.fragment, entry.version) = (told?.id.hex, told?.version)
                    }
                }
                entries.append(entry)
            }
            return held
        }
        return ShowLog.Answer(
            checkpoint: held.checkpoint?.note.encodedText,
            entries: entries,
            size: Int(held.size),
            earlier: first > 0 ? Int(first) : nil,
            generation: Int(log.generation),
            generations: Int(state.newestLog(of: member).generation) + 1,
            pinned: state.pin(of: log).map { Int(clamping: $0.size) },
            known: state.isKnown(log)
        )
    }

    /// A log of a member, its newest where no generation is named.
    static func log(
        of member: MemberNumber,
        generation: Int?,
        in state: TableState
    ) throws(Refusal) -> LogID {
        let newest = state.newestLog(of: member)
        guard let generation else { return newest }
        // One that is held after a charter gave way which allowed it can be looked at too.
        let last = max(
            newest.generation,
            state.logs.filter { $0.key.member == member && $0.value.size > 0 }.map(\.key.generation)
                .max() ?? 0
        )
        guard (0...Int(last)).contains(generation) else {
            throw .invalid(.generation, .outside(generation, min: 0, max: Int(last)))
        }
        return LogID(member: member, generation: UInt16(generation))
    }

    private static func entry(
        _ item: LogItem,
        index: UInt64,
        _ isOpen: Bool,
        _ audience: Audience?,
        _ charter: Charter
    ) -> ShowLog.Entry {
        let state =
            switch item {
            case .full: isOpen ? "full" : "unopened"
            case .header: "header"
            case .leaf: "leaf"
            }
        let header = item.header
        return ShowLog.Entry(
            index: Int(index),
            kind: header?.kind.name,
            time: header.map { UTCTime.text(milliseconds: $0.time.milliseconds) },
            case: header.flatMap { $0.caseID == .zero ? nil : $0.caseID.hex },
            fragment: nil,
            version: nil,
            to: (audience?.recipients ?? []).map { recipient in
                GroundedRecipient(
                    handle: charter.member(recipient.member)?.handle ?? "#\(recipient.member)",
                    ground: recipient.ground
                )
            },
            category: header?.category?.name,
            leaf: TextEncoding.hex(item.leafHash.bytes),
            state: state
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

/// What is read of an entry that is held whole.
private enum EntryReading {
    /// What it holds.
    case opened(OpenedEntry)
    /// Nothing that a log shows: it belongs to no case, or is not held whole.
    case nothing
    /// Its key is lost, as with a slot file that was damaged: nothing opens it any more.
    case lost
}

extension TableReading where Self: ~Copyable, Failure == SlotError {
    /// What an item holds; a log is shown also where a key is lost, and says so.
    fileprivate func reading(of item: LogItem, of log: LogID) throws(SlotError) -> EntryReading {
        guard case .full(let entry) = item, entry.header.kind.isEncrypted else { return .nothing }
        guard let readable = try self.readable(at: entry.header.index, of: log) else {
            return .lost
        }
        return readable.ofCase.map { .opened($0) } ?? .nothing
    }
}

extension OpenedEntry {
    /// The fragment that it gives or withdraws, and which version of it.
    fileprivate func fragment(of log: LogID, in table: TableState) -> (id: ObjectID, version: Int?)?
    {
        switch self.contents {
        case .fragment(let payload):
            return (payload.id(table: table.file.table, log: log), Int(payload.version))
        case .withdrawal(let payload):
            let first = LogID(member: log.member, generation: payload.generation)
            let id = FragmentPayload.id(
                table: table.file.table,
                log: first,
                firstIndex: payload.firstIndex
            )
            return (id, nil)
        case .operations: return nil
        }
    }
}
