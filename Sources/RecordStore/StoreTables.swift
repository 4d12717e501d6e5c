import Cryptography
import SyncLog

/// The tables of a node's store (`Protocol/records.md` §4).
struct StoreTables: Sendable {
    /// Names of all tables.
    static let names = [
        "meta", "slots", "tables", "logs", "entries", "tiles", "checkpoints", "audiences", "chains",
        "claims", "own-chains", "openings", "unopened", "cases", "objects", "receipts", "records",
        "index",
        "pending", "shares",
    ]

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
    let objects: Table
    let receipts: Table
    let records: Table
    let index: Table
    let pending: Table
    let shares: Table

    init(_ environment: Environment) {
        self.meta = environment.table("meta")
        self.slots = environment.table("slots")
        self.tables = environment.table("tables")
        self.logs = environment.table("logs")
        self.entries = environment.table("entries")
        self.tiles = environment.table("tiles")
        self.checkpoints = environment.table("checkpoints")
        self.audiences = environment.table("audiences")
        self.chains = environment.table("chains")
        self.claims = environment.table("claims")
        self.ownChains = environment.table("own-chains")
        self.openings = environment.table("openings")
        self.unopened = environment.table("unopened")
        self.cases = environment.table("cases")
        self.objects = environment.table("objects")
        self.receipts = environment.table("receipts")
        self.records = environment.table("records")
        self.index = environment.table("index")
        self.pending = environment.table("pending")
        self.shares = environment.table("shares")
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
