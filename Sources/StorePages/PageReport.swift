package import Cryptography
package import LocalFiles

/// What reading every page of the store's file showed; nothing of it was trusted or written.
package struct PageReport: Sendable {
    /// Most damages that are told one by one.
    package static let damagesMax = 10_000

    /// Pages in use.
    package private(set) var pageCount: UInt64 = 0
    /// What is wrong with them, in order of the file's trees.
    package private(set) var damages: [StoreDamage] = []
    /// What is wrong with the seals; `nil` for nothing, or where there are none.
    package private(set) var sealDamage: String?
    /// Whether pages were compared with seals: else only their form was checked.
    package private(set) var isSealed = false

    /// Is told how many pages were read, of how many the file has; the free ones are not.
    package typealias Progress = (_ done: UInt64, _ total: UInt64) -> Void

    /// Reads every page of the file at `path`, and compares it with its seal under `key`.
    ///
    /// `row`: Takes table, key and value of every row in sound pages.
    ///
    /// - Throws: That the file cannot be read; damage is in the result.
    package init(
        path: String,
        key: borrowing SecretKey,
        progress: Progress,
        row: (String, ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) throws(FileError) {
        do throws(PageReadError) {
            let (newest, other) = try PageFile.reading(path).metaPages()
            do throws(FileError) {
                let seals = try Self.sealFile(beside: path, key: key)
                try self.walk(
                    path,
                    newest,
                    other: other,
                    seals: seals,
                    progress: progress,
                    row: row
                )
            } catch {
                throw .file(error)
            }
        } catch {
            switch error {
            case .file(let error): throw error
            case .damage(let damage): self.note(damage.page, damage.what)
            }
        }
    }

    private mutating func note(_ page: UInt64, _ what: String) {
        self.damages.append(StoreDamage(page: page, table: Self.wholeFile, what: what))
    }

    /// What damage belongs to that no table can be named for.
    static let wholeFile = "(file)"

    private static func sealFile(
        beside path: String,
        key: borrowing SecretKey
    ) throws(FileError) -> SealFile? {
        do throws(FileError) {
            return try SealFile(path: PageGuard.sealPath(of: path), key: key, makesFile: false)
        } catch {
            guard case .missing = error else { throw error }
            return nil
        }
    }

    private mutating func walk(
        _ path: String,
        _ newest: MetaPage,
        other: MetaPage,
        seals: SealFile?,
        progress: Progress,
        row: (String, ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) throws(FileError) {
        let head = try seals?.head()
        if let seals, head == nil, try !seals.isHeadless() {
            self.sealDamage = "its head cannot be read, or is of another node"
        }
        var unsealed: Set<UInt64> = []
        if let seals, let head, head.isClosed || head.boot == PageGuard.boot {
            if head.transaction == newest.transaction {
                self.isSealed = true
                if seals.seal(of: newest) != head.metaSeal {
                    self.note(0, "the page that says where its tables are has other bytes")
                }
            } else if head.transaction == other.transaction, !head.isClosed,
                newest.transaction == other.transaction + 1
            {
                // Pages of a commit that the process did not live to seal have no seals yet.
                self.isSealed = true
                do throws(PageReadError) {
                    let written = try PageChanges.pages(path: path, from: other, to: newest) {
                        run,
                        _ in run.first
                    }
                    unsealed = Set(written)
                } catch {
                    switch error {
                    case .file(let error): throw error
                    case .damage(let damage): self.note(damage.page, damage.what)
                    }
                }
            } else {
                self.note(0, "transaction \(newest.transaction), sealed is \(head.transaction)")
            }
        }
        var comparing: (file: SealFile, form: SealFile.Form)?
        if self.isSealed, let seals, let head { comparing = (seals, head.form) }
        try self.walk(
            path,
            newest,
            comparing: comparing,
            except: unsealed,
            progress: progress,
            row: row
        )
    }

    private mutating func walk(
        _ path: String,
        _ meta: MetaPage,
        comparing seals: (file: SealFile, form: SealFile.Form)?,
        except unsealed: Set<UInt64>,
        progress: Progress,
        row: (String, ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) throws(FileError) {
        var failure: FileError?
        var missing: UInt64?
        var readCount: UInt64 = 0
        var walk = try TreeWalk(path: path, meta: meta, damagesMax: Self.damagesMax)
        try walk.walk(
            visit: { run, bytes in
                readCount += 1
                progress(readCount, meta.lastPage + 1)
                guard let seals, !unsealed.contains(run.first) else { return nil }
                do throws(FileError) {
                    switch try seals.file.compare(run, bytes, form: seals.form) {
                    case .same: return nil
                    case .otherBytes: return "other bytes than were written"
                    case .noSeal: missing = missing ?? run.first
                    }
                } catch {
                    failure = failure ?? error
                }
                return nil
            },
            row: row
        )
        if let failure { throw failure }
        if let missing { self.sealDamage = self.sealDamage ?? "the seal of page \(missing)" }
        self.pageCount = walk.pageCount
        self.damages += walk.damages
    }
}
