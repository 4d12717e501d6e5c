import SwiftProtobuf

/// Reads canonical protobuf from the middle of bytes, without copying them.
///
/// Canonical is what `Protocol/proto/payloads.proto` says: fields ascending, defaults left out,
/// shortest numbers, nothing unknown.
struct CanonicalReader {
    /// Bytes of the longest varint, of 64 bits.
    private static let varintByteCount = 10

    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { self.position == self.bytes.count }

    /// The next byte, which stays; `nil` at `end`.
    private func peek(before end: Int) -> UInt8? {
        self.position < end ? self.bytes[self.position] : nil
    }

    /// A number in its shortest form.
    private mutating func varint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<Self.varintByteCount {
            guard let byte = self.peek(before: self.bytes.count) else { throw .malformed }
            self.position += 1
            // The tenth byte has room for one bit.
            guard place < Self.varintByteCount - 1 || byte <= 1 else { throw .malformed }
            value |= UInt64(byte & 0x7F) << UInt64(7 * place)
            guard byte < 0x80 else { continue }
            guard byte != 0 || place == 0 else { throw .notCanonical }
            return value
        }
        throw .malformed
    }

    /// The number of a field whose value is so many bytes, as the value of all of a bundle's.
    mutating func field() throws(WireError) -> UInt64 {
        let tag = try self.varint()
        guard tag & 7 == 2 else { throw .notCanonical }
        return tag >> 3
    }

    /// Passes over a length and as many bytes; where those are.
    mutating func lengthDelimited() throws(WireError) -> Range<Int> {
        let length = try self.varint()
        guard length <= UInt64(self.bytes.count - self.position) else { throw .malformed }
        let start = self.position
        self.position += Int(length)
        return start..<self.position
    }

    /// A `BundleEntry`, from its length on.
    mutating func entry() throws(WireError) -> EncodedEntry {
        let message = try self.lengthDelimited()
        self.position = message.lowerBound
        var entry = EncodedEntry()
        if self.peek(before: message.upperBound) == EncodedEntry.headerTag {
            self.position += 1
            entry.header = try self.lengthDelimited()
        } else if self.peek(before: message.upperBound) == EncodedEntry.leafTag {
            self.position += 1
            entry.leaf = try self.lengthDelimited()
        }
        if self.peek(before: message.upperBound) == EncodedEntry.payloadTag {
            self.position += 1
            entry.payload = try self.lengthDelimited()
            // No bytes are the default, which is left out.
            guard !entry.payload.isEmpty else { throw .notCanonical }
        }
        if entry.header == nil, entry.leaf == nil,
            self.peek(before: message.upperBound) == EncodedEntry.lostTag
        {
            self.position += 1
            entry.lost = try self.lengthDelimited()
        }
        // A field that is out of order, repeated or unknown, or one that ends behind the message.
        guard self.position == message.upperBound else { throw .notCanonical }
        return entry
    }

    /// An entry that was read before.
    mutating func checkedEntry() -> EncodedEntry {
        do throws(WireError) {
            return try self.entry()
        } catch {
            preconditionFailure("an entry was found canonical when the file was read")
        }
    }
}

/// Where the fields of a `BundleEntry` stand in the bytes of a file.
struct EncodedEntry {
    /// Tags of bytes fields: number × 8 + 2.
    static let headerTag: UInt8 = 0x0A
    static let leafTag: UInt8 = 0x12
    static let payloadTag: UInt8 = 0x1A
    static let lostTag: UInt8 = 0x22

    var header: Range<Int>?
    var leaf: Range<Int>?
    var payload = 0..<0
    var lost: Range<Int>?

    func item(in bytes: [UInt8]) -> BundleEntry.Item? {
        if let header { return .header(Array(bytes[header])) }
        if let leaf { return .leaf(Array(bytes[leaf])) }
        return self.lost.map { .lost(Array(bytes[$0])) }
    }

    func entry(in bytes: [UInt8]) -> BundleEntry {
        BundleEntry(item: self.item(in: bytes), payload: Array(bytes[self.payload]))
    }
}

/// Reads a body: its entries, nearly all of it, stay where they are; the rest is read as any message.
enum BundleBodyReader {
    private static let entries: UInt64 = 6

    /// Reads the canonical body that is `bytes` from `start` on.
    ///
    /// - Throws: ``WireError``, for every form but the canonical one.
    /// - Complexity: O(bytes); takes 4 bytes for each entry, and some three times the rest.
    static func read(_ bytes: [UInt8], from start: Int) throws(WireError) -> BundleBody {
        var reader = CanonicalReader(bytes, from: start)
        var starts: [UInt32] = []
        var others: (before: Range<Int>, behind: Range<Int>) = (start..<start, 0..<0)
        var newest: UInt64 = 0
        while !reader.isAtEnd {
            let place = reader.position
            let field = try reader.field()
            // Entries stand in one run, which the rest must not hide by being read without them.
            guard field >= newest else { throw .notCanonical }
            newest = field
            if field == self.entries {
                guard let start = UInt32(exactly: reader.position) else { throw .malformed }
                _ = try reader.entry()
                starts.append(start)
            } else {
                _ = try reader.lengthDelimited()
                if field < self.entries {
                    others.before = start..<reader.position
                } else if others.behind.isEmpty {
                    others.behind = place..<bytes.count
                }
            }
        }
        let rest = Array(bytes[others.before]) + bytes[others.behind]
        return BundleBody(
            try Tafel_V1_BundleBody(canonical: rest),
            entries: BundleEntries(in: bytes, starts: starts)
        )
    }
}
