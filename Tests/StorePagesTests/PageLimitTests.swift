import Testing

@testable import StorePages

/// What LMDB's first page may claim of the store, and a page of its keys: exactly as much, and one
/// more.
struct PageLimitTests {
    private let store: SampleStore
    private let meta: [UInt8]

    init() throws {
        self.store = try SampleStore(rows: [([1], [1])])
        self.meta = try PageFile(path: self.store.path).metaPages().newest.bytes
    }

    /// What a walk says when the number of `byteCount` bytes at `offset` is another.
    private func damages(_ number: UInt64, byteCount: Int, at offset: Int) throws -> [String] {
        var bytes = self.meta
        for place in 0..<byteCount {
            bytes[offset + place] = UInt8(truncatingIfNeeded: number >> UInt64(8 * place))
        }
        let meta = try MetaPage(bytes: bytes, number: UInt64(bytes[0]))
        var walk = try TreeWalk(path: self.store.path, meta: meta, damagesMax: 10)
        try walk.walk { _, _ in
            nil
        } row: { _, _, _ in
        }
        return walk.damages.map(\.what)
    }

    @Test func `a store has fewer than 268,435,456 pages`() throws {
        let most = try self.damages(268_435_455, byteCount: 8, at: 136)
        #expect(!most.contains("a last page that is none"))
        let over = try self.damages(268_435_456, byteCount: 8, at: 136)
        #expect(over == ["a last page that is none"])
    }

    @Test func `a tree has at most 32 levels`() throws {
        // Neither is true of this one: the first is looked at, the second is not.
        let most = try self.damages(32, byteCount: 2, at: 94)
        #expect(!most.isEmpty && !most.contains("no root of a tree"))
        let over = try self.damages(33, byteCount: 2, at: 94)
        #expect(over == ["no root of a tree"])
    }

    @Test func `a key has at most 511 bytes`() throws {
        func page(keyByteCount: Int) throws(PageDamage) -> StorePage {
            let key = [UInt8](repeating: 7, count: keyByteCount)
            let bytes = SampleStore.leaf(2, nodes: [(key, [1], flags: 0)])
            return try StorePage(bytes: bytes, number: 2)
        }
        let most = try page(keyByteCount: 511)
        #expect(most.nodes.map { most.key($0).count } == [511])
        #expect(throws: PageDamage(page: 2, what: "a value outside the page")) {
            _ = try page(keyByteCount: 512)
        }
    }
}
