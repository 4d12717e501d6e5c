import CaseModel
package import JSONText
package import Terminal

/// What a command asks of a node, whether the node runs in this process or another.
package enum NodeRequest: Codable, Sendable {
    /// Most bytes of a request or an answer on the control socket.
    package static let bytesMax = 67_108_864

    case card
    /// Signs the next version of the card, with another endpoint.
    case changeCard(endpoint: String)
    case importRecords(ImportBatch)
    case settleIndex
    case search(SearchQuery)
    case showRecord(id: String)
    case createTable(TableDraft)
    /// `replaces`: its draft takes the place of another that is held.
    case acceptTable(file: String, replaces: Bool = false)
    /// `pinning`: handles of the members whose forked logs the next version cuts.
    case amendTable(id: String, pinning: [String])
    case showTable(id: String)
    /// The newest version of a file that was not accepted, and what it changes.
    case showTableFile(file: String)
    case openCase(CaseDraft)
    case showCase(id: String, canonical: Bool, at: UInt64?)
    /// The view with the dots behind registers and tags, for who writes later what they saw now.
    case showCaseSeen(id: String)
    /// `seen`: the only writes it may supersede; `nil` for all there are.
    case setCase(id: String, field: String, value: String, seen: [String]? = nil)
    case addNote(id: String, text: String)
    case link(id: String, from: String, relation: String, to: String, removes: Bool)
    /// `seen`: the only additions that a removal takes back; `nil` for all there are.
    case tag(id: String, tag: String, removes: Bool, seen: [String]? = nil)
    /// Leaves members out of a case.
    case setAudience(AudienceDraft)
    /// On which ground each other member of a case would be given data of a category, and what is
    /// shared of the record there.
    case offeredGrounds(caseID: String, record: String, category: String, grounds: [String]?)
    case share(ShareDraft)
    /// `from`: handles; `nil` for everybody.
    case withdraw(fragment: String, from: [String]?, reason: String)
    case fragmentStatus(id: String)
    case syncNow(peer: String?)
    /// Fetches the own logs back from partners; `isOffline`: takes them for whole as they are.
    case recover(isOffline: Bool)
    /// `generation`: which log of the author; `nil` for its newest. `last`: only so many entries, the
    /// newest; `nil` for all.
    case showLog(
        table: String,
        author: String?,
        generation: UInt16? = nil,
        last: UInt64? = nil
    )
    /// `author`: whose log; `nil` where only one forked.
    case showFork(table: String, author: String?)
    case exportLog(table: String, generation: UInt16? = nil, from: UInt64?, until: UInt64?)
    /// `author`: whose log; `nil` for the own.
    case logText(LogText, table: String, author: String?)
    case addUser(name: String, role: String, password: [UInt8])
    case listUsers
    case removeUser(name: String)
    case setPassword(name: String, password: [UInt8])
}

/// A request with who makes it.
package struct NodeCall: Codable, Sendable {
    /// What is asked.
    package let request: NodeRequest
    /// For whom: the pseudonym in consultations.
    package let user: String
    /// Whether the running node tells how far it is before it answers; `nil` for no.
    var reportsProgress: Bool?

    /// Creates a call.
    package init(request: NodeRequest, user: String) {
        self.request = request
        self.user = user
    }
}

/// What a node answers: a document, the same for a person, an exit code.
package struct NodeAnswer: Codable, Sendable {
    /// 0, or 1 for a finding.
    package let exitCode: Int32
    /// One JSON document, for `--json`.
    package let json: String
    /// The same for a person; lines.
    package let text: ShownText
    /// Contents of a file that the command writes.
    package let file: [UInt8]?
    /// What went wrong although there is an answer: one line, as of a failure.
    package let problem: String?

    /// Creates an answer.
    package init(
        exitCode: Int32,
        json: JSONValue,
        text: ShownText,
        file: [UInt8]?,
        problem: String? = nil
    ) {
        self.exitCode = exitCode
        self.json = json.prettyText
        self.text = text
        self.file = file
        self.problem = problem
    }

    /// Creates an answer whose document is given as text: the canonical view.
    package init(canonical json: String) {
        self.exitCode = 0
        self.json = json
        self.text = ShownText(own: json)
        self.file = nil
        self.problem = nil
    }
}

/// What a search looks for; every part that is given must match.
package struct SearchQuery: Codable, Sendable {
    /// Most hits that are shown.
    package static let limitMax = 10_000

    /// Key in the source system.
    package var key: String?
    /// KvK number.
    package var kvk: String?
    /// Vestigingsnummer.
    package var vestiging: String?
    /// Postcode: `1234`, `1234AB`, or a range `P-P`.
    package var postcode: String?
    /// Record type.
    package var type: String?
    /// First date.
    package var from: String?
    /// Last date.
    package var until: String?
    /// Most hits to show.
    package var limit: Int
    /// Most records and fragments to look at; `nil` for no limit.
    ///
    /// With more own records the search is refused; of others' fragments the rest is not looked at,
    /// and the answer says so.
    package var candidateLimit: Int?

    /// Creates a query that looks for everything.
    package init(limit: Int) { self.limit = limit }
}

/// What a new table's charter says.
package struct TableDraft: Codable, Sendable {
    /// As `Charter/theme`.
    package let theme: String
    /// As `Charter/name`.
    package let name: String
    /// As `Charter/purpose`.
    package let purpose: String
    /// First day.
    package let from: String
    /// Last day.
    package let until: String
    /// The other members' cards, as text.
    package let cards: [String]
    /// `HANDLE=ROLE`.
    package let roles: [String]
    /// The grounds file; `nil` for the default grounds.
    package let grounds: [UInt8]?
    /// Quorum; `nil` for a strict majority.
    package let quorum: Int?
    /// Witness quorum; `nil` for 0.
    package let witnessQuorum: Int?

    /// Creates a draft.
    package init(
        theme: String,
        name: String,
        purpose: String,
        from: String,
        until: String,
        cards: [String],
        roles: [String],
        grounds: [UInt8]?,
        quorum: Int?,
        witnessQuorum: Int?
    ) {
        self.theme = theme
        self.name = name
        self.purpose = purpose
        self.from = from
        self.until = until
        self.cards = cards
        self.roles = roles
        self.grounds = grounds
        self.quorum = quorum
        self.witnessQuorum = witnessQuorum
    }
}

/// What a new case says.
package struct CaseDraft: Codable, Sendable {
    let table: String
    let title: String
    let summary: String
    let to: [String]?
    let grounds: [String]?
    let category: String
    /// Whether nothing is written, and the answer says who would be told what.
    let isPreview: Bool

    /// Creates a draft; `to` `nil` means all partners.
    package init(
        table: String,
        title: String,
        summary: String,
        to: [String]?,
        grounds: [String]?,
        category: String,
        isPreview: Bool = false
    ) {
        self.isPreview = isPreview
        self.table = table
        self.title = title
        self.summary = summary
        self.to = to
        self.grounds = grounds
        self.category = category
    }
}

/// Who stays in a case.
package struct AudienceDraft: Codable, Sendable {
    let caseID: String
    let to: [String]
    /// Whether nothing is written, and the answer says who would be left out.
    let isPreview: Bool

    /// Creates a draft; `to`: handles of who stays, the own node's with or without being named.
    package init(caseID: String, to: [String], isPreview: Bool = false) {
        self.caseID = caseID
        self.to = to
        self.isPreview = isPreview
    }
}

/// What is to be shared of a record.
package struct ShareDraft: Codable, Sendable {
    let caseID: String
    let record: String
    let fields: [String]
    let to: [String]?
    let grounds: [String]?
    let category: String?
    let expires: String?
    let isPreview: Bool
    /// What a preview said of itself; `nil` for no check.
    ///
    /// Where it says something else by now, nothing is written and the new preview is the answer,
    /// with exit code 1.
    let seen: String?
    /// What becomes of who was given an earlier version and is left out now; `nil` where nobody may
    /// be.
    let leavingOut: LeavingOut?
    /// Why the category may be below the record's, or the one of what is shared of it; `nil`: it may
    /// not be.
    let lowering: String?

    /// What becomes of a partner that a new version of a fragment leaves out.
    package enum LeavingOut: String, Codable, Sendable {
        /// It keeps the version that it has.
        case keep
        /// That is withdrawn from everybody, and the others are given a fragment of its own.
        case takeBack
    }

    /// Creates a draft; `nil` means the case's audience and grounds, and the record's category.
    package init(
        caseID: String,
        record: String,
        fields: [String],
        to: [String]?,
        grounds: [String]?,
        category: String?,
        expires: String?,
        isPreview: Bool,
        seen: String? = nil,
        leavingOut: LeavingOut? = nil,
        lowering: String? = nil
    ) {
        self.leavingOut = leavingOut
        self.lowering = lowering
        self.caseID = caseID
        self.record = record
        self.fields = fields
        self.to = to
        self.grounds = grounds
        self.category = category
        self.expires = expires
        self.isPreview = isPreview
        self.seen = seen
    }
}
