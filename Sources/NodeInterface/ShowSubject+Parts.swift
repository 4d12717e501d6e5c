/// The parts of what is told of a subject.
extension ShowSubject {
    /// A value of a fact.
    package struct FactValue: Codable, Hashable, Sendable {
        /// The value.
        package var value: String
        /// Who says so: the newest of each owner.
        package var sources: [Source]

        /// Creates a value.
        package init(value: String, sources: [Source]) {
            self.value = value
            self.sources = sources
        }
    }

    /// Who says something.
    package struct Source: Codable, Hashable, Sendable {
        /// Handle of whose it is.
        package var by: String
        /// When.
        package var at: String
        /// `record` or `fragment`.
        package var kind: String
        /// Its ID.
        package var id: String

        /// Creates a source.
        package init(by: String, at: String, kind: String, id: String) {
            self.by = by
            self.at = at
            self.kind = kind
            self.id = id
        }
    }

    /// A record or fragment about it.
    package struct Item: Codable, Hashable, Sendable {
        /// Its ID.
        package var id: String
        /// Handle of whose it is.
        package var owner: String
        /// Type of the record.
        package var type: String
        /// Its date.
        package var date: String?
        /// Its status.
        package var status: String?
        /// The beginning of its text.
        package var text: String?
        /// Name of the source system of a record.
        package var source: String?
        /// ID of the case of a fragment.
        package var `case`: String?
        /// When its source said so last, or its version was written.
        package var fresh: String
        /// Of a record, whether that is longer ago than its source is refreshed.
        package var stale: Bool
        /// Of a fragment, whether its last day is over.
        package var expired: Bool
        /// Key of the predecessor that it is about; `nil` where it is about the subject itself.
        package var predecessor: String?

        /// Creates an item.
        package init(
            id: String,
            owner: String,
            type: String,
            date: String?,
            status: String?,
            text: String?,
            source: String?,
            case caseID: String?,
            fresh: String,
            stale: Bool,
            expired: Bool,
            predecessor: String?
        ) {
            self.id = id
            self.owner = owner
            self.type = type
            self.date = date
            self.status = status
            self.text = text
            self.source = source
            self.case = caseID
            self.fresh = fresh
            self.stale = stale
            self.expired = expired
            self.predecessor = predecessor
        }
    }

    /// A case.
    package struct CaseReference: Codable, Hashable, Sendable {
        /// Its ID.
        package var `case`: String
        /// Its live titles, each once.
        package var titles: [String]
        /// Its live phases, each once.
        package var phases: [String]
        /// Handles of who is in it now.
        package var members: [String]

        /// Creates a reference.
        package init(case id: String, titles: [String], phases: [String], members: [String]) {
            self.members = members
            self.case = id
            self.titles = titles
            self.phases = phases
        }
    }

    /// A place that is named.
    package struct Site: Codable, Hashable, Sendable {
        /// Number of the BAG.
        package var bag: String?
        /// Street and number.
        package var address: String?
        /// Postcode.
        package var postcode: String?
        /// Town or village.
        package var place: String?
        /// Degrees north in WGS84 with seven decimals, of the newest own item that has a point, else of another.
        package var latitude: String?
        /// Degrees east.
        package var longitude: String?
        /// How many items name it.
        package var items: Int
        /// Handles of whose they are.
        package var by: [String]

        /// Creates a site.
        package init(
            bag: String?,
            address: String?,
            postcode: String?,
            place: String?,
            latitude: String?,
            longitude: String?,
            items: Int,
            by: [String]
        ) {
            self.bag = bag
            self.address = address
            self.postcode = postcode
            self.place = place
            self.latitude = latitude
            self.longitude = longitude
            self.items = items
            self.by = by
        }
    }

    /// What is known of a quarter of a year.
    package struct Quarter: Codable, Hashable, Sendable {
        /// `2026-Q1`.
        package var quarter: String
        /// What that comes to.
        package var colour: Colour
        /// How many items of each type are dated in it.
        package var types: Members<Int>
        /// How many of these are of a predecessor.
        package var of_predecessors: Int
        /// What those come to; the quarter's own colour is without them.
        package var predecessor_colour: Colour

        /// Creates a quarter.
        package init(
            quarter: String,
            colour: Colour,
            types: Members<Int>,
            of_predecessors: Int,
            predecessor_colour: Colour
        ) {
            self.quarter = quarter
            self.colour = colour
            self.types = types
            self.of_predecessors = of_predecessors
            self.predecessor_colour = predecessor_colour
        }
    }

    /// What is known of a quarter, from worst to nothing (`Protocol/subjects.md` §3).
    package enum Colour: String, Choice {
        /// A violation or enforcement.
        case violation
        /// An incident: it says nothing of who did wrong.
        case incident
        /// A minor or moderate violation.
        case minor
        /// A signal.
        case attention
        /// A control whose outcome is not known.
        case unknown
        /// Controls, all compliant.
        case compliant
        /// Other things.
        case other
        /// Nothing is known.
        case none
    }

    /// A link of a case.
    package struct Relation: Codable, Hashable, Sendable {
        /// `[a-z][a-z-]*`.
        package var relation: String
        /// Whether it goes from this subject to the other.
        package var outward: Bool
        /// The other.
        package var other: SubjectEnd
        /// Handle of who says so.
        package var by: String
        /// When.
        package var at: String
        /// Why.
        package var reason: String?
        /// The case that it stands in.
        package var `case`: String

        /// Creates a relation.
        package init(
            relation: String,
            outward: Bool,
            other: SubjectEnd,
            by: String,
            at: String,
            reason: String?,
            case id: String
        ) {
            self.relation = relation
            self.outward = outward
            self.other = other
            self.by = by
            self.at = at
            self.reason = reason
            self.case = id
        }
    }

    /// What somebody decided about it and another.
    package struct Decision: Codable, Hashable, Sendable {
        /// What.
        package var verdict: SubjectVerdict
        /// The other.
        package var other: SubjectEnd
        /// The user, or the handle of the member.
        package var by: String
        /// When.
        package var at: String
        /// Why.
        package var reason: String?
        /// The case that it stands in; `nil` for this node.
        package var `case`: String?
        /// What all who decided about this pair come to.
        package var state: PairOutcome

        /// Creates a decision.
        package init(
            verdict: SubjectVerdict,
            other: SubjectEnd,
            by: String,
            at: String,
            reason: String?,
            case id: String?,
            state: PairOutcome
        ) {
            self.verdict = verdict
            self.other = other
            self.by = by
            self.at = at
            self.reason = reason
            self.case = id
            self.state = state
        }
    }

    /// What decisions connect.
    package struct Group: Codable, Hashable, Sendable {
        /// The others in it.
        package var others: [SubjectEnd]
        /// Both ends of the weakest link that holds it; empty where all are as strong, and for a group that is too large.
        package var weakest: [SubjectEnd]
        /// How many pairs within it somebody says are different.
        package var contradictions: Int
        /// Whether decisions lead on to subjects that were not looked at.
        package var more: Bool

        /// Creates a group.
        package init(
            others: [SubjectEnd],
            weakest: [SubjectEnd],
            contradictions: Int,
            more: Bool
        ) {
            self.more = more
            self.others = others
            self.weakest = weakest
            self.contradictions = contradictions
        }
    }

    /// That one subject took over from another.
    package struct Takeover: Codable, Hashable, Sendable {
        /// The other.
        package var other: SubjectEnd
        /// First day of the successor.
        package var date: String
        /// `overdracht`, `fusie` or `verhuizing`.
        package var kind: String
        /// Which register or document says so.
        package var source: String
        /// The user, or the handle of the member.
        package var by: String
        /// When they said so.
        package var at: String
        /// Why.
        package var reason: String?
        /// The case that it stands in; `nil` for this node.
        package var `case`: String?
        /// How many steps away it is, from 1.
        package var steps: Int

        /// Creates a takeover.
        package init(
            other: SubjectEnd,
            date: String,
            kind: String,
            source: String,
            by: String,
            at: String,
            reason: String?,
            case id: String?,
            steps: Int
        ) {
            self.other = other
            self.date = date
            self.kind = kind
            self.source = source
            self.by = by
            self.at = at
            self.reason = reason
            self.case = id
            self.steps = steps
        }
    }
}
