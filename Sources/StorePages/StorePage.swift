/// What is wrong with a page of the store's file.
struct PageDamage: Error, Hashable, Sendable {
    let page: UInt64
    let what: String
}

/// Pages that follow each other and hold one long value.
struct PageRun: Hashable, Sendable {
    let first: UInt64
    let count: UInt64
}

/// Where a tree of the store's file begins, and what it counts.
struct TreeRoot: Hashable, Sendable {
    /// Root of a tree without keys.
    static let none = UInt64.max
    /// Length of the stored form, in bytes.
    static let byteCount = 48
    /// Most levels that LMDB can go down.
    static let depthMax: UInt16 = 32

    /// Name of the table; the list of free pages and the list of tables have names of their own.
    let name: String
    let flags: UInt16
    let depth: UInt16
    let branchPages: UInt64
    let leafPages: UInt64
    let overflowPages: UInt64
    let entries: UInt64
    let root: UInt64

    /// Keys of the list of free pages are numbers; all others are bytes.
    var hasNumbersAsKeys: Bool { self.name == TreeRoot.freeName }

    static let freeName = "(free pages)"
    static let mainName = "(tables)"

    /// Reads the 48 bytes at `offset`, which the caller has checked to be there.
    init(name: String, bytes: [UInt8], at offset: Int) {
        self.name = name
        self.flags = bytes.littleEndian(at: offset + 4)
        self.depth = bytes.littleEndian(at: offset + 6)
        self.branchPages = bytes.littleEndian(at: offset + 8)
        self.leafPages = bytes.littleEndian(at: offset + 16)
        self.overflowPages = bytes.littleEndian(at: offset + 24)
        self.entries = bytes.littleEndian(at: offset + 32)
        self.root = bytes.littleEndian(at: offset + 40)
    }
}

/// One of the two pages that say where everything else is.
struct MetaPage: Sendable {
    /// Length of the part that means something, with the page's own head.
    static let byteCount = 152
    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let version: UInt32 = 1

    let bytes: [UInt8]
    let transaction: UInt64
    let lastPage: UInt64
    let free: TreeRoot
    let main: TreeRoot
    let pageByteCount: Int

    /// Reads page 0 or 1; the bytes are at least ``byteCount``.
    init(bytes: [UInt8], number: UInt64) throws(PageDamage) {
        guard bytes.count >= Self.byteCount else {
            throw PageDamage(page: number, what: "the file ends in it")
        }
        guard bytes.littleEndian(at: 0, as: UInt64.self) == number,
            bytes.littleEndian(at: 10, as: UInt16.self) == 8,
            bytes.littleEndian(at: 16, as: UInt32.self) == Self.magic,
            bytes.littleEndian(at: 20, as: UInt32.self) == Self.version
        else { throw PageDamage(page: number, what: "not the first pages of a store") }
        let pageByteCount = Int(bytes.littleEndian(at: 40, as: UInt32.self))
        guard 512...32_768 ~= pageByteCount, pageByteCount.nonzeroBitCount == 1 else {
            throw PageDamage(page: number, what: "a page length that is none")
        }
        self.bytes = bytes
        self.pageByteCount = pageByteCount
        self.free = TreeRoot(name: TreeRoot.freeName, bytes: bytes, at: 40)
        self.main = TreeRoot(name: TreeRoot.mainName, bytes: bytes, at: 88)
        self.lastPage = bytes.littleEndian(at: 136)
        self.transaction = bytes.littleEndian(at: 144)
    }
}

/// A page of keys, read and checked without LMDB, which trusts what it reads.
///
/// Layout: LMDB 0.9, `MDB_page` and `MDB_node` in `mdb.c`; integers as the machine has them, little
/// end first.
package struct StorePage: Sendable {
    /// Longest key, in bytes; the shortest of a row has 1.
    package static let keyBytesMax = 511
    /// Length of the head of a page, in bytes.
    static let headByteCount = 16
    private static let nodeHeadByteCount = 8

    /// A key and what stands under it.
    struct Node: Sendable {
        enum Value: Sendable {
            /// The page below.
            case child(UInt64)
            /// The value itself.
            case bytes(Range<Int>)
            /// The value stands in pages of its own.
            case run(PageRun, byteCount: Int)
            /// The value is a table.
            case tree(Int)
        }

        let key: Range<Int>
        let value: Value
    }

    let number: UInt64
    let bytes: [UInt8]
    let isLeaf: Bool
    let nodes: [Node]

    /// Reads a page and checks that its head and nodes fit into it and each other.
    init(bytes: [UInt8], number: UInt64) throws(PageDamage) {
        func damage(_ what: String) -> PageDamage { PageDamage(page: number, what: what) }
        guard bytes.count > Self.headByteCount else { throw damage("the file ends in it") }
        guard bytes.littleEndian(at: 0, as: UInt64.self) == number else {
            throw damage("another page's number")
        }
        let flags = bytes.littleEndian(at: 10, as: UInt16.self)
        guard flags == 1 || flags == 2 else { throw damage("no page of keys") }
        let lower = Int(bytes.littleEndian(at: 12, as: UInt16.self))
        let upper = Int(bytes.littleEndian(at: 14, as: UInt16.self))
        guard lower > Self.headByteCount, lower.isMultiple(of: 2), lower <= upper,
            upper <= bytes.count
        else { throw damage("bounds outside the page") }
        var nodes: [Node] = []
        nodes.reserveCapacity((lower - Self.headByteCount) / 2)
        var usedByteCount = 0
        for place in stride(from: Self.headByteCount, to: lower, by: 2) {
            let offset = Int(bytes.littleEndian(at: place, as: UInt16.self))
            guard offset >= upper, offset <= bytes.count - Self.nodeHeadByteCount else {
                throw damage("a key outside the page")
            }
            guard let node = Self.node(of: bytes, at: offset, isLeaf: flags == 2) else {
                throw damage("a value outside the page")
            }
            usedByteCount += (node.byteCount + 1) & ~1
            nodes.append(node.node)
        }
        // LMDB leaves no gaps between nodes: those that overlap do not add up.
        guard usedByteCount == bytes.count - upper else { throw damage("keys that overlap") }
        self.number = number
        self.bytes = bytes
        self.isLeaf = flags == 2
        self.nodes = nodes
    }

    private static func node(
        of bytes: [UInt8],
        at offset: Int,
        isLeaf: Bool
    ) -> (node: Node, byteCount: Int)? {
        let low = UInt64(bytes.littleEndian(at: offset, as: UInt16.self))
        let high = UInt64(bytes.littleEndian(at: offset + 2, as: UInt16.self))
        let flags = bytes.littleEndian(at: offset + 4, as: UInt16.self)
        let keyStart = offset + self.nodeHeadByteCount
        let keyEnd = keyStart + Int(bytes.littleEndian(at: offset + 6, as: UInt16.self))
        guard keyEnd <= bytes.count, keyEnd - keyStart <= self.keyBytesMax else { return nil }
        guard isLeaf else {
            let child = low | high << 16 | UInt64(flags) << 32
            return (Node(key: keyStart..<keyEnd, value: .child(child)), keyEnd - offset)
        }
        let valueByteCount = Int(low | high << 16)
        guard keyEnd > keyStart else { return nil }
        let heldByteCount = flags == 1 ? 8 : valueByteCount
        guard heldByteCount <= bytes.count - keyEnd else { return nil }
        let value: Node.Value
        switch flags {
        case 0: value = .bytes(keyEnd..<keyEnd + valueByteCount)
        case 1:
            let pages = (self.headByteCount - 1 + valueByteCount) / bytes.count + 1
            let run = PageRun(first: bytes.littleEndian(at: keyEnd), count: UInt64(pages))
            value = .run(run, byteCount: valueByteCount)
        case 2 where valueByteCount == TreeRoot.byteCount: value = .tree(keyEnd)
        default: return nil
        }
        return (Node(key: keyStart..<keyEnd, value: value), keyEnd + heldByteCount - offset)
    }

    /// The bytes of a node's key.
    func key(_ node: Node) -> ArraySlice<UInt8> { self.bytes[node.key] }

    /// The table that a node of the list of tables names.
    func tree(_ node: Node, at offset: Int) -> TreeRoot {
        TreeRoot(
            name: String(decoding: self.key(node), as: UTF8.self),
            bytes: self.bytes,
            at: offset
        )
    }
}

extension [UInt8] {
    /// Reads an integer, least significant byte first; the array must hold it.
    func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int,
        as type: Value.Type = Value.self
    ) -> Value {
        precondition(
            offset >= 0 && offset <= self.count - MemoryLayout<Value>.size,
            "an integer is read inside the page"
        )
        return self.withUnsafeBytes { buffer in
            Value(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
    }
}
