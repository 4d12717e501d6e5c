import SwiftProtobuf

/// Reads canonical protobuf from the middle of bytes, without copying them.
///
/// Canonical is what `Protocol/proto/payloads.proto` says: fields ascending, defaults left out,
/// shortest numbers, nothing unknown.
package struct CanonicalReader {
    /// Bytes of the longest varint, of 64 bits.
    private static let varintByteCount = 10

    private let bytes: PartedBytes
    private(set) var position: Int

    init(_ bytes: PartedBytes, from position: Int) {
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

    /// The number of a field that is left out where it is 0; `key` is field number × 8.
    private mutating func number(_ key: UInt8, before end: Int) throws(WireError) -> UInt64 {
        guard self.peek(before: end) == key else { return 0 }
        self.position += 1
        let number = try self.varint()
        // 0 is the default, which is left out.
        guard number > 0 else { throw .notCanonical }
        return number
    }

    /// A `FragmentReference`, from its length on.
    mutating func reference() throws(WireError) -> FragmentReference {
        let message = try self.lengthDelimited()
        let end = message.upperBound
        self.position = message.lowerBound
        let index = try self.number(0x08, before: end)
        let generation = UInt32(exactly: try self.number(0x10, before: end))
        let firstIndex = try self.number(0x18, before: end)
        let version = UInt32(exactly: try self.number(0x20, before: end))
        guard let generation, let version, self.position == end else { throw .notCanonical }
        return FragmentReference(
            index: index,
            generation: generation,
            firstIndex: firstIndex,
            version: version
        )
    }

    /// Copies some bytes.
    func bytes(_ range: Range<Int>) -> [UInt8] { self.bytes[range] }
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
}

extension BundleEntry: BundleElement {
    /// Reads one that was found canonical.
    package init(reading reader: inout CanonicalReader) throws(WireError) {
        let entry = try reader.entry()
        let item: Item? =
            if let header = entry.header {
                .header(reader.bytes(header))
            } else if let leaf = entry.leaf {
                .leaf(reader.bytes(leaf))
            } else {
                entry.lost.map { .lost(reader.bytes($0)) }
            }
        self.init(item: item, payload: reader.bytes(entry.payload))
    }

    /// Passes over one; throws for every form but the canonical one.
    package static func check(_ reader: inout CanonicalReader) throws(WireError) {
        _ = try reader.entry()
    }
}

extension FragmentReference: BundleElement {
    /// Reads one that was found canonical.
    package init(reading reader: inout CanonicalReader) throws(WireError) {
        self = try reader.reference()
    }

    /// Passes over one; throws for every form but the canonical one.
    package static func check(_ reader: inout CanonicalReader) throws(WireError) {
        _ = try reader.reference()
    }
}

/// Reads a body: its entries and references, nearly all of it, stay where they are; the rest is read as any
/// message.
enum BundleBodyReader {
    private static let entries: UInt64 = 6
    private static let references: UInt64 = 9

    /// Reads the canonical body that is `bytes` from `start` on.
    ///
    /// - Throws: ``WireError``, for every form but the canonical one.
    /// - Complexity: O(bytes); takes half a byte for each entry and reference, and some three times the rest.
    static func read(_ bytes: PartedBytes, from start: Int) throws(WireError) -> BundleBody {
        var reader = CanonicalReader(bytes, from: start)
        var (entries, references) = (ElementPlaces(), ElementPlaces())
        var rest: [UInt8] = []
        var newest: UInt64 = 0
        while !reader.isAtEnd {
            let place = reader.position
            let field = try reader.field()
            // What is read by itself stands in one run, which the rest must not hide by being read without it.
            guard field >= newest else { throw .notCanonical }
            newest = field
            guard let start = UInt32(exactly: reader.position) else { throw .malformed }
            switch field {
            case self.entries:
                try BundleEntry.check(&reader)
                entries.append(start)
            case self.references:
                try FragmentReference.check(&reader)
                references.append(start)
            default:
                _ = try reader.lengthDelimited()
                rest += bytes[place..<reader.position]
            }
        }
        return BundleBody(
            try Tafel_V1_BundleBody(canonical: rest),
            entries: EncodedList(in: bytes, entries),
            fragments: EncodedList(in: bytes, references)
        )
    }
}
