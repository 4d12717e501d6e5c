package import SyncLog

/// An entry that a case holds.
struct HeldEntry: Sendable {
    /// Where it stands.
    let place: EntryPlace
    /// The entry.
    let entry: OpenedEntry
    /// The version of a fragment that it is; `nil` when it is none.
    let fragment: FragmentVersion?

    /// Takes an entry of a case of `table`.
    init(_ entry: OpenedEntry, table: TableID) {
        self.place = entry.place
        self.entry = entry
        self.fragment = FragmentVersion(entry, table: table)
    }
}

/// The entries of one case that this node could open, in any order of arrival.
///
/// Everything said of the case is a pure function of the *set* inserted and of the charters: order,
/// repetition and gaps change nothing, and no clock decides (`Protocol/case-model.md`).
/// Authorisation depends on audience versions and charters that may come late, so what counts is
/// worked out anew when it is asked for.
package struct CaseState: Sendable {
    /// The table.
    package let table: TableID
    /// The case.
    package let caseID: ObjectID

    private let pins: [Pin]
    private let charters: @Sendable (UInt16) -> Charter?
    /// One entry of each place, in order of arrival.
    private var entries: [HeldEntry] = []
    private var arrivals: [EntryPlace: Int] = [:]
    /// What was inserted of each author, whether it counts or not.
    private var inserted: [MemberNumber: CaseTotals] = [:]
    /// Whether operations of some entry were put away.
    private var isEmptied = false

    /// Creates a case of which nothing is known yet.
    ///
    /// `pins` are those of the governing charter. `charters` gives the charter of a version once it is known and effective. It is asked once
    /// for each version at every evaluation.
    package init(
        table: TableID,
        caseID: ObjectID,
        pins: [Pin],
        charters: @escaping @Sendable (UInt16) -> Charter?
    ) {
        self.table = table
        self.caseID = caseID
        self.pins = pins
        self.charters = charters
    }

    /// How many entries were inserted, those that do not count included.
    package var count: Int { self.entries.count }

    /// Adds an entry of this case; one that is there already changes nothing.
    ///
    /// What an author writes beyond the limits on what counts of it is put away, and only that it
    /// was there is kept: so a case takes no more memory than its limits let, and see ``missing()``.
    ///
    /// Two entries of one place exist only where a log was forked: then the one with the lower leaf
    /// hash stays, so that the order of arrival still decides nothing.
    package mutating func insert(_ entry: OpenedEntry) {
        precondition(entry.header.caseID == self.caseID, "an entry is put into its own case")
        let place = entry.place
        guard let arrival = self.arrivals[place] else {
            self.arrivals[place] = self.entries.count
            self.entries.append(HeldEntry(self.bounded(entry), table: self.table))
            return
        }
        let held = self.entries[arrival].entry.header
        guard held != entry.header, held.leafHash >= entry.header.leafHash else { return }
        self.entries[arrival] = HeldEntry(self.bounded(entry), table: self.table)
    }

    private mutating func bounded(_ entry: OpenedEntry) -> OpenedEntry {
        guard case .operations(let payload) = entry.contents else { return entry }
        let total = (self.inserted[entry.log.member] ?? CaseTotals()) + payload.totals
        self.inserted[entry.log.member] = total
        guard total.limitPassed != nil else { return entry }
        let emptied = entry.emptied
        self.isEmptied = self.isEmptied || emptied.isEmptied
        return emptied
    }

    /// Entries that count and whose operations were put away, by place: they must be read again and
    /// given to ``fill(_:)`` before ``counted()``, which goes without them.
    ///
    /// There are some only where an author wrote more than counts, and they are bounded as what
    /// counts is.
    package func missing() -> [EntryPlace] {
        guard self.isEmptied else { return [] }
        return self.judgement().counted.filter(\.entry.isEmptied).map(\.place)
    }

    /// Gives the operations of an entry back that were put away.
    package mutating func fill(_ entry: OpenedEntry) {
        guard let arrival = self.arrivals[entry.place],
            self.entries[arrival].entry.header == entry.header
        else { return }
        self.entries[arrival] = HeldEntry(entry, table: self.table)
    }

    /// Whether one more entry of an author might pass a limit, by all that was inserted of it.
    package func isNearLimit(of author: MemberNumber) -> Bool {
        ((self.inserted[author] ?? CaseTotals()) + .mostOfEntry).limitPassed != nil
    }

    /// Works out what counts; `nil` while the case is not open here.
    ///
    /// - Complexity: O(n log n) in the entries; the checks of an audience are done once for each
    ///   author, charter version, category and audience.
    package func counted() -> CountedCase? {
        let judgement = self.judgement()
        guard let owner = judgement.owner else { return nil }
        return CountedCase(
            table: self.table,
            caseID: self.caseID,
            owner: owner,
            judgement: judgement
        )
    }

    /// The entries that are kept and do not count, by place, each with the reason.
    package func ignored() -> [IgnoredEntry] { self.judgement().ignored }

    /// Which of some further entries would be kept and not count, by place, each with the reason: what
    /// a writer asks before it writes.
    ///
    /// - Complexity: O(n) in the entries held; O(n log n) near a limit on what counts of an author.
    package func ignored(adding entries: [OpenedEntry]) -> [IgnoredEntry] {
        // Who opened the case and whom it is for decide; of what counts of an author all does.
        var state = self
        if !entries.contains(where: { self.isNearLimit(of: $0.log.member) }) {
            state = CaseState(
                table: self.table,
                caseID: self.caseID,
                pins: self.pins,
                charters: self.charters
            )
            for held in self.entries where held.entry.setsAudience { state.insert(held.entry) }
        }
        for entry in entries { state.insert(entry) }
        let places = Set(entries.map(\.place))
        return state.ignored().filter { places.contains($0.place) }
    }

    /// The merged view; `nil` while the case is not open here.
    ///
    /// See ``CountedCase/view(at:)``.
    package func view(at milliseconds: UInt64?) -> CaseView? {
        self.counted()?.view(at: milliseconds)
    }

    private func judgement() -> CaseJudgement {
        CaseJudgement(
            // Logs come in order, so that there is little to sort.
            of: self.entries.sorted { $0.place < $1.place },
            table: self.table,
            caseID: self.caseID,
            pins: self.pins,
            charters: self.charters
        )
    }
}
