import Cryptography
import SyncLog
import Wire

extension BundleVerifier {
    /// Opens a checkpoint of a log with the key of its author's first card in the bundle.
    mutating func open(_ text: String, of log: LogID) -> OpenedCheckpoint? {
        self.ring.logKey(of: log.member).flatMap {
            self.ring.open(text, of: log, signedWith: $0)
        }
    }

    /// Lists the cosignatures of a checkpoint of this log.
    mutating func list(_ cosigners: [Cosigner], under checkpoint: Checkpoint) {
        for cosigner in cosigners {
            guard let witness = self.ring.owner(of: cosigner) else { continue }
            let cosignature = Cosignature(
                handle: witness.handle,
                size: checkpoint.size,
                root: checkpoint.root,
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
        guard let opened = self.open(text, of: self.log) else {
            throw Finding(
                .checkpoint,
                nl: "Het checkpoint van grootte \(size) is niet van dit logboek, niet door de "
                    + "schrijver ondertekend, of medeondertekend door een ander dan een lid.",
                en:
                    "The checkpoint of size \(size) is not of this log, not signed by its author, or "
                    + "cosigned by somebody other than a member."
            )
        }
        let checkpoint = opened.checkpoint
        guard checkpoint.size == size else {
            throw Finding(
                .checkpoint,
                nl: "Een checkpoint heeft grootte \(checkpoint.size), het venster \(size).",
                en: "A checkpoint has size \(checkpoint.size), the window \(size)."
            )
        }
        self.list(opened.cosigners, under: checkpoint)
        self.evidence.add(opened, of: self.log, self.ring)
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
        for index in self.blinded {
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
        for index in self.lost {
            self.add(
                Finding(
                    .lost,
                    index: index,
                    nl: "Regel \(index) is de schrijver naar eigen zeggen kwijt: wat er werd "
                        + "verstrekt, is in deze bundel niet na te gaan.",
                    en: "The author says that it lost entry \(index): what it disclosed cannot be "
                        + "seen in this bundle."
                )
            )
        }
    }
}
