import PeerTransport
import SyncEngine
import SyncLog

/// The connections that stand, each with what waits for it.
///
/// A value that knows nothing of the node: what follows from a connection is the engine's to say.
struct OpenLinks {
    private var links: [SessionID: PeerLink] = [:]
    /// How many there ever were.
    private(set) var lastSession: UInt64 = 0
    /// Reads that wait until a peer has taken what was sent to it.
    private var deferredReads: [SessionID: [SyncEngine.Effect]] = [:]
    /// The tasks that serve the connections dialled.
    private var serving: [SessionID: Task<Void, Never>] = [:]
    /// Sessions of which was told already why they end.
    private var told: Set<SessionID> = []

    /// All of them.
    var all: [PeerLink] { Array(self.links.values) }

    /// The tasks that serve those that were dialled.
    var tasks: [Task<Void, Never>] { Array(self.serving.values) }

    /// The link of a session; `nil` once it ended.
    subscript(session: SessionID) -> PeerLink? { self.links[session] }

    /// Those with a peer.
    func with(_ peer: NodeID) -> [PeerLink] { self.links.values.filter { $0.peer == peer } }

    /// Takes up a link; whether it is the only one with its peer.
    mutating func open(_ link: any Link, peer: NodeID) -> (link: PeerLink, isFirst: Bool) {
        self.lastSession += 1
        let opened = PeerLink(session: SessionID(self.lastSession), peer: peer, link: link)
        let isFirst = self.with(peer).isEmpty
        self.links[opened.session] = opened
        return (opened, isFirst)
    }

    /// Lets go of a link that ended; whether there is none with its peer any more.
    mutating func close(_ link: PeerLink) -> Bool {
        self.links[link.session] = nil
        self.deferredReads[link.session] = nil
        self.serving[link.session] = nil
        self.told.remove(link.session)
        return self.with(link.peer).isEmpty
    }

    /// Notes the task that serves a connection that was dialled.
    mutating func serve(_ link: PeerLink, by task: Task<Void, Never>) {
        self.serving[link.session] = task
    }

    /// The task that serves a link that was dialled.
    func task(of link: PeerLink) -> Task<Void, Never>? { self.serving[link.session] }

    /// Puts off a read while too much waits for the peer; whether it was.
    mutating func defers(_ read: SyncEngine.Effect, of session: SessionID) -> Bool {
        guard self.links[session]?.isFull == true else { return false }
        self.deferredReads[session, default: []].append(read)
        return true
    }

    /// The reads that were put off, once the peer has taken enough.
    mutating func takeDeferredReads(of session: SessionID) -> [SyncEngine.Effect] {
        guard self.links[session]?.isFull == false else { return [] }
        return self.deferredReads.removeValue(forKey: session) ?? []
    }

    /// Notes that it was told why a session ends.
    mutating func noteTold(_ session: SessionID) { self.told.insert(session) }

    /// Whether that was told; asked once.
    mutating func takeTold(_ session: SessionID) -> Bool { self.told.remove(session) != nil }
}
