package import ReplicatedTypes
package import SyncLog

/// A fragment of a case: its versions that count, and whether it was withdrawn.
///
/// Nothing of it changes. It is a class because views go through all fragments several times, and a
/// structure of as many references would be counted, reference by reference, each time.
package final class CaseFragment: Sendable {
    /// A withdrawal that counts.
    package struct Withdrawal: Hashable, Sendable {
        /// Index of its entry.
        package let index: UInt64
        /// When, by its author's clock.
        package let time: HybridTime
        /// Why.
        package let reason: String
    }

    /// Its ID.
    package let id: ObjectID
    /// The log of its owner.
    package let log: LogID
    /// Index of the entry that holds, or held, version 1.
    package let firstIndex: UInt64
    /// The entry of the oldest version that is open here: version 1, but for those who were given a
    /// later one alone.
    package let oldest: OpenedEntry
    /// The entry of the version that is shown: the highest (version, index).
    package let newest: OpenedEntry
    /// When the version shown was written, by its author's clock.
    package let time: HybridTime
    /// What the version shown says.
    package let payload: FragmentPayload
    /// The subject it is about.
    package let subject: SubjectKey
    /// Everybody who was given a version, ascending by member, with the ground of the newest version
    /// that names them.
    package let recipients: [Recipient]
    /// The first withdrawal that counts; `nil` when there is none.
    package let withdrawal: Withdrawal?

    /// A version that counts.
    struct Version {
        /// Its entry.
        let entry: OpenedEntry
        /// What it says.
        let payload: FragmentPayload

        /// The entry of version 1, by which versions find each other.
        var first: EntryPlace {
            EntryPlace(log: self.entry.log, index: self.payload.firstIndex)
        }

        /// Orders by fragment, then (version, index).
        static func precedes(_ lhs: Self, _ rhs: Self) -> Bool {
            let (first, second) = (lhs.first, rhs.first)
            guard first == second else { return first < second }
            return (lhs.payload.version, lhs.entry.header.index)
                < (rhs.payload.version, rhs.entry.header.index)
        }
    }

    /// Joins the versions that count of one fragment: at least one, by (version, index).
    init(id: ObjectID, versions: ArraySlice<Version>, withdrawal: Withdrawal?) {
        guard let oldest = versions.first, let newest = versions.last else {
            preconditionFailure("a fragment has a version")
        }
        self.id = id
        self.log = newest.entry.log
        self.firstIndex = newest.payload.firstIndex
        self.oldest = oldest.entry
        self.newest = newest.entry
        self.time = newest.entry.header.time
        self.payload = newest.payload
        self.subject = SubjectKey(fields: newest.payload.fields, fragment: id)
        self.recipients =
            versions.count == 1
            ? newest.entry.audience.recipients
            : Self.recipients(of: versions.map(\.entry.audience))
        self.withdrawal = withdrawal
    }

    /// Everybody of some lists, with the ground of the last that names them.
    private static func recipients(of audiences: [Audience]) -> [Recipient] {
        var grounds: [MemberNumber: String] = [:]
        for audience in audiences {
            for recipient in audience.recipients { grounds[recipient.member] = recipient.ground }
        }
        return grounds.sorted { $0.key < $1.key }
            .map { Recipient(member: $0.key, ground: $0.value) }
    }

    /// Who shared it.
    package var owner: MemberNumber { self.log.member }

    /// Whether views as of `milliseconds` since 1970 (`nil`: now) show it (case-model §5).
    ///
    /// A withdrawn one is hidden in every view, also of a time before: its contents may be gone.
    func isShown(at milliseconds: UInt64?) -> Bool {
        guard self.withdrawal == nil else { return false }
        guard let milliseconds else { return true }
        let isExpired =
            self.payload.expires
            .map { precedesInBytes($0, UTCTime.date(milliseconds: milliseconds)) } ?? false
        return self.oldest.header.time.milliseconds <= milliseconds && !isExpired
    }
}
