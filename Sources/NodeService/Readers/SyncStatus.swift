import CaseModel
import Cryptography
package import NodeInterface
import RecordStore
import SyncEngine
import SyncLog

extension ShowSyncStatus: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.syncStatus()
    }
}

/// How far the node is with every log.
extension Reader {
    fileprivate func syncStatus() throws(Refusal) -> ShowSyncStatus.Answer {
        var logs: [ShowSyncStatus.Log] = []
        for (table, state) in self.tables.sorted(by: { $0.key < $1.key }) {
            for (log, held) in state.logs.sorted(by: { $0.key < $1.key }) {
                let pin = state.pin(of: log)
                logs.append(
                    ShowSyncStatus.Log(
                        table: TextEncoding.hex(table.bytes),
                        table_name: state.file.governing.name,
                        author: state.file.governing.member(log.member)?.handle
                            ?? "#\(log.member)",
                        generation: Int(log.generation),
                        size: Int(held.size),
                        complete: Int(held.complete),
                        unopened: try self.unopenedCount(of: log, in: table),
                        root: TextEncoding.hex(held.frontier.root.bytes),
                        disputed: held.isDisputed && pin == nil,
                        pinned: pin.map { Int($0.size) },
                        put_aside_until: state.putAside[log].map {
                            UTCTime.text(milliseconds: $0.until)
                        }
                    )
                )
            }
        }
        return ShowSyncStatus.Answer(logs: logs)
    }

    /// How many entries of a log are addressed to this node and not open; one above the most that a
    /// receipt lists where there are more.
    func unopenedCount(of log: LogID, in table: TableID) throws(Refusal) -> Int {
        try self.read(table) { (snapshot) throws(SlotError) in
            try snapshot.unopened(of: log, limit: LogReceipt.unopenedMax + 1).count
        }
    }
}
