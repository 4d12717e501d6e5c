package import ReplicatedTypes
package import SyncLog
package import Vocabulary
package import Wire

/// Phases of a case, in order (`Protocol/case-model.md` §1).
package enum CasePhase: String, CaseIterable, Hashable, Sendable {
    case signaal
    case informatieUitvraag = "informatie-uitvraag"
    case analyse
    case beoordeling
    case interventiecoordinatie
    case afgesloten

    /// Whether a case with these live phases is closed: it takes no new fragments.
    package static func isClosed(_ live: [String]) -> Bool {
        !live.isEmpty && live.allSatisfy { $0 == Self.afgesloten.rawValue }
    }
}

/// A register of a case: one value, or several where writers did not see each other.
package enum RegisterName: String, CaseIterable, Hashable, Sendable {
    case title
    case phase
    case lead
    case summary
}

/// One version of a case's audience, with the category and the grounds its members share on.
package struct CaseAudience: Hashable, Sendable {
    /// Highest number of a version.
    package static let versionMax: UInt32 = 256
    /// Most members.
    package static let membersMax = 64
    /// Most members of the version before that are left out.
    package static let removedMax = 64
    /// Most codes of grounds.
    package static let groundsMax = 256

    /// 1 in the first version, at most 256.
    package let version: UInt32
    /// The members, ascending; 1 to 64.
    package let members: [MemberNumber]
    /// Category of what is shared by all.
    package let category: Category
    /// Codes of the grounds to prefer, best first; empty: the charter's order.
    package let grounds: [String]
    /// How much counts of the logs of members that are left out, ascending by member; none of them
    /// is in ``members``.
    package let removed: [CaseRemoval]

    /// Creates a version.
    ///
    /// Throws `.field` with the name of what is outside its range.
    package init(
        version: UInt32,
        members: [MemberNumber],
        category: Category,
        grounds: [String],
        removed: [CaseRemoval]
    ) throws(WireError) {
        guard (1...Self.versionMax).contains(version) else { throw .field("version") }
        guard (1...Self.membersMax).contains(members.count), members.allSatisfy({ $0 > 0 }),
            zip(members, members.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw .field("members") }
        guard removed.count <= Self.removedMax,
            zip(removed, removed.dropFirst()).allSatisfy({ $0.member < $1.member }),
            Set(members).isDisjoint(with: removed.map(\.member))
        else { throw .field("removed") }
        guard grounds.count <= Self.groundsMax, grounds.allSatisfy({ Ground.isCode($0) }) else {
            throw .field("grounds")
        }
        self.version = version
        self.members = members
        self.category = category
        self.grounds = grounds
        self.removed = removed
    }
}

/// One operation on a case (`Protocol/case-model.md` §1).
package enum CaseOperation: Hashable, Sendable {
    /// Most bytes of a title, or a lead.
    package static let titleBytesMax = 200
    /// Most bytes of a summary.
    package static let summaryBytesMax = 4_000
    /// Most bytes of a note.
    package static let noteBytesMax = 65_536
    /// Most bytes of a tag.
    package static let tagBytesMax = 64
    /// Most operations that one operation names.
    package static let referencesMax = 256

    /// Creates the case.
    case openCase(title: String, summary: String, audience: CaseAudience)
    /// The next version of the audience.
    case setAudience(CaseAudience)
    /// Writes a register, superseding the writes named.
    case setRegister(RegisterName, value: String, supersedes: [DotReference])
    /// Adds a note.
    case addNote(text: String)
    /// Adds a link.
    case addLink(SubjectLink)
    /// Adds a tag.
    case addTag(String)
    /// Removes the links and tags that it names, at least one.
    case remove([DotReference])

    /// Throws `.field` with the name of what is outside its range.
    func validate() throws(WireError) {
        switch self {
        case .openCase(let title, let summary, let audience):
            guard audience.removed.isEmpty else { throw .field("removed") }
            try Self.validate(title, for: .title, field: "title")
            try Self.validate(summary, for: .summary, field: "summary")
        case .setRegister(let register, let value, let supersedes):
            try Self.validate(value, for: register, field: "value")
            try Self.validate(supersedes, field: "supersedes")
        case .addNote(let text):
            guard !text.isEmpty,
                text.isSpecificationText(bytesMax: Self.noteBytesMax, allowsLines: true)
            else { throw .field("text") }
        case .addTag(let tag):
            guard !tag.isEmpty,
                tag.isSpecificationText(bytesMax: Self.tagBytesMax, allowsLines: false)
            else { throw .field("tag") }
        case .remove(let references):
            guard !references.isEmpty else { throw .field("dots") }
            try Self.validate(references, field: "dots")
        case .setAudience, .addLink: break
        }
    }

    /// Throws `.field(field)` when `value` is none that `register` takes.
    package static func validate(
        _ value: String,
        for register: RegisterName,
        field: String
    ) throws(WireError) {
        let isValid =
            switch register {
            case .title, .lead:
                !value.isEmpty
                    && value.isSpecificationText(bytesMax: Self.titleBytesMax, allowsLines: false)
            case .phase: CasePhase(rawValue: value) != nil
            case .summary:
                value.isSpecificationText(bytesMax: Self.summaryBytesMax, allowsLines: true)
            }
        guard isValid else { throw .field(field) }
    }

    private static func validate(
        _ references: [DotReference],
        field: String
    ) throws(WireError) {
        guard references.count <= Self.referencesMax,
            references.allSatisfy({ $0.dot.member > 0 && $0.dot.index < EntryHeader.treeSizeMax })
        else { throw .field(field) }
    }

    /// Whether it makes a case or sets who takes part, and so stands alone in its entry.
    var standsAlone: Bool {
        switch self {
        case .openCase, .setAudience: true
        case .setRegister, .addNote, .addLink, .addTag, .remove: false
        }
    }
}
