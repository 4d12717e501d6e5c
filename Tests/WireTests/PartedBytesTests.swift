import Cryptography
import Testing

@testable import Wire

/// Bytes in parts, against one array.
struct PartedBytesTests {
    private static let part = PartedBytes.partByteCount

    /// Bytes of which no two neighbouring parts are alike.
    private static func array(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 13) }
    }

    @Test(arguments: [0, 1, part - 1, part, part + 1, 2 * part, 2 * part + 77])
    func `what is read is what was added, in portions of any length`(count: Int) {
        let array = Self.array(count)
        var bytes = PartedBytes()
        var position = 0
        let lengths = [1, 65_536, 3, Self.part + 5, 0, 70_000]
        var portion = 0
        while position < count {
            let end = min(count, position + lengths[portion % lengths.count])
            bytes.append(array[position..<end])
            position = end
            portion += 1
        }
        #expect(bytes.count == count && bytes == PartedBytes(array))
        #expect(bytes[0..<count] == array)
        #expect(bytes.hash() == Digest(hashing: array))
        for start in [0, 1, Self.part - 1, Self.part, Self.part + 1, count] where start <= count {
            #expect(bytes.hash(from: start) == Digest(hashing: Array(array[start...])))
            let end = min(count, start + 300)
            #expect(bytes[start..<end] == Array(array[start..<end]))
            if start < count { #expect(bytes[start] == array[start]) }
        }
    }

    @Test func `what stands from a position on stays when the rest is let go of`() {
        let array = Self.array(3 * Self.part + 9)
        for position in [0, Self.part - 1, Self.part, 2 * Self.part + 1, array.count] {
            var bytes = PartedBytes(array)
            bytes.letGo(before: position)
            #expect(bytes.count == array.count)
            #expect(bytes[position..<array.count] == Array(array[position...]))
        }
    }
}
