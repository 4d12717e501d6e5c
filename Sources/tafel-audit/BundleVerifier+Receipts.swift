import Cryptography
import SyncLog
import Wire

extension BundleVerifier {
    /// Checks that each receipt is proven, and what receipt entries of the log itself quote.
    mutating func checkReceipts() {
        var previous: ReceiptPlace?
        for (offset, receipt) in self.bundle.body.receipts.enumerated() {
            guard let place = self.prove(receipt) else {
                self.add(self.unproven(receipt, number: offset + 1))
                continue
            }
            if let previous, place <= previous {
                self.add(
                    Finding(
                        .receipt,
                        nl: "De ontvangstbewijzen staan niet op volgorde of dubbel.",
                        en: "The receipts are out of order or repeated."
                    )
                )
            }
            previous = place
        }
        // Read anew: nearly all entries are of other kinds.
        for (offset, entry) in self.bundle.body.entries.enumerated() {
            guard case .header(let bytes) = entry.item, bytes[1] == EntryKind.receipt.rawValue,
                let items = try? Receipt(payload: entry.payload).logs
            else { continue }
            self.checkQuotes(items, at: self.start + UInt64(offset))
        }
    }

    private func unproven(_ receipt: BundleReceipt, number: Int) -> Finding {
        Finding(
            .receipt,
            signer: MemberNumber(exactly: receipt.member).flatMap { self.member($0)?.handle },
            nl:
                "Ontvangstbewijs \(number) (lid \(receipt.member)) is niet bewezen: kop, inhoud, bewijs "
                + "of handtekening klopt niet, of het gaat niet over dit logboek.",
            en:
                "Receipt \(number) (member \(receipt.member)) is not proven: header, payload, proof or "
                + "signature is wrong, or it is not about this log."
        )
    }

    /// Checks header, payload, proof and signatures of a receipt, and keeps what it says as evidence;
    /// `nil` when one does not hold.
    private mutating func prove(_ receipt: BundleReceipt) -> ReceiptPlace? {
        guard let log = receipt.log, log.member != self.author, self.isBegun(log),
            let header = try? EntryHeader(decoding: receipt.header), header.kind == .receipt,
            Int(header.payloadLength) == receipt.payload.count,
            Digest(hashing: receipt.payload) == header.payloadHash,
            let items = try? Receipt(payload: receipt.payload).logs,
            let item = items.first(where: { $0.log == self.log })
        else { return nil }
        let proof = receipt.proof.compactMap { Digest($0) }
        guard receipt.proof.count <= MerkleProof.hashesMax, proof.count == receipt.proof.count,
            let own = self.checkpoint(receipt.checkpoint, of: log),
            MerkleProof.isIncluded(
                leaf: MerkleHashing.leaf(receipt.header),
                at: header.index,
                size: own.checkpoint.size,
                root: own.checkpoint.root,
                proof: proof
            ),
            let quoted = self.checkpoint(item.checkpoint.note.encodedText, of: self.log),
            let cosigner = quoted.cosigners.last, self.isWitness(cosigner, log.member)
        else { return nil }
        self.list([cosigner], under: quoted.checkpoint)
        self.note(own.checkpoint, own.cosigners, of: log)
        for item in items {
            _ = self.keep(item, of: log, at: header.index)
        }
        return ReceiptPlace(log: log, index: header.index)
    }

    private func isWitness(_ cosigner: Cosigner, _ member: MemberNumber) -> Bool {
        self.witnesses[cosigner.name]?.identity == self.member(member)?.identity
    }

    /// Keeps an item as evidence about the log it names.
    ///
    /// - Returns: Whether it is evidence: signed by that log, and cosigned by the receipt's writer.
    private mutating func keep(
        _ item: LogReceipt,
        of writer: LogID,
        at index: UInt64
    ) -> Bool {
        guard let quoted = self.checkpoint(item.checkpoint.note.encodedText, of: item.log),
            let cosigner = quoted.cosigners.last, self.isWitness(cosigner, writer.member)
        else { return false }
        self.note(quoted.checkpoint, quoted.cosigners, of: item.log)
        self.evidence.statements.append(
            ReceiptStatement(
                origin: item.log.origin(table: self.report.table),
                writer: writer,
                index: index,
                item: item
            )
        )
        return true
    }

    /// Checks what a receipt entry of the log itself quotes of others' logs.
    private mutating func checkQuotes(_ items: [LogReceipt], at index: UInt64) {
        for item in items {
            guard let cards = self.cards[item.log.member],
                !self.keep(item, of: self.log, at: index)
            else { continue }
            let note = item.checkpoint.note.encodedText
            let isQuoted = cards.contains { card in
                let quoted = self.checkpoint(note, of: item.log, signedWith: card.logKey)
                return quoted?.cosigners.last.map { self.isWitness($0, self.author) } ?? false
            }
            guard !isQuoted else { continue }
            self.add(
                Finding(
                    .receipt,
                    index: index,
                    nl:
                        "Regel \(index), een ontvangstbewijs, noemt van \(self.handle(item.log.member)) een "
                        + "checkpoint dat die niet heeft ondertekend, of dat de schrijver niet heeft "
                        + "medeondertekend.",
                    en:
                        "Entry \(index), a receipt, quotes of \(self.handle(item.log.member)) a checkpoint "
                        + "that it did not sign, or that the author did not cosign."
                )
            )
        }
    }
}
