import Cryptography
import SyncEngine
package import SyncLog

/// What is wrong with what is held of one log.
package struct LogCheck: Sendable {
    /// Entries held whole, that were compared with their hashes.
    package private(set) var entryCount: UInt64 = 0
    /// Entries of which the hash alone is held: no others were given to this node, or they were lost.
    package private(set) var hashOnlyCount: UInt64 = 0
    /// Whether the hashes are wrong where the entries themselves could give them back.
    package private(set) var isTreeWrong = false
    /// Each thing wrong that takes more than a new tree, in words; at most ``wrongsMax``.
    package private(set) var wrongs: [String] = []
    /// Content and chain keys of it that are damaged in the slot file.
    package private(set) var lostKeyCount: UInt64 = 0
    /// Entries that this node wrote or that are addressed to it, as their audiences say.
    private var addressedCount = 0

    /// Most things wrong with one log that are told one by one.
    package static let wrongsMax = 100

    private mutating func note(_ wrong: String) {
        if self.wrongs.count < Self.wrongsMax { self.wrongs.append(wrong) }
    }

    /// Compares everything held of a log with the checkpoint that its author signed.
    ///
    /// - Parameters:
    ///   - log: Which.
    ///   - table: The table it belongs to.
    ///   - me: The node's own number there: of its own log every entry must be held whole.
    ///   - store: Where it is held.
    ///   - progress: Told how much was read, of twice the entries: each is compared, then opened.
    /// - Throws: That the store cannot be read at all; what is wrong with the log is in the result.
    /// - Complexity: O(entries held).
    package init(
        of log: LogID,
        table: StoredTable,
        me: MemberNumber?,
        store: NodeStore,
        progress: CheckProgress
    ) throws(SlotError) {
        try store.read(table: table.number) { (snapshot) throws(SlotError) in
            let state: LogState
            do throws(SlotError) { state = try snapshot.state(of: log) } catch {
                return self.note("how far it is held cannot be read")
            }
            guard try snapshot.endsAtSize(state.size, log) else {
                return self.note("how far it is held is lost")
            }
            try self.checkCheckpoint(state, log: log, table: table.file)
            var frontier = MerkleFrontier()
            for index in 0..<state.size {
                progress(index, 2 * state.size)
                guard let hash = try self.leafHash(at: index, log, me: me, snapshot) else {
                    return self.note("entry \(index) and its hash are lost")
                }
                frontier.append(hash)
            }
            if frontier.root != state.frontier.root || state.checkpoint?.root != frontier.root,
                state.size > 0
            {
                self.note("its entries are not those that its author signed")
            }
            do throws(SlotError) {
                if try snapshot.subtreeRoot(of: log, size: state.size) != frontier.root {
                    self.isTreeWrong = true
                }
            } catch {
                self.isTreeWrong = true
            }
            try self.checkOpenings(log, size: state.size, me: me, snapshot, progress: progress)
        }
    }

    private mutating func checkCheckpoint(
        _ state: LogState,
        log: LogID,
        table: TableFile
    ) throws(SlotError) {
        guard let checkpoint = state.checkpoint else { return }
        guard let logKey = state.logKey else { return self.note("its author's card is lost") }
        do throws(CheckpointError) {
            try checkpoint.withoutCosignatures.verify(
                origin: log.origin(table: table.table),
                logKey: logKey,
                witnesses: []
            )
        } catch {
            self.note("its checkpoint is not its author's")
        }
    }

    /// The hash of an entry: computed where it is held, else as the tree has it.
    private mutating func leafHash(
        at index: UInt64,
        _ log: LogID,
        me: MemberNumber?,
        _ snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> Digest? {
        let kept: Digest?
        do throws(SlotError) {
            kept = try snapshot.leafHashes(index..<index + 1, of: log).first
        } catch {
            kept = nil
        }
        let item: LogItem
        do throws(SlotError) { item = try snapshot.item(at: index, of: log) } catch {
            if kept != nil { self.note("entry \(index) cannot be read") }
            return kept
        }
        switch item {
        case .leaf:
            self.hashOnlyCount += 1
            if log.member == me { self.note("entry \(index) is lost") }
            return kept
        case .header(let header):
            if header.index != index { self.note("entry \(index) is another") }
            if let kept, kept != header.leafHash { self.isTreeWrong = true }
            return header.leafHash
        case .full(let entry):
            self.entryCount += 1
            if entry.header.index != index { self.note("entry \(index) is another") }
            if Digest(hashing: entry.payload) != entry.header.payloadHash {
                self.note("entry \(index) has other contents than were signed")
            }
            if let kept, kept != entry.header.leafHash { self.isTreeWrong = true }
            if try self.isAddressed(entry, log, me: me, snapshot) { self.addressedCount += 1 }
            return entry.header.leafHash
        }
    }

    private func isAddressed(
        _ entry: Entry,
        _ log: LogID,
        me: MemberNumber?,
        _ snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> Bool {
        guard let me, entry.header.kind.hasAudience else { return false }
        if log.member == me { return true }
        var grant = entry
        if entry.header.kind != .keyGrant {
            let epoch = UInt64(entry.header.epoch)
            guard epoch < entry.header.index,
                case .full(let held) = try snapshot.item(at: epoch, of: log),
                held.header.audience == entry.header.audience
            else { return false }
            grant = held
        }
        guard grant.header.kind == .keyGrant else { return false }
        let isChain =
            grant.header.index == entry.header.index || grant.header.epoch == entry.header.epoch
        return isChain && grant.addressedGrant(to: me, in: log) != nil
    }

    /// Entries that were open must open.
    private mutating func checkOpenings(
        _ log: LogID,
        size: UInt64,
        me: MemberNumber?,
        _ snapshot: borrowing TableSnapshot,
        progress: CheckProgress
    ) throws(SlotError) {
        let openings: [(index: UInt64, opening: Opening)]
        do throws(SlotError) { openings = try snapshot.openings(of: log, in: 0..<size) } catch {
            return self.note("which of its entries are open cannot be read")
        }
        if openings.count < self.addressedCount {
            self.note("\(self.addressedCount - openings.count) of its entries have no key")
        }
        self.lostKeyCount += try snapshot.lostChainKeyCount(of: log)
        for (index, opening) in openings {
            progress(size + index, 2 * size)
            do throws(SlotError) {
                // Of what is addressed to this node more than the hash was held; its own are told of.
                if log.member != me, case .leaf = try snapshot.item(at: index, of: log) {
                    self.note("entry \(index) is lost")
                    continue
                }
                guard opening == .open else { continue }
                let key = try snapshot.contentKey(at: index, of: log)
                let isKeyHeld = key != nil
                guard isKeyHeld, case .full(let entry) = try snapshot.item(at: index, of: log),
                    entry.header.kind.isEncrypted
                else { continue }
                if try snapshot.plaintext(at: index, of: log) == nil {
                    self.note("entry \(index) does not open with its key")
                }
            } catch {
                switch error {
                case .damaged, .absent: self.lostKeyCount += 1
                default: continue  // Told of the entry itself.
                }
            }
        }
    }
}
