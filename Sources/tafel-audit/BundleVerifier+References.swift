import SyncLog
import Wire

extension BundleVerifier {
    /// Checks what the author says of which fragment an entry is about, as far as headers can tell
    /// (`Protocol/bundle.md` §2, References).
    mutating func checkReferences() {
        var previous: UInt64?
        var newest: [LogPlace: UInt32] = [:]
        for reference in self.bundle.body.fragments {
            let isAscending = previous.map { $0 < reference.index } ?? true
            if isAscending, self.isPossible(reference, newest: &newest) {
                self.references[reference.index] = reference
            } else {
                self.add(
                    Finding(
                        .entry,
                        index: reference.index,
                        nl:
                            "Wat de schrijver zegt over het fragment van regel \(reference.index) kan niet: de "
                            + "kop ervan, een andere regel of een eerdere versie spreekt het tegen.",
                        en:
                            "What the author says of the fragment of entry \(reference.index) cannot be: its "
                            + "header, another entry or an earlier version contradicts it."
                    )
                )
            }
            previous = max(previous ?? 0, reference.index)
        }
    }

    private func header(at index: UInt64) -> EntryHeader? {
        self.bundle.manifest.window.contains(index) ? self.headers[Int(index - self.start)] : nil
    }

    private func isPossible(
        _ reference: FragmentReference,
        newest: inout [LogPlace: UInt32]
    ) -> Bool {
        let own = LogPlace(generation: UInt32(self.log.generation), index: reference.index)
        let first = LogPlace(generation: reference.generation, index: reference.firstIndex)
        guard let header = self.header(at: reference.index), first <= own else { return false }
        var isPossible: Bool
        switch header.kind {
        case .fragment:
            isPossible =
                reference.version >= 1 && (reference.version == 1) == (first == own)
                && newest[first, default: 0] < reference.version
            newest[first] = reference.version
        case .withdrawal: isPossible = reference.version == 0 && first != own
        default: return false
        }
        if first.generation == own.generation, let beginning = self.header(at: first.index) {
            isPossible =
                isPossible && beginning.kind == .fragment && beginning.caseID == header.caseID
        }
        return isPossible
    }
}

/// A place in the logs of one author.
private struct LogPlace: Hashable, Comparable {
    let generation: UInt32
    let index: UInt64

    static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.generation, lhs.index) < (rhs.generation, rhs.index)
    }
}
