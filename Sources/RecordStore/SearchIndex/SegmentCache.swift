import Cryptography
import Search
import Synchronization

/// Blocks of segments that were decrypted lately, and segments that are open.
///
/// Neither a block nor a segment changes while its number stands in the store, and no number is used twice, so
/// what is kept is right for every snapshot.
final class SegmentCache: Sendable {
    /// Bytes of blocks that are kept.
    static let blockByteCount = 48 << 20

    /// A segment with its key.
    final class Held: Sendable {
        let slot: UInt64
        let key: SecretKey
        let segment: OpenSegment

        init(slot: UInt64, key: consuming SecretKey, segment: OpenSegment) {
            self.slot = slot
            self.key = key
            self.segment = segment
        }
    }

    private struct Key: Hashable {
        let segment: UInt64
        let address: BlockAddress
    }

    private struct State {
        var segments: [UInt64: Held] = [:]
        /// Blocks in two generations: what is used of the older comes into the younger.
        var young: [Key: [UInt8]] = [:]
        var old: [Key: [UInt8]] = [:]
        var youngByteCount = 0
    }

    private let state = Mutex(State())

    /// A segment that is open, if it is.
    func segment(_ number: UInt64) -> Held? {
        self.state.withLock { $0.segments[number] }
    }

    func keep(_ held: Held) {
        self.state.withLock { $0.segments[held.segment.number] = held }
    }

    /// Lets go of segments that a snapshot does not have any more; newer ones stay.
    func keepOnly(_ numbers: Set<UInt64>) {
        let newest = numbers.max() ?? 0
        func stays(_ number: UInt64) -> Bool { number > newest || numbers.contains(number) }
        self.state.withLock { state in
            guard !state.segments.keys.allSatisfy(stays) else { return }
            state.segments = state.segments.filter { stays($0.key) }
            state.young = state.young.filter { stays($0.key.segment) }
            state.old = state.old.filter { stays($0.key.segment) }
            state.youngByteCount = state.young.values.reduce(0) { $0 + $1.count }
        }
    }

    /// Lets go of everything: a transaction was given up, and the numbers it took are taken again.
    func clear() { self.state.withLock { $0 = State() } }

    func block(_ address: BlockAddress, of segment: UInt64) -> [UInt8]? {
        let key = Key(segment: segment, address: address)
        return self.state.withLock { state in
            if let block = state.young[key] { return block }
            guard let block = state.old.removeValue(forKey: key) else { return nil }
            Self.add(block, for: key, to: &state)
            return block
        }
    }

    func keep(_ block: [UInt8], _ address: BlockAddress, of segment: UInt64) {
        self.state.withLock {
            Self.add(block, for: Key(segment: segment, address: address), to: &$0)
        }
    }

    private static func add(_ block: [UInt8], for key: Key, to state: inout State) {
        if state.youngByteCount > self.blockByteCount / 2 {
            state.old = state.young
            state.young = [:]
            state.youngByteCount = 0
        }
        state.youngByteCount += block.count
        state.young[key] = block
    }
}
