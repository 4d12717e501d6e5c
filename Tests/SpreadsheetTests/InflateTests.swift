import Foundation
import TestSupport
import Testing

@testable import Spreadsheet

struct InflateTests {
    /// Expands bytes that come in pieces of a size.
    private func expanded(_ data: [UInt8], pieces: Int) throws -> [UInt8] {
        var inflater = Inflater()
        var result: [UInt8] = []
        var place = 0
        while !inflater.isDone {
            let piece = try inflater.read(atLeast: 1_000)
            result += piece
            guard piece.isEmpty, !inflater.isDone else { continue }
            let end = min(place + pieces, data.count)
            inflater.feed(Array(data[place..<end]), isLast: end == data.count)
            place = end
        }
        return result
    }

    @Test(arguments: [1, 7, 100_000])
    func `bytes are expanded as zlib deflated them`(pieces: Int) throws {
        let cases = try WorkbookFixtures.read().deflated
        #expect(cases.count > 30)
        for item in cases {
            let bytes = try self.expanded([UInt8](item.data), pieces: pieces)
            #expect(bytes.count == item.byteCount, "\(item.name)")
            #expect(Int(ZipBuilder.checksum(bytes)) == item.checksum, "\(item.name)")
            var checksum = CRC32()
            checksum.update(with: bytes)
            #expect(checksum.value == item.checksum)
        }
    }

    @Test func `bytes that are cut off are refused`() throws {
        for item in try WorkbookFixtures.read().deflated where item.data.count < 2_000 {
            for count in stride(from: 0, to: item.data.count, by: 5) {
                #expect(throws: InflateError.self) {
                    try self.expanded([UInt8](item.data.prefix(count)), pieces: 64)
                }
            }
        }
    }

    @Test(
        arguments: [
            // A kind of block that there is not; a stored size that is not its own complement.
            [0b111], [0b001, 5, 0, 0, 0], [0b001, 5, 0, 0xFA, 0xFE, 1, 2, 3, 4, 5],
            // A distance before the first byte: a match right at the start.
            [0b0000_0011, 0b0000_0010, 0, 0],
            // 30 codes of lengths and none of them said.
            [0b1111_1101, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]]
    )
    func `what is not DEFLATE is refused`(bytes: [UInt8]) {
        #expect(throws: InflateError.self) { try self.expanded(bytes, pieces: 64) }
    }

    @Test func `a match may reach into what it makes`() throws {
        let bomb = ZipBuilder.bomb(0x41, matches: 100)
        #expect(
            try self.expanded(bomb, pieces: 9) == [UInt8](repeating: 0x41, count: 1 + 258 * 100)
        )
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `any bytes are expanded or refused`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...200, using: &generator)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        _ = try? self.expanded(bytes, pieces: 16)
    }
}
