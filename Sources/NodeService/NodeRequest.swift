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
    case createTable(TableDraft)
    /// `replaces`: its draft takes the place of another that is held.
    case acceptTable(file: String, replaces: Bool = false)
    /// `pinning`: handles of the members whose forked logs the next version cuts.
    case amendTable(id: String, pinning: [String])
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
