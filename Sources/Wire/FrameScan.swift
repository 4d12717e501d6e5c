import SyncLog

/// Looks through a frame before it is decoded: how many parts its messages have.
///
/// Decoded, an empty item takes tens of times its two bytes, and a frame has room for four million
/// of them: counts that are checked afterwards are checked too late.
enum FrameScan {
    /// The repeated fields that hold messages with repeated fields in them (`session.proto`).
    private enum Field {
        static let chunk: UInt64 = 5
        static let fill: UInt64 = 8
        static let chunkItems: UInt64 = 5
        static let fillEntries: UInt64 = 6
        static let itemFull: UInt64 = 3
    }

    /// Bytes of the longest varint, of 64 bits.
    private static let varintByteCount = 10

    /// Whether no message in a frame has more parts than a decoder that counts must see.
    ///
    /// Says yes to what is no protobuf at all, at which decoding ends as well.
    ///
    /// - Complexity: O(bytes), without memory.
    static func isBounded(_ bytes: [UInt8]) -> Bool {
        // One of each kind: parts of one message that stands there twice would be put together.
        self.fields(of: bytes[...], countMax: 1) { message, contents in
            // Beside what repeats a message has at most six fields; one more is for the decoder.
            self.fields(of: contents, countMax: Chunk.itemsMax + 7) { field, part in
                switch (message, field) {
                case (Field.chunk, Field.chunkItems):
                    self.fields(of: part, countMax: 1) { item, entry in
                        item != Field.itemFull || self.isEntryBounded(entry)
                    }
                case (Field.fill, Field.fillEntries): self.isEntryBounded(part)
                default: true
                }
            }
        }
    }

    /// Header, payload, a box for each recipient and the author; one more is for the decoder.
    private static func isEntryBounded(_ entry: ArraySlice<UInt8>) -> Bool {
        self.fields(of: entry, countMax: Audience.recipientsMax + 4) { _, _ in true }
    }

    /// Goes through the fields of a message; `false` when they are too many, one is of a kind that
    /// no message here has, or `isBounded` says so of its contents.
    private static func fields(
        of message: ArraySlice<UInt8>,
        countMax: Int,
        isBounded: (UInt64, ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        var rest = message
        var count = 0
        while !rest.isEmpty {
            guard let tag = self.varint(from: &rest) else { return true }
            count += 1
            guard count <= countMax else { return false }
            switch tag & 7 {
            case 0: guard self.varint(from: &rest) != nil else { return true }
            case 2:
                guard let length = self.varint(from: &rest), length <= UInt64(rest.count) else {
                    return true
                }
                guard isBounded(tag >> 3, rest.prefix(Int(length))) else { return false }
                rest = rest.dropFirst(Int(length))
            default: return false
            }
        }
        return true
    }

    /// Takes a number, in any of its forms; `nil` where there is none.
    private static func varint(from rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<self.varintByteCount {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
