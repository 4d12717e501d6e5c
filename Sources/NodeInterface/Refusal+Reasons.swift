extension Refusal {
    /// Which rule is against what was asked.
    package enum Reason: Codable, Hashable, Sendable {
        /// One of tables and their charters.
        case table(TableReason)
        /// One of cases.
        case `case`(CaseReason)
        /// One of who may be given something.
        case sharing(SharingReason)
        /// One of fragments.
        case fragment(FragmentReason)
        /// One of withdrawing a fragment from some of those who have it.
        case part(PartReason)
        /// One of logs.
        case log(LogReason)
        /// The name of a new account is that of another.
        case userExists(String)
        /// There are as many accounts as there may be.
        case usersFull(max: Int)
        /// There are as many tokens as there may be.
        case tokensFull(max: Int)
        /// A token for what its user may not do.
        case scopeBeyondRole(Right, user: String, UserRole)
        /// There stand as many decisions of users as may.
        case decisionsFull(max: Int)
        /// There are too few records and fragments to learn weights from.
        case tooFewToLearn(count: Int, min: Int)
        /// The request has more bytes than go to a running node.
        case requestTooLarge(bytesMax: Int)
    }

    /// Rules of cases.
    package enum CaseReason: Codable, Hashable, Sendable {
        /// This node is no partner at the table; its role, `nil` for no member.
        case notPartner(role: String?)
        /// This node is not in the case.
        case outside
        /// The case is closed, and takes no new fragments.
        case closed
        /// As much of one partner counts in the case as may.
        case full(CaseQuota, max: Int)
        /// The case is another's, who alone says who is in it.
        case notOwner(owner: String)
        /// Who is not in the case cannot come in later.
        case cannotJoin([String])
        /// Those who are to stay are who is in the case.
        case sameAudience
        /// The owner would be left alone.
        case ownerAlone
        /// The audience has its last version.
        case lastAudience(max: Int)
        /// A link from a subject to itself.
        case selfLink
        /// A link would tell these of a subject that nobody gave them anything of.
        case tellsOfSubject([String])
        /// It would count for nobody.
        case uncounted(Uncounted)
    }

    /// What of one author is counted in one case.
    package enum CaseQuota: String, CaseIterable, Codable, Hashable, Sendable {
        /// Tags.
        case tags
        /// Links.
        case links
        /// Notes.
        case notes
        /// Changes of title, phase, lead and summary.
        case writes
        /// Superseded values and removed tags and links.
        case references
        /// Bytes of notes, titles and summaries.
        case text
    }

    /// Why an entry counts for nobody (`Protocol/case-model.md` §1).
    package enum Uncounted: Codable, Hashable, Sendable {
        /// The version of the charter does not count.
        case charterUnknown(version: Int)
        /// Its author is no member.
        case notAMember
        /// Members of its author's role do not write such entries.
        case role(String)
        /// The case is not open.
        case caseNotOpen
        /// Another entry opened the case.
        case openCase
        /// The version of the audience does not count.
        case audienceVersion(Int)
        /// Its author is not the case's owner.
        case notOwner
        /// The version of the audience is not the next one.
        case audienceOrder(Int)
        /// It does not say how much counts of those whom it leaves out.
        case removals
        /// Its author is not in the audience.
        case notInAudience
        /// Its author was left out of the case.
        case removed
        /// Its category is not the case's.
        case category
        /// Its recipients are not the audience.
        case recipients
        /// No audience holds all its recipients.
        case outsideCase
        /// A ground does not fit.
        case ground
        /// The charter cuts its author's log before it.
        case pinned
    }

    /// Rules of who may be given something.
    package enum SharingReason: Codable, Hashable, Sendable {
        /// There is nobody to give it to.
        case noRecipients
        /// More recipients than there may be.
        case tooMany(Int, max: Int)
        /// A number that is no member's.
        case notAMember(Int)
        /// A member whose role takes no part.
        case role(handle: String, role: String)
        /// The author is among the recipients.
        case toAuthor(handle: String)
        /// The charter has no ground with the code.
        case unknownGround(String)
        /// No ground fits these pairs and the category.
        case noGround([Pair], category: String)
        /// A handle that is this node's own.
        case toSelf(handle: String)
        /// A member that is not in the case; who is.
        case notInCase(handle: String, members: [String])
        /// Nothing can be sealed to a member without a card.
        case noCard(handle: String)
        /// Nothing can be sealed to a member with such a key.
        case unusableKey(handle: String)
    }

    /// A giver and a receiver between whom no ground fits.
    package struct Pair: Codable, Hashable, Sendable {
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

    /// Rules of fragments.
    package enum FragmentReason: Codable, Hashable, Sendable {
        /// Who has an earlier version would be left out, and it was not said what becomes of that.
        case leavesOut([Holder])
        /// Its last day, as it was set, is over.
        case lastDayOver(String)
        /// A reason for a lower category, and the category is not lower.
        case notLower(category: String, least: String)
        /// A lower category, and no reason.
        case lower(category: String, least: String)
        /// A lower category, and who asks is no manager.
        case notManager(user: String)
        /// The field holds a BSN.
        case bsn
        /// The mapping of the record's source says that the field is never shared.
        case neverShared(field: String)
        /// The value of the field has no place in a fragment.
        case unfitValue(field: String)
        /// All the fields are empty in the record.
        case noValues
        /// The fragment is another's, who alone withdraws it.
        case notOwner(fragment: String, owner: String)
        /// The fragment was withdrawn already.
        case withdrawn(fragment: String)
    }

    /// Who has which version of a fragment.
    package struct Holder: Codable, Hashable, Sendable {
        /// The member's handle.
        package let handle: String
        /// The version's number.
        package let version: Int

        /// Names a holder.
        package init(handle: String, version: Int) {
            self.handle = handle
            self.version = version
        }
    }

    /// Rules of withdrawing a fragment from some: the others are given it anew.
    package enum PartReason: Codable, Hashable, Sendable {
        /// It was not given to that member, but to these.
        case notGiven(handle: String, to: [String])
        /// A member that would keep it was left out of the newest version.
        case older(Holder, newest: Int)
        /// A member that would keep it was left out of the case.
        case leftCase(handle: String)
        /// Its last day is over.
        case lastDayOver(String)
        /// The record that it was made from is not known.
        case recordUnknown
        /// The field is never shared by now.
        case neverShared(field: String)
        /// Its category is below the record's by now, which is for a manager to decide.
        case lower(category: String, own: String)
    }

    /// Rules of logs.
    package enum LogReason: Codable, Hashable, Sendable {
        /// Nothing stands in it.
        case empty
        /// Nothing is held of it.
        case notHeld
        /// The card that its author began it with is not held.
        case cardNotHeld
        /// Its bundle would have more bytes than one may.
        case bundleTooLarge(bytesMax: Int)
        /// An export without somebody who takes its bytes.
        case noStream
        /// An entry with more bytes than one may have.
        case entryTooLarge(bytesMax: Int)
    }
}
