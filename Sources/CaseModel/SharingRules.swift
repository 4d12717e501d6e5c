package import SyncLog
package import Vocabulary

/// Why something may not be shared.
///
/// What to do: choose other recipients, another category, or amend
/// the charter.
package enum SharingError: Error, Hashable, Sendable {
    /// A giver and a receiver between whom no ground fits.
    package struct Pair: Hashable, Sendable {
        /// Handle of the giver.
        package let from: String
        /// Handle of the receiver.
        package let to: String

        /// Creates a pair.
        package init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    /// Nobody is left to share with.
    case noRecipients
    /// More recipients or members than an audience holds.
    case tooMany(Int)
    /// A number that is no member's under this charter.
    case notAMember(MemberNumber)
    /// A member whose role neither reads nor shares, or an author whose role does not share.
    case role(handle: String, MemberRole)
    /// The author is among the recipients.
    case toSelf(handle: String)
    /// A preferred code that the charter does not have.
    case unknownGround(String)
    /// No ground fits these pairs, in order of giver, then receiver.
    case noGround([Pair], Category)
}

extension SharingError: CustomStringConvertible {
    /// WHAT and WHY, for a message to people.
    package var description: String {
        switch self {
        case .noRecipients: "there is nobody to share with"
        case .tooMany(let count): "\(count) recipients are more than \(Audience.recipientsMax)"
        case .notAMember(let number): "\(number) is no member of this table"
        case .role(let handle, let role): "\(handle) cannot take part: its role is \(role.rawValue)"
        case .toSelf(let handle): "\(handle) is the author and cannot be a recipient"
        case .unknownGround(let code): "the charter has no ground \(code)"
        case .noGround(let pairs, let category):
            "no ground for \(category.name) data "
                + pairs.map { "from \($0.from) to \($0.to)" }.joined(separator: ", ")
        }
    }
}

/// Chooses grounds and says no before anything is encrypted (`Protocol/keys.md` §4).
package enum SharingRules {
    /// The audience list of an entry: each recipient with the first ground that fits the pair of
    /// classes and the category.
    ///
    /// `preferred` are codes in order of preference, of which one must fit; `nil` or empty: all of
    /// the charter's, in its order. Recipients may come in any order and repeat.
    ///
    /// Throws every pair without a ground at once.
    package static func audience(
        for recipients: [MemberNumber],
        author: MemberNumber,
        category: Category,
        preferred: [String]?,
        charter: Charter
    ) throws(SharingError) -> Audience {
        let sender = try self.member(author, charter)
        let numbers = Set(recipients).sorted()
        guard !numbers.isEmpty else { throw .noRecipients }
        guard numbers.count <= Audience.recipientsMax else { throw .tooMany(numbers.count) }
        guard !numbers.contains(author) else { throw .toSelf(handle: sender.handle) }
        let grounds = try self.grounds(preferred, charter)
        var chosen: [Recipient] = []
        var missing: [SharingError.Pair] = []
        for number in numbers {
            let receiver = try self.member(number, charter)
            if let ground = self.ground(from: sender, to: receiver, category, grounds) {
                chosen.append(Recipient(member: number, ground: ground.code))
            } else {
                missing.append(SharingError.Pair(from: sender.handle, to: receiver.handle))
            }
        }
        guard missing.isEmpty else { throw .noGround(missing, category) }
        guard let audience = Audience(chosen) else {
            preconditionFailure("members and grounds of a charter make an audience")
        }
        return audience
    }

    /// Whether a case can have these members: every ordered pair needs a ground for the category.
    ///
    /// Throws every pair without one at once.
    package static func checkCase(
        members: [MemberNumber],
        category: Category,
        preferred: [String]?,
        charter: Charter
    ) throws(SharingError) {
        let numbers = Set(members).sorted()
        // Operations go to the others, so a case of one member could not be opened.
        guard numbers.count > 1 else { throw .noRecipients }
        guard numbers.count <= CaseAudience.membersMax else { throw .tooMany(numbers.count) }
        let grounds = try self.grounds(preferred, charter)
        var members: [Member] = []
        for number in numbers { members.append(try self.member(number, charter)) }
        var missing: [SharingError.Pair] = []
        for sender in members {
            for receiver in members where receiver.number != sender.number {
                guard self.ground(from: sender, to: receiver, category, grounds) == nil else {
                    continue
                }
                missing.append(SharingError.Pair(from: sender.handle, to: receiver.handle))
            }
        }
        guard missing.isEmpty else { throw .noGround(missing, category) }
    }

    /// A member that may share or be shared with.
    private static func member(
        _ number: MemberNumber,
        _ charter: Charter
    ) throws(SharingError) -> Member {
        guard let member = charter.member(number) else { throw .notAMember(number) }
        guard member.role.sharesFragments else {
            throw .role(handle: member.handle, member.role)
        }
        return member
    }

    /// The grounds to choose from, best first.
    private static func grounds(
        _ preferred: [String]?,
        _ charter: Charter
    ) throws(SharingError) -> [Ground] {
        guard let preferred, !preferred.isEmpty else { return charter.grounds }
        var grounds: [Ground] = []
        for code in preferred {
            guard let ground = charter.grounds.first(where: { $0.code == code }) else {
                throw .unknownGround(code)
            }
            grounds.append(ground)
        }
        return grounds
    }

    private static func ground(
        from sender: Member,
        to receiver: Member,
        _ category: Category,
        _ grounds: [Ground]
    ) -> Ground? {
        grounds.first { ground in
            ground.allows(
                from: sender.memberClass,
                to: receiver.memberClass,
                category: category
            )
        }
    }
}
