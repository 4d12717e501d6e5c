import CaseModel
import Glibc
import NIOPosix
package import NodeInterface
import RecordStore
import SyncEngine
import SyncLog
import Synchronization

/// A request that only reads: it is answered beside the writer, for whose turns it does not wait.
package protocol ReadRequest: HandledRequest {
    /// Answers over what `reader` sees.
    func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer
}

extension ReadRequest {
    /// Asks a reader, on a thread for that.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer {
        try await node.readers.read(for: caller) { (reader) throws(Refusal) in
            try self.read(with: reader, for: caller)
        }
    }
}

/// What the writer made known of the tables once its last commit was on disk.
struct KnownTables: Sendable {
    /// The tables, with the logs as they were.
    let tables: [TableID: TableState]
    /// The tables' local numbers.
    let numbers: [TableID: UInt32]
    /// What was counted for receipts of others.
    let given: [ReceiptKey: GivenEntries]
    /// What the newest receipts of others confirm.
    let judged: JudgedReceipts
    /// Grows each time that something is made known.
    var version: UInt64 = 0
}

/// What a request that only reads goes by: values, and the store's newest snapshots.
///
/// What is known was made known after it was on disk, and a snapshot is taken after that was asked for: so a
/// snapshot is never older than what is known. It may be newer: each look at a table is a snapshot of its own. What
/// does not fit because of that is asked for once more (``Readers/read(for:_:)``).
package struct Reader: Sendable {
    let readers: Readers
    private let known: KnownTables
    private let begun: Int
    /// The cases that this request has read: it reads none twice.
    let casesRead = CasesRead()

    init(_ readers: Readers, known: KnownTables, begun: Int) {
        self.readers = readers
        self.known = known
        self.begun = begun
    }

    /// Throws where the node was stopped since the request began: asked by what takes long, again and again.
    func checkGoesOn() throws(Refusal) { try self.readers.checkGoesOn(since: self.begun) }

    var tables: [TableID: TableState] { self.known.tables }
    var numbers: [TableID: UInt32] { self.known.numbers }
    var given: [ReceiptKey: GivenEntries] { self.known.given }
    var judged: JudgedReceipts { self.known.judged }
    var store: NodeStore { self.readers.store }
    var keys: Node.Keys { self.readers.keys }
    var card: Card { self.readers.card }
    var accounts: Accounts { self.readers.accounts }

    /// The clock, in milliseconds since 1970.
    var clock: UInt64 { Node.milliseconds() }
    /// The day now, `YYYY-MM-DD`.
    var today: String { Self.today }
    static var today: String { UTCTime.date(milliseconds: Node.milliseconds()) }

    /// Runs `body` on the newest snapshot of a table.
    func read<Result>(
        _ table: TableID,
        _ body: (borrowing TableSnapshot) throws(SlotError) -> Result
    ) throws(Refusal) -> Result {
        guard let number = self.numbers[table] else {
            throw .bug("table: has no number")
        }
        do throws(SlotError) { return try self.store.read(table: number, body) } catch {
            throw Refusal(error)
        }
    }
}

/// The cases that one request has read.
final class CasesRead: Sendable {
    /// Most cases that are kept: what walks over many reads each of them once anyhow.
    static let keptMax = 32

    private let cases = Mutex<[CaseCache.Key: CountedCase?]>([:])

    /// A case that was read; `nil` where it was not.
    func counted(_ key: CaseCache.Key) -> CountedCase?? { self.cases.withLock { $0[key] } }

    /// Keeps what came of reading a case.
    func keep(_ key: CaseCache.Key, _ counted: CountedCase?) {
        self.cases.withLock { if $0.count < Self.keptMax { $0[key] = .some(counted) } }
    }
}

/// What the writer and those who only read share.
final class Readers: Sendable {
    /// Threads that read for everybody: a request over many entries leaves room for others.
    private static let threadCount = 16
    /// How often a request is tried whose tables change under it.
    private static let attemptsMax = 5
    /// For how long a request waits then for the change to end, at most: 400 times.
    private static let waitMicroseconds: UInt32 = 5_000
    private static let waitsMax = 400
    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: Readers.threadCount)
        threads.start()
        return threads
    }()

    /// Held, so that the folder's lock outlasts what reads in it.
    private let folder: DataFolder
    let store: NodeStore
    let keys: Node.Keys
    let accounts: Accounts
    let cases = CaseCache()
    private let ownCard: Mutex<Card>
    private let published: Mutex<Published>
    private let turns = Turns(atOnce: 4)
    /// How often everything that was being read was ended.
    private let stops = Atomic(0)
    /// Of suggestions, for all together: each takes a processor for seconds.
    let suggestions = Turns(atOnce: 1)
    /// Of suggestions, for each caller.
    let callersSuggestions = Turns(atOnce: 1)
    /// Of exports: each reads a log twice.
    let exports = Turns(atOnce: 2)

    /// What is known, and whether something else soon is.
    private struct Published {
        var known: KnownTables
        var isChanging = false
    }

    init(folder: DataFolder, store: NodeStore, keys: Node.Keys, card: Card, known: KnownTables) {
        self.folder = folder
        self.store = store
        self.keys = keys
        self.accounts = Accounts(store: store)
        self.ownCard = Mutex(card)
        self.published = Mutex(Published(known: known))
    }

    /// The node's card.
    var card: Card {
        get { self.ownCard.withLock { $0 } }
        set { self.ownCard.withLock { $0 = newValue } }
    }

    /// Ends what is being read, and what waits for that.
    func stop() { self.stops.add(1, ordering: .relaxed) }

    /// What ``checkGoesOn(since:)`` compares with: when something begins.
    var now: Int { self.stops.load(ordering: .relaxed) }

    /// Throws where the node was stopped since something began: asked by what takes long, again and again.
    func checkGoesOn(since begun: Int) throws(Refusal) {
        guard self.now != begun else { return }
        throw .unavailable(.goingOn)
    }

    /// A change of the tables begins: what is on disk may be known only when it is published.
    func beginChange() { self.published.withLock { $0.isChanging = true } }

    /// Makes known what is on disk, once a change has ended.
    func publish(_ known: KnownTables) {
        self.published.withLock { published in
            let version = published.known.version + 1
            published.known = known
            published.known.version = version
            published.isChanging = false
        }
    }

    /// Answers over what is known now, beside the writer.
    ///
    /// Of one caller a few requests are answered at once, and the others wait their turn, so that nobody
    /// waits for all of somebody else's.
    func read<Value: Sendable>(
        for caller: Caller,
        _ body: @escaping @Sendable (Reader) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        let begun = self.now
        try await self.turns.take(caller.name)
        defer { self.turns.give(caller.name) }
        try self.checkGoesOn(since: begun)
        let outcome: Result<Value, Refusal>
        do {
            outcome = try await Self.threads.runIfActive {
                self.outcome(since: begun, of: body)
            }
        } catch {
            // Who asked went away before its turn came.
            throw .unavailable(.reader)
        }
        return try outcome.get()
    }

    /// What comes of a request; what the store does not give because a log was let go of meanwhile is no
    /// damage, and asked for once more.
    private func outcome<Value>(
        since begun: Int,
        of body: (Reader) throws(Refusal) -> Value
    ) -> Result<Value, Refusal> {
        var failure: Refusal?
        for _ in 0..<Self.attemptsMax {
            let known = self.published.withLock { $0.known }
            do throws(Refusal) {
                return .success(try body(Reader(self, known: known, begun: begun)))
            } catch {
                failure = error
                guard case .unavailable(.store) = error, self.isOutdated(known) else { break }
            }
        }
        return .failure(failure ?? .bug("reader: tried nothing"))
    }

    /// Whether something else is known by now, or is once the change has ended that is under way.
    private func isOutdated(_ known: KnownTables) -> Bool {
        for _ in 0..<Self.waitsMax {
            let published = self.published.withLock { $0 }
            guard published.known.version == known.version else { return true }
            guard published.isChanging else { return false }
            usleep(Self.waitMicroseconds)
        }
        return false
    }
}
