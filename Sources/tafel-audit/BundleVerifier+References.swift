import SyncLog
import Wire

extension BundleVerifier {
    /// Takes over what the author says of which fragment an entry is about, in order and of entries of the
    /// window; whether it can be is about the log.
    mutating func checkReferences() {
        self.proven.said.reserveCapacity(
            min(self.bundle.body.fragments.count, Self.roomMost)
        )
        var previous: UInt64?
        for reference in self.bundle.body.fragments {
            let index = reference.index
            if previous.map({ $0 < index }) ?? true, self.bundle.manifest.window.contains(index) {
                self.proven.said.append(reference)
            } else {
                self.add(
                    Finding(
                        .entry,
                        index: index,
                        nl:
                            "Wat de schrijver zegt over het fragment van regel \(index) staat niet op "
                            + "volgorde, dubbel, of gaat over een regel buiten het venster.",
                        en:
                            "What the author says of the fragment of entry \(index) is out of order, "
                            + "repeated, or about an entry outside the window."
                    )
                )
            }
            previous = max(previous ?? 0, index)
        }
    }
}
