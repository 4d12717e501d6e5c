import Cryptography
import ReplicatedTypes
import SyncLog
import Wire

/// The entries of a window, each by itself and in order.
extension BundleVerifier {
    mutating func checkEntries(progress: (_ done: Int) -> Void) throws(Finding) {
        var version: UInt16 = 1
        // Whether nothing below can have adopted a charter unseen.
        var isAdoptionKnown = self.start == 0
        self.proven.reserveCapacity(self.bundle.body.entries.count)
        for (offset, entry) in self.bundle.body.entries.enumerated() {
            let index = self.start + UInt64(offset)
            progress(offset)
            switch entry.item {
            case .leaf(let bytes):
                self.proven.append(try self.leaf(bytes, entry, index), nil)
                self.report.entries.leaf += 1
                isAdoptionKnown = false
            case .lost(let bytes):
                self.proven.append(try self.leaf(bytes, entry, index), nil)
                self.report.entries.lost += 1
                isAdoptionKnown = false
            case .header(let bytes):
                guard let header = try? EntryHeader(decoding: bytes) else {
                    throw self.malformed(index)
                }
                guard header.index == index, version <= header.charterVersion,
                    Int(header.charterVersion) <= self.charters.count
                else {
                    throw Finding(
                        .entry,
                        index: index,
                        nl:
                            "Index of convenantversie van regel \(index) is niet op volgorde.",
                        en: "Index or charter version of entry \(index) is out of order."
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
                try self.checkPayload(entry.payload, of: header)
                if !isAdoptionKnown { self.adopted = max(self.adopted, version) }
                isAdoptionKnown = true
                guard header.kind == .card || version <= self.adopted else {
                    throw self.notAdopted(header)
                }
                self.proven.append(MerkleHashing.leaf(bytes), header)
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

    private func notAdopted(_ header: EntryHeader) -> Finding {
        Finding(
            .entry,
            index: header.index,
            nl:
                "Regel \(header.index) noemt convenantversie \(header.charterVersion), die dit logboek "
                + "daar nog niet had aangenomen.",
            en:
                "Entry \(header.index) names charter version \(header.charterVersion), which this log "
                + "had not adopted there."
        )
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
        self.adopted = max(self.adopted, signed.charter.version)
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
            if !grant.history.isEmpty { self.histories[header.index] = grant.history }
            return true
        case .receipt:
            return (try? Receipt(payload: payload)) != nil
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

    /// Reports what gives data outside the period of the charter it names (`Protocol/bundle.md` §2).
    mutating func checkPeriods() {
        let periods = self.charters.map { signed in
            // A date before 1970 is before every time that a header can have.
            (
                from: signed.charter.from.calendarDay ?? 0,
                until: signed.charter.until.calendarDay.map { $0 + 1 } ?? 0
            )
        }
        for case let header? in self.headers {
            switch header.kind {
            case .operations, .fragment: break
            case .keyGrant where self.histories[header.index] != nil: break
            default: continue
            }
            let (from, end) = periods[Int(header.charterVersion) - 1]
            let day = header.time.milliseconds / 86_400_000
            guard day < from || day >= end else { continue }
            let time = Timestamp.text(seconds: header.time.milliseconds / 1_000)
            self.add(
                Finding(
                    .entry,
                    index: header.index,
                    nl:
                        "Regel \(header.index) is van \(time), buiten de looptijd van convenantversie "
                        + "\(header.charterVersion).",
                    en:
                        "Entry \(header.index) is of \(time), outside the period of charter version "
                        + "\(header.charterVersion)."
                )
            )
        }
    }
}
