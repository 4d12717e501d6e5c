import LocalFiles

/// Damage of the store's file: where, and what it is part of.
package struct StoreDamage: Error, Hashable, Sendable {
    /// Number of the page.
    package let page: UInt64
    /// The table it belongs to; the list of tables and that of free pages have names in brackets.
    package let table: String
    /// What is wrong with it.
    package let what: String

    /// Whether it is hit where the file lists its free pages.
    package var isOfFreePages: Bool { self.table == TreeRoot.freeName }
}

/// Reads every page that the store's file uses, in the order of the trees.
///
/// Checks what LMDB trusts: that pages are where they say, hold what they say in order, are used
/// once, and add up to what the tables count. Memory: a bit for each page of the file.
struct TreeWalk: ~Copyable {
    /// Most pages a store can have.
    static let pagesMax: UInt64 = 1 << 28

    private let file: PageFile
    private let meta: MetaPage
    private let damagesMax: Int
    private var used: [UInt64]
    private var freed: [(page: UInt64, of: UInt64)] = []
    private var trees: [TreeRoot] = []
    private(set) var damages: [StoreDamage] = []
    private(set) var pageCount: UInt64 = 0

    /// Takes the bytes of each run of pages that is used; says what is wrong with them.
    typealias Visit = (PageRun, [UInt8]) -> String?

    /// Prepares a walk that ends after `damagesMax` damages.
    init(path: String, meta: MetaPage, damagesMax: Int) throws(FileError) {
        self.file = try PageFile(path: path)
        self.meta = meta
        self.damagesMax = damagesMax
        self.used = []
    }

    /// Walks through everything.
    ///
    /// - Parameters:
    ///   - visit: As ``Visit``.
    ///   - row: Takes table, key and value of every row in pages without damage.
    /// - Throws: ``FileError`` when the file cannot be read.
    mutating func walk(
        visit: Visit,
        row: (String, ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) throws(FileError) {
        guard self.meta.lastPage < Self.pagesMax, self.meta.lastPage >= 1 else {
            return self.note(PageDamage(page: 0, what: "a last page that is none"), "(file)")
        }
        self.used = [UInt64](repeating: 0, count: Int(self.meta.lastPage / 64) + 1)
        self.used[0] = 3
        self.pageCount = 2
        try self.walk(self.meta.free, visit, row)
        try self.walk(self.meta.main, visit, row)
        for tree in self.trees { try self.walk(tree, visit, row) }
        for (page, holder) in self.freed where self.isUsed(page) {
            self.note(
                PageDamage(page: holder, what: "a page in use called free"),
                TreeRoot.freeName
            )
        }
    }

    var isFull: Bool { self.damages.count >= self.damagesMax }

    private mutating func note(_ damage: PageDamage, _ table: String) {
        guard !self.isFull else { return }
        self.damages.append(
            StoreDamage(page: damage.page, table: table, what: damage.what)
        )
    }

    private func isUsed(_ page: UInt64) -> Bool {
        self.used[Int(page / 64)] & (1 << (page % 64)) != 0
    }

    /// Marks pages as used; `false` when one is outside the file's pages or used twice.
    private mutating func use(_ run: PageRun) -> Bool {
        guard run.count > 0, run.first <= self.meta.lastPage,
            run.count - 1 <= self.meta.lastPage - run.first
        else { return false }
        for page in run.first..<run.first + run.count {
            guard !self.isUsed(page) else { return false }
            self.used[Int(page / 64)] |= 1 << (page % 64)
        }
        self.pageCount += run.count
        return true
    }

    /// What is counted of one tree on the way.
    private struct Counts {
        var branchPages: UInt64 = 0
        var leafPages: UInt64 = 0
        var overflowPages: UInt64 = 0
        var entries: UInt64 = 0
    }

    private mutating func walk(
        _ tree: TreeRoot,
        _ visit: Visit,
        _ row: (String, ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) throws(FileError) {
        var counts = Counts()
        let before = self.damages.count
        guard tree.flags & ~8 == 0 || tree.name == TreeRoot.freeName,
            tree.depth <= TreeRoot.depthMax, (tree.depth == 0) == (tree.root == TreeRoot.none)
        else { return self.note(PageDamage(page: tree.root, what: "no root of a tree"), tree.name) }
        if tree.depth > 0 {
            try self.walk(
                tree.root,
                level: 1,
                of: tree,
                bounds: (nil, nil),
                counts: &counts,
                visit,
                row
            )
        }
        guard self.damages.count == before else { return }
        guard counts.branchPages == tree.branchPages, counts.leafPages == tree.leafPages,
            counts.overflowPages == tree.overflowPages, counts.entries == tree.entries
        else {
            return self.note(PageDamage(page: tree.root, what: "counts that differ"), tree.name)
        }
    }

    private mutating func walk(
        _ number: UInt64,
        level: UInt16,
        of tree: TreeRoot,
        bounds: (low: [UInt8]?, high: [UInt8]?),
        counts: inout Counts,
        _ visit: Visit,
        _ row: (String, ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) throws(FileError) {
        guard !self.isFull else { return }
        let run = PageRun(first: number, count: 1)
        guard self.use(run) else {
            return self.note(
                PageDamage(page: number, what: "used twice or beyond the end"),
                tree.name
            )
        }
        guard let bytes = try self.bytes(of: run, tree, visit) else { return }
        let page: StorePage
        do throws(PageDamage) {
            page = try StorePage(bytes: bytes, number: number)
            guard page.isLeaf == (level == tree.depth) else {
                throw PageDamage(page: number, what: "a page of another level")
            }
            try page.checkOrder(within: bounds, hasNumbers: tree.hasNumbersAsKeys)
        } catch {
            return self.note(error, tree.name)
        }
        guard !page.isLeaf else {
            counts.leafPages += 1
            return try self.walkLeaf(page, of: tree, counts: &counts, visit, row)
        }
        counts.branchPages += 1
        for (place, node) in page.nodes.enumerated() {
            guard case .child(let child) = node.value else { continue }
            let isLast = place == page.nodes.count - 1
            try self.walk(
                child,
                level: level + 1,
                of: tree,
                bounds: (
                    place == 0 ? bounds.low : Array(page.key(node)),
                    isLast ? bounds.high : Array(page.key(page.nodes[place + 1]))
                ),
                counts: &counts,
                visit,
                row
            )
        }
    }

    private mutating func walkLeaf(
        _ page: StorePage,
        of tree: TreeRoot,
        counts: inout Counts,
        _ visit: Visit,
        _ row: (String, ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) throws(FileError) {
        for node in page.nodes {
            counts.entries += 1
            let value: ArraySlice<UInt8>
            switch node.value {
            case .child: continue
            case .bytes(let range): value = page.bytes[range]
            case .tree(let offset):
                guard tree.name == TreeRoot.mainName else {
                    self.note(PageDamage(page: page.number, what: "a table in a table"), tree.name)
                    continue
                }
                self.trees.append(page.tree(node, at: offset))
                continue
            case .run(let run, let byteCount):
                guard self.use(run) else {
                    let what = "a long value used twice or beyond the end"
                    self.note(PageDamage(page: page.number, what: what), tree.name)
                    continue
                }
                guard let bytes = try self.bytes(of: run, tree, visit) else { continue }
                // A value that became shorter in its own transaction keeps its pages.
                let spare = UInt64(bytes.littleEndian(at: 12, as: UInt32.self)) &- run.count
                guard bytes.littleEndian(at: 0, as: UInt64.self) == run.first,
                    bytes.littleEndian(at: 10, as: UInt16.self) == 4,
                    spare == 0 || self.use(PageRun(first: run.first + run.count, count: spare))
                else {
                    self.note(PageDamage(page: run.first, what: "no long value"), tree.name)
                    continue
                }
                counts.overflowPages += run.count + spare
                value = bytes[StorePage.headByteCount..<StorePage.headByteCount + byteCount]
            }
            if tree.name == TreeRoot.freeName { self.noteFree(value, of: page.number) }
            row(tree.name, page.key(node), value)
        }
    }

    /// Takes over a list of free pages: their number, then the pages, descending.
    private mutating func noteFree(_ value: ArraySlice<UInt8>, of holder: UInt64) {
        let bytes = Array(value)
        let damage = PageDamage(page: holder, what: "a list of free pages that is none")
        guard bytes.count >= 8, bytes.count.isMultiple(of: 8) else {
            return self.note(damage, TreeRoot.freeName)
        }
        let count = bytes.littleEndian(at: 0, as: UInt64.self)
        guard count <= UInt64(bytes.count / 8 - 1) else {
            return self.note(damage, TreeRoot.freeName)
        }
        var above = self.meta.lastPage + 1
        for place in 0..<Int(count) {
            let page = bytes.littleEndian(at: 8 + 8 * place, as: UInt64.self)
            guard page >= 2, page < above else { return self.note(damage, TreeRoot.freeName) }
            above = page
            self.freed.append((page, holder))
        }
    }

    private mutating func bytes(
        of run: PageRun,
        _ tree: TreeRoot,
        _ visit: Visit
    ) throws(FileError) -> [UInt8]? {
        do throws(PageReadError) {
            let bytes = try self.file.bytes(of: run, pageByteCount: self.meta.pageByteCount)
            guard let what = visit(run, bytes) else { return bytes }
            self.note(PageDamage(page: run.first, what: what), tree.name)
        } catch {
            switch error {
            case .damage(let damage): self.note(damage, tree.name)
            case .file(let error): throw error
            }
        }
        return nil
    }
}

extension StorePage {
    /// Checks that keys ascend and lie where the page above says.
    func checkOrder(
        within bounds: (low: [UInt8]?, high: [UInt8]?),
        hasNumbers: Bool
    ) throws(PageDamage) {
        func precedes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
            guard hasNumbers else { return left.lexicographicallyPrecedes(right) }
            return left.reversed().lexicographicallyPrecedes(right.reversed())
        }
        // The first key of a branch page says nothing: what is below lies under it whatever it is.
        let keys = (self.isLeaf ? self.nodes[...] : self.nodes.dropFirst()).map { self.key($0) }
        if hasNumbers, let key = keys.first(where: { $0.count != 8 }) {
            throw PageDamage(page: self.number, what: "a number of \(key.count) bytes")
        }
        for (left, right) in zip(keys, keys.dropFirst()) where !precedes(left, right) {
            throw PageDamage(page: self.number, what: "keys out of order")
        }
        if let low = bounds.low, let first = keys.first, precedes(first, low[...]) {
            throw PageDamage(page: self.number, what: "a key that belongs before it")
        }
        if let high = bounds.high, let last = keys.last, !precedes(last, high[...]) {
            throw PageDamage(page: self.number, what: "a key that belongs after it")
        }
    }
}
