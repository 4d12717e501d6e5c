import Cryptography
import ReplicatedTypes
import SyncLog
import Wire

/// The entries of a window, each by itself; what they come to together is about the log.
extension BundleVerifier {
    /// Entries for which room is made before one is looked at: an element may be two bytes and no entry.
    static let roomMost = 1 << 20
    /// After how many entries the bytes of those before are let go of.
    private static let letGoCount = 4_096

    mutating func checkEntries(progress: (_ done: Int) -> Void) throws(Finding) {
        self.proven.reserveCapacity(min(self.bundle.body.entries.count, Self.roomMost))
        for offset in self.bundle.body.entries.indices {
            if offset.isMultiple(of: Self.letGoCount) {
                self.bundle.body.entries.letGo(before: offset)
            }
            let entry = self.bundle.body.entries[offset]
            let index = self.start + UInt64(offset)
            progress(offset)
            switch entry.item {
            case .leaf(let bytes):
                self.proven.append(try self.leaf(bytes, entry, index), nil)
                self.report.entries.leaf += 1
                self.blinded.append(index)
            case .lost(let bytes):
                self.proven.append(try self.leaf(bytes, entry, index), nil)
                self.report.entries.lost += 1
                self.lost.append(index)
            case .header(let bytes):
                guard let header = try? EntryHeader(decoding: bytes) else {
                    throw self.malformed(index)
                }
                guard header.index == index,
                    Int(header.charterVersion) <= self.charters.count
                else {
                    throw Finding(
                        .entry,
                        index: index,
                        nl:
                            "Regel \(index) heeft de index van een andere, of noemt een convenantversie "
                            + "die er niet is.",
                        en:
                            "Entry \(index) has the index of another, or names a charter version that "
                            + "does not exist."
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
                self.adopting = 0
                try self.checkPayload(entry.payload, of: header)
                self.proven.append(MerkleHashing.leaf(bytes), header, adopts: self.adopting)
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

    /// Whether a text is one of the chain, or one that its quorum signed too and that gave way
    /// (`Protocol/keys.md` §3).
    private mutating func isAdopted(_ signed: SignedCharter) -> Bool {
        let known = self.charters + self.rivals
        if !known.contains(where: { $0.textHash == signed.textHash }) {
            guard let before = known.first(where: { $0.textHash == signed.charter.previous }),
                signed.charter.version == before.charter.version + 1,
                let signers = try? signed.verifySignatures(by: before.charter.members),
                signers.count >= before.charter.quorum
            else { return false }
            self.rivals.append(signed)
        }
        self.adopting = signed.charter.version
        return true
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
            if !grant.history.isEmpty { self.proven.histories[header.index] = grant.history }
            return true
        case .receipt:
            guard let receipt = try? Receipt(payload: payload) else { return false }
            self.ownQuotes += self.quotes(in: receipt.logs, of: self.log, header)
            return true
        case .card:
            guard let card = try? Card(parsing: payload),
                card.identity == self.member(self.author)?.identity
            else { return false }
            self.evidence.cards.insert(SignedCard(card))
            return header.index > 0 || card.logKey == self.proven.logKey
        case .charterAdopted:
            guard let signed = try? SignedCharter(parsing: payload) else { return false }
            return self.isAdopted(signed)
        case .forkEvidence, .closing:
            return true
        case .operations, .fragment, .withdrawal, .consultation, .destruction, .hold, .export:
            preconditionFailure("encrypted kinds are not read")
        }
    }
}
