import RecordStore
import SyncEngine

extension ProjectedTable {
    /// A table as it is held.
    init(_ state: TableState) { self.init(file: state.file, me: state.me) }
}
