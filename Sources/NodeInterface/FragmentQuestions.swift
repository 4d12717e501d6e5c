/// What became of a fragment: who has which version.
package struct ShowFragmentStatus: Request {
    /// Its name to other processes.
    package static let name = "show-fragment-status"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]

    /// ID of the fragment, or its beginning.
    package var fragment: String

    /// Asks about a fragment.
    package init(fragment: String) {
        self.fragment = fragment
    }

    /// Who was given it, and who confirmed what.
    package struct Answer: Document {
        /// ID of the fragment.
        package var fragment: String
        /// Handle of who shares it.
        package var owner: String
        /// Number of its newest version.
        package var version: Int
        /// Whether its last day is over, by this node's clock.
        package var expired: Bool
        /// Whether any version counts in the case.
        package var counts: Bool
        /// When it was withdrawn; `nil` where it was not.
        package var withdrawn: String?
        /// Why.
        package var reason: String?
        /// Everybody who was given a version.
        package var recipients: [Recipient]

        /// Creates an answer.
        package init(
            fragment: String,
            owner: String,
            version: Int,
            expired: Bool,
            counts: Bool,
            withdrawn: String?,
            reason: String?,
            recipients: [Recipient]
        ) {
            self.fragment = fragment
            self.owner = owner
            self.version = version
            self.expired = expired
            self.counts = counts
            self.withdrawn = withdrawn
            self.reason = reason
            self.recipients = recipients
        }
    }

    /// Who was given a fragment.
    package struct Recipient: Codable, Hashable, Sendable {
        /// Handle of the member.
        package var handle: String
        /// Code of the ground it was given on.
        package var ground: String
        /// The newest version that it was given; `nil` where that is known to the owner alone.
        package var version: Int?
        /// Whether it confirmed having it; `nil` where that is known to the owner alone.
        package var received: Bool?
        /// Whether that version counts in the case.
        package var counts: Bool
        /// When it was withdrawn; `nil` where it was not.
        package var withdrawn: String?
        /// Whether it confirmed having destroyed it.
        package var destroyed: Bool

        /// Creates a recipient.
        package init(
            handle: String,
            ground: String,
            version: Int?,
            received: Bool?,
            counts: Bool,
            withdrawn: String?,
            destroyed: Bool
        ) {
            self.handle = handle
            self.ground = ground
            self.version = version
            self.received = received
            self.counts = counts
            self.withdrawn = withdrawn
            self.destroyed = destroyed
        }
    }
}

/// What sharing a record in a case begins with.
package struct ShowOffers: Request {
    /// Its name to other processes.
    package static let name = "show-offers"
    /// What it needs: it shows what is shared of the record.
    package static let rights: Set<Right> = [.readContents, .writeCases]

    /// ID of the case, or its beginning.
    package var `case`: String
    /// ID of the record, or its beginning.
    package var record: String
    /// Category of the data.
    package var category: String
    /// Codes of grounds to prefer; `nil` for the case's.
    package var grounds: [String]?

    /// Asks about a record.
    package init(case id: String, record: String, category: String, grounds: [String]? = nil) {
        self.case = id
        self.record = record
        self.category = category
        self.grounds = grounds
    }

    /// On which ground each other member of the case would be given data, and what is shared of the
    /// record there.
    package struct Answer: Document {
        /// The other members of the case.
        package var members: [Member]
        /// What is shared of the record now; `nil` for nothing.
        package var shared: Shared?

        /// Creates an answer.
        package init(members: [Member], shared: Shared?) {
            self.members = members
            self.shared = shared
        }
    }

    /// A member of the case.
    package struct Member: Codable, Hashable, Sendable {
        /// Its handle.
        package var handle: String
        /// Code of the first ground that fits; `nil` for none.
        package var ground: String?

        /// Creates a member.
        package init(handle: String, ground: String?) {
            self.handle = handle
            self.ground = ground
        }
    }

    /// What is shared of a record.
    package struct Shared: Codable, Hashable, Sendable {
        /// Number of the newest version.
        package var version: Int
        /// Names of its fields.
        package var fields: [String]
        /// Handles of who was given it.
        package var to: [String]
        /// Its category.
        package var category: String
        /// Why that is below the record's; `nil` where it is not.
        package var lowered: String?
        /// Last day; `nil` for none.
        package var expires: String?
        /// Who has an earlier version, and was left out.
        package var earlier: [ShareRecord.LeftOut]

        /// Creates it.
        package init(
            version: Int,
            fields: [String],
            to: [String],
            category: String,
            lowered: String?,
            expires: String?,
            earlier: [ShareRecord.LeftOut]
        ) {
            self.version = version
            self.fields = fields
            self.to = to
            self.category = category
            self.lowered = lowered
            self.expires = expires
            self.earlier = earlier
        }
    }
}
