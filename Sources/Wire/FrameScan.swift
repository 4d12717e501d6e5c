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

    /// Checks that no message in a frame has more parts than a decoder that counts must see.
    ///
    /// Lets through what is no protobuf at all, at which decoding ends as well.
    ///
    /// - Throws: `.limit("message")` for too many parts, `.field("message")` for a part that stands
    ///   twice where one may, or is of a kind that no message here has.
    /// - Complexity: O(bytes), without memory.
    static func check(_ bytes: [UInt8]) throws(WireError) {
        // One of each kind: parts of one message that stands there twice would be put together.
        try self.fields(of: bytes[...], countMax: nil) { (message, contents) throws(WireError) in
            // Beside what repeats a message has at most six fields; one more is for the decoder.
            try self.fields(of: contents, countMax: Chunk.itemsMax + 7) {
                (field, part) throws(WireError) in
                switch (message, field) {
                case (Field.chunk, Field.chunkItems):
                    try self.fields(of: part, countMax: nil) { (item, entry) throws(WireError) in
                        if item == Field.itemFull { try self.checkEntry(entry) }
                    }
                case (Field.fill, Field.fillEntries): try self.checkEntry(part)
                default: break
                }
            }
        }
    }

    /// Header, payload, a box for each recipient and the author; one more is for the decoder.
    private static func checkEntry(_ entry: ArraySlice<UInt8>) throws(WireError) {
        try self.fields(of: entry, countMax: Audience.recipientsMax + 4) { _, _ in }
    }

    /// Goes through the fields of a message and checks the contents of each.
    ///
    /// `countMax`: Most fields; `nil` where there is one, by the form of the message.
    private static func fields(
        of message: ArraySlice<UInt8>,
        countMax: Int?,
        check: (UInt64, ArraySlice<UInt8>) throws(WireError) -> Void
    ) throws(WireError) {
        var rest = message
        var count = 0
        while !rest.isEmpty {
            guard let tag = self.varint(from: &rest) else { return }
            count += 1
            guard count <= countMax ?? 1 else {
                throw countMax == nil ? .field("message") : .limit("message")
            }
            switch tag & 7 {
            case 0: guard self.varint(from: &rest) != nil else { return }
            case 2:
                guard let length = self.varint(from: &rest), length <= UInt64(rest.count) else {
                    return
                }
                try check(tag >> 3, rest.prefix(Int(length)))
                rest = rest.dropFirst(Int(length))
            default: throw .field("message")
            }
        }
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
