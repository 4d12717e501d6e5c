import Cryptography
import SyncLog

/// A table of a node's store (`Protocol/records.md` §4), by its name there.
///
/// One that is added is made when a store opens that lacks it, and has to say here what is lost with its
/// rows.
package enum StoreTable: String, CaseIterable, Sendable {
    /// Schema version, settings, accounts.
    case meta
    /// Which slots are free, and which are to be overwritten.
    case slots
    /// Table files.
    case tables
    /// How far each log is held.
    case logs
    /// Entries as stored.
    case entries
    /// Hashes of logs.
    case tiles
    /// Checkpoints with their cosignatures.
    case checkpoints
    /// Lists of recipients, by their hash.
    case audiences
    /// Newest keys of chains.
    case chains
    /// Positions of chains that entries name.
    case claims
    /// The own chains that are written with.
    case ownChains = "own-chains"
    /// What came of opening each entry.
    case openings
    /// Entries that are not open.
    case unopened
    /// Opened entries by case.
    case cases
    /// Entries that open a case, by case.
    case caseOpenings = "case-openings"
    /// Cases by fragment.
    case objects
    /// Receipts by the log they quote.
    case receipts
    /// Own records.
    case records
    /// Segments of the search index.
    case segments
    /// The encrypted blocks of segments.
    case blocks
    /// Fragments by the record they were made from.
    case shares
    /// What users decided about subjects, by subject.
    case decisions

    /// What is lost with rows of it, and what brings them back.
    var loss: (means: String, remedy: CheckFinding.Remedy) {
        switch self {
        case .segments, .blocks, .cases, .caseOpenings, .objects, .receipts:
            ("finding things again; nothing is lost", .rebuild)
        case .tiles: ("hashes of logs; those of whole entries are computed again", .rebuild)
        case .records: ("own records in these pages are lost here", .importAgain)
        case .entries, .logs, .checkpoints, .openings, .unopened, .chains:
            ("entries of logs; those of partners can be fetched again, own ones cannot", .fetch)
        case .decisions:
            ("decisions of users about subjects; those in cases stand in the logs", .backup)
        case .meta, .slots, .tables, .audiences, .claims, .ownChains, .shares:
            ("nothing else says what stood there", .backup)
        }
    }

    /// Whether its keys begin with a log, with which its rows go.
    var isOfLogs: Bool {
        switch self {
        case .logs, .entries, .tiles, .checkpoints, .openings, .chains, .claims, .unopened: true
        // Of the log that is quoted, not of that which quotes.
        case .receipts: false
        case .meta, .slots, .tables, .audiences, .ownChains, .cases, .caseOpenings, .objects,
            .records, .segments, .blocks, .shares, .decisions:
            false
        }
    }

    /// Whether what opened partners' entries may be among what is lost with it.
    package var opensEntries: Bool {
        switch self {
        case .chains, .openings, .unopened: true
        case .meta, .slots, .tables, .logs, .entries, .tiles, .checkpoints, .audiences, .claims,
            .ownChains, .cases, .caseOpenings, .objects, .receipts, .records, .segments, .blocks,
            .shares, .decisions:
            false
        }
    }
}

/// The tables of an open store.
struct StoreTables: Sendable {
    let meta: Table
    let slots: Table
    let tables: Table
    let logs: Table
    let entries: Table
    let tiles: Table
    let checkpoints: Table
    let audiences: Table
    let chains: Table
    let claims: Table
    let ownChains: Table
    let openings: Table
    let unopened: Table
    let cases: Table
    let caseOpenings: Table
    let objects: Table
    let receipts: Table
    let records: Table
    let segments: Table
    let blocks: Table
    let shares: Table
    let decisions: Table

    private let all: [StoreTable: Table]

    /// A table by its name.
    subscript(_ table: StoreTable) -> Table {
        guard let found = self.all[table] else {
            preconditionFailure("every table is opened: \(table)")
        }
        return found
    }

    /// Names of all tables.
    static let names = StoreTable.allCases.map(\.rawValue)

    init(_ environment: Environment) {
        func table(_ table: StoreTable) -> Table { environment.table(table.rawValue) }
        self.all = Dictionary(uniqueKeysWithValues: StoreTable.allCases.map { ($0, table($0)) })
        self.meta = table(.meta)
        self.slots = table(.slots)
        self.tables = table(.tables)
        self.logs = table(.logs)
        self.entries = table(.entries)
        self.tiles = table(.tiles)
        self.checkpoints = table(.checkpoints)
        self.audiences = table(.audiences)
        self.chains = table(.chains)
        self.claims = table(.claims)
        self.ownChains = table(.ownChains)
        self.openings = table(.openings)
        self.unopened = table(.unopened)
        self.cases = table(.cases)
        self.caseOpenings = table(.caseOpenings)
        self.objects = table(.objects)
        self.receipts = table(.receipts)
        self.records = table(.records)
        self.segments = table(.segments)
        self.blocks = table(.blocks)
        self.shares = table(.shares)
        self.decisions = table(.decisions)
    }
}

/// Names one log in keys: the table's local number (4), member (2), generation (2).
struct LogReference: Hashable, Sendable {
    let bytes: [UInt8]

    init(table: UInt32, log: LogID) {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: table)
        bytes.append(bigEndian: log.member)
        bytes.append(bigEndian: log.generation)
        self.bytes = bytes
    }

    func key(_ index: UInt64) -> [UInt8] {
        var key = self.bytes
        key.append(bigEndian: index)
        return key
    }
}

extension LogID {
    /// Reads member and generation at an offset of a key.
    init(key: RawSpan, at offset: Int) {
        self.init(
            member: key.bigEndian(at: offset, as: UInt16.self),
            generation: key.bigEndian(at: offset + 2, as: UInt16.self)
        )
    }
}
