package import Cryptography

/// The bytes of a long file in parts, which are let go of from the front as they are done with.
///
/// In one array, what was read would stay until the last of it is.
package struct PartedBytes: Hashable, Sendable {
    /// Bytes of each part but the last: beyond what the C library keeps when it is freed, and with what it
    /// and the array need of their own 1 MiB.
    static let partByteCount = (1 << 20) - 64

    /// Parts that were let go of are empty.
    private var parts: [[UInt8]] = []
    /// How many bytes there are, those that were let go of included.
    package private(set) var count = 0

    /// Creates no bytes.
    package init() {}

    /// Takes over bytes.
    package init(_ bytes: [UInt8]) { self.append(bytes[...]) }

    /// Adds bytes at the end.
    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            if self.count.isMultiple(of: Self.partByteCount) {
                var part: [UInt8] = []
                part.reserveCapacity(Self.partByteCount)
                self.parts.append(part)
            }
            let room = Self.partByteCount - self.count % Self.partByteCount
            let taken = rest.prefix(room)
            self.parts[self.parts.count - 1] += taken
            self.count += taken.count
            rest = rest.dropFirst(taken.count)
        }
    }

    /// A byte that was not let go of.
    subscript(position: Int) -> UInt8 {
        self.parts[position / Self.partByteCount][position % Self.partByteCount]
    }

    /// Some bytes that were not let go of.
    subscript(range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let place = position % Self.partByteCount
            let end = min(Self.partByteCount, place + range.upperBound - position)
            bytes += self.parts[position / Self.partByteCount][place..<end]
            position += end - place
        }
        return bytes
    }

    /// Lets go of the parts that lie before a position.
    mutating func letGo(before position: Int) {
        for part in self.parts.indices.prefix(position / Self.partByteCount) {
            self.parts[part] = []
        }
    }

    /// SHA-256 of what stands from a position on, of which nothing was let go of.
    package func hash(from start: Int = 0) -> Digest {
        var hasher = DigestHasher()
        for (number, part) in self.parts.enumerated() {
            let place = start - number * Self.partByteCount
            hasher.update(part[min(max(place, 0), part.count)...])
        }
        return hasher.finish()
    }
}
