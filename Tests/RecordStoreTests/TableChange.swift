import Cryptography
import ReplicatedTypes
import Simulator
import SyncEngine
import SyncLog
import Testing

@testable import RecordStore

/// One change of a table's store, made of seeds so that both sides of a test get the same.
enum TableChange {
    case append(LogID, count: Int, seed: UInt64)
    case put(LogID, index: UInt64, seed: UInt64, box: UInt8)
    case keep(LogID, size: UInt64, isBoundary: Bool, witness: UInt8)
    case audience(Audience)
    case chain(ChainID, seed: UInt8, position: UInt32)
    case claim(ChainID, PositionClaim)
    case claims(ChainID, from: PositionClaim, limit: Int)
    case ownChain(Digest, OwnChain)
    case opening(LogID, index: UInt64, Opening, seed: UInt8?)

    /// Random changes that keep the contract's conditions.
    static func random(
        _ count: Int,
        seeds: inout [LogID: [UInt64]],
        generator: inout SeededGenerator
    ) throws -> [Self] {
        var changes: [Self] = []
        for _ in 0..<count {
            let log = SampleTable.logs[Int.random(in: 0..<3, using: &generator)]
            let size = UInt64(seeds[log, default: []].count)
            let audience = try SampleTable.audience(.random(in: 1...3, using: &generator))
            let chain = ChainID(
                log: log,
                audience: audience.hash,
                epoch: .random(in: 0...1, using: &generator)
            )
            let seed = UInt8.random(in: 1...255, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0...2:
                let count = Int.random(in: 1...300, using: &generator)
                changes.append(.append(log, count: count, seed: UInt64(seed)))
                seeds[log, default: []] += [UInt64](repeating: UInt64(seed), count: count)
            case 3 where size > 0:
                let index = UInt64.random(in: 0..<size, using: &generator)
                let first = seeds[log, default: []][Int(index)]
                changes.append(.put(log, index: index, seed: first, box: seed))
            case 4:
                changes.append(
                    .keep(
                        log,
                        size: .random(in: 0...20, using: &generator),
                        isBoundary: .random(using: &generator),
                        witness: .random(in: 0...3, using: &generator)
                    )
                )
            case 5: changes.append(.audience(audience))
            case 6: changes.append(.chain(chain, seed: seed, position: UInt32(seed)))
            case 7:
                let position = UInt32(seed % 4)
                changes.append(
                    .claim(chain, PositionClaim(position: position, index: UInt64(seed)))
                )
                let from = PositionClaim(position: position ^ 1, index: UInt64(seed / 2))
                changes.append(.claims(chain, from: from, limit: Int(seed % 3) + 1))
            case 8:
                let own = OwnChain(
                    epoch: chain.epoch,
                    startedMilliseconds: UInt64(seed),
                    recipientKeys: Digest(hashing: [seed])
                )
                changes.append(.ownChain(audience.hash, own))
            default:
                guard size > 0 else { continue }
                let index = UInt64.random(in: 0..<size, using: &generator)
                let opening: Opening =
                    [.pending, .open, .failed, .double].randomElement(
                        using: &generator
                    ) ?? .open
                let hasKey =
                    (opening == .open || opening == .failed) && seed.isMultiple(of: 2)
                changes.append(.opening(log, index: index, opening, seed: hasKey ? seed : nil))
            }
        }
        return changes
    }

    /// Makes a change; the entries of the claims that it reads.
    @discardableResult
    func apply<Storage: TableStorage & ~Copyable>(
        to storage: inout Storage
    ) throws(Storage.Failure) -> [UInt64] {
        switch self {
        case .append(let log, let count, let seed):
            let size = try storage.state(of: log).size
            let items = (0..<UInt64(count)).map { SampleTable.item(size + $0, seed: seed) }
            try storage.append(items, to: log, size: size)
            try storage.setState(
                SampleTable.state(log, size + UInt64(count), seed: seed),
                of: log
            )
        case .put(let log, let index, let seed, let number):
            let box = Box(member: MemberNumber(number % 3 + 1), sealed: [number])
            let entry: Entry
            if case .full(let held) = try storage.item(at: index, of: log) {
                let boxes = held.header.kind == .keyGrant ? [box] : []
                entry = Entry(header: held.header, payload: held.payload, boxes: boxes)
            } else {
                entry = SampleTable.entry(index, seed: seed)
            }
            try storage.put(entry, in: log)
        case .keep(let log, let size, let isBoundary, let witness):
            let checkpoint = SampleTable.checkpoint(log, size, witness: witness)
            try storage.keep(checkpoint, of: log, isBoundary: isBoundary)
        case .audience(let audience): try storage.keep(audience)
        case .chain(let chain, let seed, let position):
            try storage.setChainKey(
                ChainKey(SampleTable.secret(seed), position: position),
                of: chain
            )
        case .claim(let chain, let claim): try storage.setClaim(claim, of: chain)
        case .claims(let chain, let first, let limit):
            return try storage.claims(of: chain, from: first, limit: limit).flatMap {
                [UInt64($0.position), $0.index]
            }
        case .ownChain(let audience, let own): try storage.setOwnChain(own, for: audience)
        case .opening(let log, let index, let opening, let seed):
            if let seed {
                let key: SecretKey? = SampleTable.secret(seed)
                try storage.setOpening(opening, contentKey: key, at: index, of: log)
            } else {
                let none: SecretKey? = nil
                try storage.setOpening(opening, contentKey: none, at: index, of: log)
            }
        }
        return []
    }
}
