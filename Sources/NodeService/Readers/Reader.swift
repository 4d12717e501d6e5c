import CaseModel
import NIOPosix
package import NodeInterface
import RecordStore
import SyncEngine
import SyncLog
import Synchronization

/// A request that only reads: it is answered beside the writer, which it never waits for.
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
        try await node.readers.read { (reader) throws(Refusal) in
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
}

/// What a request that only reads goes by: values, and the store's newest snapshots.
///
/// What is known was made known after it was on disk, and a snapshot is taken after that was asked for: so a
/// snapshot is never older than what is known. Each table that a request looks into is one snapshot.
package struct Reader: Sendable {
    let readers: Readers
    private let known: KnownTables

    init(_ readers: Readers, known: KnownTables) {
        self.readers = readers
        self.known = known
    }

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

/// What the writer and those who only read share.
final class Readers: Sendable {
    /// Threads that read for everybody: a request over many entries leaves room for others.
    private static let threadCount = 4
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
    private let known: Mutex<KnownTables>

    init(folder: DataFolder, store: NodeStore, keys: Node.Keys, card: Card, known: KnownTables) {
        self.folder = folder
        self.store = store
        self.keys = keys
        self.accounts = Accounts(store: store)
        self.ownCard = Mutex(card)
        self.known = Mutex(known)
    }

    /// The node's card.
    var card: Card {
        get { self.ownCard.withLock { $0 } }
        set { self.ownCard.withLock { $0 = newValue } }
    }

    /// Makes known what is on disk.
    func publish(_ known: KnownTables) { self.known.withLock { $0 = known } }

    /// Answers over what is known now, beside the writer.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Reader) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        let outcome: Result<Value, Refusal>
        do {
            outcome = try await Self.threads.runIfActive {
                let reader = Reader(self, known: self.known.withLock { $0 })
                do throws(Refusal) { return .success(try body(reader)) } catch {
                    return .failure(error)
                }
            }
        } catch {
            // Who asked went away before its turn came.
            throw .unavailable(.reader)
        }
        return try outcome.get()
    }
}
