import PlainText
import Testing

struct TextFileTests {
    /// What Python's codecs make of the same text: `"é😀\r\nz\rq\n".encode(CODEC)`, with and without marks.
    @Test(
        arguments: [
            (
                "utf-8",
                [0x61, 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, 0x0D, 0x0A, 0x7A, 0x0D, 0x71, 0x0A]
            ),
            (
                "utf-8-sig",
                [
                    0xEF, 0xBB, 0xBF, 0x61, 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, 0x0D, 0x0A, 0x7A,
                    0x0D,
                    0x71, 0x0A,
                ]
            ),
            (
                "utf-16-le with a mark",
                [
                    0xFF, 0xFE, 0x61, 0, 0xE9, 0, 0x3D, 0xD8, 0x00, 0xDE, 0x0D, 0, 0x0A, 0, 0x7A, 0,
                    0x0D, 0, 0x71, 0, 0x0A, 0,
                ]
            ),
            (
                "utf-16-be with a mark",
                [
                    0xFE, 0xFF, 0, 0x61, 0, 0xE9, 0xD8, 0x3D, 0xDE, 0x00, 0, 0x0D, 0, 0x0A, 0, 0x7A,
                    0, 0x0D, 0, 0x71, 0, 0x0A,
                ]
            ),
            (
                "utf-16-le",
                [
                    0x61, 0, 0xE9, 0, 0x3D, 0xD8, 0x00, 0xDE, 0x0D, 0, 0x0A, 0, 0x7A, 0, 0x0D, 0,
                    0x71, 0, 0x0A, 0,
                ]
            ),
            (
                "utf-16-be",
                [
                    0, 0x61, 0, 0xE9, 0xD8, 0x3D, 0xDE, 0x00, 0, 0x0D, 0, 0x0A, 0, 0x7A, 0, 0x0D,
                    0, 0x71, 0, 0x0A,
                ]
            ),
        ] as [(String, [UInt8])]
    )
    func `a text is the same in every form`(codec: String, bytes: [UInt8]) {
        #expect(TextFile.lines(of: bytes) == Array("aé😀\nz\nq\n".utf8))
    }

    @Test(
        arguments: [[], [0x61], [0x61, 0], [0x0D], [0xEF, 0xBB], [0x61, 0x0A, 0x62, 0x0A]]
            as [[UInt8]]
    )
    func `what leaves doubt stays as it is, but for line ends`(bytes: [UInt8]) {
        #expect(TextFile.lines(of: bytes) == bytes.map { $0 == 0x0D ? 0x0A : $0 })
    }

    @Test func `half a pair and half a unit are no text, and the rest is`() {
        // "a", a high half alone, "b", a low half alone, "c", and a byte too many.
        let bytes: [UInt8] = [
            0xFF, 0xFE, 0x61, 0, 0x3D, 0xD8, 0x62, 0, 0x00, 0xDE, 0x63, 0, 0x64,
        ]
        #expect(TextFile.lines(of: bytes) == [0x61, 0xFF, 0x62, 0xFF, 0x63, 0xFF])
        #expect(TextFile.lines(of: [0xFE, 0xFF, 0, 0x61, 0xD8, 0x3D]) == [0x61, 0xFF])
    }

    @Test func `where pieces are cut makes no difference`() {
        let bytes: [UInt8] = [0x61, 0, 0x3D, 0xD8, 0x00, 0xDE, 0x62, 0]
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var decoder = UTF16Decoder(isBigEndian: false)
                var text = decoder.decode(bytes[..<first])
                text += decoder.decode(bytes[first..<second])
                text += decoder.decode(bytes[second...])
                #expect(text + decoder.finish() == Array("a😀b".utf8))
            }
        }
    }
}
