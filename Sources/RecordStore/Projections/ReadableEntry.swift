package import CaseModel
package import SyncEngine
package import SyncLog
import Wire

/// An entry that this node can read, decoded once for everything that takes it in.
package struct ReadableEntry: Sendable {
    /// What its payload says.
    package enum Contents: Sendable {
        /// About a case.
        case ofCase(OpenedEntry)
        /// A receipt.
        case receipt(Receipt)
        /// Something that nothing is derived from; or nothing with a form: a member lies, or has a newer
        /// version.
        case other
    }

    /// The entry.
    package let entry: PlainEntry
    /// What it says.
    package let contents: Contents

    /// Decodes an entry.
    package init(_ entry: PlainEntry) {
        self.entry = entry
        switch entry.header.kind {
        case .operations, .fragment, .withdrawal:
            self.contents = OpenedEntry(entry).map { .ofCase($0) } ?? .other
        case .receipt:
            self.contents = (try? Receipt(payload: entry.plaintext)).map { .receipt($0) } ?? .other
        case .keyGrant, .consultation, .destruction, .card, .charterAdopted, .forkEvidence, .hold,
            .export, .closing:
            self.contents = .other
        }
    }

    /// The entry of a case that it is; `nil` where it is none.
    package var ofCase: OpenedEntry? {
        guard case .ofCase(let opened) = self.contents else { return nil }
        return opened
    }
}

extension OpenedEntry {
    /// `nil` for what is not about a case, or has no form: a member lies, or has a newer version.
    package init?(_ entry: PlainEntry) {
        guard let audience = entry.audience else { return nil }
        do {
            try self.init(
                log: entry.log,
                header: entry.header,
                audience: audience,
                plaintext: entry.plaintext
            )
        } catch {
            return nil
        }
    }
}
