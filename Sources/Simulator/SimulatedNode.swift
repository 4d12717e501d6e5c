import CaseModel
package import Cryptography
import SyncEngine
package import SyncLog
import Wire

/// A node's private keys; a class, so that values can share them.
package final class SharedKeys: Sendable {
    /// The keys.
    package let keys: NodeKeys

    /// Takes over the keys.
    package init(_ keys: consuming NodeKeys) { self.keys = keys }
}

/// What a node finds again after a crash.
struct Disk: Sendable {
    var file: TableFile
    var table = MemoryTable()
    /// Evidence of forks.
    var evidence: [LogID: ForkEvidence] = [:]
    /// The entries about each case that became readable, as a store indexes them.
    var cases: [ObjectID: CaseState] = [:]

    /// Takes entries that became readable into their cases.
    mutating func index(_ entries: [PlainEntry]) {
        for entry in entries {
            guard let opened = OpenedEntry(plain: entry) else { continue }
            self.cases[
                opened.header.caseID,
                default: CaseState(
                    table: self.file.table,
                    caseID: opened.header.caseID,
                    pins: self.file.governing.pins
                ) {
                    [file] version in file.charter(version: version)
                }
            ].insert(opened)
        }
    }

    /// Makes the cases anew of entries that no longer count.
    mutating func forget(_ entries: [PlainEntry]) {
        let cases = Set(entries.map(\.header.caseID))
        guard !cases.isEmpty else { return }
        for caseID in cases { self.cases[caseID] = nil }
        for (log, state) in self.table.states.sorted(by: { $0.key < $1.key }) {
            let held = (0..<state.size).compactMap { self.table.plaintext(at: $0, of: log) }
            self.index(held.filter { cases.contains($0.header.caseID) })
        }
    }
}

extension OpenedEntry {
    /// The entry as the case model takes it; `nil` when it is not about a case or has no form.
    init?(plain: PlainEntry) {
        guard let audience = plain.audience else { return nil }
        do throws(WireError) {
            try self.init(
                log: plain.log,
                header: plain.header,
                audience: audience,
                plaintext: plain.plaintext
            )
        } catch {
            return nil
        }
    }
}

/// Work for a node's disk; done one after another, each durable or not at all.
enum DiskJob: Sendable {
    case store(VerifiedChunk)
    case storeFill(Fill, SessionID, isByAuthor: Bool)
    case writeReceipt(TableID)
    /// The member does something, chosen by a seed.
    case act(seed: UInt64)
}

/// One node: the engine that real nodes run, on a disk in memory.
struct SimulatedNode: Sendable {
    let member: MemberNumber
    let keys: SharedKeys
    var card: Card
    var disk: Disk
    /// `nil` while the node is down.
    var engine: SyncEngine?
    var jobs: [DiskJob] = []
    /// When the engine wants its next tick, where that is on its way.
    var tickDue: UInt64?
    /// Counts crashes, so that what an earlier life began ends with it.
    var life = 0
    /// What the names of this node's processes start above; another for each copy of a folder.
    var instanceBase: UInt64 = 0
    var clockShiftMilliseconds: Int64 = 0
    /// A peer showed that the own log goes on elsewhere: nothing is written any more.
    var isAhead = false
    /// How far others, or the member itself, were told that logs are durable here.
    var acknowledged: [LogID: UInt64] = [:]

    /// Starts the engine from what is on disk.
    mutating func start() {
        self.tickDue = nil
        self.engine = SyncEngine(
            card: self.card,
            tables: [
                self.disk.file.table: TableState(
                    file: self.disk.file,
                    me: self.member,
                    logs: self.disk.table.states,
                    evidence: self.disk.evidence
                )
            ],
            instance: self.instanceBase + UInt64(self.life) + 1
        )
    }

    /// Everything that is not on disk is gone.
    mutating func crash() {
        self.engine = nil
        self.jobs = []
        self.life += 1
    }
}

/// Four members that may share everything, with keys that follow from a seed.
package struct SimulatedTable: Sendable {
    /// The keys of each member, by place.
    package let keys: [SharedKeys]
    /// The cards.
    package let cards: [Card]
    /// The charter that all signed, with the cards.
    package let file: TableFile

    /// Makes a table of `count` members, numbered from 1.
    package init(seed: UInt64, count: Int) {
        var generator = SeededGenerator(seed: seed)
        do {
            var keys: [SharedKeys] = []
            var cards: [Card] = []
            for place in 1...count {
                guard let secret = SecretKey(generator.bytes(count: SecretKey.byteCount)) else {
                    preconditionFailure("a seed has 32 bytes")
                }
                let node = SharedKeys(NodeKeys.derived(from: secret))
                let contents = Card.Contents(
                    version: 1,
                    handle: "node-\(place)",
                    name: "Node \(place)",
                    oin: "0000000000000000000\(place)",
                    memberClass: .odToezicht,
                    endpoints: [Endpoint("node-\(place).example:7400")].compactMap(\.self)
                )
                keys.append(node)
                cards.append(
                    try Card(
                        contents,
                        keys: node.keys,
                        tlsKeyHash: Digest(hashing: [UInt8(place)])
                    )
                )
            }
            self.file = try Self.file(keys: keys, cards: cards)
            self.keys = keys
            self.cards = cards
        } catch {
            preconditionFailure("the simulated table is within the limits: \(error)")
        }
    }

    private static func file(keys: [SharedKeys], cards: [Card]) throws -> TableFile {
        let members = cards.enumerated().map { place, card in
            Member(
                number: MemberNumber(place + 1),
                role: .partner,
                memberClass: card.memberClass,
                handle: card.handle,
                identity: card.identity
            )
        }
        guard
            let ground = Ground(
                code: "ALL",
                from: .all,
                to: .all,
                categories: Category.allCases,
                retentionDays: nil,
                text: "Everybody to everybody"
            )
        else { preconditionFailure("the ground is well-formed") }
        let charter = Charter(
            version: 1,
            previous: nil,
            name: "Simulated",
            theme: "simulated",
            purpose: "To be repeated",
            from: "2026-01-01",
            until: "2028-12-31",
            evaluation: "2028-12-31",
            quorum: members.count,
            witnessQuorum: 1,
            members: members,
            grounds: [ground]
        )
        var signed = try SignedCharter(charter)
        for node in keys { signed.sign(with: node.keys.identity, members: members) }
        return try TableFile(signed, cards: cards)
    }
}
