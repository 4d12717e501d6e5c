import Cryptography
import SyncLog
import Wire

/// What a member's newest receipt says of this log.
struct Confirmation: Sendable {
    /// Entries below this size were looked at.
    let size: UInt64
    /// Those among them that the member could not open.
    let unopened: Set<UInt64>

    /// Whether the receipt confirms the entry at `index`, which was addressed to the member.
    func holds(_ index: UInt64) -> Bool { index < self.size && !self.unopened.contains(index) }
}

/// A receipt whose signatures and proof hold.
private struct ProvenReceipt {
    /// The log it stands in.
    let log: LogID
    /// Its place in that log.
    let index: UInt64
    /// What it says of the bundle's log.
    let item: LogReceipt
}

/// Entries of the window that were addressed to one member, and the hash over the first of them.
private struct AddressedEntries {
    /// Ascending.
    var indices: [UInt64] = []
    /// The first of them, hashed.
    var entries = HeldEntries()
}

extension BundleVerifier {
    mutating func checkReceipts() {
        var proven: [MemberNumber: [ProvenReceipt]] = [:]
        var previous: (log: LogID, index: UInt64)?
        for (offset, receipt) in self.bundle.body.receipts.enumerated() {
            guard let found = self.proven(receipt) else {
                self.add(
                    Finding(
                        .receipt,
                        signer: MemberNumber(exactly: receipt.member).flatMap {
                            self.member($0)?.handle
                        },
                        nl:
                            "Ontvangstbewijs \(offset + 1) (lid \(receipt.member)) is niet bewezen: "
                            + "kop, inhoud, bewijs of handtekening klopt niet, of het gaat niet over "
                            + "dit venster van dit logboek.",
                        en:
                            "Receipt \(offset + 1) (member \(receipt.member)) is not proven: header, "
                            + "payload, proof or signature is wrong, or it is not about this window "
                            + "of this log."
                    )
                )
                continue
            }
            if let previous, (found.log, found.index) <= previous {
                self.add(
                    Finding(
                        .receipt,
                        nl: "De ontvangstbewijzen staan niet op volgorde of dubbel.",
                        en: "The receipts are out of order or repeated."
                    )
                )
            }
            previous = (found.log, found.index)
            proven[found.log.member, default: []].append(found)
        }
        let sizes = Set(proven.values.flatMap { $0.map(\.item.checkpoint.size) })
        let roots = TreeEvidence.roots(at: sizes, frontier: self.frontier, leaves: self.leaves)
        var addressed = self.addressedEntries(to: Set(proven.keys))
        for (member, receipts) in proven.sorted(by: { $0.key < $1.key }) {
            self.compare(
                receipts,
                of: member,
                roots: roots,
                addressed: &addressed[member, default: AddressedEntries()]
            )
        }
    }

    /// Checks header, payload, proof and signatures of a receipt; `nil` when one does not hold.
    private mutating func proven(_ receipt: BundleReceipt) -> ProvenReceipt? {
        guard let member = MemberNumber(exactly: receipt.member), member != self.author,
            let generation = UInt16(exactly: receipt.generation),
            let header = try? EntryHeader(decoding: receipt.header), header.kind == .receipt,
            Int(header.payloadLength) == receipt.payload.count,
            Digest(hashing: receipt.payload) == header.payloadHash,
            let items = try? Receipt(payload: receipt.payload).logs,
            let item = items.first(where: { $0.log == self.log })
        else { return nil }
        let log = LogID(member: member, generation: generation)
        let proof = receipt.proof.compactMap { Digest($0) }
        guard receipt.proof.count <= MerkleProof.hashesMax, proof.count == receipt.proof.count,
            let own = self.checkpoint(receipt.checkpoint, of: log)?.checkpoint,
            MerkleProof.isIncluded(
                leaf: MerkleHashing.leaf(receipt.header),
                at: header.index,
                size: own.size,
                root: own.root,
                proof: proof
            ),
            let quoted = self.checkpoint(item.checkpoint.note.encodedText, of: self.log),
            let cosigner = quoted.cosigners.last,
            self.witnesses[cosigner.name]?.identity == self.member(member)?.identity,
            quoted.checkpoint.size <= self.end
        else { return nil }
        self.list([cosigner], under: quoted.checkpoint)
        for checkpoint in [own, quoted.checkpoint] {
            self.receiptRoots.append(
                SignedRoot(
                    origin: checkpoint.origin,
                    size: checkpoint.size,
                    root: checkpoint.root
                )
            )
        }
        return ProvenReceipt(log: log, index: header.index, item: item)
    }

    private func addressedEntries(
        to members: Set<MemberNumber>
    ) -> [MemberNumber: AddressedEntries] {
        let recipients = self.audiences.mapValues { $0.members.filter(members.contains) }
        var addressed: [MemberNumber: AddressedEntries] = [:]
        for case let header? in self.headers {
            for member in recipients[header.audience, default: []] {
                addressed[member, default: AddressedEntries()].indices.append(header.index)
            }
        }
        return addressed
    }

    /// Compares what one member's receipts say with what the log gave it.
    private mutating func compare(
        _ receipts: [ProvenReceipt],
        of member: MemberNumber,
        roots: [UInt64: Digest],
        addressed: inout AddressedEntries
    ) {
        guard let newest = receipts.last?.item else { return }
        var isRight = true
        for receipt in receipts.sorted(by: { $0.item.checkpoint.size < $1.item.checkpoint.size }) {
            let item = receipt.item
            guard roots[item.checkpoint.size].map({ $0 == item.checkpoint.root }) ?? true else {
                isRight = false
                self.add(self.fork(seenBy: member, at: item.checkpoint.size))
                continue
            }
            guard self.agrees(item, with: &addressed, of: member) else {
                isRight = false
                self.add(self.disagreement(of: member, at: item.checkpoint.size))
                continue
            }
        }
        guard isRight else { return }
        for index in newest.unopened where index >= self.start {
            self.add(
                Finding(
                    .receipt,
                    index: index,
                    signer: self.handle(member),
                    nl: "\(self.handle(member)) meldt dat regel \(index) niet te openen was.",
                    en: "\(self.handle(member)) says that entry \(index) could not be opened."
                )
            )
        }
        if newest.checkpoint.size > self.start {
            self.confirmations[member] = Confirmation(
                size: newest.checkpoint.size,
                unopened: Set(newest.unopened)
            )
        }
        self.name(member)
        if self.start > 0 { self.report.uncountedReceipts.append(self.handle(member)) }
    }

    /// Whether count and hash are those of the entries that were given, the unopened ones among them.
    ///
    /// - Complexity: O(entries) for all receipts of a member together, plus O(n log n) in the entries
    ///   that each lists as unopened.
    private func agrees(
        _ item: LogReceipt,
        with addressed: inout AddressedEntries,
        of member: MemberNumber
    ) -> Bool {
        let size = item.checkpoint.size
        for index in addressed.indices.dropFirst(Int(addressed.entries.count)) {
            guard index < size else { break }
            addressed.entries.add(index: index, leafHash: self.leaf(at: index))
        }
        let given = addressed.indices.prefix(Int(addressed.entries.count))
        guard item.unopened.allSatisfy({ $0 < self.start || given.holdsAscending($0) }) else {
            return false
        }
        // What was given before the window is not in this bundle, so neither count nor hash can be
        // computed; the part inside the window is still the least that must be there.
        guard self.start == 0 else { return item.heldCount >= UInt64(given.count) }
        return item.says(addressed.entries)
    }

    private func leaf(at index: UInt64) -> Digest { self.leaves[Int(index - self.start)] }

    private func fork(seenBy member: MemberNumber, at size: UInt64) -> Finding {
        Finding(
            .receipt,
            nl: "De schrijver heeft \(self.handle(member)) bij grootte \(size) een ander logboek "
                + "getoond: twee ondertekende checkpoints met verschillende wortels.",
            en: "The author showed \(self.handle(member)) another log at size \(size): two signed "
                + "checkpoints with different roots."
        )
    }

    private func disagreement(of member: MemberNumber, at size: UInt64) -> Finding {
        Finding(
            .receipt,
            signer: self.handle(member),
            nl:
                "\(self.handle(member)) heeft voor grootte \(size) een ontvangstbewijs ondertekend over "
                + "andere regels dan dit logboek aan \(self.handle(member)) heeft gegeven. Het is een "
                + "verklaring van \(self.handle(member)); in het logboek zelf is hierdoor niets fout.",
            en:
                "\(self.handle(member)) signed a receipt at size \(size) for other entries than this "
                + "log gave to it. The statement is \(self.handle(member))'s; it makes nothing in the "
                + "log itself wrong."
        )
    }
}

extension ArraySlice<UInt64> {
    /// Whether an ascending list has a value.
    fileprivate func holdsAscending(_ value: UInt64) -> Bool {
        var (low, high) = (self.startIndex, self.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < self.endIndex && self[low] == value
    }
}
