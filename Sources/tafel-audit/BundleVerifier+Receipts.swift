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
        self.evidence.quotes += self.ownQuotes
    }

    private func unproven(_ receipt: BundleReceipt, number: Int) -> Finding {
        Finding(
            .receipt,
            signer: MemberNumber(exactly: receipt.member).flatMap { self.member($0)?.handle },
            nl:
                "Ontvangstbewijs \(number) (lid \(receipt.member)) is niet bewezen: kop, inhoud, bewijs "
                + "of handtekening klopt niet, het is eerder gedateerd dan de handtekening erin, of het "
                + "gaat niet over dit logboek.",
            en:
                "Receipt \(number) (member \(receipt.member)) is not proven: header, payload, proof or "
                + "signature is wrong, it is dated before the signature in it, or it is not about this "
                + "log."
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
            let own = self.open(receipt.checkpoint, of: log),
            MerkleProof.isIncluded(
                leaf: MerkleHashing.leaf(receipt.header),
                at: header.index,
                size: own.checkpoint.size,
                root: own.checkpoint.root,
                proof: proof
            ),
            let quoted = self.open(item.checkpoint.note.encodedText, of: self.log),
            let cosigner = quoted.cosigners.last,
            self.ring.owner(of: cosigner)?.identity == self.member(log.member)?.identity,
            header.allows(cosigner)
        else { return nil }
        self.list([cosigner], under: quoted.checkpoint)
        self.evidence.add(own, of: log, self.ring)
        self.evidence.leaves.append(
            SignedLeaf(
                origin: own.checkpoint.origin,
                index: header.index,
                leaf: MerkleHashing.leaf(receipt.header)
            )
        )
        self.evidence.quotes += self.quotes(in: items, of: log, header)
        return ReceiptPlace(log: log, index: header.index)
    }

    /// What a receipt quotes: whether it is evidence the cards of all bundles tell.
    func quotes(
        in items: [LogReceipt],
        of writer: LogID,
        _ header: EntryHeader
    ) -> [Quote] {
        guard let identity = self.member(writer.member)?.identity else { return [] }
        return items.map { Quote(item: $0, writer: writer, identity: identity, header: header) }
    }
}
