package import SyncLog

/// Something that must hold, and is checked in every run.
package enum Checker: String, CaseIterable, Hashable, Sendable {
    case sizes, roots, completeness, views, equalViews = "equal views", index, openings
    case secrecy, readability, acknowledgements, sending, durability, confirmations, receipts
    case accusations, rounds, sessions, cards, forks, quiet, frames
    case said, quoted
}

/// Something that must never happen, found by a check.
package enum Violation: Hashable, Sendable, CustomStringConvertible {
    /// After the calm a node has another size or root of a log than its author.
    case diverged(node: MemberNumber, log: LogID, size: UInt64, authorSize: UInt64)
    /// The leaves on a node's disk have another root than the checkpoint kept with them.
    case wrongRoot(node: MemberNumber, log: LogID)
    /// After the calm the author's word that all was given is missing.
    case incomplete(node: MemberNumber, log: LogID)
    /// A node's merged view is not that of the entries addressed to it.
    case view(node: MemberNumber, caseNumber: Int)
    /// Two nodes with one set of entries of a case see different things.
    case unequalViews(node: MemberNumber, other: MemberNumber, caseNumber: Int)
    /// What opened depended on the order in which entries came.
    case opening(node: MemberNumber, log: LogID, index: UInt64)
    /// What a node took in while it ran is not what its disk says.
    case index(node: MemberNumber)
    /// A node holds more than the leaf hash of an entry that is not for it.
    case leaked(node: MemberNumber, log: LogID, index: UInt64)
    /// A node can read an entry that is not for it.
    case readable(node: MemberNumber, log: LogID, index: UInt64)
    /// A node acknowledged what was not durable.
    case acknowledgedEarly(node: MemberNumber, log: LogID, size: UInt64)
    /// Entries left a node before they were durable.
    case sentEarly(node: MemberNumber, log: LogID, size: UInt64)
    /// A node came back from a crash with less than it had acknowledged or committed.
    case lost(node: MemberNumber, log: LogID, size: UInt64)
    /// An honest receipt does not confirm exactly what was addressed to its writer.
    case unconfirmed(author: MemberNumber, by: MemberNumber, size: UInt64)
    /// After the calm a node owes a receipt, or the author lacks it.
    case noReceipt(node: MemberNumber, log: LogID)
    /// An honest node was reported, or its session closed, as if it lied.
    case accused(node: MemberNumber, by: MemberNumber, String)
    /// After the calm two nodes have no session, or the round over it does not end.
    case roundOpen(node: MemberNumber, peer: MemberNumber)
    /// After the calm two nodes have another number of sessions than one.
    case sessions(node: MemberNumber, peer: MemberNumber, count: Int)
    /// After the calm a node lacks the newest card of a member.
    case card(node: MemberNumber, of: MemberNumber)
    /// Two histories of a log came among the honest, and one of them lacks the evidence, or has it of
    /// another position, or without there being two.
    case forkUnproven(node: MemberNumber, log: LogID)
    /// Nothing is left to say and something is said.
    case notQuiet(String)
    /// A frame that a node of ours does not decode.
    case frame(from: MemberNumber, String)
    /// A person was told what is not so.
    case untrue(by: MemberNumber, String)
    /// A node reads what was quoted from an entry that is not for it.
    case derived(node: MemberNumber, log: LogID, index: UInt64)

    /// One line.
    package var description: String {
        switch self {
        case .diverged(let node, let log, let size, let authorSize):
            "node \(node): log \(log.text) has size \(size), its author's \(authorSize)"
        case .wrongRoot(let node, let log): "node \(node): log \(log.text) is not what was signed"
        case .incomplete(let node, let log): "node \(node): log \(log.text) is not complete"
        case .view(let node, let number): "node \(node): view of case \(number) differs"
        case .unequalViews(let node, let other, let number):
            "nodes \(node) and \(other): have the same of case \(number) and see another"
        case .opening(let node, let log, let index):
            "node \(node): \(log.text) #\(index) opens in one order and not in another"
        case .index(let node): "node \(node): took in other entries than its disk holds"
        case .leaked(let node, let log, let index): "node \(node): holds \(log.text) #\(index)"
        case .readable(let node, let log, let index): "node \(node): reads \(log.text) #\(index)"
        case .acknowledgedEarly(let node, let log, let size):
            "node \(node): acknowledged \(log.text) up to \(size), which is not durable"
        case .sentEarly(let node, let log, let size):
            "node \(node): sent \(log.text) up to \(size), which is not durable"
        case .lost(let node, let log, let size): "node \(node): lost \(log.text) below \(size)"
        case .unconfirmed(let author, let by, let size):
            "node \(author): receipt by \(by) at \(size) does not confirm what was given"
        case .noReceipt(let node, let log): "node \(node): did not confirm log \(log.text)"
        case .accused(let node, let by, let text): "node \(node): accused by \(by): \(text)"
        case .roundOpen(let node, let peer): "node \(node): the round with \(peer) does not end"
        case .sessions(let node, let peer, let count):
            "node \(node): \(count) sessions with \(peer)"
        case .card(let node, let owner): "node \(node): lacks the newest card of \(owner)"
        case .forkUnproven(let node, let log): "node \(node): fork of \(log.text) is not proven"
        case .notQuiet(let text): "not quiet: \(text)"
        case .untrue(let node, let text): "node \(node): says what is not so: \(text)"
        case .derived(let node, let log, let index):
            "node \(node): reads a quotation of \(log.text) #\(index)"
        case .frame(let from, let text): "node \(from): sent a frame that is refused: \(text)"
        }
    }
}

extension Violation {
    /// The checker that found it.
    package var checker: Checker {
        switch self {
        case .diverged: .sizes
        case .wrongRoot: .roots
        case .incomplete: .completeness
        case .view: .views
        case .unequalViews: .equalViews
        case .opening: .openings
        case .index: .index
        case .leaked: .secrecy
        case .readable: .readability
        case .acknowledgedEarly: .acknowledgements
        case .sentEarly: .sending
        case .lost: .durability
        case .unconfirmed: .confirmations
        case .noReceipt: .receipts
        case .accused: .accusations
        case .roundOpen: .rounds
        case .sessions: .sessions
        case .card: .cards
        case .forkUnproven: .forks
        case .notQuiet: .quiet
        case .frame: .frames
        case .untrue: .said
        case .derived: .quoted
        }
    }
}

extension LogID {
    /// Member and generation, as in an origin.
    var text: String { "\(self.member)/\(self.generation)" }
}
