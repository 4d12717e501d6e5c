/// The cases that this node can read, a page at a time.
///
/// Without an order they come by ID, each page after the last of the one before. With one they are all looked at and
/// put in it, where there are not more than ``sortedMax``.
package struct ListCases: Request {
    /// Its name to other processes.
    package static let name = "list-cases"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]
    /// Most cases that are put in an order: each is read for that once.
    package static let sortedMax = 1_000
    /// Most cases of a page in an order.
    package static let pageMax = 200

    /// By what cases are in order; where it is equal, by ID.
    package enum Order: String, Choice {
        /// The first of the live titles.
        case title
        /// The first of the live phases, as a case goes through them.
        case phase
        /// Handle of who opened it.
        case owner
        /// ID of the table.
        case table
        /// How many fragments are in its view.
        case fragments
        /// How many conflicts there are that are no variants.
        case conflicts
        /// When it was opened.
        case opened
        /// When the newest of it was written.
        case changed
    }

    /// ID of the only table, or its beginning; `nil` for all.
    package var table: String?
    /// The only phase; `nil` for all.
    package var phase: String?
    /// The last case of the page before; `nil` for the first page.
    package var after: String?
    /// The order; `nil` for ascending by ID.
    package var order: Order?
    /// Whether that order is turned round.
    package var reversed: Bool?
    /// How many cases come before the page, in an order; `nil` for none.
    package var start: Int?
    /// Most cases of the page, in an order; `nil` for ``pageMax``.
    package var limit: Int?

    /// Asks for a page of a list.
    package init(table: String? = nil, phase: String? = nil, after: String? = nil) {
        self.table = table
        self.phase = phase
        self.after = after
    }

    /// A page of the list.
    package struct Answer: Document {
        /// The cases.
        package var cases: [Item]
        /// What to give as ``ListCases/after`` for those that follow; `nil` on the last page, and in an order.
        package var next: String?
        /// How many cases there are that fit, in an order; `nil` where they come by ID.
        package var total: Int?

        /// Creates a page.
        package init(cases: [Item], next: String?, total: Int? = nil) {
            self.cases = cases
            self.next = next
            self.total = total
        }
    }

    /// A case in a list.
    package struct Item: Codable, Hashable, Sendable {
        /// ID of the case.
        package var `case`: String
        /// ID of the table.
        package var table: String
        /// The live titles, each once, joined.
        package var title: String
        /// The live titles, each once.
        package var titles: [String]
        /// The live phases, each once, joined.
        package var phase: String
        /// The live phases, each once.
        package var phases: [String]
        /// Handle of who opened it.
        package var owner: String
        /// How many fragments are in its view, those that have expired not counted.
        package var fragments: Int
        /// How many have expired.
        package var expired: Int
        /// How many facts and fields have more than one value.
        package var conflicts: Int
        /// How many of these are variants of one value.
        package var variants: Int
        /// Whether the period of the table's charter runs, by this node's day.
        package var period: Period
        /// When it was opened, by its owner's clock.
        package var opened: String
        /// When the newest of it was written, by its author's clock.
        package var changed: String
        /// Another one as soon as anything comes or is withdrawn; compares what this node had at two times.
        package var mark: String

        /// Creates an item.
        package init(
            case id: String,
            table: String,
            titles: [String],
            phases: [String],
            owner: String,
            fragments: Int,
            expired: Int,
            conflicts: Int,
            variants: Int,
            period: Period,
            opened: String,
            changed: String,
            mark: String
        ) {
            self.case = id
            self.table = table
            self.title = titles.joined(separator: " / ")
            self.titles = titles
            self.phase = phases.joined(separator: " / ")
            self.phases = phases
            self.owner = owner
            self.fragments = fragments
            self.expired = expired
            self.conflicts = conflicts
            self.variants = variants
            self.period = period
            self.opened = opened
            self.changed = changed
            self.mark = mark
        }
    }
}

/// What was shared in a case, with whom, on which ground: also what was withdrawn.
package struct ListDisclosures: Request {
    /// Its name to other processes.
    package static let name = "list-disclosures"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]

    /// ID of the case, or its beginning.
    package var `case`: String

    /// ID of the fragment of which it is told whether others may keep it, or its beginning; `nil` for
    /// none: it costs a look through all that this node shares.
    package var withdrawing: String?

    /// Asks for those of a case.
    package init(case id: String, withdrawing: String? = nil) {
        self.case = id
        self.withdrawing = withdrawing
    }

    /// All of them, ascending by fragment.
    package struct Answer: Document {
        /// The fragments.
        package var disclosures: [Item]

        /// Creates the list.
        package init(disclosures: [Item]) { self.disclosures = disclosures }
    }

    /// A fragment and who was given it.
    package struct Item: Codable, Hashable, Sendable {
        /// ID of the fragment.
        package var fragment: String
        /// Handle of who shares it.
        package var owner: String
        /// Whether that is this node.
        package var own: Bool
        /// Number of its newest version.
        package var version: Int
        /// Type of the record.
        package var type: String
        /// Category of the newest version.
        package var category: String
        /// Why its category is below its record's; `nil` where it is not.
        package var lowered: String?
        /// When the newest version was written, by its owner's clock.
        package var at: String
        /// The last day; `nil` for none.
        package var expires: String?
        /// Whether that day is over, by this node's clock.
        package var expired: Bool
        /// Whether any version counts in the case.
        package var counts: Bool
        /// When it was withdrawn; `nil` where it was not.
        package var withdrawn: String?
        /// Why.
        package var reason: String?
        /// Whether others could keep it, given anew, where who asks withdraws it from some; `nil` where
        /// that was not asked.
        package var may_stay: Bool?
        /// Everybody who was given a version.
        package var recipients: [Recipient]

        /// Creates an item.
        package init(
            fragment: String,
            owner: String,
            own: Bool,
            version: Int,
            type: String,
            category: String,
            lowered: String?,
            at: String,
            expires: String?,
            expired: Bool,
            counts: Bool,
            withdrawn: String?,
            reason: String?,
            may_stay: Bool?,
            recipients: [Recipient]
        ) {
            self.fragment = fragment
            self.owner = owner
            self.own = own
            self.version = version
            self.type = type
            self.category = category
            self.lowered = lowered
            self.at = at
            self.expires = expires
            self.expired = expired
            self.counts = counts
            self.withdrawn = withdrawn
            self.reason = reason
            self.may_stay = may_stay
            self.recipients = recipients
        }
    }

    /// Who was given a fragment.
    package struct Recipient: Codable, Hashable, Sendable {
        /// Handle of the member.
        package var handle: String
        /// Code of the ground it was given on.
        package var ground: String
        /// The newest version that it was given; `nil` where it is known to the owner alone.
        package var version: Int?
        /// Whether it confirmed having it; `nil` for others' fragments.
        package var received: Bool?

        /// Creates a recipient.
        package init(
            handle: String,
            ground: String,
            version: Int?,
            received: Bool?
        ) {
            self.handle = handle
            self.ground = ground
            self.version = version
            self.received = received
        }
    }
}
