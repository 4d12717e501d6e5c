package import ReplicatedTypes
package import SyncLog
package import Vocabulary

/// A fragment of a case: its versions that count, and whether it was withdrawn.
package struct CaseFragment: Sendable {
    /// A withdrawal that counts.
    package struct Withdrawal: Hashable, Sendable {
        /// Index of its entry.
        package let index: UInt64
        /// When, by its author's clock.
        package let time: HybridTime
        /// Why.
        package let reason: String
    }

    /// The version that is shown: the highest (version, index).
    private let shown: FragmentVersion
    /// The versions before it, by (version, index).
    private let earlier: [FragmentVersion]
    /// Versions that do not count, since their author had been left out of the case, by (version, index).
    private let cut: [FragmentVersion]
    /// The first withdrawal that counts; `nil` when there is none.
    package let withdrawal: Withdrawal?

    /// Whether any version counts; else it is in no view, and those who were given it have it.
    package let counts: Bool

    /// Joins the versions of one fragment, those that count and those that were cut: at least one in
    /// all, each by (version, index).
    init(
        versions: ArraySlice<FragmentVersion>,
        cut: [FragmentVersion] = [],
        withdrawal: Withdrawal?
    ) {
        guard let shown = versions.last ?? cut.last else {
            preconditionFailure("a fragment has a version")
        }
        self.counts = !versions.isEmpty
        self.shown = shown
        self.earlier = Array(versions.dropLast())
        self.cut = cut
        self.withdrawal = withdrawal
    }

    /// Its ID.
    package var id: ObjectID { self.shown.id }
    /// The log of its owner.
    package var log: LogID { self.shown.first.log }
    /// Who shared it.
    package var owner: MemberNumber { self.log.member }
    /// Index of the entry that holds, or held, version 1.
    package var firstIndex: UInt64 { self.shown.first.index }
    /// The entry of the oldest version that is open here: version 1, but for those who were given a
    /// later one alone.
    package var oldest: OpenedEntry { (self.earlier.first ?? self.shown).entry }
    /// The entry of the version that is shown.
    package var newest: OpenedEntry { self.shown.entry }
    /// When the version shown was written, by its author's clock.
    package var time: HybridTime { self.shown.time }
    /// What the version shown says.
    package var payload: FragmentPayload { self.shown.payload }
    /// The subject it is about.
    package var subject: SubjectKey { self.shown.subject }

    /// The newest version that each member was given, ascending by member: also one that does not count,
    /// for who was given it has it.
    package var given: [(recipient: Recipient, version: UInt32, entry: OpenedEntry)] {
        var given: [MemberNumber: (Recipient, UInt32, OpenedEntry)] = [:]
        let all = (self.earlier + [self.shown] + self.cut).sorted(by: FragmentVersion.precedes)
        for version in all {
            for recipient in version.entry.audience.recipients {
                given[recipient.member] = (recipient, version.payload.version, version.entry)
            }
        }
        return given.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Everybody who was given a version, by the category of the newest that names them, each with the
    /// ground of that one; ascending by category, then member.
    package var recipientsByCategory: [(category: Category, recipients: [Recipient])] {
        Dictionary(grouping: self.given) { $0.entry.header.category }
            .compactMap { category, given in category.map { ($0, given.map(\.recipient)) } }
            .sorted { $0.0.rawValue < $1.0.rawValue }
    }

    /// Whether an entry is a version that does not count.
    package func isCut(_ entry: OpenedEntry) -> Bool {
        self.cut.contains { $0.entry.place == entry.place }
    }

    /// Whether views as of `milliseconds` since 1970 (`nil`: now) show it (case-model §5).
    ///
    /// A withdrawn one is hidden in every view, also of a time before: its contents may be gone.
    func isShown(at milliseconds: UInt64?) -> Bool {
        guard self.withdrawal == nil else { return false }
        guard let milliseconds else { return true }
        return self.oldest.header.time.milliseconds <= milliseconds
            && !self.isExpired(on: UTCTime.date(milliseconds: milliseconds))
    }

    /// Whether the last day of the version shown is over on a day, `YYYY-MM-DD`.
    package func isExpired(on today: String) -> Bool {
        self.payload.expires.map { precedesInBytes($0, today) } ?? false
    }
}
