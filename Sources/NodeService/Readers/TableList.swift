import Cryptography
package import NodeInterface
import SyncEngine
import SyncLog

extension ListTables: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        reader.tableList()
    }
}

extension Reader {
    fileprivate func tableList() -> ListTables.Answer {
        ListTables.Answer(
            tables: self.tables.sorted { $0.key < $1.key }.map { table, state in
                let charter = state.file.governing
                return ListTables.Item(
                    table: TextEncoding.hex(table.bytes),
                    name: charter.name,
                    theme: charter.theme,
                    version: Int(charter.version),
                    effective: state.file.effective != nil,
                    period: Period(of: charter, on: self.today)
                )
            }
        )
    }
}
