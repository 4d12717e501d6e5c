import NodeInterface

extension Refusal.Reason {
    /// `WHAT: WHY. WHAT TO DO`.
    var line: String {
        switch self {
        case .table(let reason): reason.line
        case .case(let reason): reason.line
        case .sharing(let reason): reason.line
        case .fragment(let reason): reason.line
        case .part(let reason): "--from: \(reason.words)"
        case .log(let reason): reason.line
        case .userExists(let name):
            "user '\(name)': is there already. Choose another name, or 'tafel user password'"
        case .usersFull(let max): "users: \(max) are there already. Remove some first"
        case .tokensFull(let max): "tokens: \(max) are there already. Remove some first"
        case .scopeBeyondRole(let right, let user, let role):
            "--scope '\(right.rawValue)': \(user) may not do that as \(role.rawValue). Choose from "
                + Right.allCases.filter(role.rights.contains).map(\.rawValue)
                .joined(separator: ", ")
        case .tooFewToLearn(let count, let min):
            "weights: \(count) records and fragments are too few to learn from, \(min) are needed. Import records "
                + "first; until then each question learns from what it compares"
        case .decisionsFull(let max):
            "decisions: \(max) stand at this node. Undo some first, or decide in a case"
        case .requestTooLarge(let max):
            "running node: a command of over \(max) bytes goes to no running node. Stop it, and "
                + "try again"
        }
    }
}

extension Refusal.CaseReason {
    fileprivate var line: String {
        switch self {
        case .notPartner(let role):
            "case: this node is \(role ?? "no member") at this table, and only partners write on "
                + "cases. "
                + (role == "contributor" ? "Use 'tafel fragment share'" : "Ask a partner")
        case .outside: "case: this node is not in its audience. Ask its owner"
        case .closed:
            "case: closed, and takes no new fragments. Set another phase first, with 'tafel case set', or share in "
                + "another case"
        case .full(let quota, let max):
            "case: at most \(max) \(quota.words) of one partner count in it, and this would be "
                + "more. Go on in another case"
        case .notOwner(let owner):
            "case: belongs to \(owner). Only its owner says who is in it"
        case .cannotJoin(let handles):
            "case: \(handles.joined(separator: ", ")) is not in it, and cannot come in later: what "
                + "was written before is not given to who comes later. Open a case with "
                + "\(handles.joined(separator: ", ")) in it"
        case .sameAudience:
            "case: these are who is in it now. Name fewer to leave somebody out"
        case .ownerAlone: "case: is not left with its owner alone. Name who stays"
        case .lastAudience(let max):
            "case: its audience has \(max) versions, and no more are taken. Open another case"
        case .selfLink: "link: from a subject to itself. Name two subjects"
        case .tellsOfSubject(let handles):
            "link: all who are in the case would read it, and \(handles.joined(separator: ", ")) was not "
                + "given anything of one of these subjects. Share a fragment of it with them first"
        case .uncounted(let why):
            "not written: every partner would ignore it, and this node too, for \(why.words). See "
                + "'tafel case show' and 'tafel table show'"
        }
    }
}

extension Refusal.CaseQuota {
    fileprivate var words: String {
        switch self {
        case .tags: "tags"
        case .links: "links"
        case .notes: "notes"
        case .writes: "changes of title, phase, lead and summary"
        case .references: "superseded values and removed tags and links"
        case .text: "bytes of notes, titles and summaries"
        }
    }
}

extension Refusal.Uncounted {
    /// Why, in words that follow "for".
    fileprivate var words: String {
        switch self {
        case .charterUnknown(let version): "version \(version) of the charter does not count"
        case .notAMember: "its author is no member of the table"
        case .role(let role): "members with the role \(role) do not write such entries"
        case .caseNotOpen: "the case is not open"
        case .openCase: "another entry opened the case"
        case .audienceVersion(let version):
            "the case has no audience version \(version) that counts"
        case .notOwner: "the owner of the case alone says whom it is for"
        case .audienceOrder(let version): "audience version \(version) is not the next one"
        case .removals: "it does not say how much counts of those whom it leaves out"
        case .notInAudience: "its author is not in the audience of the case"
        case .removed: "its author was left out of the case"
        case .category: "its category is not that of the case"
        case .recipients: "its recipients are not the audience of the case"
        case .outsideCase: "not all its recipients are in one audience of the case"
        case .ground: "a ground does not fit the category and the classes of giver and receiver"
        case .pinned: "the charter cuts its author's log before it"
        }
    }
}

extension Refusal.SharingReason {
    fileprivate var line: String {
        let advice = "Check the charter with 'tafel table show'"
        return switch self {
        case .noRecipients: "sharing: there is nobody to share with. \(advice)"
        case .tooMany(let count, let max):
            "sharing: \(count) recipients are more than \(max). \(advice)"
        case .notAMember(let number):
            "sharing: \(number) is no member of this table. \(advice)"
        case .role(let handle, let role):
            "sharing: \(handle) cannot take part: its role is \(role). \(advice)"
        case .toAuthor(let handle):
            "sharing: \(handle) is the author and cannot be a recipient. \(advice)"
        case .unknownGround(let code): "sharing: the charter has no ground \(code). \(advice)"
        case .noGround(let pairs, let category):
            "sharing: no ground for \(category) data "
                + pairs.map { "from \($0.from) to \($0.to)" }.joined(separator: ", ")
                + ". \(advice)"
        case .toSelf(let handle): "'\(handle)': is this node itself. Name other partners"
        case .notInCase(let handle, let members):
            "'\(handle)': not in the case's audience. "
                + "Choose from \(members.joined(separator: ", "))"
        case .noCard(let handle):
            "\(handle): no card is held, so nothing can be sealed to it. Accept a table file that "
                + "has it"
        case .unusableKey(let handle):
            "\(handle): its sealing key is unusable. Ask it for a new card"
        }
    }
}

extension Refusal.FragmentReason {
    fileprivate var line: String {
        switch self {
        case .leavesOut(let holders):
            "fragment: "
                + holders.map { "\($0.handle) has version \($0.version)" }.joined(separator: ", ")
                + ", and would be left out. Add --keep to leave it that, or --take-back to "
                + "withdraw what was shared and share anew with the others"
        case .lastDayOver(let day):
            "fragment: its last day, \(day), is over. Give a new one with --expires"
        case .notLower(let category, let least):
            "--lower: category \(category) is not below \(least), the one of the record or of what "
                + "is shared of it. Leave --lower out"
        case .lower(let category, let least):
            "category \(category): below \(least), the one of the record or of what is shared of "
                + "it. Share it with --category \(least), have its source's mapping say what it "
                + "is, or have a manager decide with --lower REASON"
        case .notManager(let user):
            "--lower: '\(user)' is no manager, and a manager decides. Name one with --as; "
                + "'tafel user add NAME --role manager' makes one"
        case .bsn: "field 'subject.bsn': a BSN is never shared. Leave it out"
        case .neverShared(let field):
            "field '\(field)': its mapping says never_share. Leave it out"
        case .unfitValue(let field):
            "field '\(field)': its value is too long or has control characters. Leave it out, or "
                + "mend it at the source"
        case .noValues: "fields: all empty in this record. See 'tafel record show'"
        case .notOwner(let fragment, let owner):
            "fragment '\(fragment)': belongs to \(owner). Only its owner can withdraw it"
        case .withdrawn(let fragment):
            "fragment '\(fragment)': was withdrawn already. There is nothing more to do"
        }
    }
}

extension Refusal.PartReason {
    /// What follows on the option's name.
    fileprivate var words: String {
        let anew = "Leave --from out, and share what should stay anew"
        return switch self {
        case .notGiven(let handle, let all):
            "\(handle) was not given it. Choose from \(all.joined(separator: ", "))"
        case .older(let holder, let newest):
            "\(holder.handle) has version \(holder.version) and was left out of \(newest), which "
                + "the others would be given anew. Name it too, or use 'tafel fragment share' with "
                + "--take-back"
        case .leftCase(let handle):
            "\(handle) was left out of the case and is given nothing anew. Name it too, or leave "
                + "--from out"
        case .lastDayOver(let day):
            "its last day, \(day), is over, so nobody is given it anew. Leave --from out"
        case .recordUnknown: "which record it was made from is not known here. \(anew)"
        case .neverShared(let field): "field '\(field)' is never shared by now. \(anew)"
        case .lower(let category, let own):
            "its category \(category) is below \(own), the record's by now, and giving it anew so "
                + "is for a manager to decide. \(anew)"
        }
    }
}

extension Refusal.LogReason {
    fileprivate var line: String {
        switch self {
        case .empty: "log: empty, there is nothing to export. Open a case or share first"
        case .notHeld:
            "log: nothing is held of it. Run 'tafel sync now', or open a case or share first"
        case .cardNotHeld: "log: its first card is not held. Run 'tafel sync now'"
        case .bundleTooLarge(let max):
            "log: its bundle would be over \(max) bytes. Export it in windows, with --from and "
                + "--until"
        case .noStream: "log export: its bytes go nowhere. Ask for them as a stream"
        case .entryTooLarge(let max): "entry: over \(max) bytes. Share fewer or shorter fields"
        }
    }
}
