import Cryptography
package import SyncLog
import Vocabulary

/// Why an entry is kept and does not count (`Protocol/case-model.md` §1, §3).
package enum IgnoreReason: Hashable, Sendable {
    /// The charter version of its header is not known here, or not effective.
    case charterUnknown(UInt16)
    /// Its author is no member under that charter.
    case notAMember
    /// Its author's role does not let it write this.
    case role(MemberRole)
    /// No counted `open_case` made the case.
    case caseNotOpen
    /// It has an `open_case` and is not the entry that made the case.
    case openCase
    /// The audience version it names does not exist or does not count; or it opens the case with
    /// another version than 1.
    case audienceVersion(UInt32)
    /// It sets an audience and its author is not the owner.
    case notOwner
    /// It sets another audience version than the one after that which it names.
    case audienceOrder(UInt32)
    /// It sets an audience and does not say, of exactly the members that are left out, how much of
    /// their logs counts, or says less than before.
    case removals
    /// The audience version it names does not hold its author.
    case notInAudience
    /// A later audience version left its author out, and it lies past what that one lets count.
    case removed
    /// Its category is not that of the audience version, or it has none.
    case category
    /// Its recipients are not the members of the audience version without the author.
    case recipients
    /// No audience version that counts holds its author and all its recipients.
    case outsideCase
    /// A ground in its audience list does not fit the classes and the category, or does not exist.
    case ground
    /// It lies beyond where a charter cuts its author's log.
    case pinned
    /// With it more would count of its author in this case than a limit lets.
    case limit(CaseLimit)
}

extension IgnoreReason: CustomStringConvertible {
    /// Why, in words that follow "for".
    package var description: String {
        switch self {
        case .charterUnknown(let version): "version \(version) of the charter does not count"
        case .notAMember: "its author is no member of the table"
        case .role(let role): "members with the role \(role.rawValue) do not write such entries"
        case .caseNotOpen: "the case is not open"
        case .openCase: "another entry opened the case"
        case .audienceVersion(let version):
            "the case has no audience version \(version) that counts"
        case .notOwner: "the owner of the case alone says whom it is for"
        case .audienceOrder(let version): "audience version \(version) is not the next one"
        case .removals: "it does not say how much counts of those whom it leaves out"
        case .notInAudience: "its author is not in the audience of the case"
        case .removed: "its author was left out of the case"
        case .category: "its category is not that of the case"
        case .recipients: "its recipients are not the audience of the case"
        case .outsideCase: "not all its recipients are in one audience of the case"
        case .ground: "a ground does not fit the category and the classes of giver and receiver"
        case .pinned: "the charter cuts its author's log before it"
        case .limit(let limit): "more than \(limit.max) of one kind by one author do not count"
        }
    }
}

/// An entry that does not count.
package struct IgnoredEntry: Hashable, Sendable {
    /// Where it stands.
    package let place: EntryPlace
    /// Why it does not count.
    package let reason: IgnoreReason
}

/// Which entries of a case count, and why the others do not.
struct CaseJudgement {
    /// Who opened the case; `nil` while it is not open.
    private(set) var owner: MemberNumber?
    /// The audience versions that count.
    private(set) var audiences = CaseAudiences()
    /// Entries that count, by place.
    private(set) var counted: [HeldEntry] = []
    /// Entries that do not, by place.
    private(set) var ignored: [IgnoredEntry] = []
    /// Fragments that would count, had their author not been left out of the case before: those who were
    /// given them have them.
    private(set) var cut: [FragmentVersion] = []
    /// The other entries of which the same is so.
    private(set) var cutOperations: [OpenedEntry] = []
    /// Charters of the entries that count, ascending by version.
    private(set) var charters: [Charter] = []
    /// What counts of each author, as far as it is bounded.
    private(set) var totals: [MemberNumber: CaseTotals] = [:]

    private let table: TableID
    private let caseID: ObjectID
    private let pins: [Pin]
    private var opening: EntryPlace?
    /// Why the entry at `opening` does not open the case.
    private var openingFailure: IgnoreReason?
    private var charterOf: [UInt16: Charter] = [:]
    /// The entries that set an audience and do not say rightly whom it leaves out.
    private var misnaming: Set<EntryPlace> = []
    private var grounding: [SharingKey: Bool] = [:]
    private var sharing: [SharingKey: SharingVerdict] = [:]
    /// What was found last in `sharing`: entries in a row are mostly alike.
    private var lastSharing: (key: SharingKey, verdict: SharingVerdict)?

    /// All that decides whether a fragment counts once the audiences are settled, and whether the
    /// grounds of any entry fit.
    private struct SharingKey: Hashable {
        let charterVersion: UInt16
        let author: MemberNumber
        let category: Category?
        let audience: Digest

        init(_ entry: OpenedEntry) {
            let header = entry.header
            self.charterVersion = header.charterVersion
            self.author = entry.log.member
            self.category = header.category
            self.audience = header.audience
        }
    }

    /// What a key decides about a fragment.
    private enum SharingVerdict {
        /// It does not count.
        case ignored(IgnoreReason)
        /// It counts unless its author was left out after this audience version, the newest that
        /// holds everybody.
        case within(UInt32)
    }

    /// Judges entries sorted by place.
    init(
        of entries: [HeldEntry],
        table: TableID,
        caseID: ObjectID,
        pins: [Pin],
        charters: (UInt16) -> Charter?
    ) {
        self.table = table
        self.caseID = caseID
        self.pins = pins
        for version in Set(entries.map(\.entry.header.charterVersion)) {
            self.charterOf[version] = charters(version)
        }
        // Fragments decide neither.
        let others = entries.filter { $0.fragment == nil }.map(\.entry)
        self.judgeOpening(others)
        self.judgeAudiences(others)
        self.counted.reserveCapacity(entries.count)
        var versions: Set<UInt16> = []
        for held in entries {
            if let reason = self.settledReason(held.entry) ?? self.limitReason(held.entry) {
                self.ignored.append(IgnoredEntry(place: held.place, reason: reason))
                guard reason == .removed else { continue }
                if let fragment = held.fragment {
                    self.cut.append(fragment)
                } else {
                    self.cutOperations.append(held.entry)
                }
            } else {
                self.counted.append(held)
                versions.insert(held.entry.header.charterVersion)
            }
        }
        self.charters = versions.sorted().compactMap { self.charterOf[$0] }
    }

    /// Finds the one entry whose dot the case ID is made of, and opens the case when it counts.
    private mutating func judgeOpening(_ entries: [OpenedEntry]) {
        let opening = entries.first { $0.opensCase(of: self.table) }
        guard let opening, case .operations(let payload) = opening.contents,
            case .openCase(_, _, let audience) = payload.operations.first
        else { return }
        self.opening = opening.place
        self.owner = opening.log.member
        self.audiences.append(audience)
        guard audience.version == 1 else { return self.close(.audienceVersion(audience.version)) }
        if let reason = self.reason(opening) { self.close(reason) }
    }

    private mutating func close(_ reason: IgnoreReason) {
        self.owner = nil
        self.audiences = CaseAudiences()
        self.openingFailure = reason
    }

    /// Settles version 2, then 3, and so on: an entry that sets version n + 1 is judged under
    /// version n, which is settled by then.
    private mutating func judgeAudiences(_ entries: [OpenedEntry]) {
        guard self.owner != nil else { return }
        var settersUnder: [UInt32: [(entry: OpenedEntry, audience: CaseAudience)]] = [:]
        for entry in entries {
            guard case .operations(let payload) = entry.contents,
                let audience = payload.audienceSet
            else { continue }
            settersUnder[payload.audienceVersion, default: []].append((entry, audience))
        }
        while let setters = settersUnder[UInt32(self.audiences.versions.count)] {
            // Entries come in order of place: the first that counts stays, whatever its author
            // writes later.
            var next: CaseAudience?
            for (entry, audience) in setters where self.reason(entry) == nil {
                if !self.audiences.isFollowed(by: audience) {
                    self.misnaming.insert(entry.place)
                } else if next == nil {
                    next = audience
                }
            }
            guard let next else { return }
            self.audiences.append(next)
        }
    }

    /// Why an entry does not count, with the audiences settled; `nil` when it does.
    ///
    /// Nothing about a fragment but its key decides, so each key is judged once.
    private mutating func settledReason(_ entry: OpenedEntry) -> IgnoreReason? {
        guard entry.header.kind == .fragment else { return self.reason(entry) }
        switch self.sharingVerdict(entry) {
        case .ignored(let reason): return reason
        case .within(let version):
            if self.isCut(entry) { return .pinned }
            return self.audiences.cuts(entry.place, under: version) ? .removed : nil
        }
    }

    private mutating func sharingVerdict(_ entry: OpenedEntry) -> SharingVerdict {
        let key = SharingKey(entry)
        if let last = self.lastSharing, last.key == key { return last.verdict }
        let verdict: SharingVerdict
        if let known = self.sharing[key] {
            verdict = known
        } else if let reason = self.reason(entry) {
            verdict = .ignored(reason)
        } else if let version = self.audienceVersion(of: entry) {
            verdict = .within(version)
        } else {
            verdict = .ignored(.outsideCase)
        }
        self.sharing[key] = verdict
        self.lastSharing = (key, verdict)
        return verdict
    }

    /// Whether an entry lies where a charter cut its log, or in one after a log that no charter cut:
    /// nobody else may hold it, so it counts nowhere.
    private func isCut(_ entry: OpenedEntry) -> Bool {
        if entry.log.generation > 0 {
            let before = LogID(member: entry.log.member, generation: entry.log.generation - 1)
            guard self.pins.contains(where: { $0.log == before }) else { return true }
        }
        guard let pin = self.pins.first(where: { $0.log == entry.log }) else { return false }
        return entry.header.index >= pin.size
    }

    /// Why an entry that would count passes a limit; else counts it in.
    ///
    /// Entries come in order of place, so what counts is a function of the set.
    private mutating func limitReason(_ entry: OpenedEntry) -> IgnoreReason? {
        guard case .operations(let payload) = entry.contents else { return nil }
        let total = (self.totals[entry.log.member] ?? CaseTotals()) + payload.totals
        if let limit = total.limitPassed { return .limit(limit) }
        self.totals[entry.log.member] = total
        return nil
    }

    /// Why an entry does not count; `nil` when it does.
    private mutating func reason(_ entry: OpenedEntry) -> IgnoreReason? {
        guard let charter = self.charterOf[entry.header.charterVersion] else {
            return .charterUnknown(entry.header.charterVersion)
        }
        guard let author = charter.member(entry.log.member) else { return .notAMember }
        if self.isCut(entry) { return .pinned }
        switch entry.contents {
        case .operations(let payload):
            guard author.role == .partner else { return .role(author.role) }
            return self.reason(entry, payload, charter)
        case .fragment:
            guard author.role.sharesFragments else { return .role(author.role) }
            guard self.owner != nil else { return .caseNotOpen }
            guard self.audienceVersion(of: entry) != nil else { return .outsideCase }
            return self.groundReason(entry, charter)
        case .withdrawal:
            // Withdrawing stays possible for a member, and to recipients, who left the case.
            guard author.role.sharesFragments else { return .role(author.role) }
            guard self.owner != nil else { return .caseNotOpen }
            return self.groundReason(entry, charter)
        }
    }

    private mutating func reason(
        _ entry: OpenedEntry,
        _ payload: OperationsPayload,
        _ charter: Charter
    ) -> IgnoreReason? {
        let author = entry.log.member
        let isOpening = entry.place == self.opening
        guard let owner = self.owner else {
            return isOpening ? self.openingFailure ?? .caseNotOpen : .caseNotOpen
        }
        guard isOpening || !payload.opensCase else { return .openCase }
        guard isOpening ? payload.audienceVersion == 1 : true,
            let audience = self.audiences.version(payload.audienceVersion)
        else { return .audienceVersion(payload.audienceVersion) }
        if let next = payload.audienceSet {
            // The owner may set an audience from outside it.
            guard author == owner else { return .notOwner }
            guard next.version == payload.audienceVersion + 1 else {
                return .audienceOrder(next.version)
            }
            guard !self.misnaming.contains(entry.place) else { return .removals }
        } else {
            guard audience.members.contains(author) else { return .notInAudience }
            guard isOpening || !self.audiences.cuts(entry.place, under: audience.version) else {
                return .removed
            }
        }
        guard entry.header.category == audience.category else { return .category }
        guard entry.audience.members == audience.members.filter({ $0 != author }) else {
            return .recipients
        }
        return self.groundReason(entry, charter)
    }

    /// The newest audience version that holds the author and all recipients.
    private func audienceVersion(of entry: OpenedEntry) -> UInt32? {
        self.audiences.newest(holding: (entry.audience.members + [entry.log.member]).sorted())
    }

    /// `Protocol/keys.md` §4.
    private mutating func groundReason(_ entry: OpenedEntry, _ charter: Charter) -> IgnoreReason? {
        guard let category = entry.header.category else { return .category }
        let key = SharingKey(entry)
        if let known = self.grounding[key] { return known ? nil : .ground }
        let fits = charter.allows(entry.audience, from: entry.log.member, category: category)
        self.grounding[key] = fits
        return fits ? nil : .ground
    }
}

extension MemberRole {
    /// Whether a member with this role may share and withdraw fragments.
    var sharesFragments: Bool {
        switch self {
        case .partner, .contributor: true
        case .observer, .auditor: false
        }
    }
}
