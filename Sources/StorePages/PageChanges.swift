/// Which pages the newest transaction of the store's file wrote.
///
/// LMDB never writes into a page in use: a page that two transactions in a row both use is the
/// same in both. So both trees are followed from their roots, level by level, where they differ.
///
/// - Complexity: O(pages written), whatever the size of the store.
struct PageChanges<Note>: ~Copyable {
    private let file: PageFile
    private let pageByteCount: Int
    private let note: (PageRun, [UInt8]) -> Note
    private var written: [Note] = []

    private init(
        file: consuming PageFile,
        pageByteCount: Int,
        note: @escaping (PageRun, [UInt8]) -> Note
    ) {
        self.file = file
        self.pageByteCount = pageByteCount
        self.note = note
    }

    /// What `note` says of the pages of `new` that `old`, the transaction before it, did not have.
    ///
    /// Their bytes are let go of one by one: a transaction may write many thousands.
    static func pages(
        path: String,
        from old: MetaPage,
        to new: MetaPage,
        note: @escaping (PageRun, [UInt8]) -> Note
    ) throws(PageReadError) -> [Note] {
        let file = try PageFile.reading(path)
        var changes = PageChanges(file: file, pageByteCount: new.pageByteCount, note: note)
        try changes.compare(from: old, to: new)
        return changes.written
    }

    private mutating func compare(
        from old: MetaPage,
        to new: MetaPage
    ) throws(PageReadError) {
        var before: [String: TreeRoot] = [:]
        var after: [String: TreeRoot] = [:]
        try self.compare(old.free, new.free)
        try self.compare(old.main, new.main) { isNew, tree in
            if isNew { after[tree.name] = tree } else { before[tree.name] = tree }
        }
        for (name, tree) in after.sorted(by: { $0.key < $1.key }) {
            try self.compare(before[name], tree)
        }
    }

    /// Pages of one level, and what they point to.
    private struct Level {
        var pages: Set<UInt64>
        /// Levels below the pages, 0 for leaves.
        var height: Int

        init(_ tree: TreeRoot?) {
            let depth = Int(tree?.depth ?? 0)
            self.pages = depth == 0 ? [] : [tree?.root ?? TreeRoot.none]
            self.height = depth - 1
        }
    }

    private mutating func compare(
        _ old: TreeRoot?,
        _ new: TreeRoot,
        table: ((_ isNew: Bool, TreeRoot) -> Void)? = nil
    ) throws(PageReadError) {
        guard new.depth <= TreeRoot.depthMax, old?.depth ?? 0 <= TreeRoot.depthMax else {
            throw .damage(PageDamage(page: new.root, what: "no root of a tree"))
        }
        var before = Level(old)
        var after = Level(new)
        while after.height >= 0, !after.pages.isEmpty {
            if before.height == after.height {
                let shared = before.pages.intersection(after.pages)
                before.pages.subtract(shared)
                after.pages.subtract(shared)
            }
            let goesOldDown = before.height >= after.height && before.height >= 0
            let goesNewDown = after.height >= before.height
            var runs: Set<PageRun> = []
            if goesNewDown { runs = try self.goDown(&after, isNew: true, table: table) }
            // Old leaves matter for the tables and the long values they have in common with new ones.
            if goesOldDown, before.height > 0 || table != nil || !runs.isEmpty {
                runs.subtract(try self.goDown(&before, isNew: false, table: table))
            }
            for run in runs.sorted(by: { $0.first < $1.first }) {
                self.written.append(self.note(run, try self.bytes(of: run)))
            }
        }
    }

    /// Replaces pages by those they point to; gives the long values that leaves point to.
    private mutating func goDown(
        _ level: inout Level,
        isNew: Bool,
        table: ((_ isNew: Bool, TreeRoot) -> Void)?
    ) throws(PageReadError) -> Set<PageRun> {
        var children: Set<UInt64> = []
        var runs: Set<PageRun> = []
        for neighbours in Self.neighbours(in: level.pages) {
            let bytes = try self.bytes(of: neighbours)
            for offset in 0..<neighbours.count {
                let start = Int(offset) * self.pageByteCount
                let page = try Self.page(
                    Array(bytes[start..<start + self.pageByteCount]),
                    number: neighbours.first + offset,
                    isLeaf: level.height == 0
                )
                if isNew {
                    let run = PageRun(first: page.number, count: 1)
                    self.written.append(self.note(run, page.bytes))
                }
                for node in page.nodes {
                    switch node.value {
                    case .child(let child): children.insert(child)
                    case .run(let run, _): runs.insert(run)
                    case .tree(let offset): table?(isNew, page.tree(node, at: offset))
                    case .bytes: break
                    }
                }
            }
        }
        level.pages = children
        level.height -= 1
        return runs
    }

    /// Most pages that are read at once.
    private static var neighboursMax: UInt64 { 64 }

    /// Pages in order, those that follow each other in one run.
    private static func neighbours(in pages: Set<UInt64>) -> [PageRun] {
        var runs: [PageRun] = []
        for page in pages.sorted() {
            if let last = runs.last, last.count < self.neighboursMax,
                page - last.first == last.count
            {
                runs[runs.count - 1] = PageRun(first: last.first, count: last.count + 1)
            } else {
                runs.append(PageRun(first: page, count: 1))
            }
        }
        return runs
    }

    private static func page(
        _ bytes: [UInt8],
        number: UInt64,
        isLeaf: Bool
    ) throws(PageReadError) -> StorePage {
        do throws(PageDamage) {
            let page = try StorePage(bytes: bytes, number: number)
            guard page.isLeaf == isLeaf else {
                throw PageDamage(page: number, what: "a page of another level")
            }
            return page
        } catch {
            throw .damage(error)
        }
    }

    private func bytes(of run: PageRun) throws(PageReadError) -> [UInt8] {
        guard run.first < TreeWalk.pagesMax, run.count < TreeWalk.pagesMax else {
            throw .damage(PageDamage(page: run.first, what: "used beyond the end"))
        }
        return try self.file.bytes(of: run, pageByteCount: self.pageByteCount)
    }
}
