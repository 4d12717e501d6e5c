package import SyncLog
import Cryptography

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
    /// It has an `open_case` that is not operation 0 of the entry that made the case.
    case openCase
    /// The audience version it names does not exist or does not count; or it opens the case with
    /// another version than 1.
    case audienceVersion(UInt32)
    /// It sets an audience and its author is not the owner.
    case notOwner
    /// It sets another audience version than the one after that which it names.
    case audienceOrder(UInt32)
    /// The audience version it names does not hold its author.
    case notInAudience
    /// Its category is not that of the audience version, or it has none.
    case category
    /// Its recipients are not the members of the audience version without the author.
    case recipients
    /// No audience version that counts holds its author and all its recipients.
    case outsideCase
    /// A ground in its audience list does not fit the classes and the category, or does not exist.
    case ground
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
    /// The audience versions that count: version n at n - 1.
    private(set) var audiences: [CaseAudience] = []
    /// Entries that count, by place.
    private(set) var counted: [HeldEntry] = []
    /// Entries that do not, by place.
    private(set) var ignored: [IgnoredEntry] = []
    /// Charters of the entries that count, ascending by version.
    private(set) var charters: [Charter] = []

    private let table: TableID
    private let caseID: ObjectID
    private var opening: EntryPlace?
    /// Why the entry at `opening` does not open the case.
    private var openingFailure: IgnoreReason?
    private var charterOf: [UInt16: Charter] = [:]
    private var grounding: [SharingKey: Bool] = [:]
    private var sharing: [SharingKey: IgnoreReason?] = [:]
    /// What was found last in `sharing`: entries in a row are mostly alike.
    private var lastSharing: (key: SharingKey, reason: IgnoreReason?)?

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

    /// Judges entries sorted by place.
    init(
        of entries: [HeldEntry],
        table: TableID,
        caseID: ObjectID,
        charters: (UInt16) -> Charter?
    ) {
        self.table = table
        self.caseID = caseID
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
            if let reason = self.settledReason(held.entry) {
                self.ignored.append(IgnoredEntry(place: held.place, reason: reason))
            } else {
                self.counted.append(held)
                versions.insert(held.entry.header.charterVersion)
            }
        }
        self.charters = versions.sorted().compactMap { self.charterOf[$0] }
    }

    /// Finds the one entry whose dot the case ID is made of, and opens the case when it counts.
    private mutating func judgeOpening(_ entries: [OpenedEntry]) {
        let opening = entries.first { entry in
            guard case .operations(let payload) = entry.contents,
                case .openCase = payload.operations.first
            else { return false }
            return ObjectID(table: self.table, dot: entry.place.dot(operation: 0)) == self.caseID
        }
        guard let opening, case .operations(let payload) = opening.contents,
            case .openCase(_, _, let audience) = payload.operations.first
        else { return }
        self.opening = opening.place
        self.owner = opening.log.member
        self.audiences = [audience]
        guard audience.version == 1 else { return self.close(.audienceVersion(audience.version)) }
        if let reason = self.reason(opening) { self.close(reason) }
    }

    private mutating func close(_ reason: IgnoreReason) {
        self.owner = nil
        self.audiences = []
        self.openingFailure = reason
    }

    /// Settles version 2, then 3, and so on: an entry that sets version n + 1 is judged under
    /// version n, which is settled by then.
    private mutating func judgeAudiences(_ entries: [OpenedEntry]) {
        guard self.owner != nil else { return }
        var settersUnder: [UInt32: [OpenedEntry]] = [:]
        for entry in entries {
            guard case .operations(let payload) = entry.contents,
                payload.operations.contains(where: \.setsAudience)
            else { continue }
            settersUnder[payload.audienceVersion, default: []].append(entry)
        }
        while let setters = settersUnder[UInt32(self.audiences.count)] {
            // Entries come in order of place and operations in order of dot: the last one that
            // counts has the highest dot.
            var next: CaseAudience?
            for entry in setters where self.reason(entry) == nil {
                guard case .operations(let payload) = entry.contents else { continue }
                for case .setAudience(let audience) in payload.operations { next = audience }
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
        let key = SharingKey(entry)
        if let last = self.lastSharing, last.key == key { return last.reason }
        let reason = self.sharing[key] ?? self.reason(entry)
        self.sharing[key] = .some(reason)
        self.lastSharing = (key, reason)
        return reason
    }

    /// Why an entry does not count; `nil` when it does.
    private mutating func reason(_ entry: OpenedEntry) -> IgnoreReason? {
        guard let charter = self.charterOf[entry.header.charterVersion] else {
            return .charterUnknown(entry.header.charterVersion)
        }
        guard let author = charter.member(entry.log.member) else { return .notAMember }
        switch entry.contents {
        case .operations(let payload):
            guard author.role == .partner else { return .role(author.role) }
            return self.reason(entry, payload, charter)
        case .fragment:
            guard author.role.sharesFragments else { return .role(author.role) }
            guard self.owner != nil else { return .caseNotOpen }
            guard self.staysInCase(entry) else { return .outsideCase }
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
        guard !payload.operations.dropFirst(isOpening ? 1 : 0).contains(where: \.opensCase) else {
            return .openCase
        }
        guard isOpening ? payload.audienceVersion == 1 : true,
            payload.audienceVersion <= self.audiences.count
        else { return .audienceVersion(payload.audienceVersion) }
        let audience = self.audiences[Int(payload.audienceVersion) - 1]
        for case .setAudience(let next) in payload.operations {
            guard author == owner else { return .notOwner }
            guard next.version == payload.audienceVersion + 1 else {
                return .audienceOrder(next.version)
            }
        }
        // The owner may set an audience from outside it, and do nothing else there.
        guard payload.operations.allSatisfy(\.setsAudience) || audience.members.contains(author)
        else { return .notInAudience }
        guard entry.header.category == audience.category else { return .category }
        guard entry.audience.members == audience.members.filter({ $0 != author }) else {
            return .recipients
        }
        return self.groundReason(entry, charter)
    }

    /// Whether one audience version holds the author and all recipients.
    private func staysInCase(_ entry: OpenedEntry) -> Bool {
        let everybody = Set(entry.audience.members).union([entry.log.member])
        return self.audiences.contains { everybody.isSubset(of: $0.members) }
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

extension CaseOperation {
    var opensCase: Bool {
        if case .openCase = self { true } else { false }
    }

    var setsAudience: Bool {
        if case .setAudience = self { true } else { false }
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
