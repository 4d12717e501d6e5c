import CaseModel
import Cryptography
package import NodeInterface
import RecordStore
import SyncEngine
import SyncLog

extension ShowCheckpoint: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.show(self)
    }
}

extension ShowLogKeys: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.show(self)
    }
}

extension ShowProof: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.show(self)
    }
}

/// What of a log other tools read, in the form that C2SP gives it.
extension Reader {
    /// A log with its newest checkpoint.
    private struct SignedLog {
        let table: TableState
        let log: LogID
        let checkpoint: Checkpoint
        /// The card at index 0, whose key is the log's; `nil` where it is not held.
        let first: Card?
    }

    private func signedLog(
        _ prefix: String,
        _ author: String?
    ) throws(Refusal) -> SignedLog {
        let state = try self.table(prefix)
        let log = state.newestLog(of: try self.member(author, of: state))
        let found = try self.read(state.file.table) { (snapshot) throws(SlotError) in
            let held = try snapshot.state(of: log)
            // Of an empty log there is nothing to read.
            guard held.size > 0 else { return (checkpoint: Checkpoint?.none, first: Card?.none) }
            let kept = try snapshot.checkpoint(size: held.size, of: log)
            return (checkpoint: kept ?? held.checkpoint, first: try snapshot.cardNote(of: log))
        }
        // Those that the keys beside it are of: see ``ShowLogKeys``.
        let witnesses = Self.witnesses(of: state.file)
        guard let checkpoint = found.checkpoint?.cosigned(onlyBy: witnesses) else {
            throw .refused(.log(.notHeld))
        }
        return SignedLog(table: state, log: log, checkpoint: checkpoint, first: found.first)
    }

    /// The keys that cosign at a table, by member number.
    private static func witnesses(of file: TableFile) -> [NoteKey] {
        file.cards.sorted { $0.key < $1.key }.map {
            .witness($0.value.witnessKey, of: $0.value.identity)
        }
    }

    fileprivate func show(_ asked: ShowCheckpoint) throws(Refusal) -> ShowCheckpoint.Answer {
        let found = try self.signedLog(asked.table, asked.author)
        return ShowCheckpoint.Answer(checkpoint: found.checkpoint.note.encodedText)
    }

    fileprivate func show(_ asked: ShowLogKeys) throws(Refusal) -> ShowLogKeys.Answer {
        let found = try self.signedLog(asked.table, asked.author)
        guard let card = found.first else {
            throw .refused(.log(.cardNotHeld))
        }
        let file = found.table.file
        let own = Checkpoint.noteKey(
            origin: found.log.origin(table: file.table),
            logKey: card.logKey
        )
        return ShowLogKeys.Answer(
            keys: ([own] + Self.witnesses(of: file)).map(\.verifierText)
        )
    }

    fileprivate func show(_ asked: ShowProof) throws(Refusal) -> ShowProof.Answer {
        let found = try self.signedLog(asked.table, asked.author)
        let (log, checkpoint) = (found.log, found.checkpoint)
        guard let index = UInt64(exactly: asked.index), index < checkpoint.size else {
            throw .invalid(
                .index,
                .outside(asked.index, min: 0, max: Int(clamping: checkpoint.size) - 1)
            )
        }
        let held = try self.read(found.table.file.table) { (snapshot) throws(SlotError) in
            let hashes = try MerkleProof.inclusion(
                index: index,
                size: checkpoint.size
            ) { (range) throws(SlotError) in try snapshot.subtreeHash(range, of: log) }
            return (hashes: hashes, header: try snapshot.item(at: index, of: log).header)
        }
        let proof = TlogProof(index: index, hashes: held.hashes, checkpoint: checkpoint)
        return ShowProof.Answer(
            proof: proof.encodedText,
            // The header's bytes are the leaf that the proof is about; of a leaf hash alone there are none.
            leaf: held.header.map { TextEncoding.base64($0.bytes) }
        )
    }

    private func member(_ author: String?, of state: TableState) throws(Refusal) -> MemberNumber {
        guard let author else { return state.me }
        let charter = try self.charter(of: state)
        guard let found = charter.member(handle: author) else {
            throw .invalid(
                .author,
                .notOneOf(author, allowed: charter.members.map(\.handle))
            )
        }
        return found.number
    }
}

extension TableReading where Self: ~Copyable {
    /// The card at index 0 of a log, whose key is the log's; `nil` where it is not held.
    fileprivate func cardNote(of log: LogID) throws(Failure) -> Card? {
        guard case .full(let entry) = try self.item(at: 0, of: log) else { return nil }
        return try? Card(parsing: entry.payload)
    }
}
