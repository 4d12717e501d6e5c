@testable import Spreadsheet

/// A workbook in memory.
struct WorkbookBytes: RandomBytes {
    let bytes: [UInt8]

    var byteCount: Int { self.bytes.count }

    func read(count: Int, at offset: Int) -> [UInt8] { Array(self.bytes[offset..<offset + count]) }
}

extension Decoder {
    /// The first bytes that DEFLATE expands to, or that it is none.
    static func inflated(_ chunks: [[UInt8]]) -> [UInt8]? {
        var inflater = Inflater()
        var result: [UInt8] = []
        for (index, chunk) in chunks.enumerated() {
            inflater.feed(chunk, isLast: index == chunks.count - 1)
            while result.count < 1 << 20 {
                guard let piece = try? inflater.read(atLeast: 1 << 12) else { return nil }
                if piece.isEmpty { break }
                result += piece
            }
        }
        return Array(result.prefix(1 << 20))
    }

    /// What a document has, or that it is none.
    static func events(_ chunks: [[UInt8]]) -> [XMLEvent]? {
        var reader = XMLReader(tokenBytesMax: 1 << 20, depthMax: 32)
        var events: [XMLEvent] = []
        do throws(XMLError) {
            for chunk in chunks {
                reader.feed(chunk)
                while let event = try reader.next() { events.append(event) }
            }
            reader.finish()
            while let event = try reader.next() { events.append(event) }
        } catch {
            return nil
        }
        return events
    }
}
