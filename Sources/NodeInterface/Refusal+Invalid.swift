extension Refusal {
    /// What somebody names.
    package enum Thing: String, CaseIterable, Codable, Hashable, Sendable {
        /// A table.
        case table
        /// A case.
        case `case`
        /// A case of which the ID is known here, and no contents yet.
        case caseContents
        /// An own record.
        case record
        /// An own record that is there no more.
        case deletedRecord
        /// A fragment.
        case fragment
        /// A subject of a case.
        case subject
        /// A tag of a case.
        case tag
        /// A link of a case.
        case link
        /// What who asks decided about two subjects.
        case decision
        /// A version of the weights of comparisons.
        case weights
        /// An account.
        case user
        /// A token for the API.
        case token
        /// A fork of a member's log.
        case fork
        /// A card of the member that is given a role.
        case cardOfRole
    }

    /// A part of a request.
    package enum Field: Codable, Hashable, Sendable {
        /// The ID of something, or its beginning.
        case id(Thing)
        /// A part of a case's contents, by its name in `payloads.proto`.
        case content(String)
        /// A line of a charter, by its name there.
        case charter(String)
        /// The category of data.
        case category
        /// Which register of a case is written.
        case register
        /// The phase of a case.
        case phase
        /// A note's text.
        case note
        /// How two subjects relate.
        case relation
        /// How one subject took over from another.
        case successionKind
        /// Who says that one subject took over from another.
        case successionSource
        /// Weights of comparisons.
        case weights
        /// The source system of records that are looked for.
        case source
        /// Handle of whose what is looked for.
        case partner
        /// Handles of who is given something.
        case recipients
        /// Handles of whose logs are cut.
        case pinned
        /// The handle of a log's author.
        case author
        /// The handle of a partner.
        case peer
        /// The type of a record.
        case recordType
        /// `HANDLE=ROLE` of a member.
        case memberRole
        /// The role of an account.
        case userRole
        /// The name of an account.
        case userName
        /// A password.
        case password
        /// The name of a table.
        case tableName
        /// The theme of a table.
        case theme
        /// The purpose limitation of a table.
        case purpose
        /// How many must sign.
        case quorum
        /// The file with the grounds.
        case grounds
        /// Where others reach the node.
        case endpoint
        /// The ID that a list goes on from.
        case after
        /// How many hits are wanted.
        case limit
        /// How many entries of a log are wanted.
        case last
        /// The entry of a log before which those are.
        case before
        /// The key of a record in its source.
        case key
        /// A number of the trade register.
        case kvk
        /// A number of an establishment.
        case vestiging
        /// A postcode or a range of them.
        case postcode
        /// A day to search by.
        case day
        /// A point on the map.
        case point
        /// Metres around a point.
        case radius
        /// How many years back.
        case years
        /// A list of numbers.
        case list
        /// What is looked for.
        case searchText
        /// In which order.
        case sort
        /// How many hits are passed over.
        case offset
        /// The place of an entry in a log.
        case index
        /// Which of a member's logs.
        case generation
        /// The entries of a log to export, from and until.
        case window
        /// Records to import.
        case records
        /// Why a fragment is withdrawn.
        case reason
        /// Why data is shared in a category below its record's.
        case lowering
        /// Names of the fields to share.
        case fields
        /// The last day of a fragment.
        case expires
        /// What a token may be used for.
        case scope
        /// The last day of a token.
        case until
        /// Handles of those from whom a fragment is withdrawn.
        case withdrawnFrom
    }

    /// What a part of a request must be and is not.
    package enum Rule: Codable, Hashable, Sendable {
        /// It must not be empty or blank.
        case empty
        /// It must have so many bytes at least.
        case tooShort(bytesMin: Int)
        /// It must have so many bytes at most.
        case tooLong(bytesMax: Int)
        /// It must be one line of 1 to so many bytes.
        case line(bytesMax: Int)
        /// It must not be more than so many.
        case tooMany(max: Int)
        /// What was typed has not the form of such a part.
        case form(String)
        /// What was typed is no day `YYYY-MM-DD`.
        case notADate(String)
        /// The day is over.
        case past(String, today: String)
        /// What must be the first or smaller comes after the other.
        case order(first: String, last: String)
        /// The number is not within the limits.
        case outside(Int, min: Int, max: Int)
        /// The day is not within the limits.
        case outsideDays(String, first: String, last: String)
        /// The entries are not within the log's.
        case window(from: Int, until: Int, size: Int)
        /// What was typed is not a number of so many digits at most.
        case digits(String, max: Int)
        /// What was typed is none of those that are allowed.
        case notOneOf(String, allowed: [String])
        /// The address is one that others cannot reach.
        case unreachable(String)
        /// It is too long, or has characters that have no place there.
        case unfit
        /// It is not what a program of this version sends.
        case malformed
        /// The file cannot be read; `words`: why, of who reads such files, in English.
        case unreadable(words: String)
    }
}
