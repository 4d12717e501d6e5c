import NodeInterface

extension Refusal.TableReason {
    /// `WHAT: WHY. WHAT TO DO`.
    var line: String {
        switch self {
        case .notEffective(let table, let signatures, let quorum):
            "table '\(table)': not effective yet, \(signatures) of \(quorum) signatures. Let more "
                + "members run 'tafel table accept'"
        case .notBegun(let table, let days):
            "table '\(table)': its period has not begun, \(days.from) to \(days.until); today is "
                + "\(days.today). Wait until then, or see that the clock is right"
        case .over(let table, let days):
            "table '\(table)': its period is over, \(days.from) to \(days.until); today is "
                + "\(days.today). Start a new table. What was shared can still be withdrawn"
        case .notMember(let table):
            "table '\(table)': this node is not a member. Send your card to its maker, "
                + "'tafel node card'"
        case .otherCard(let table, let handle, let memberClass):
            "table '\(table)': it lists this node as \(handle) of class \(memberClass), which is "
                + "not its card. Ask for a new draft"
        case .file(let fault): fault.line
        case .card(let fault):
            "card: \(fault.words). Ask its owner for 'tafel node card' again"
        case .sameHandle(let handle):
            "'\(handle)': two cards have this handle. Let one of them choose another"
        case .sameCard: "card: given twice. Name each card once"
        case .charterTooLong(let max):
            "charter: over \(max) bytes of text. Name fewer grounds, or with shorter texts"
        case .badGround(let code): "grounds file: ground \(code) is malformed. Check it"
        case .lastVersion(let version):
            "table: no version follows \(version). Start a new table"
        case .noFork(let handle, let log):
            "--pin '\(handle)': no fork of its log \(log) is known here. See 'tafel node status'"
        case .otherDraft(let version):
            "table: version \(version) is a draft already and says something else, see "
                + "'tafel table show'. Let the others accept it, or accept another with "
                + "'tafel table accept --replace'"
        case .noRoomForPin: "table: no room for another pin. Start a new table"
        case .takesAway(let table, let version, let taken):
            "table '\(table)': version \(version) "
                + taken.map(\.words).joined(separator: ", ")
                + ". This version of tafel cannot carry that out, so nothing was signed. Start a "
                + "new table"
        case .unproven(let table, let version, let cut, let fault):
            "table '\(table)': nothing was signed: version \(version) cuts log \(cut.log) of "
                + "\(cut.handle) at entry \(cut.size)\(fault.words(of: cut))"
        case .lastCard: "card: has its last version. Make a new node"
        }
    }
}

extension Refusal.FileFault {
    fileprivate var line: String {
        let again = "Ask its sender for the file again"
        return switch self {
        case .malformed: "table file: not a table file, or changed on its way. \(again)"
        case .signature(let version, let name):
            "table file: version \(version) has a wrong or foreign signature (\(name)). \(again)"
        case .line(let version, let name):
            "table file: version \(version) has a wrong \(name). \(again)"
        case .handle(let handle): "table file: the handle \(handle) occurs twice. \(again)"
        case .version(let version): "table file: version \(version) is malformed. \(again)"
        case .chain(let version):
            "table file: version \(version) does not follow on the one before. \(again)"
        case .cardLine(let name): "table file: a card has a wrong \(name). \(again)"
        case .card: "table file: a card is malformed or was changed. \(again)"
        case .cardOwner: "table file: a card is of nobody at the table. \(again)"
        case .otherTable:
            "table file: it belongs to another table, or has not the versions that count here. See "
                + "which text counts here with 'tafel table show', and ask for a file that follows "
                + "on it"
        case .otherDraft(let version):
            "table file: version \(version) is another draft than the one held. See both with "
                + "'tafel table show', agree with the other members which it shall be, and sign "
                + "the file's in place of the one held with 'tafel table accept --replace'"
        case .tooLarge:
            "table file: what it adds would bring the table's file over its limit. \(again)"
        }
    }
}

extension Refusal.CardFault {
    fileprivate var words: String {
        switch self {
        case .malformed: "not a card, or changed on its way"
        case .line(let name): "has a wrong \(name)"
        case .signature: "its signature is wrong, it was changed on its way"
        }
    }
}

extension Refusal.Taken {
    fileprivate var words: String {
        switch self {
        case .member(let handle): "leaves out \(handle)"
        case .memberLine(let handle): "gives \(handle) another number, role, class or handle"
        case .ground(let code): "takes away or changes ground \(code)"
        case .pin(let handle, let generation):
            "takes away or changes the pin of \(handle)'s log \(generation)"
        }
    }
}

extension Refusal.CutFault {
    /// What follows on where the log is cut.
    fileprivate func words(of cut: Refusal.Cut) -> String {
        let anew = "Draft it anew with 'tafel table amend --pin \(cut.handle)'"
        return switch self {
        case .noFork:
            ", and no second history of it is known here. Synchronise with a partner that knows "
                + "the fork, 'tafel sync now', and try again"
        case .early(let index):
            ", and the first difference that is known here is entry \(index). Synchronise with "
                + "who drafted it, 'tafel sync now', and try again"
        case .late(let index):
            ", and entry \(index) differs already, as is known here. \(anew)"
        case .otherRoot: " with another root than both its histories have there. \(anew)"
        }
    }
}
