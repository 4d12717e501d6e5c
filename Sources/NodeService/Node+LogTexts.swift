import CaseModel
import Cryptography
import JSONText
import RecordStore
import SyncEngine
import SyncLog
import Terminal

/// What of a log other tools read, in the form that C2SP gives it.
package enum LogText: Codable, Hashable, Sendable {
    /// The newest checkpoint with the cosignatures held (C2SP tlog-checkpoint).
    case checkpoint
    /// The keys that check it, one a line: the log's, then the members' witness keys (C2SP signed-note).
    case keys
    /// That an entry stands in it (C2SP tlog-proof).
    case proof(index: UInt64)
}

extension Node {
    /// Gives a text about a log for other tools.
    ///
    /// - Throws: That there is no such table, member, log or entry, or that the store cannot be read.
    func logText(
        _ text: LogText,
        _ prefix: String,
        author: String?
    ) throws(NodeFailure) -> NodeAnswer {
        let state = try self.table(prefix)
        let log = state.newestLog(of: try self.member(author, of: state))
        let table = state.file.table
        let found = try self.read(table) { (snapshot) throws(SlotError) in
            let held = try snapshot.state(of: log)
            let kept = try snapshot.checkpoint(size: held.size, of: log)
            return (checkpoint: kept ?? held.checkpoint, first: try snapshot.cardNote(of: log))
        }
        guard let checkpoint = found.checkpoint else {
            throw .usage(
                "log: nothing is held of it. Run 'tafel sync now', or open a case or share first"
            )
        }
        switch text {
        case .checkpoint:
            let text = checkpoint.note.encodedText
            return Self.answer(text, json: ["checkpoint": .string(text)])
        case .keys:
            guard let card = found.first else {
                throw .usage("log: its first card is not held. Run 'tafel sync now'")
            }
            let own = Checkpoint.noteKey(origin: log.origin(table: table), logKey: card.logKey)
            let witnesses = state.file.cards.sorted { $0.key < $1.key }.map {
                NoteKey.witness($0.value.witnessKey, of: $0.value.identity)
            }
            let keys = ([own] + witnesses).map(\.verifierText)
            return NodeAnswer(
                exitCode: 0,
                json: ["keys": .array(keys.map { .string($0) })],
                text: ShownText(own: keys.joined(separator: "\n")),
                file: nil
            )
        case .proof(let index):
            return try self.proof(of: index, in: log, of: table, under: checkpoint)
        }
    }

    private func member(_ author: String?, of state: TableState) throws(NodeFailure) -> MemberNumber
    {
        guard let author else { return state.me }
        let charter = try self.charter(of: state)
        guard let found = charter.member(handle: author) else {
            let known = charter.members.map(\.handle).joined(separator: ", ")
            throw .usage("--author '\(author)': nobody at this table. Choose from \(known)")
        }
        return found.number
    }

    private func proof(
        of index: UInt64,
        in log: LogID,
        of table: TableID,
        under checkpoint: Checkpoint
    ) throws(NodeFailure) -> NodeAnswer {
        guard index < checkpoint.size else {
            throw .usage("entry \(index): the log has \(checkpoint.size). Choose one below that")
        }
        let found = try self.read(table) { (snapshot) throws(SlotError) in
            let hashes = try MerkleProof.inclusion(
                index: index,
                size: checkpoint.size
            ) { (range) throws(SlotError) in try snapshot.subtreeHash(range, of: log) }
            return (hashes: hashes, header: try snapshot.item(at: index, of: log).header)
        }
        let proof = TlogProof(index: index, hashes: found.hashes, checkpoint: checkpoint)
        // The header's bytes are the leaf that the proof is about; of a leaf hash alone there are none.
        let leaf = found.header.map { TextEncoding.base64($0.bytes) }
        let text = proof.encodedText
        return Self.answer(text, json: ["proof": .string(text), "leaf": JSONValue(leaf)])
    }

    /// An answer of one text, printed as it is: each of its lines has a form that is checked.
    private static func answer(_ text: String, json: JSONValue) -> NodeAnswer {
        NodeAnswer(
            exitCode: 0,
            json: json,
            text: ShownText(own: String(text.dropLast())),
            file: nil
        )
    }
}

extension TableReading where Self: ~Copyable {
    /// The card at index 0 of a log, whose key is the log's; `nil` where it is not held.
    fileprivate func cardNote(of log: LogID) throws(Failure) -> Card? {
        guard case .full(let entry) = try self.item(at: 0, of: log) else { return nil }
        return try? Card(parsing: entry.payload)
    }
}
