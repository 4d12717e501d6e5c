import NodeInterface

/// Limits of the pages (`Protocol/web.md` §3).
package enum WebLimits {
    /// Most bytes of a request's target: path and query.
    package static let targetBytesMax = 4_096
    /// Most bytes of a header field's name, and of its value.
    package static let headerBytesMax = 8_192
    /// Most bytes of a request's target and all its header fields together, names and values.
    package static let headersBytesMax = 32_768
    /// Most header fields of a request.
    package static let headersMax = 64
    /// Most bytes of a request's body: a note of 65,536 bytes, each as `%XX`, and the rest.
    package static let bodyBytesMax = 262_144
    /// Most hits of a list on its page.
    package static let listHitsMax = 1_000
    /// Most bytes of a body that brings a list, from who is logged in: the longest list and what is around it.
    package static let listBodyBytesMax = SearchList.listMax + 131_072
    /// Most bytes of the body of a request to the API.
    package static let apiBodyBytesMax = 4_194_304
    /// Most forms of one session that are shown again by their address.
    package static let keptFormsMax = 8
    /// Most bytes of those; one alone may be longer.
    package static let keptFormBytesMax = 524_288
    /// Most values in the body of a request to the API: what is read of many small ones takes far more than
    /// their bytes.
    package static let apiValuesMax = 10_000
    /// Deepest nesting of objects and lists in a request to the API.
    package static let apiDepthMax = 64
    /// Most fields of a form or a query.
    package static let fieldsMax = 512
    /// Most connections at one time; further ones wait.
    package static let connectionsMax = 256
    /// Most connections from one address, and of IPv6 from one network of 64 bits; further ones are
    /// closed.
    ///
    /// Loopback addresses are not counted: all programs of a machine share them.
    package static let connectionsOfAddressMax = 32
    /// Most bytes of a file with a certificate chain or a private key.
    package static let certificateBytesMax = 1_048_576
    /// Longest that a request may take to arrive, a client to take an answer, and a connection to be
    /// idle.
    package static let requestSecondsMax = 30

    /// Longest that a session lasts without a request, in seconds.
    package static let sessionIdleSecondsMax = 1_800
    /// Longest that a session lasts, in seconds.
    package static let sessionSecondsMax = 43_200
    /// Most sessions of the node; the one unused longest ends first.
    package static let sessionsMax = 1_000
    /// Most sessions of one user; the one unused longest ends first.
    package static let sessionsOfUserMax = 10

    /// Most failed log-ins of one account within ``loginWindowSeconds``.
    package static let failuresOfAccountMax = 5
    /// Most failed log-ins from one address within ``loginWindowSeconds``.
    package static let failuresOfAddressMax = 20
    /// How long a failed log-in counts, in seconds.
    package static let loginWindowSeconds = 300
    /// Most accounts and addresses whose failures are counted; the oldest go first.
    package static let failureCountersMax = 10_000
    /// Most passwords that are hashed at one time, 64 MiB each.
    package static let hashingsMax = 2
    /// Most passwords that wait to be hashed; further log-ins are refused.
    package static let hashingsWaitingMax = 16

    /// Most hits of a search on one page.
    package static let hitsShownMax = 50
    /// Most hits that a map shows.
    package static let pointsMax = 2_000
    /// Most suggestions while somebody types.
    package static let suggestionsMax = 8
    /// Most hits of a table for a spreadsheet.
    package static let tableHitsMax = 10_000
    /// Unicode scalars of a value on the page of a case; of a longer one the beginning, unless its fragment is asked for.
    package static let valueCharacters = 2_000
    /// Unicode scalars of a name, an address or a place in such a table; of a longer one the beginning.
    package static let cellCharacters = 1_000
    /// Most forms of a session that are remembered as carried out; the oldest are forgotten.
    package static let formsOfSessionMax = 256
    /// Subjects, fragments and notes on one page of a case, and cases on one of the list.
    package static let caseRowsMax = 35
    /// Most cases that a record's page offers to share it in, those that changed last.
    package static let casesOfferedMax = 20
    /// Most values of one fact that are shown.
    package static let valuesShownMax = 20
    /// Most conflicts that are listed at the top of a case.
    package static let conflictsShownMax = 10
    /// Longest note that is not folded, in bytes.
    package static let noteFoldedBytes = 2_000
    /// Characters of a text that stand for it where it is folded.
    package static let gistCharacters = 120
    /// Most entries of a log that are shown, the newest.
    package static let entriesShownMax = 500
}
