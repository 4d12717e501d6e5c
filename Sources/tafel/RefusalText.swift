import NodeInterface
import NodeService

extension NodeFailure {
    /// What a node refused, as the command line says it.
    init(_ refusal: Refusal) {
        self.init(Code(refusal.kind), refusal.line)
    }

    /// Does what may be refused.
    static func saying<Result>(
        _ work: () throws(Refusal) -> Result
    ) throws(NodeFailure) -> Result {
        do throws(Refusal) { return try work() } catch { throw NodeFailure(error) }
    }
}

extension NodeFailure.Code {
    /// The exit code of the command line's contract.
    init(_ kind: Refusal.Kind) {
        switch kind {
        case .notFound, .ambiguous, .invalid, .notAllowed, .conflict, .refused: self = .usage
        case .unavailable: self = .unavailable
        case .bug: self = .bug
        }
    }
}

extension Refusal {
    /// `WHAT: WHY. WHAT TO DO`, in English, with the names of commands and their options.
    var line: String {
        switch self {
        case .notFound(let thing, let typed): thing.line(unknown: typed)
        case .ambiguous(.fork, _, let candidates):
            "table: the logs of several members forked. Choose with --author one of "
                + candidates.joined(separator: ", ")
        case .ambiguous(let thing, let typed, _):
            "\(thing.word) '\(typed)': more than one ID begins so. Give more digits"
        case .invalid(let field, let rule): Self.line(field, rule)
        case .notAllowed(_, let user):
            "user '\(user)': may not do this. Log in as somebody with another role"
        case .conflict(.decision):
            "decision: is another by now. See 'tafel subject show', and decide anew"
        case .conflict(.register(let name)):
            "\(name): was changed meanwhile. See 'tafel case show', and write it again"
        case .conflict(.preview):
            "fragment: something changed since the preview, and nothing was written. See the preview "
                + "again"
        case .refused(let reason): reason.line
        case .unavailable(let need): need.line
        case .bug(let words): "\(words). Report this"
        }
    }
}

extension Refusal.Thing {
    /// What it is called.
    var word: String {
        switch self {
        case .table: "table"
        case .case, .caseContents: "case"
        case .record, .deletedRecord: "record"
        case .fragment: "fragment"
        case .subject: "subject"
        case .tag: "tag"
        case .link: "link"
        case .decision: "decision"
        case .weights: "weights"
        case .user: "user"
        case .token: "token"
        case .fork: "fork"
        case .cardOfRole: "--role"
        }
    }

    fileprivate func line(unknown typed: String) -> String {
        let what = "\(self.word) '\(typed)': "
        return switch self {
        case .table: what + "not known here. See 'tafel table list'"
        case .case: what + "not known here. Run 'tafel sync now', then 'tafel case list'"
        case .caseContents:
            what + "not known here yet. Run 'tafel sync now', then 'tafel case list'"
        case .record: what + "not known here. Find it with 'tafel record search'"
        case .deletedRecord: what + "was deleted. Search again"
        case .fragment: what + "not known here. See the fragments of 'tafel case show'"
        case .subject: what + "not known here. Find it with 'tafel record search'"
        case .tag: what + "the case does not have it. See 'tafel case show'"
        case .link: "link: there is none like that. See 'tafel case show'"
        case .decision: "decision: there is none of yours there. See 'tafel subject show'"
        case .weights: what + "there is no such version. See 'tafel subject weights'"
        case .user: what + "there is none. See 'tafel user list'"
        case .token: what + "not known here. See 'tafel token list'"
        case .fork:
            typed.isEmpty
                ? "table: no fork of any log is known here. See 'tafel node status'"
                : "--author '\(typed)': no fork of its log is known here. See 'tafel node status'"
        case .cardOfRole: what + "no card has that handle. Check the spelling"
        }
    }
}

extension Refusal.Need {
    fileprivate var line: String {
        switch self {
        case .store(_, let words): "store: \(words)"
        case .ownLog(_, let words): words
        case .logBeingFetched:
            "table: its own log is being fetched back. Wait until that is over"
        case .recovering: "node recover: under way already. Wait until it is over"
        case .unchangedLog: "log: changed while it was exported. Export it again"
        case .roomBesideFolder(let path):
            "\(path): the disk is full. Nothing was signed: free some space and try again"
        case .accounts: "accounts: damaged in the store. Restore a backup"
        case .tokens: "tokens: damaged in the store. Restore a backup"
        case .memory: "password: no memory for Argon2id (64 MiB). Free some memory"
        case .knownRequest:
            "node: does not know this command. Use the program of the same version as the running "
                + "node"
        case .knownAnswer:
            "running node: answers in another form. Use the program of the same version as it"
        case .runningNode:
            "running node: ended before it answered, and may have done what was asked. "
                + "See 'tafel node status' and whether it was done before you repeat it"
        case .reader: "control socket: nobody reads any more. Ask again"
        case .turn(let most):
            "node: \(most) requests of this user wait already. Ask again when some of them are answered"
        case .goingOn: "node: it stops, and ended what was being read. Ask again once it runs"
        }
    }
}
