import CaseModel
import Cryptography
import RecordStore
import SyncEngine
import SyncLog
import Wire

/// Gathering what an auditor needs of an own log (`Protocol/bundle.md`).
enum BundleWriting {
    /// What is beside the entries, and the lists and references that come of them.
    static func frame(
        of log: LogID,
        window: Range<UInt64>,
        table: TableState,
        keys: borrowing NodeKeys,
        in snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> BundleBody {
        var hashes: [Digest] = []
        for subtree in MerkleProof.subtrees(covering: 0..<window.lowerBound) {
            let start = subtree.index << UInt64(subtree.level)
            hashes.append(
                try snapshot.subtreeHash(start..<(start + 1 << UInt64(subtree.level)), of: log)
            )
        }
        guard let frontier = MerkleFrontier(size: window.lowerBound, hashes: hashes) else {
            preconditionFailure("a size has one subtree for each of its one bits")
        }
        let receipts = try self.receipts(
            quoting: log,
            key: Checkpoint.noteKey(
                origin: log.origin(table: table.file.table),
                logKey: keys.log.verifyingKey
            ),
            until: window.upperBound,
            at: ProjectedTable(table),
            in: snapshot
        )
        let cards = try self.cards(of: table, in: snapshot)
        // A line by a key that was replaced stands on no card here: it would prove nothing, and void the rest.
        let witnesses = cards.map { NoteKey.witness($0.witnessKey, of: $0.identity) }
        return BundleBody(
            charters: table.file.charters,
            cards: cards,
            from: window.lowerBound == 0
                ? nil
                : try self.checkpoint(
                    size: window.lowerBound,
                    of: log,
                    table: table,
                    keys: keys,
                    in: snapshot
                ).cosigned(onlyBy: witnesses),
            until: try self.checkpoint(
                size: window.upperBound,
                of: log,
                table: table,
                keys: keys,
                in: snapshot
            ).cosigned(onlyBy: witnesses),
            frontier: frontier,
            entries: [],
            audiences: [],
            receipts: receipts
        )
    }

    /// The own checkpoint of a size with the cosignatures held; signed now when none was kept.
    private static func checkpoint(
        size: UInt64,
        of log: LogID,
        table: TableState,
        keys: borrowing NodeKeys,
        in snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> Checkpoint {
        var checkpoint = Checkpoint(
            origin: log.origin(table: table.file.table),
            size: size,
            root: try snapshot.subtreeRoot(of: log, size: size),
            signedWith: keys.log
        )
        if let kept = try snapshot.checkpoint(size: size, of: log) {
            checkpoint.addCosignatures(of: kept)
        }
        return checkpoint
    }

    /// Some entries, and what comes of them.
    struct Part {
        var entries: [BundleEntry] = []
        /// The lists that they name.
        var audiences: [Digest: Audience] = [:]
        /// Which fragment each is about, of those that can be read.
        var references: [FragmentReference] = []
    }

    /// The entries of a part of the window.
    static func part(
        _ range: Range<UInt64>,
        of log: LogID,
        in snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> Part {
        var part = Part()
        for index in range {
            switch try snapshot.item(at: index, of: log) {
            case .leaf(let hash):
                // Of an own entry the header is held, unless it was lost with a store that was put back.
                part.entries.append(BundleEntry(item: .lost(hash.bytes), payload: []))
            case .header(let header):
                // A header that an auditor gave back proves its disclosure where the list came too.
                let audience = try snapshot.audience(header.audience)
                guard header.kind.isEncrypted, let audience else {
                    let lost = BundleEntry.Item.lost(header.leafHash.bytes)
                    part.entries.append(BundleEntry(item: lost, payload: []))
                    continue
                }
                part.entries.append(BundleEntry(header: header, payload: []))
                part.audiences[header.audience] = audience
            case .full(let entry):
                part.entries.append(BundleEntry(header: entry.header, payload: entry.payload))
                if part.audiences[entry.header.audience] == nil {
                    part.audiences[entry.header.audience] =
                        try snapshot.audience(entry.header.audience)
                }
                if let reference = try self.reference(of: entry, at: index, of: log, in: snapshot) {
                    part.references.append(reference)
                }
            }
        }
        return part
    }

    /// Which fragment an entry is about; `nil` for another, and where it cannot be read.
    private static func reference(
        of entry: Entry,
        at index: UInt64,
        of log: LogID,
        in snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> FragmentReference? {
        guard entry.header.kind == .fragment || entry.header.kind == .withdrawal,
            let bytes = try snapshot.plaintext(at: index, of: log)?.plaintext
        else { return nil }
        if entry.header.kind == .fragment {
            guard let payload = try? FragmentPayload(payload: bytes) else { return nil }
            return FragmentReference(
                index: index,
                generation: UInt32(payload.generation),
                firstIndex: payload.firstIndex,
                version: payload.version
            )
        }
        guard let payload = try? WithdrawalPayload(payload: bytes) else { return nil }
        return FragmentReference(
            index: index,
            generation: UInt32(payload.generation),
            firstIndex: payload.firstIndex,
            version: 0
        )
    }

    /// Of each member the card at index 0 of each of its logs, whose key is the log's, and the newest
    /// card where that is a later version: else a member that has two cards could have the honest ones'
    /// exports doubted.
    private static func cards(
        of table: TableState,
        in snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> [Card] {
        var first: [MemberNumber: [UInt32: Card]] = [:]
        // One that a charter began and nobody has written in has no card yet.
        for log in table.logs.filter({ $0.value.size > 0 }).keys.sorted() {
            guard case .full(let entry) = try snapshot.item(at: 0, of: log),
                let card = try? Card(parsing: entry.payload),
                first[log.member]?[card.version] == nil
            else { continue }
            first[log.member, default: [:]][card.version] = card
        }
        return table.file.cards.sorted { $0.key < $1.key }.flatMap { member, newest in
            let cards = first[member, default: [:]]
            guard let last = cards.keys.max(), last >= newest.version else {
                return cards.sorted { $0.key < $1.key }.map(\.value) + [newest]
            }
            return cards.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// Most receipts of an export that quote what the log's key signed and its tree does not have.
    static let contradictionsMax = 16

    /// Each member's newest receipt for the log up to a size, with their proofs, and of each checkpoint
    /// that the log's key signed and its tree does not have the first receipt that quotes it.
    ///
    /// One is evidence as good as many, and a member can write any number: the first 16 of them by
    /// (log, index) go along.
    private static func receipts(
        quoting log: LogID,
        key: NoteKey,
        until size: UInt64,
        at table: ProjectedTable,
        in snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> [BundleReceipt] {
        let whole = try snapshot.state(of: log).size
        var newest: [LogID: (entry: Entry, index: UInt64)] = [:]
        var contradicting: [(log: LogID, entry: Entry, index: UInt64)] = []
        var known: Set<String> = []
        func keepContradiction(_ quoted: Checkpoint, _ entry: Entry, _ place: (LogID, UInt64)) {
            guard contradicting.count < Self.contradictionsMax,
                quoted.note.isSigned(by: key), known.insert(quoted.note.text).inserted
            else { return }
            contradicting.append((place.0, entry, place.1))
        }
        for place in try snapshot.receipts(quoting: log) {
            guard case .full(let entry) = try snapshot.item(at: place.index, of: place.log),
                let receipt = try? Receipt(payload: entry.payload),
                let item = receipt.logs.first(where: { $0.log == log }),
                table.isGenuine(item, by: place.log.member)
            else { continue }
            let quoted = item.checkpoint
            if quoted.size > size {
                // Somebody saw more than the whole log: this is no later entry that was left out.
                if quoted.size > whole, size == whole {
                    keepContradiction(quoted, entry, (place.log, place.index))
                }
            } else if try snapshot.subtreeRoot(of: log, size: quoted.size) == quoted.root {
                newest[place.log] = (entry, place.index)
            } else {
                keepContradiction(quoted, entry, (place.log, place.index))
            }
        }
        let chosen = contradicting + newest.map { (log: $0, entry: $1.entry, index: $1.index) }
        var receipts: [BundleReceipt] = []
        for found in chosen.sorted(by: { ($0.log, $0.index) < ($1.log, $1.index) }) {
            let author = found.log
            guard let checkpoint = try snapshot.state(of: author).checkpoint else { continue }
            let proof = try MerkleProof.inclusion(
                index: found.index,
                size: checkpoint.size
            ) { (range) throws(SlotError) in try snapshot.subtreeHash(range, of: author) }
            receipts.append(
                BundleReceipt(
                    log: author,
                    header: found.entry.header,
                    payload: found.entry.payload,
                    checkpoint: checkpoint,
                    proof: proof
                )
            )
        }
        return receipts
    }
}
