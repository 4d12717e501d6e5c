package import SyncLog
package import Wire

/// How one subject took over from another.
package enum SuccessionKind: String, CaseIterable, Hashable, Sendable {
    /// The business was transferred.
    case overdracht
    /// It was merged into another.
    case fusie
    /// It moved, and got another number.
    case verhuizing
}

/// When and how one subject took over from another, and who says so (`Protocol/case-model.md` §4).
package struct SubjectSuccession: Hashable, Sendable {
    /// Most bytes of the source.
    package static let sourceBytesMax = 200

    /// The first day of the successor, `YYYY-MM-DD`.
    package let date: String
    /// How.
    package let kind: SuccessionKind
    /// Which register or document says so, on one line.
    package let source: String

    /// Creates one.
    ///
    /// Throws `.field` with the name of what is outside its range.
    package init(date: String, kind: SuccessionKind, source: String) throws(WireError) {
        guard date.isCalendarDate else { throw .field("date") }
        guard !source.isEmpty,
            source.isSpecificationText(bytesMax: Self.sourceBytesMax, allowsLines: false)
        else { throw .field("source") }
        self.date = date
        self.kind = kind
        self.source = source
    }
}

/// What a link says: a subject, a relation, another subject, and why.
package struct SubjectLink: Hashable, Sendable {
    /// Most bytes of a relation.
    package static let relationBytesMax = 32
    /// Most bytes of a reason.
    package static let reasonBytesMax = 500
    /// The relation that says two subjects are one.
    package static let sameAs = "same-as"
    /// The relation that says they are two.
    package static let differentFrom = "different-from"
    /// The relation that says that somebody looked and could not tell.
    package static let unsureAbout = "unsure-about"
    /// The relation of a successor to its predecessor.
    package static let succeeds = "succeeds"

    /// The subject it goes from.
    package let from: ObjectID
    /// `[a-z][a-z-]{0,31}`.
    package let relation: String
    /// The subject it goes to.
    package let to: ObjectID
    /// Why, in its author's words; may be empty.
    package let reason: String
    /// Of the relation ``succeeds``: since when and how; `nil` where it does not say.
    package let succession: SubjectSuccession?

    /// Creates a link.
    ///
    /// Throws `.field` with the name of what is outside its range.
    package init(
        from: ObjectID,
        relation: String,
        to: ObjectID,
        reason: String = "",
        succession: SubjectSuccession? = nil
    ) throws(WireError) {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        guard let first = relation.utf8.first, letters.contains(first),
            relation.utf8.count <= Self.relationBytesMax,
            relation.utf8.allSatisfy({ letters.contains($0) || $0 == UInt8(ascii: "-") })
        else { throw .field("relation") }
        guard reason.isSpecificationText(bytesMax: Self.reasonBytesMax, allowsLines: false) else {
            throw .field("reason")
        }
        guard succession == nil || relation == Self.succeeds else { throw .field("succession") }
        self.from = from
        self.relation = relation
        self.to = to
        self.reason = reason
        self.succession = succession
    }
}
