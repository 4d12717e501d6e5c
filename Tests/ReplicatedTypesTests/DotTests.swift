import ReplicatedTypes
import TestSupport
import Testing

struct DotTests {
    @Test func `a dot is its 13 bytes, big-endian`() {
        let dot = Dot(
            member: 0x0102,
            generation: 0x0304,
            index: 0x0506_0708_090A_0B0C,
            operation: 0x0D
        )
        #expect(dot.bytes == Array(1...13))
    }

    @Test(arguments: UInt64(1)...20)
    func `dots order as their bytes`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func dot() -> Dot {
            // Values on either side of a byte's edge, so that a wrong byte order shows.
            Dot(
                member: UInt16.random(in: 254...258, using: &generator),
                generation: UInt16.random(in: 255...256, using: &generator),
                index: UInt64.random(in: 65_534...65_538, using: &generator),
                operation: UInt8.random(in: 0...2, using: &generator)
            )
        }
        for _ in 0..<200 {
            let (one, other) = (dot(), dot())
            #expect((one < other) == one.bytes.lexicographicallyPrecedes(other.bytes))
        }
    }
}
