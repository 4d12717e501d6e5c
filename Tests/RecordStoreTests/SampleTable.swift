import Cryptography
@testable import RecordStore
import ReplicatedTypes
import Simulator
import SyncEngine
import SyncLog
import Testing
import Vocabulary

/// What the tests of a table's store write: each a function of seeds.
enum SampleTable {
    static let logs = [
        LogID(member: 1, generation: 0), LogID(member: 2, generation: 3),
        LogID(member: 2, generation: 4),
    ]
    static let table = Digest(hashing: Array("a table".utf8))

    static func secret(_ seed: UInt8) -> SecretKey {
        guard let key = SecretKey([UInt8](repeating: seed, count: 32)) else {
            preconditionFailure("a key has 32 bytes")
        }
        return key
    }

    static func audience(_ member: MemberNumber) throws -> Audience {
        try #require(Audience([Recipient(member: member, ground: "A-\(member)")]))
    }

    static func entry(_ index: UInt64, seed: UInt64) -> Entry {
        var generator = SeededGenerator(seed: seed &* 1_000_003 &+ index)
        let kind: EntryKind =
            [.operations, .keyGrant, .card, .fragment].randomElement(
                using: &generator
            ) ?? .card
        let count = Int.random(in: 40...300, using: &generator)
        let payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var header = EntryHeader(
            kind: kind,
            charterVersion: 1,
            category: kind.isEncrypted ? .business : nil,
            index: index,
            time: HybridTime(rawValue: seed),
            caseID: kind.namesCase == true ? ObjectID(prefixOf: Digest(hashing: [1])) : .zero,
            audience: kind.hasAudience ? Digest(hashing: [2]) : .zero
        )
        if kind.hasAudience { header.keyCommitment = Digest(hashing: [3]) }
        header.payloadHash = Digest(hashing: payload)
        header.payloadLength = UInt32(count)
        return Entry(header: header, payload: payload, boxes: [])
    }

    static func item(_ index: UInt64, seed: UInt64) -> LogItem {
        let entry = Self.entry(index, seed: seed)
        switch (seed ^ index) % 4 {
        case 0: return .leaf(entry.header.leafHash)
        case 1: return .header(entry.header)
        default: return .full(entry)
        }
    }

    static func checkpoint(_ log: LogID, _ size: UInt64, witness: UInt8) -> Checkpoint {
        let author = SigningKey(seed: Self.secret(UInt8(log.member)))
        let checkpoint = Checkpoint(
            origin: log.origin(table: Self.table),
            size: size,
            root: Digest(hashing: [UInt8(size & 0xFF)]),
            signedWith: author
        )
        guard witness > 0 else { return checkpoint }
        let key = SigningKey(seed: Self.secret(witness))
        return checkpoint.cosigned(
            with: key,
            as: .witness(key.verifyingKey, of: key.verifyingKey),
            seconds: UInt64(witness)
        )
    }

    static func state(_ log: LogID, _ size: UInt64, seed: UInt64) -> LogState {
        var state = LogState()
        for index in 0..<size { state.frontier.append(Digest(hashing: [UInt8(index & 0xFF)])) }
        state.complete = size / 2
        state.time = HybridTime(rawValue: seed)
        state.charterVersion = UInt16(seed & 0xFF)
        state.receiptedSize = size / 3
        state.unreceipted = size / 5
        state.boundarySize = size / 7
        state.boundaryBytes = seed
        state.isDisputed = seed.isMultiple(of: 2)
        if size > 0 {
            state.checkpoint = Self.checkpoint(log, size, witness: 0)
            state.logKey = SigningKey(seed: Self.secret(UInt8(log.member))).verifyingKey
        }
        return state
    }
}
