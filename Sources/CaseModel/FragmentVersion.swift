import ReplicatedTypes
import SyncLog

/// One version of a fragment, as an entry says it, with what follows from the entry alone.
///
/// Nothing of it changes. A case holds it from when its entry is read, so that views need not work
/// out IDs and keys again, and name versions by reference.
final class FragmentVersion: Sendable {
    /// The ID of the fragment.
    let id: ObjectID
    /// The entry of version 1, by which versions find each other.
    let first: EntryPlace
    /// The entry.
    let entry: OpenedEntry
    /// When it was written, by its author's clock.
    let time: HybridTime
    /// What it says.
    let payload: FragmentPayload
    /// The subject it is about.
    let subject: SubjectKey

    /// Reads an entry; `nil` when it is no fragment's.
    init?(_ entry: OpenedEntry, table: TableID) {
        guard case .fragment(let payload) = entry.contents else { return nil }
        self.id = payload.id(table: table, log: entry.log)
        let log = LogID(member: entry.log.member, generation: payload.generation)
        self.first = EntryPlace(log: log, index: payload.firstIndex)
        self.entry = entry
        self.time = entry.header.time
        self.payload = payload
        self.subject = SubjectKey(of: payload, fragment: self.id)
    }

    /// Orders by log and first index, then (version, place).
    static func precedes(_ lhs: FragmentVersion, _ rhs: FragmentVersion) -> Bool {
        guard lhs.first == rhs.first else { return lhs.first < rhs.first }
        return (lhs.payload.version, lhs.entry.log, lhs.entry.header.index)
            < (rhs.payload.version, rhs.entry.log, rhs.entry.header.index)
    }
}
