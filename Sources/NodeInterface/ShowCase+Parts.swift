/// What a merged view is made of.
extension ShowCase {
    /// A live value of a title, phase, summary or lead.
    package struct Value: Codable, Hashable, Sendable {
        /// What was written.
        package var value: String
        /// Handle of who wrote it.
        package var by: String
        /// When, by their clock.
        package var at: String

        /// Creates it.
        package init(value: String, by: String, at: String) {
            self.value = value
            self.by = by
            self.at = at
        }
    }

    /// What is said of one subject.
    package struct Subject: Codable, Hashable, Sendable {
        /// Its ID.
        package var id: String
        /// What its fragments have in common, as text.
        package var key: String
        /// ID of the company of an establishment, where its fragments name exactly one.
        package var parent: String?
        /// By name of the fact, everything that is said of it, by bytes.
        package var facts: Members<[Claim]>
        /// Names of the facts on which the newest values of two owners differ.
        package var conflicts: [String]
        /// Those of them in which owners write one value in different ways.
        package var variants: [String]
        /// IDs of the fragments about it, ascending.
        package var fragments: [String]
        /// Links that say another subject is this one.
        package var same_as: [SameAs]

        /// Creates it.
        package init(
            id: String,
            key: String,
            parent: String?,
            facts: Members<[Claim]>,
            conflicts: [String],
            variants: [String],
            fragments: [String],
            same_as: [SameAs]
        ) {
            self.id = id
            self.key = key
            self.parent = parent
            self.facts = facts
            self.conflicts = conflicts
            self.variants = variants
            self.fragments = fragments
            self.same_as = same_as
        }
    }

    /// A value of a fact, with everybody who says so.
    package struct Claim: Codable, Hashable, Sendable {
        /// The value.
        package var value: String
        /// Who says so, by fragment.
        package var sources: [Source]

        /// Creates it.
        package init(value: String, sources: [Source]) {
            self.value = value
            self.sources = sources
        }
    }

    /// Who says something.
    package struct Source: Codable, Hashable, Sendable {
        /// Handle of the fragment's owner.
        package var by: String
        /// When the version shown was written, by their clock.
        package var at: String
        /// ID of the fragment.
        package var fragment: String
        /// The ground on which this node was given it; `nil` for an own one.
        package var ground: String?

        /// Creates it.
        package init(by: String, at: String, fragment: String, ground: String?) {
            self.by = by
            self.at = at
            self.fragment = fragment
            self.ground = ground
        }
    }

    /// A link that says another subject is this one.
    package struct SameAs: Codable, Hashable, Sendable {
        /// ID of the other subject.
        package var id: String
        /// Handle of who says so.
        package var by: String
        /// When, by their clock.
        package var at: String

        /// Creates it.
        package init(id: String, by: String, at: String) {
            self.id = id
            self.by = by
            self.at = at
        }
    }

    /// A fragment as shown.
    package struct Fragment: Codable, Hashable, Sendable {
        /// Its ID.
        package var id: String
        /// Handle of who shares it.
        package var owner: String
        /// Number of the version shown, from 1.
        package var version: Int
        /// Type of the record.
        package var type: String
        /// Its values by name.
        package var fields: Members<String>
        /// Category of the version shown.
        package var category: String
        /// When the version shown was written, by its owner's clock.
        package var at: String
        /// The last day; `nil` for none.
        package var expires: String?
        /// Always `nil`: what was withdrawn is in no view.
        ///
        /// The member stands for readers of the contract.
        package var withdrawn: String?
        /// Who was given the version shown.
        package var audience: [GroundedRecipient]
        /// Whether its last day is over, by this node's clock.
        package var expired: Bool
        /// Whether it is dated outside the period of the charter it was shared under.
        package var outside_period: Bool
        /// Why its category is below its record's; `nil` where it is not.
        package var lowered: String?

        /// Creates it.
        package init(
            id: String,
            owner: String,
            version: Int,
            type: String,
            fields: Members<String>,
            category: String,
            at: String,
            expires: String?,
            withdrawn: String?,
            audience: [GroundedRecipient],
            expired: Bool,
            outside_period: Bool,
            lowered: String?
        ) {
            self.id = id
            self.owner = owner
            self.version = version
            self.type = type
            self.fields = fields
            self.category = category
            self.at = at
            self.expires = expires
            self.withdrawn = withdrawn
            self.audience = audience
            self.expired = expired
            self.outside_period = outside_period
            self.lowered = lowered
        }
    }

    /// What relates two subjects.
    package struct Link: Codable, Hashable, Sendable {
        /// ID of the first.
        package var from: String
        /// How it relates to the other.
        package var relation: String
        /// ID of the other.
        package var to: String
        /// Handle of who says so.
        package var by: String
        /// When, by their clock.
        package var at: String
        /// Why; `nil` where they do not say.
        package var reason: String?
        /// Of a succession its first day; `nil` for none.
        package var date: String?
        /// Of a succession `overdracht`, `fusie` or `verhuizing`.
        package var kind: String?
        /// Of a succession who says so.
        package var source: String?

        /// Creates it.
        package init(
            from: String,
            relation: String,
            to: String,
            by: String,
            at: String,
            reason: String?,
            date: String?,
            kind: String?,
            source: String?
        ) {
            self.from = from
            self.relation = relation
            self.to = to
            self.by = by
            self.at = at
            self.reason = reason
            self.date = date
            self.kind = kind
            self.source = source
        }
    }

    /// A note.
    package struct Note: Codable, Hashable, Sendable {
        /// Its ID.
        package var id: String
        /// Handle of who wrote it.
        package var by: String
        /// When, by their clock.
        package var at: String
        /// What it says.
        package var text: String
        /// Whether it is dated outside the period of the charter it was written under.
        package var outside_period: Bool

        /// Creates it.
        package init(id: String, by: String, at: String, text: String, outside_period: Bool) {
            self.id = id
            self.by = by
            self.at = at
            self.text = text
            self.outside_period = outside_period
        }
    }

    /// A tag.
    package struct Tag: Codable, Hashable, Sendable {
        /// What it says.
        package var tag: String
        /// Handles of those who added it, by member number.
        package var by: [String]
        /// The additions behind it, as who removes it later names those that they saw.
        package var seen: [String]

        /// Creates it.
        package init(tag: String, by: [String], seen: [String]) {
            self.tag = tag
            self.by = by
            self.seen = seen
        }
    }

    /// A day on which something happened.
    package struct Day: Codable, Hashable, Sendable {
        /// The day.
        package var date: String
        /// Type of the record.
        package var type: String
        /// ID of the fragment that says so.
        package var fragment: String

        /// Creates it.
        package init(date: String, type: String, fragment: String) {
            self.date = date
            self.type = type
            self.fragment = fragment
        }
    }

    /// A fact on which owners differ.
    package struct Conflict: Codable, Hashable, Sendable {
        /// ID of the subject.
        package var subject: String
        /// Name of the fact.
        package var fact: String

        /// Creates it.
        package init(subject: String, fact: String) {
            self.subject = subject
            self.fact = fact
        }
    }

    /// Who is in the audience no more.
    package struct FormerReader: Codable, Hashable, Sendable {
        /// Its handle.
        package var handle: String
        /// When the newest of what it was given was written, by its author's clock.
        package var last: String

        /// Creates it.
        package init(handle: String, last: String) {
            self.handle = handle
            self.last = last
        }
    }

    /// A note that counts nowhere.
    package struct UncountedNote: Codable, Hashable, Sendable {
        /// When it was written, by this node's clock.
        package var at: String
        /// What it says.
        package var text: String

        /// Creates it.
        package init(at: String, text: String) {
            self.at = at
            self.text = text
        }
    }
}
