package import Cryptography
package import SyncEngine
package import SyncLog

/// A table's store in memory, with the same promises as the one on disk.
///
/// A value: a copy is a snapshot, a transaction works on a copy and commits by putting it back.
package struct MemoryTable: TableStorage, Sendable {
    /// Nothing fails but whole transactions, which the simulation decides.
    package typealias Failure = Never

    private struct Log: Sendable {
        var state = LogState()
        var items: [LogItem] = []
        var checkpoints: [UInt64: (checkpoint: Checkpoint, isBoundary: Bool)] = [:]
        var openings: [UInt64: (opening: Opening, contentKey: [UInt8]?)] = [:]
    }

    private var logs: [LogID: Log] = [:]
    private var audiences: [Digest: Audience] = [:]
    /// The first key of each chain, for those who use positions twice.
    private var firstKeys: [ChainID: (key: [UInt8], position: UInt32)] = [:]
    private var chains: [ChainID: (key: [UInt8], position: UInt32)] = [:]
    private var claims: [ChainID: Set<PositionClaim>] = [:]
    private var ownChains: [Digest: OwnChain] = [:]

    /// Creates an empty table.
    package init() {}

    /// The states of all logs: what an engine is made with.
    package var states: [LogID: LogState] { self.logs.mapValues(\.state) }

    /// How many items of a log are held, whatever its state says.
    func count(of log: LogID) -> UInt64 { UInt64(self.logs[log]?.items.count ?? 0) }

    /// Drops what is held of a log, but for keys.
    mutating func forgetItems(of log: LogID) { self.logs[log] = nil }

    /// Drops a log whole.
    package mutating func forget(_ log: LogID) {
        self.logs[log] = nil
        self.chains = self.chains.filter { $0.key.log != log }
        self.claims = self.claims.filter { $0.key.log != log }
    }

    /// Lets the chains of a log begin anew, for a liar: ``Lie/reusesPositions``.
    mutating func rewindChains(of log: LogID) {
        for (chain, first) in self.firstKeys where chain.log == log { self.chains[chain] = first }
    }

    /// Takes over what another node can read: the planted fault ``Sabotage/givesKeys``.
    mutating func takeKeys(of other: MemoryTable) {
        self.audiences.merge(other.audiences) { own, _ in own }
        for (log, held) in other.logs {
            self.logs[log]?.openings.merge(held.openings) { own, _ in own }
        }
    }

    // MARK: Reading

    /// As ``SyncEngine/TableReading/state(of:)``.
    package func state(of log: LogID) -> LogState { self.logs[log]?.state ?? LogState() }

    /// As ``SyncEngine/TableReading/item(at:of:)``.
    package func item(at index: UInt64, of log: LogID) -> LogItem {
        guard let items = self.logs[log]?.items, index < UInt64(items.count) else {
            preconditionFailure("items are read below the size")
        }
        return items[Int(index)]
    }

    /// As ``SyncEngine/TableReading/header(at:of:)``.
    package func header(at index: UInt64, of log: LogID) -> EntryHeader? {
        self.item(at: index, of: log).header
    }

    /// As ``SyncEngine/TableReading/leafHashes(_:of:)``.
    package func leafHashes(_ range: Range<UInt64>, of log: LogID) -> [Digest] {
        range.map { self.item(at: $0, of: log).leafHash }
    }

    /// As ``SyncEngine/TableReading/subtreeHash(_:of:)``.
    package func subtreeHash(_ range: Range<UInt64>, of log: LogID) -> Digest {
        var frontier = MerkleFrontier()
        for index in range { frontier.append(self.item(at: index, of: log).leafHash) }
        return frontier.root
    }

    /// As ``SyncEngine/TableReading/boundaries(of:above:limit:)``.
    package func boundaries(of log: LogID, above size: UInt64, limit: Int) -> [Checkpoint] {
        let kept = self.logs[log]?.checkpoints ?? [:]
        return Array(
            kept.filter { $0.key > size && $0.value.isBoundary }.sorted { $0.key < $1.key }
                .map(\.value.checkpoint).prefix(limit)
        )
    }

    /// As ``SyncEngine/TableReading/audience(_:)``.
    package func audience(_ hash: Digest) -> Audience? { self.audiences[hash] }

    /// As ``SyncEngine/TableReading/contentKey(at:of:)``.
    package func contentKey(at index: UInt64, of log: LogID) -> SecretKey? {
        guard self.opening(at: index, of: log) == .open else { return nil }
        return self.positionKey(at: index, of: log)
    }

    /// As ``SyncEngine/TableReading/opening(at:of:)``.
    package func opening(at index: UInt64, of log: LogID) -> Opening? {
        self.logs[log]?.openings[index]?.opening
    }

    /// As ``SyncEngine/TableReading/openings(of:in:)``.
    package func openings(
        of log: LogID,
        in range: Range<UInt64>
    ) -> [(index: UInt64, opening: Opening)] {
        let openings = self.logs[log]?.openings ?? [:]
        return openings.filter { range.contains($0.key) }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.opening) }
    }

    /// As ``SyncEngine/TableReading/unopened(of:limit:)``.
    package func unopened(of log: LogID, limit: Int) -> [UInt64] {
        let unopened = (self.logs[log]?.openings ?? [:]).filter { $0.value.opening != .open }
        return Array(unopened.keys.sorted().prefix(limit))
    }

    // MARK: Writing

    /// As ``SyncEngine/TableStorage/setState(_:of:)``.
    package mutating func setState(_ state: LogState, of log: LogID) {
        self.logs[log, default: Log()].state = state
    }

    /// As ``SyncEngine/TableStorage/append(_:to:size:)``.
    package mutating func append(_ items: [LogItem], to log: LogID, size: UInt64) {
        precondition(UInt64(self.logs[log]?.items.count ?? 0) == size, "a log has no gaps")
        self.logs[log, default: Log()].items += items
    }

    /// As ``SyncEngine/TableStorage/put(_:in:)``.
    package mutating func put(_ entry: Entry, in log: LogID) {
        var entry = entry
        if case .full(let held) = self.item(at: entry.header.index, of: log) {
            let known = Set(entry.boxes.map(\.member))
            let boxes = entry.boxes + held.boxes.filter { !known.contains($0.member) }
            entry = Entry(header: entry.header, payload: entry.payload, boxes: boxes)
        }
        self.logs[log]?.items[Int(entry.header.index)] = .full(entry)
    }

    /// As ``SyncEngine/TableStorage/keep(_:of:isBoundary:)``.
    package mutating func keep(_ checkpoint: Checkpoint, of log: LogID, isBoundary: Bool) {
        let held = self.logs[log]?.checkpoints[checkpoint.size]
        var kept = held?.checkpoint ?? checkpoint
        kept.addCosignatures(of: checkpoint)
        self.logs[log, default: Log()].checkpoints[checkpoint.size] =
            (kept, isBoundary || held?.isBoundary == true)
    }

    /// As ``SyncEngine/TableStorage/keep(_:)``.
    package mutating func keep(_ audience: Audience) { self.audiences[audience.hash] = audience }

    /// As ``SyncEngine/TableStorage/chainKey(_:)``.
    package func chainKey(_ chain: ChainID) -> ChainKey? {
        guard let held = self.chains[chain], let secret = SecretKey(held.key) else { return nil }
        return ChainKey(secret, position: held.position)
    }

    /// As ``SyncEngine/TableStorage/setChainKey(_:of:)``.
    package mutating func setChainKey(_ key: borrowing ChainKey, of chain: ChainID) {
        let held = (key: key.exposedBytes(), position: key.position)
        self.chains[chain] = held
        if self.firstKeys[chain] == nil { self.firstKeys[chain] = held }
    }

    /// As ``SyncEngine/TableStorage/setClaim(_:of:)``.
    package mutating func setClaim(_ claim: PositionClaim, of chain: ChainID) {
        self.claims[chain, default: []].insert(claim)
    }

    /// As ``SyncEngine/TableStorage/claims(of:from:limit:)``.
    package func claims(
        of chain: ChainID,
        from first: PositionClaim,
        limit: Int
    ) -> [PositionClaim] {
        let behind = (self.claims[chain] ?? []).filter { $0 >= first }
        return Array(behind.sorted().prefix(limit))
    }

    /// As ``SyncEngine/TableStorage/positionKey(at:of:)``.
    package func positionKey(at index: UInt64, of log: LogID) -> SecretKey? {
        self.logs[log]?.openings[index]?.contentKey.flatMap { SecretKey($0) }
    }

    /// As ``SyncEngine/TableStorage/ownChain(_:)``.
    package func ownChain(_ audience: Digest) -> OwnChain? { self.ownChains[audience] }

    /// As ``SyncEngine/TableStorage/forgetOwnChains()``.
    package mutating func forgetOwnChains() { self.ownChains = [:] }

    /// As ``SyncEngine/TableStorage/setOwnChain(_:for:)``.
    package mutating func setOwnChain(_ chain: OwnChain, for audience: Digest) {
        self.ownChains[audience] = chain
    }

    /// As ``SyncEngine/TableStorage/setOpening(_:contentKey:at:of:)``.
    package mutating func setOpening(
        _ opening: Opening,
        contentKey: borrowing SecretKey?,
        at index: UInt64,
        of log: LogID
    ) {
        var bytes: [UInt8]?
        switch contentKey {
        case .some(let key): bytes = key.exposedBytes()
        case .none: break
        }
        self.logs[log, default: Log()].openings[index] = (opening, bytes)
    }
}
