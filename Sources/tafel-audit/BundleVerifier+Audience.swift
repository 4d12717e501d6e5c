import Cryptography
import SyncLog
import Wire

extension BundleVerifier {
    /// Checks the lists of the bundle; who may be on them is about the log.
    mutating func checkAudiences() {
        var previous: Digest?
        let hasAllHeaders = self.report.entries.leaf + self.report.entries.lost == 0
        for (offset, list) in self.bundle.body.audiences.enumerated() {
            guard let audience = Audience(list) else {
                self.add(
                    Finding(
                        .audience,
                        nl: "Ontvangerslijst \(offset + 1) is geen geldige lijst.",
                        en: "Audience list \(offset + 1) is not a valid list."
                    )
                )
                continue
            }
            let hash = audience.hash
            if let previous, previous >= hash {
                self.add(
                    Finding(
                        .audience,
                        nl: "De ontvangerslijsten staan niet op volgorde of dubbel.",
                        en: "The audience lists are out of order or repeated."
                    )
                )
            }
            previous = hash
            // An entry without its header may have named it.
            if hasAllHeaders, !self.namedAudiences.contains(hash) {
                self.add(
                    Finding(
                        .audience,
                        nl: "Ontvangerslijst \(offset + 1) hoort bij geen enkele regel.",
                        en: "Audience list \(offset + 1) belongs to no entry."
                    )
                )
            }
            self.audiences[hash] = audience
        }
        self.checkMissing()
    }

    /// Reports each entry whose list the bundle leaves out, whether or not another one has it.
    private mutating func checkMissing() {
        for (offset, header) in self.proven.headers.enumerated() {
            guard let header, header.kind.hasAudience,
                self.audiences[self.proven.lists[header.listNumber]] == nil
            else { continue }
            let index = self.start + UInt64(offset)
            self.add(
                Finding(
                    .audience,
                    index: index,
                    nl: "De ontvangerslijst van regel \(index) ontbreekt.",
                    en: "The audience list of entry \(index) is missing."
                )
            )
        }
    }
}
