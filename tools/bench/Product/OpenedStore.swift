import Cryptography
import Foundation
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog

/// The store of a node that does not run, with what is needed to write the own log of its one table.
///
/// A class, because keys are not copied.
final class OpenedStore {
    /// Why a folder did not open for the benchmarks.
    enum Failure: Error, Hashable {
        /// The passphrase file cannot be read.
        case passphrase(String)
        /// The store holds no card.
        case card
        /// The node is at no table, or at more than one, or its charter does not count yet.
        case table
    }

    let store: NodeStore
    let number: UInt32
    let state: TableState
    let charter: Charter
    private let folder: DataFolder
    private let keys: NodeKeys
    private let card: Card

    init(_ options: FolderOptions) throws {
        guard let contents = FileManager.default.contents(atPath: options.passphraseFile) else {
            throw Failure.passphrase(options.passphraseFile)
        }
        var passphrase = Array(contents.prefix(FolderOptions.passphraseBytesMax))
        if passphrase.last == UInt8(ascii: "\n") { passphrase.removeLast() }
        let folder = try DataFolder.open(at: options.data)
        let keys = try KeyFile.decode(
            folder.read(.keys, byteCountMax: KeyFile.byteCount),
            passphrase: passphrase
        )
        let store = try NodeStore.open(in: folder, storageKey: keys.storage) { _ in }
        guard let bytes = try store.setting("card") else { throw Failure.card }
        let card = try Card(parsing: bytes)
        let tables = try store.loadTables()
        guard tables.count == 1, let (stored, logs) = tables.first,
            let me = stored.file.member(identity: card.identity),
            let charter = stored.file.effective
        else { throw Failure.table }
        self.store = store
        self.number = stored.number
        self.state = TableState(
            file: stored.file,
            me: me.number,
            logs: logs,
            evidence: [:]
        )
        self.charter = charter
        self.folder = folder
        self.keys = keys
        self.card = card
    }

    /// Everybody else at the table.
    var others: [MemberNumber] {
        self.charter.members.map(\.number).filter { $0 != self.state.me }
    }

    /// Appends to the own log as a command does, durable when this returns.
    func append(
        _ drafts: [Draft],
        note: (inout TableTransaction, [PlainEntry]) throws(SlotError) -> Void
    ) throws -> [PlainEntry] {
        let milliseconds = UInt64(max(0, Date().timeIntervalSince1970 * 1_000))
        let context = WritingContext(
            file: self.state.file,
            log: self.state.ownLog,
            card: self.card,
            clock: HybridTime(milliseconds: milliseconds),
            random: { Randomness.bytes(count: $0) }
        )
        var refusal: WritingError?
        do throws(SlotError) {
            return try self.store.write(table: self.number) { (transaction) throws(SlotError) in
                switch try transaction.write(drafts, context: context, keys: self.keys) {
                case .success(let written):
                    try note(&transaction, written.entries)
                    return written.entries
                case .failure(let error):
                    refusal = error
                    throw .store(.transactionFailed)
                }
            }
        } catch {
            if let refusal { throw refusal }
            throw error
        }
    }

    /// Overwrites the chain keys that the last append replaced, as a command does after it.
    func destroyDoomed() throws { try self.store.destroyDoomed() }
}
