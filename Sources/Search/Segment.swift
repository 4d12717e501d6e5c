/// Why a segment cannot be read.
package enum SegmentError: Error {
    /// Its bytes are not as they were written.
    case malformed
    /// A block was not to be had.
    case unreadable(any Error)
}

/// A part of a segment (`Protocol/search.md` §3); in the order in which their ends stand in the tail.
package enum SegmentSection: UInt8, CaseIterable, Sendable {
    /// 16 bytes for each document.
    case keys
    /// 4 each: the date as a ``DateNumber``.
    case dates
    /// 4 each: type, words of the name, source.
    case kinds
    /// 8 each: latitude and longitude.
    case positions
    /// 32 each, of fragments: fragment and case.
    case fragments
    /// Pages of terms.
    case terms
    /// Where the pages begin.
    case pages
    /// Documents of terms with many.
    case lists
}

/// Where a block stands in its segment.
package struct BlockAddress: Hashable, Sendable {
    /// Bytes of a block; the last of a part has what is left.
    ///
    /// With the tag and the header that LMDB writes before it, it fills two pages.
    package static let byteCount = 8_160
    /// The number that stands for the tail.
    package static let tail: UInt8 = 15

    /// The section, or ``tail``.
    package let section: UInt8
    /// From 0.
    package let number: UInt32

    /// Creates an address.
    package init(section: UInt8, number: UInt32) {
        self.section = section
        self.number = number
    }
}

/// A block before it is encrypted.
package struct SegmentBlock: Sendable {
    /// Where it stands.
    package let address: BlockAddress
    /// What stands there.
    package let bytes: [UInt8]
}

/// What is known of a segment without reading its blocks.
package struct SegmentHead: Hashable, Sendable {
    /// Most documents of one.
    package static let documentsMax = 1 << 22

    /// 0 for own records, else the number of the table whose fragments it has.
    package let family: UInt32
    /// Its documents, removed ones too.
    package let count: UInt32
    /// Bytes of each section.
    package let lengths: [UInt32]
    /// Names of the sources of its documents.
    package let sources: [String]
    /// How many documents are removed.
    package var removedCount: UInt32 = 0
    /// Whether what was removed must go from its terms too.
    package var mustRewrite = false

    init(family: UInt32, count: UInt32, lengths: [UInt32], sources: [String]) {
        self.family = family
        self.count = count
        self.lengths = lengths
        self.sources = sources
    }

    /// How many documents can be found.
    package var liveCount: Int { Int(self.count) - Int(self.removedCount) }

    /// The stored form.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self.family)
        bytes.append(bigEndian: self.count)
        for length in self.lengths { bytes.append(bigEndian: length) }
        bytes.append(bigEndian: self.removedCount)
        bytes.append(self.mustRewrite ? 1 : 0)
        bytes.append(bigEndian: UInt32(self.sources.count))
        for source in self.sources {
            bytes.append(bigEndian: UInt32(source.utf8.count))
            bytes.append(contentsOf: source.utf8)
        }
        return bytes
    }

    /// Reads the stored form; `nil` for what is none.
    package init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let family = reader.integer(UInt32.self), let count = reader.integer(UInt32.self)
        else { return nil }
        var lengths: [UInt32] = []
        for _ in SegmentSection.allCases {
            guard let length = reader.integer(UInt32.self) else { return nil }
            lengths.append(length)
        }
        guard let removedCount = reader.integer(UInt32.self), removedCount <= count,
            let flag = reader.integer(UInt8.self), flag <= 1,
            let sourceCount = reader.integer(UInt32.self), sourceCount <= UInt16.max
        else { return nil }
        var sources: [String] = []
        for _ in 0..<sourceCount {
            guard let length = reader.integer(UInt32.self), let text = reader.text(Int(length))
            else { return nil }
            sources.append(text)
        }
        guard reader.isAtEnd else { return nil }
        self.init(family: family, count: count, lengths: lengths, sources: sources)
        self.removedCount = removedCount
        self.mustRewrite = flag == 1
        guard self.hasFittingLengths else { return nil }
    }

    private var hasFittingLengths: Bool {
        let widths: [(SegmentSection, Int)] = [
            (.keys, 16), (.dates, 4), (.kinds, 4), (.positions, 8),
        ]
        let references = self.family == 0 ? 0 : 32
        return self.count <= Self.documentsMax
            && widths.allSatisfy { self.length(of: $0.0) == Int(self.count) * $0.1 }
            && self.length(of: .fragments) == Int(self.count) * references
    }

    func length(of section: SegmentSection) -> Int { Int(self.lengths[Int(section.rawValue)]) }
}

/// Reads integers and texts, and `nil` past the end.
private struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { self.position == self.bytes.count }

    mutating func integer<Integer: FixedWidthInteger & UnsignedInteger>(
        _ type: Integer.Type
    ) -> Integer? {
        let count = Integer.bitWidth / 8
        guard self.bytes.count - self.position >= count else { return nil }
        defer { self.position += count }
        return self.bytes.bigEndian(at: self.position)
    }

    mutating func text(_ count: Int) -> String? {
        guard self.bytes.count - self.position >= count else { return nil }
        defer { self.position += count }
        return String(validating: self.bytes[self.position..<self.position + count], as: UTF8.self)
    }
}

extension [UInt8] {
    /// The integer that stands at a place.
    func bigEndian<Integer: FixedWidthInteger>(at place: Int) -> Integer {
        var value: Integer = 0
        for byte in self[place..<place + Integer.bitWidth / 8] {
            value = value << 8 | Integer(truncatingIfNeeded: byte)
        }
        return value
    }
}
