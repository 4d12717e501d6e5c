import Cryptography
import Testing

struct BigEndianTests {
    private func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        var bytes: [UInt8] = [0xAA]
        bytes.append(bigEndian: value)
        return bytes
    }

    @Test func `the most significant byte comes first`() {
        #expect(self.bytes(UInt8(0x01)) == [0xAA, 0x01])
        #expect(self.bytes(UInt16(0x0102)) == [0xAA, 0x01, 0x02])
        #expect(self.bytes(UInt32(0x0102_0304)) == [0xAA, 0x01, 0x02, 0x03, 0x04])
        #expect(
            self.bytes(UInt64(0x0102_0304_0506_0708))
                == [0xAA, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08]
        )
    }

    @Test func `the smallest and largest numbers are written whole`() {
        #expect(self.bytes(UInt8.max) == [0xAA, 0xFF])
        #expect(self.bytes(UInt16.min) == [0xAA, 0, 0])
        #expect(self.bytes(UInt16.max) == [0xAA, 0xFF, 0xFF])
        #expect(self.bytes(UInt64.min) == [0xAA] + [UInt8](repeating: 0, count: 8))
        #expect(self.bytes(UInt64.max) == [0xAA] + [UInt8](repeating: 0xFF, count: 8))
        #expect(self.bytes(Int64.min) == [0xAA, 0x80] + [UInt8](repeating: 0, count: 7))
        #expect(self.bytes(Int16(-2)) == [0xAA, 0xFF, 0xFE])
    }

    @Test func `what was written is read`() {
        #expect(UInt8(bigEndian: [0xFE]) == 0xFE)
        #expect(UInt16(bigEndian: [0xFF, 0xFE]) == 0xFFFE)
        #expect(UInt32(bigEndian: [0x80, 0, 0, 1]) == 0x8000_0001)
        #expect(UInt64(bigEndian: [0x80, 0, 0, 0, 0, 0, 0, 1]) == 0x8000_0000_0000_0001)
        #expect(UInt64(bigEndian: [UInt8](repeating: 0xFF, count: 8)) == .max)
        #expect(UInt64(bigEndian: [UInt8](repeating: 0, count: 8)) == 0)
        // A slice does not begin at 0.
        #expect(UInt16(bigEndian: ([9, 9, 1, 2] as [UInt8])[2...]) == 0x0102)
        for shift in 0..<64 as Range<UInt64> {
            let value = 1 << shift as UInt64
            #expect(UInt64(bigEndian: self.bytes(value).dropFirst()) == value)
        }
    }
}
