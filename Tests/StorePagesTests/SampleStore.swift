import Foundation
@testable import StorePages

/// A store's file as LMDB lays it out, made by hand: one table `a`, whose rows are in one leaf.
///
/// Layout: `MDB_meta`, `MDB_page` and `MDB_node` of LMDB 0.9, in `mdb.c`.
final class SampleStore {
    static let pageByteCount = 4_096

    private let folder: URL
    private var transaction: UInt64 = 0
    private var lastPage: UInt64 = 1

    var path: String { self.folder.appending(path: "store.lmdb").path() }
    var sealPath: String { self.path + "-seals" }

    /// Makes the file, with `rows` as its first transaction.
    init(rows: [(key: [UInt8], value: [UInt8])]) throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: false)
        try Data(Self.meta(0, transaction: 0, root: TreeRoot.none, lastPage: 1)).write(
            to: URL(filePath: self.path)
        )
        try self.commit(rows: rows)
    }

    deinit { try? FileManager.default.removeItem(at: self.folder) }

    /// Replaces the rows, as a transaction does: in two pages behind all others.
    func commit(rows: [(key: [UInt8], value: [UInt8])]) throws {
        let (leaf, tables) = (self.lastPage + 1, self.lastPage + 2)
        self.transaction += 1
        self.lastPage = tables
        let number = self.transaction % 2
        let table = Self.tree(root: leaf, entries: UInt64(rows.count))
        let root = Self.leaf(tables, nodes: [(Array("a".utf8), table, flags: 2)])
        let nodes = rows.map { ($0.key, $0.value, flags: UInt16(0)) }
        try self.write(Self.leaf(leaf, nodes: nodes), at: leaf)
        try self.write(root, at: tables)
        let meta = Self.meta(
            number,
            transaction: self.transaction,
            root: tables,
            lastPage: tables
        )
        try self.write(meta, at: number)
    }

    /// The bytes of the file.
    func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: self.path))) }

    /// Changes a bit of a file.
    static func flip(_ path: String, at offset: Int) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64(offset))
        let byte = try file.read(upToCount: 1)?.first ?? 0
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: [byte ^ 1])
        try file.close()
    }

    private func write(_ page: [UInt8], at number: UInt64) throws {
        let file = try FileHandle(forUpdating: URL(filePath: self.path))
        try file.seek(toOffset: number * UInt64(Self.pageByteCount))
        try file.write(contentsOf: page)
        try file.close()
    }

    private static func meta(
        _ number: UInt64,
        transaction: UInt64,
        root: UInt64,
        lastPage: UInt64
    ) -> [UInt8] {
        var bytes = Self.head(number, flags: 8, lower: 0, upper: 0)
        bytes.append(littleEndian: UInt32(0xBEEF_C0DE))
        bytes.append(littleEndian: UInt32(1))
        bytes.append(littleEndian: UInt64(0))
        bytes.append(littleEndian: UInt64(1 << 30))
        let free = Self.tree(root: TreeRoot.none, entries: 0)
        bytes.append(littleEndian: UInt32(Self.pageByteCount))
        bytes += free.dropFirst(4)
        bytes += Self.tree(root: root, entries: root == TreeRoot.none ? 0 : 1)
        bytes.append(littleEndian: lastPage)
        bytes.append(littleEndian: transaction)
        return bytes + [UInt8](repeating: 0, count: Self.pageByteCount - bytes.count)
    }

    /// A tree of one leaf, or of none.
    private static func tree(root: UInt64, entries: UInt64) -> [UInt8] {
        let depth: UInt16 = root == TreeRoot.none ? 0 : 1
        var bytes = [UInt8](repeating: 0, count: 6)
        bytes.append(littleEndian: depth)
        for count in [0, UInt64(depth), 0, entries, root] { bytes.append(littleEndian: count) }
        return bytes
    }

    /// A leaf; its nodes lie at its end, the first one last.
    static func leaf(
        _ number: UInt64,
        nodes: [(key: [UInt8], value: [UInt8], flags: UInt16)]
    ) -> [UInt8] {
        var places: [UInt8] = []
        var held: [UInt8] = []
        for node in nodes {
            var bytes: [UInt8] = []
            bytes.append(littleEndian: UInt32(node.value.count))
            bytes.append(littleEndian: node.flags)
            bytes.append(littleEndian: UInt16(node.key.count))
            bytes += node.key + node.value
            if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
            held = bytes + held
            places.append(littleEndian: UInt16(Self.pageByteCount - held.count))
        }
        let lower = 16 + places.count
        let upper = Self.pageByteCount - held.count
        let head = Self.head(number, flags: 2, lower: UInt16(lower), upper: UInt16(upper))
        return head + places + [UInt8](repeating: 0, count: upper - lower) + held
    }

    private static func head(
        _ number: UInt64,
        flags: UInt16,
        lower: UInt16,
        upper: UInt16
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: number)
        for part in [0, flags, lower, upper] { bytes.append(littleEndian: part) }
        return bytes
    }
}

extension [UInt8] {
    /// Appends the bytes of `value`, least significant first.
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            self.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
