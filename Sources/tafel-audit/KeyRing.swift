import Cryptography
import SyncLog

/// A note together with the log it is said to be of.
private struct CheckedNote: Hashable, Sendable {
    /// The key that must have signed.
    let logKey: VerifyingKey
    /// Names the log.
    let origin: String
    /// The whole note.
    let note: String
}

/// Who cosigned a checkpoint, and when.
struct Cosigner: Hashable, Sendable {
    /// Name of the witness key.
    let name: String
    /// Seconds since 1970.
    let seconds: UInt64
}

/// A checkpoint that was found good, with its cosigners in order of their lines.
struct OpenedCheckpoint: Sendable {
    /// The checkpoint.
    let checkpoint: Checkpoint
    /// Who cosigned.
    let cosigners: [Cosigner]
}

/// The members and cards of one bundle: what checks the signatures in it.
struct KeyRing: Sendable {
    /// The table.
    let table: TableID
    /// The cards of each member, ascending by version.
    private(set) var cards: [MemberNumber: [Card]] = [:]
    /// Whose each witness key name is.
    private var owners: [String: Member] = [:]
    /// The witness keys of all members, by the name of the key.
    private var witnessKeys: [String: [NoteKey]] = [:]
    /// Checkpoints that were found good: many receipts quote the same.
    private var good: [CheckedNote: [Cosigner]] = [:]

    /// Begins without a card.
    init(table: TableID) { self.table = table }

    /// Adds a card of a member, which may have had several numbers.
    mutating func add(_ card: Card, of owner: Member, numbers: Set<MemberNumber>) {
        for number in numbers { self.cards[number, default: []].append(card) }
        let key = NoteKey.witness(card.witnessKey, of: card.identity)
        self.owners[key.name] = owner
        if self.witnessKeys[key.name]?.contains(key) != true {
            self.witnessKeys[key.name, default: []].append(key)
        }
    }

    /// The key of a member's logs: that of its card of the lowest version (`Protocol/bundle.md` §2).
    func logKey(of member: MemberNumber) -> VerifyingKey? { self.cards[member]?.first?.logKey }

    /// Whose a witness key is.
    func owner(of cosigner: Cosigner) -> Member? { self.owners[cosigner.name] }

    /// Checks that a checkpoint is of the log, signed with its key in the first line and cosigned by
    /// witness keys of members in all others, once each.
    ///
    /// - Returns: `nil` when it is not.
    mutating func open(
        _ text: String,
        of log: LogID,
        signedWith logKey: VerifyingKey
    ) -> OpenedCheckpoint? {
        guard let checkpoint = try? Checkpoint(parsing: text.utf8) else { return nil }
        let origin = log.origin(table: self.table)
        let checked = CheckedNote(logKey: logKey, origin: origin, note: text)
        if let cosigners = self.good[checked] {
            return OpenedCheckpoint(checkpoint: checkpoint, cosigners: cosigners)
        }
        let signatures = checkpoint.note.signatures
        let witnesses = signatures.dropFirst().flatMap { self.witnessKeys[$0.name, default: []] }
        guard
            let keys = try? checkpoint.verify(origin: origin, logKey: logKey, witnesses: witnesses),
            Set(keys.map(\.name)).count == keys.count
        else { return nil }
        let cosigners = signatures.dropFirst().map {
            Cosigner(name: $0.name, seconds: UInt64(bigEndian: $0.bytes[..<8]))
        }
        self.good[checked] = cosigners
        return OpenedCheckpoint(checkpoint: checkpoint, cosigners: cosigners)
    }
}
