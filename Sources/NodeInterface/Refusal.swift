/// Why a node does not do what it was asked: a value, of which command line, pages and API each make
/// their own words.
///
/// What it holds is what was typed, names, words of the specification and limits; never a sentence. The
/// exceptions say so: the words of the store and of alarms, which are one text wherever they are shown.
package enum Refusal: Error, Codable, Hashable, Sendable {
    /// Nothing here goes by what was typed; empty where nothing was.
    case notFound(Thing, typed: String)
    /// More than one goes by what was typed: these, or the first ``candidatesMax`` of them.
    case ambiguous(Thing, typed: String, candidates: [String])
    /// A part of the request is not what it must be.
    case invalid(Field, Rule)
    /// Who asked has not the right.
    case notAllowed(Right, user: String)
    /// What the request goes by is another by now; nothing was done.
    case conflict(Outdated)
    /// A rule of the node, the table or the case is against it.
    case refused(Reason)
    /// Something that it needs is not there now.
    case unavailable(Need)
    /// An error of this program: WHAT: WHY, for who mends it.
    case bug(String)

    /// Most candidates that are named.
    package static let candidatesMax = 16

    /// Kinds of refusals: what an exit code and a status go by.
    package enum Kind: String, CaseIterable, Codable, Hashable, Sendable {
        /// Of ``Refusal/notFound(_:typed:)``.
        case notFound
        /// Of ``Refusal/ambiguous(_:typed:candidates:)``.
        case ambiguous
        /// Of ``Refusal/invalid(_:_:)``.
        case invalid
        /// Of ``Refusal/notAllowed(_:user:)``.
        case notAllowed
        /// Of ``Refusal/conflict(_:)``.
        case conflict
        /// Of ``Refusal/refused(_:)``.
        case refused
        /// Of ``Refusal/unavailable(_:)``.
        case unavailable
        /// Of ``Refusal/bug(_:)``.
        case bug
    }

    /// Of which kind it is.
    package var kind: Kind {
        switch self {
        case .notFound: .notFound
        case .ambiguous: .ambiguous
        case .invalid: .invalid
        case .notAllowed: .notAllowed
        case .conflict: .conflict
        case .refused: .refused
        case .unavailable: .unavailable
        case .bug: .bug
        }
    }

    /// Something that a request goes by.
    package enum Outdated: Codable, Hashable, Sendable {
        /// The values of a register of a case.
        case register(String)
        /// What a preview of a fragment showed.
        case preview
        /// What was decided about two subjects.
        case decision
    }

    /// Something that the node needs and does not have now.
    package enum Need: Codable, Hashable, Sendable {
        /// The store; `words`: its own, in English, for who keeps the node.
        case store(StoreTrouble, words: String)
        /// The own log of a table, which goes on elsewhere or may; `words`: those of the alarm.
        case ownLog(OwnLogTrouble, words: String)
        /// The own log of a table, which is being fetched back.
        case logBeingFetched
        /// The own logs are being fetched back already.
        case recovering
        /// A log that stays as it is while it is exported.
        case unchangedLog
        /// Room on the disk for the file beside the folder; nothing was signed.
        case roomBesideFolder(path: String)
        /// The accounts, which are damaged in the store.
        case accounts
        /// The tokens, which are damaged in the store.
        case tokens
        /// Memory to hash a password.
        case memory
        /// A node of the same version: this one does not know the request.
        case knownRequest
        /// A node of the same version: its answer cannot be read.
        case knownAnswer
        /// The running node, which ended before it answered and may have done what was asked.
        case runningNode
        /// Somebody who reads the answer's bytes.
        case reader
        /// A turn: so many requests of this user wait already. Nothing was done.
        case turn(waitingMax: Int)
        /// A node that goes on: it stops, and what was being read ended. Nothing was changed.
        case goingOn
    }

    /// What is wrong with the store, as far as it matters to who asked.
    package enum StoreTrouble: String, CaseIterable, Codable, Hashable, Sendable {
        /// The disk, or the store within its limit, is full.
        case full
        /// It is busy.
        case busy
        /// It may not be written.
        case readOnly
        /// It may not be opened.
        case denied
        /// It is damaged, or a part of it is not there.
        case damaged
        /// The system refused something else.
        case failed
    }

    /// Why nothing is written to the own log.
    package enum OwnLogTrouble: String, CaseIterable, Codable, Hashable, Sendable {
        /// The folder holds less than was written.
        case putBack
        /// Nobody has said yet how far it was written.
        case unconfirmed
        /// Two histories of it were signed.
        case forked
    }
}
