import Cryptography
import ReplicatedTypes
import SyncLog
import Wire

/// A note together with the log it is said to be of.
struct CheckedNote: Hashable, Sendable {
    /// The member that must have signed.
    let member: MemberNumber
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
    /// Checks that a checkpoint is of the log, signed by `member` in its first line and cosigned by
    /// witness keys of members in all others, once each.
    ///
    /// - Returns: The checkpoint and its cosigners in order of their lines; `nil` when it is not.
    mutating func checkpoint(
        _ text: String,
        of log: LogID
    ) -> (checkpoint: Checkpoint, cosigners: [Cosigner])? {
        guard let checkpoint = try? Checkpoint(parsing: text.utf8) else { return nil }
        let origin = log.origin(table: self.report.table)
        let checked = CheckedNote(member: log.member, origin: origin, note: text)
        if let cosigners = self.goodCheckpoints[checked] { return (checkpoint, cosigners) }
        let signatures = checkpoint.note.signatures
        let logKeys = self.cards[log.member, default: []].map(\.logKey)
        let logKey = logKeys.first { key in
            signatures.first?.names(Checkpoint.noteKey(origin: origin, logKey: key)) == true
        }
        let witnesses = signatures.dropFirst().flatMap { self.witnessKeys[$0.name, default: []] }
        guard let logKey,
            let keys = try? checkpoint.verify(origin: origin, logKey: logKey, witnesses: witnesses),
            Set(keys.map(\.name)).count == keys.count
        else { return nil }
        let cosigners = signatures.dropFirst().map {
            Cosigner(name: $0.name, seconds: UInt64(bigEndian: $0.bytes[..<8]))
        }
        self.goodCheckpoints[checked] = cosigners
        return (checkpoint, cosigners)
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
        self.frontier = frontier
    }

    mutating func checkEntries(progress: (_ done: Int) -> Void) throws(Finding) {
        var version: UInt16 = 1
        var time: HybridTime?
        self.leaves.reserveCapacity(self.bundle.body.entries.count)
        for (offset, entry) in self.bundle.body.entries.enumerated() {
            let index = self.start + UInt64(offset)
            progress(offset)
            switch entry.item {
            case .leaf(let bytes):
                self.leaves.append(try self.leaf(bytes, entry, index))
                self.report.entries.leaf += 1
            case .lost(let bytes):
                self.leaves.append(try self.leaf(bytes, entry, index))
                self.report.entries.lost += 1
            case .header(let bytes):
                guard let header = try? EntryHeader(decoding: bytes) else {
                    throw self.malformed(index)
                }
                guard header.index == index, version <= header.charterVersion,
                    Int(header.charterVersion) <= self.charters.count,
                    time.map({ $0 < header.time }) ?? true
                else {
                    throw Finding(
                        .entry,
                        index: index,
                        nl:
                            "Index, convenantversie of tijd van regel \(index) is niet op volgorde.",
                        en: "Index, charter version or time of entry \(index) is out of order."
                    )
                }
                guard self.isBeginning(header) else {
                    throw Finding(
                        .entry,
                        index: index,
                        nl: "Een logboek begint met de kaart van de schrijver en het convenant.",
                        en: "A log begins with the author's card and the charter."
                    )
                }
                version = header.charterVersion
                time = header.time
                try self.checkPayload(entry.payload, of: header)
                self.leaves.append(MerkleHashing.leaf(bytes))
                if header.kind.hasAudience { self.namedAudiences.insert(header.audience) }
            case nil:
                throw self.malformed(index)
            }
        }
    }

    private func leaf(
        _ bytes: [UInt8],
        _ entry: BundleEntry,
        _ index: UInt64
    ) throws(Finding) -> Digest {
        guard let leaf = Digest(bytes), entry.payload.isEmpty else { throw self.malformed(index) }
        return leaf
    }

    /// Whether a header at index 0 or 1 has the kind that a log begins with (sync-log.md §4).
    private func isBeginning(_ header: EntryHeader) -> Bool {
        switch header.index {
        case 0: header.kind == .card
        case 1: header.kind == .charterAdopted
        default: true
        }
    }

    private func malformed(_ index: UInt64) -> Finding {
        Finding(
            .entry,
            index: index,
            nl: "Regel \(index) is geen regel van een logboek.",
            en: "Entry \(index) is not an entry of a log."
        )
    }

    private mutating func checkPayload(
        _ payload: [UInt8],
        of header: EntryHeader
    ) throws(Finding) {
        if header.kind.isEncrypted {
            self.report.entries.header += 1
            guard payload.isEmpty else { throw self.wrongPayload(header.index) }
            return
        }
        self.report.entries.full += 1
        guard payload.count == Int(header.payloadLength),
            Digest(hashing: payload) == header.payloadHash,
            self.isKind(of: header, read: payload)
        else { throw self.wrongPayload(header.index) }
    }

    private func wrongPayload(_ index: UInt64) -> Finding {
        Finding(
            .entry,
            index: index,
            nl: "De inhoud van regel \(index) past niet bij de kop.",
            en: "The payload of entry \(index) does not fit its header."
        )
    }

    /// Whether a payload is what the header's kind says; notes the history that a grant gives.
    private mutating func isKind(of header: EntryHeader, read payload: [UInt8]) -> Bool {
        switch header.kind {
        case .keyGrant:
            guard let grant = try? KeyGrant(payload: payload),
                grant.audience.hash == header.audience,
                grant.history.last.map({ $0 < header.index }) ?? true,
                // Only a grant of history has no chain key to commit to (keys.md §6).
                grant.history.isEmpty == (header.keyCommitment != .zero),
                grant.history.isEmpty || (header.epoch == 0 && header.position == 0)
            else { return false }
            if !grant.history.isEmpty { self.histories[header.index] = grant.history }
            return true
        case .receipt:
            return (try? Receipt(payload: payload)) != nil
        case .card:
            let card = try? Card(parsing: payload)
            return card != nil && card?.identity == self.member(self.author)?.identity
        case .charterAdopted:
            guard let signed = try? SignedCharter(parsing: payload) else { return false }
            return self.charters.contains { $0.textHash == signed.textHash }
        case .forkEvidence, .closing:
            return true
        case .operations, .fragment, .withdrawal, .consultation, .destruction, .hold, .export:
            preconditionFailure("encrypted kinds are not read")
        }
    }

    func checkTree() throws(Finding) {
        let roots = TreeEvidence.roots(
            at: [self.end],
            frontier: self.frontier,
            leaves: self.leaves
        )
        guard roots[self.end] == self.last?.root else {
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
