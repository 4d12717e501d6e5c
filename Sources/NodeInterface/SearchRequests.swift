/// Looks for own records, and for fragments that can be read here; everything that is given must
/// hold (`Protocol/search.md` §5).
package struct SearchRecords: Request {
    /// Its name to other processes.
    package static let name = "search-records"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]

    /// What was typed into the one box, understood as what it looks like.
    package var text: String?
    /// Whether the last word of the text may go on.
    package var typing: Bool?
    /// Key in the source system.
    package var key: String?
    /// Name of the subject.
    package var name: String?
    /// KvK number.
    package var kvk: String?
    /// Vestigingsnummer.
    package var vestiging: String?
    /// Postcode: `1234`, `1234AB`, or a range `P-P`.
    package var postcode: String?
    /// Town or village.
    package var place: String?
    /// Street and number.
    package var address: String?
    /// A point: `LAT, LON` in degrees, or `X, Y` of RD New.
    package var near: String?
    /// Metres around it.
    package var radius: Int?
    /// Record type.
    package var type: String?
    /// Name of the source system; own records alone have one.
    package var source: String?
    /// Handle of whose it is.
    package var partner: String?
    /// Phase of a case that it is in.
    package var phase: String?
    /// First date.
    package var from: String?
    /// Last date.
    package var until: String?
    /// So many years up to today, where neither first nor last date is given; what has no date fits.
    package var years: Int?
    /// Order of the hits: `relevance` or `date`, the newest first.
    package var sort: String?
    /// Most hits to show, from 1.
    package var limit: Int
    /// How many hits to pass over.
    package var offset: Int?
    /// Asks for hits.
    package init(
        text: String? = nil,
        typing: Bool? = nil,
        key: String? = nil,
        name: String? = nil,
        kvk: String? = nil,
        vestiging: String? = nil,
        postcode: String? = nil,
        place: String? = nil,
        address: String? = nil,
        near: String? = nil,
        radius: Int? = nil,
        type: String? = nil,
        source: String? = nil,
        partner: String? = nil,
        phase: String? = nil,
        from: String? = nil,
        until: String? = nil,
        years: Int? = nil,
        sort: String? = nil,
        limit: Int = 100,
        offset: Int? = nil
    ) {
        self.text = text
        self.typing = typing
        self.key = key
        self.name = name
        self.kvk = kvk
        self.vestiging = vestiging
        self.postcode = postcode
        self.place = place
        self.address = address
        self.near = near
        self.radius = radius
        self.type = type
        self.source = source
        self.partner = partner
        self.phase = phase
        self.from = from
        self.until = until
        self.years = years
        self.sort = sort
        self.limit = limit
        self.offset = offset
    }

    /// Most hits that are shown.
    package static let limitMax = 10_000
    /// Most hits that are passed over.
    package static let offsetMax = 100_000
    /// Most fragments of others that are looked at.
    package static let fragmentsMax = 20_000
    /// Longest radius, in metres.
    package static let radiusMax = 100_000
    /// Years that a search looks back where nothing else is said.
    package static let yearsDefault = 5
    /// Most years.
    package static let yearsMax = 1_000
    /// Most bytes of a text to look for.
    package static let textMax = 1_024

    /// What was found.
    package struct Answer: Document {
        /// The hits, the best first.
        package var hits: [Hit]
        /// How many there are.
        package var total: Int
        /// Whether not everything was looked at that may fit: others share more, or more words are like one.
        package var more: Bool
        /// How each part of the question was understood, in order.
        package var understood: [Understood]
        /// Words of the question that nothing is like.
        package var unknown_words: [String]
        /// Whether the hits lack one of the words, for nothing has all.
        package var incomplete: Bool
        /// The period that was looked in.
        package var period: SearchPeriod?
        /// How many own records and fragments of others more would fit without the period.
        package var beyond_period: Int
        /// The circle that was looked in; `nil` for none.
        package var circle: SearchCircle?
        /// What of a list was not understood.
        package var list: ListReading?

        /// Creates an answer.
        package init(
            hits: [Hit],
            total: Int,
            more: Bool,
            understood: [Understood] = [],
            unknown_words: [String] = [],
            incomplete: Bool = false,
            period: SearchPeriod? = nil,
            beyond_period: Int = 0,
            circle: SearchCircle? = nil,
            list: ListReading? = nil
        ) {
            self.hits = hits
            self.total = total
            self.more = more
            self.understood = understood
            self.unknown_words = unknown_words
            self.incomplete = incomplete
            self.period = period
            self.beyond_period = beyond_period
            self.circle = circle
            self.list = list
        }
    }

    /// As what a part of the question was taken.
    package enum Meaning: String, Choice {
        /// Words in any field.
        case words
        /// A KvK number.
        case kvk
        /// A vestigingsnummer.
        case vestiging
        /// An RSIN.
        case rsin
        /// An identifier of the BAG.
        case bag
        /// A postcode or a range of them.
        case postcode
        /// A house number.
        case house_number
        /// A point with a radius.
        case circle
        /// The key of an own record in its source.
        case key
    }

    /// A part of the question, and as what it was taken.
    package struct Understood: Codable, Hashable, Sendable {
        /// As what.
        package var meaning: Meaning
        /// What was typed, or what it stands for.
        package var text: String
        /// Of a point, whether its numbers were taken in the other order: so typed it would be far away.
        package var exchanged: Bool?

        /// Creates a part.
        package init(meaning: Meaning, text: String, exchanged: Bool? = nil) {
            self.meaning = meaning
            self.text = text
            self.exchanged = exchanged
        }
    }

    /// Something that was found.
    package struct Hit: Codable, Hashable, Sendable {
        /// ID of the record or fragment.
        package var id: String
        /// `record` or `fragment`.
        package var kind: String
        /// Handle of whose it is.
        package var owner: String
        /// Type of the record.
        package var type: String
        /// Key in the source system; `nil` for a fragment.
        package var source_key: String?
        /// Name of the source system; `nil` for a fragment.
        package var source: String?
        /// ID of the case that a fragment is in; `nil` for a record.
        package var `case`: String?
        /// IDs of the cases that a record is shared in.
        package var cases: [String]
        /// Name of the subject, else what is known of it.
        package var title: String
        /// Street and number.
        package var address: String?
        /// Postcode.
        package var postcode: String?
        /// Town or village.
        package var place: String?
        /// KvK number.
        package var kvk: String?
        /// Degrees north in WGS84 with seven decimals; `nil` where no place is known.
        package var latitude: String?
        /// Degrees east.
        package var longitude: String?
        /// Its date.
        package var date: String?
        /// Its status.
        package var status: String?
        /// Metres from the point that was asked for.
        package var distance: Int?
        /// How well it fits, from 1 to 100.
        package var score: Int
        /// By what it was found: names of fields, with `~` behind where the words are only alike.
        package var why: [String]
        /// When its source said so last: the newest import of the source, or the time of the fragment's version.
        package var fresh: String
        /// Whether that is longer ago than the source is refreshed.
        package var stale: Bool
        /// Of a fragment, whether its last day is over.
        package var expired: Bool

        /// Creates a hit.
        package init(
            id: String,
            kind: String,
            owner: String,
            type: String,
            source_key: String? = nil,
            source: String? = nil,
            case caseID: String? = nil,
            cases: [String] = [],
            title: String,
            address: String? = nil,
            postcode: String? = nil,
            place: String? = nil,
            kvk: String? = nil,
            latitude: String? = nil,
            longitude: String? = nil,
            date: String? = nil,
            status: String? = nil,
            distance: Int? = nil,
            score: Int,
            why: [String],
            fresh: String,
            stale: Bool,
            expired: Bool
        ) {
            self.id = id
            self.kind = kind
            self.owner = owner
            self.type = type
            self.source_key = source_key
            self.source = source
            self.case = caseID
            self.cases = cases
            self.title = title
            self.address = address
            self.postcode = postcode
            self.place = place
            self.kvk = kvk
            self.latitude = latitude
            self.longitude = longitude
            self.date = date
            self.status = status
            self.distance = distance
            self.score = score
            self.why = why
            self.fresh = fresh
            self.stale = stale
            self.expired = expired
        }
    }
}

/// Looks for what has one of the KvK numbers of a list.
package struct SearchList: Request {
    /// Its name to other processes.
    package static let name = "search-list"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]
    /// The list is as long as it is.
    package static let isQuery = false
    /// Most bytes of a list.
    package static let listMax = 4 << 20
    /// Most different numbers of one.
    package static let numbersMax = 100_000
    /// Most numbers, and lines, that an answer names.
    package static let namedMax = 100

    /// Numbers, a line each or parted by commas, semicolons, tabs or blanks.
    package var list: String
    /// What must hold beside.
    package var search: SearchRecords

    /// Asks for hits.
    package init(list: String, search: SearchRecords) {
        self.list = list
        self.search = search
    }

    /// What was found.
    package typealias Answer = SearchRecords.Answer
}
