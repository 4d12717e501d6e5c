import Cryptography
import SyncLog
import Wire

/// A note together with the log it is said to be of.
struct CheckedNote: Hashable, Sendable {
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

extension BundleVerifier {
    /// Checks that a checkpoint is of the log, signed with the log's key in its first line and
    /// cosigned by witness keys of members in all others, once each.
    ///
    /// The log's key is that of its author's first card in the bundle, or `otherKey`.
    ///
    /// - Returns: The checkpoint and its cosigners in order of their lines; `nil` when it is not.
    mutating func checkpoint(
        _ text: String,
        of log: LogID,
        signedWith otherKey: VerifyingKey? = nil
    ) -> (checkpoint: Checkpoint, cosigners: [Cosigner])? {
        guard let logKey = otherKey ?? self.logKey(of: log),
            let checkpoint = try? Checkpoint(parsing: text.utf8)
        else { return nil }
        let origin = log.origin(table: self.report.table)
        let checked = CheckedNote(logKey: logKey, origin: origin, note: text)
        if let cosigners = self.goodCheckpoints[checked] { return (checkpoint, cosigners) }
        let signatures = checkpoint.note.signatures
        let witnesses = signatures.dropFirst().flatMap { self.witnessKeys[$0.name, default: []] }
        guard
            let keys = try? checkpoint.verify(origin: origin, logKey: logKey, witnesses: witnesses),
            Set(keys.map(\.name)).count == keys.count
        else { return nil }
        let cosigners = signatures.dropFirst().map {
            Cosigner(name: $0.name, seconds: UInt64(bigEndian: $0.bytes[..<8]))
        }
        self.goodCheckpoints[checked] = cosigners
        return (checkpoint, cosigners)
    }

    /// The key of a log: that of its author's card of the lowest version (`Protocol/bundle.md` §2).
    func logKey(of log: LogID) -> VerifyingKey? { self.cards[log.member]?.first?.logKey }

    /// Keeps a checkpoint that was found good as evidence about its log.
    mutating func note(_ checkpoint: Checkpoint, _ cosigners: [Cosigner], of log: LogID) {
        guard let logKey = self.logKey(of: log) else { return }
        let root = SignedRoot(
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: checkpoint.root
        )
        self.evidence.roots.append(root)
        self.evidence.logKeys[checkpoint.origin] = logKey
        for cosigner in cosigners {
            guard let witness = self.witnesses[cosigner.name] else { continue }
            self.evidence.cosignatures.append(
                WitnessedRoot(
                    root: root,
                    witness: witness.identity,
                    handle: witness.handle,
                    seconds: cosigner.seconds
                )
            )
        }
    }

    /// Lists the cosignatures of a checkpoint of this log.
    mutating func list(_ cosigners: [Cosigner], under checkpoint: Checkpoint) {
        for cosigner in cosigners {
            guard let witness = self.witnesses[cosigner.name] else { continue }
            let cosignature = Cosignature(
                handle: witness.handle,
                size: checkpoint.size,
                seconds: cosigner.seconds
            )
            if self.listed.insert(cosignature).inserted {
                self.report.cosignatures.append(cosignature)
            }
        }
    }

    mutating func checkCheckpoints() throws(Finding) {
        let body = self.bundle.body
        guard (self.start == 0) == body.from.isEmpty else {
            throw Finding(
                .checkpoint,
                nl: self.start == 0
                    ? "Een venster dat bij 0 begint heeft geen eerste checkpoint."
                    : "Het checkpoint aan het begin van het venster ontbreekt.",
                en: self.start == 0
                    ? "A window that starts at 0 has no first checkpoint."
                    : "The checkpoint at the start of the window is missing."
            )
        }
        if self.start > 0 { self.first = try self.checkpoint(body.from, size: self.start) }
        self.last = try self.checkpoint(body.until, size: self.end)
    }

    /// The log that the bundle is of.
    var log: LogID { self.bundle.manifest.log }

    private mutating func checkpoint(_ text: String, size: UInt64) throws(Finding) -> Checkpoint {
        guard let (checkpoint, cosigners) = self.checkpoint(text, of: self.log) else {
            throw Finding(
                .checkpoint,
                nl: "Het checkpoint van grootte \(size) is niet van dit logboek, niet door de "
                    + "schrijver ondertekend, of medeondertekend door een ander dan een lid.",
                en:
                    "The checkpoint of size \(size) is not of this log, not signed by its author, or "
                    + "cosigned by somebody other than a member."
            )
        }
        guard checkpoint.size == size else {
            throw Finding(
                .checkpoint,
                nl: "Een checkpoint heeft grootte \(checkpoint.size), het venster \(size).",
                en: "A checkpoint has size \(checkpoint.size), the window \(size)."
            )
        }
        self.list(cosigners, under: checkpoint)
        self.note(checkpoint, cosigners, of: self.log)
        return checkpoint
    }

    mutating func checkFrontier() throws(Finding) {
        let hashes = self.bundle.body.frontier.compactMap { Digest($0) }
        guard hashes.count == self.bundle.body.frontier.count,
            let frontier = MerkleFrontier(size: self.start, hashes: hashes),
            frontier.root == self.first?.root ?? MerkleHashing.empty
        else {
            throw Finding(
                .frontier,
                nl: "De deelboomwortels aan het begin van het venster geven niet de wortel van het "
                    + "eerste checkpoint.",
                en: "The roots of the subtrees at the start of the window do not give the root of "
                    + "the first checkpoint."
            )
        }
        self.proven.frontier = frontier
    }

    func checkTree() throws(Finding) {
        guard self.proven.roots(at: [self.end])[self.end] == self.last?.root else {
            throw Finding(
                .tree,
                nl: "De regels geven niet de wortel van het laatste checkpoint: er is er een "
                    + "veranderd, weggelaten of verplaatst.",
                en:
                    "The entries do not give the root of the last checkpoint: one was changed, left "
                    + "out or moved."
            )
        }
    }

    mutating func checkBlinded() {
        // Nearly always there is none, and nothing to read again.
        guard self.report.entries.leaf > 0 else { return }
        for (offset, entry) in self.bundle.body.entries.enumerated() {
            guard case .leaf = entry.item else { continue }
            let index = self.start + UInt64(offset)
            self.add(
                Finding(
                    .blinded,
                    index: index,
                    nl: "Regel \(index) staat er zonder kop in.",
                    en: "Entry \(index) is there without its header."
                )
            )
        }
    }

    mutating func checkLost() {
        guard self.report.entries.lost > 0 else { return }
        for (offset, entry) in self.bundle.body.entries.enumerated() {
            guard case .lost = entry.item else { continue }
            let index = self.start + UInt64(offset)
            self.add(
                Finding(
                    .lost,
                    index: index,
                    nl: "Regel \(index) is de schrijver naar eigen zeggen kwijt: wat er werd "
                        + "verstrekt, is niet na te gaan.",
                    en: "The author says that it lost entry \(index): what it disclosed cannot be "
                        + "seen."
                )
            )
        }
    }
}
