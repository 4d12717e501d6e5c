import Cryptography
import SyncEngine
package import SyncLog

/// Evidence of forks: kept as the file that an auditor is given (`Protocol/sync-log.md` §8).
extension NodeStore {
    /// Keeps evidence and marks its log as disputed; durable when this returns.
    package func storeEvidence(_ file: ForkFile, table number: UInt32) throws(SlotError) {
        let log = file.evidence.log
        // The evidence first: without it a dispute would be a claim.
        try self.setSetting(
            Self.evidenceSetting(log, of: file.evidence.table),
            Array(file.encodedText.utf8)
        )
        try self.write(table: number) { (transaction) throws(SlotError) in
            var state = try transaction.state(of: log)
            state.isDisputed = true
            try transaction.setState(state, of: log)
        }
    }

    /// The evidence that is kept of a disputed log.
    ///
    /// Throws `.corrupted` when it is missing or proves nothing.
    package func evidence(of log: LogID, in table: TableID) throws(SlotError) -> ForkFile {
        guard let bytes = try self.setting(Self.evidenceSetting(log, of: table)),
            let file = try? ForkFile(parsing: bytes)
        else { throw .store(.corrupted(operation: "evidence of a fork")) }
        return file
    }

    /// The logs that are held in another history than a table's charter pins.
    package func logsOff(_ file: TableFile, table number: UInt32) throws(SlotError) -> Set<LogID> {
        try self.read(table: number) { (snapshot) throws(SlotError) in
            try snapshot.logsOff(file.governing.pins)
        }
    }

    /// Of some logs those that are held under a number which a table's charter gives to somebody else.
    ///
    /// Another charter may have come to count (`Protocol/keys.md` §3).
    package func logsOfOthers(
        _ file: TableFile,
        among logs: some Collection<LogID>,
        table number: UInt32
    ) throws(SlotError) -> [LogID] {
        try self.read(table: number) { (snapshot) throws(SlotError) in
            var found: [LogID] = []
            for log in logs.sorted() {
                guard let member = file.governing.member(log.member),
                    case .full(let entry) = try snapshot.item(at: 0, of: log),
                    let card = try? Card(parsing: entry.payload), card.identity != member.identity
                else { continue }
                found.append(log)
            }
            return found
        }
    }

    /// The setting that holds the evidence of a log.
    static func evidenceSetting(_ log: LogID, of table: TableID) -> String {
        "fork/\(log.origin(table: table))"
    }
}
