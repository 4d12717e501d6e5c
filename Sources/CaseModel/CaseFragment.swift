package import ReplicatedTypes
package import SyncLog

/// A fragment of a case: its versions that count, and whether it was withdrawn.
package struct CaseFragment: Hashable, Sendable {
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
    /// What the version shown says.
    package let payload: FragmentPayload
    /// Everybody who was given a version, ascending by member, with the ground of the newest version
    /// that names them.
    package let recipients: [Recipient]
    /// The first withdrawal that counts; `nil` when there is none.
    package let withdrawal: Withdrawal?

    /// Joins the versions that count, of which there is at least one, of one fragment.
    init(
        id: ObjectID,
        versions: [(entry: OpenedEntry, payload: FragmentPayload)],
        withdrawal: Withdrawal?
    ) {
        let sorted = versions.sorted {
            ($0.payload.version, $0.entry.header.index)
                < ($1.payload.version, $1.entry.header.index)
        }
        guard let oldest = sorted.first, let newest = sorted.last else {
            preconditionFailure("a fragment has a version")
        }
        self.id = id
        self.log = newest.entry.log
        self.firstIndex = newest.payload.firstIndex
        self.oldest = oldest.entry
        self.newest = newest.entry
        self.payload = newest.payload
        self.recipients = Self.recipients(of: sorted.map(\.entry.audience))
        self.withdrawal = withdrawal
    }

    /// Everybody of some lists, with the ground of the last that names them.
    private static func recipients(of audiences: [Audience]) -> [Recipient] {
        // Most fragments have one version: its list is in order already.
        if audiences.count == 1, let only = audiences.first { return only.recipients }
        var grounds: [MemberNumber: String] = [:]
        for audience in audiences {
            for recipient in audience.recipients { grounds[recipient.member] = recipient.ground }
        }
        return grounds.sorted { $0.key < $1.key }
            .map { Recipient(member: $0.key, ground: $0.value) }
    }

    /// Who shared it.
    package var owner: MemberNumber { self.log.member }

    /// The subject it is about.
    package var subject: SubjectKey { SubjectKey(fields: self.payload.fields, fragment: self.id) }

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
