package import Cryptography
import Glibc
import LocalFiles
import Synchronization

/// Sees to it that LMDB reads no page of the store's file that is not as it was written.
///
/// LMDB trusts its pages: a changed one ends the process or, worse, hides rows. So every page is
/// sealed after the transaction that wrote it, and compared before LMDB opens the file: whenever
/// the file was touched since it was closed, and once a day. Pages that change while the file is
/// open are out of reach.
package final class PageGuard: Sendable {
    /// Longest time between two comparisons of an untouched file, in seconds.
    static let untouchedSecondsMax: UInt64 = 86_400

    private struct State {
        /// The newest sealed transaction; `nil` when sealing was given up.
        var meta: MetaPage?
        var head: SealFile.Head?
        var isOpen = false
    }

    private let path: String
    private let sealPath: String
    private let seals: SealFile
    private let state: Mutex<State>
    private let unsealed = Mutex(false)

    /// Whether there were no seals of the store that was opened, which is sealed now as it was found.
    package var wasUnsealed: Bool { self.unsealed.withLock { $0 } }

    /// The name of the seal file beside a store.
    package static func sealPath(of path: String) -> String { path + "-seals" }

    /// Opens the seal file, and compares the pages of a store that is there.
    ///
    /// `isNew`: There are no pages yet; ``sealAll()`` seals them once they are made.
    package init(path: String, key: borrowing SecretKey, isNew: Bool) throws(PageGuardError) {
        self.path = path
        self.sealPath = Self.sealPath(of: path)
        do throws(FileError) {
            self.seals = try SealFile(path: self.sealPath, key: key, makesFile: true)
        } catch {
            throw .file(error)
        }
        self.state = Mutex(State())
        if !isNew { try self.compare() }
    }

    /// Seals everything anew: for a store that was just made, or found to be sound.
    package func sealAll() throws(PageGuardError) {
        let meta = try Self.metaPages(self.path).newest
        try self.walk(meta, comparing: nil)
    }

    private func compare() throws(PageGuardError) {
        let (newest, other) = try Self.metaPages(self.path)
        guard let head = try self.head() else {
            self.unsealed.withLock { $0 = true }
            return try self.walk(newest, comparing: nil)
        }
        try self.compare(newest, other, head)
        let isOfOlderForm = self.state.withLock { state in
            state.head.map { $0.form != .newest } ?? false
        }
        // Emptied first: where this is interrupted, no seal is taken for one of another form.
        guard isOfOlderForm, truncate(self.sealPath, 0) == 0 else { return }
        try self.walk(newest, comparing: nil)
    }

    private func compare(
        _ newest: MetaPage,
        _ other: MetaPage,
        _ head: SealFile.Head
    ) throws(PageGuardError) {
        let isSameBoot = head.boot == Self.boot
        // Seals that no sync followed may have been lost when the machine stopped.
        guard head.isClosed || isSameBoot else { return try self.walk(newest, comparing: nil) }
        if head.transaction == newest.transaction {
            guard self.seals.seal(of: newest) == head.metaSeal else {
                throw .storeDamaged(what: "the page that says where its tables are")
            }
            // In an older form all pages are compared once more, and sealed anew.
            if head.form == .newest, try self.isUntouched(head) {
                return self.state.withLock { $0 = State(meta: newest, head: head) }
            }
        } else if head.transaction == other.transaction,
            self.seals.seal(of: other) == head.metaSeal
        {
            // The process ended between the last commit and its seals, or a page was changed.
            guard !head.isClosed, newest.transaction == other.transaction + 1 else {
                throw .storeDamaged(what: "the page that says where its tables are")
            }
            do throws(PageReadError) {
                let seals = try self.seals(from: other, to: newest, form: head.form)
                do throws(FileError) { try self.seals.write(seals) } catch {
                    throw .file(error)
                }
            } catch {
                throw PageGuardError(error)
            }
        } else if head.transaction > newest.transaction {
            throw .storeDamaged(what: "older than its seals, transaction \(head.transaction)")
        } else {
            // Whoever writes seals, or empties the file of seals where it cannot.
            throw .storeDamaged(what: "newer than its seals, transaction \(head.transaction)")
        }
        try self.walk(newest, comparing: head.form)
    }

    private func head() throws(PageGuardError) -> SealFile.Head? {
        let (isHeadless, isNewer): (Bool, Bool)
        do throws(FileError) {
            if let head = try self.seals.head() { return head }
            isHeadless = try self.seals.isHeadless()
            isNewer = try self.seals.isNewer()
        } catch {
            throw .file(error)
        }
        guard !isNewer else { throw .sealsDamaged(what: "its form, which a newer program made") }
        guard isHeadless else { throw .sealsDamaged(what: "its head, or of another node") }
        return nil
    }

    private func isUntouched(_ head: SealFile.Head) throws(PageGuardError) -> Bool {
        let now = Self.seconds
        guard head.isClosed, head.boot == Self.boot, head.comparedAt <= now,
            now - head.comparedAt < Self.untouchedSecondsMax
        else { return false }
        return try self.stamp() == head.stamp
    }

    private func stamp() throws(PageGuardError) -> [UInt8] {
        do throws(FileError) { return try PageFile(path: self.path).stamp().bytes } catch {
            throw .file(error)
        }
    }

    /// Reads every page; compares it with its seal of form `form`, or seals it.
    private func walk(
        _ meta: MetaPage,
        comparing form: SealFile.Form?
    ) throws(PageGuardError) {
        var made: [SealFile.PageSeal] = []
        var failure: FileError?
        var missing: UInt64?
        var damage: StoreDamage?
        do throws(FileError) {
            var walk = try TreeWalk(path: self.path, meta: meta, damagesMax: 1)
            try walk.walk { run, bytes in
                do throws(FileError) {
                    guard let form else {
                        made.append(self.seals.seal(of: run, bytes, form: .newest))
                        if made.count == Self.sealedAtOnceMax {
                            try self.seals.write(made)
                            made.removeAll(keepingCapacity: true)
                        }
                        return nil
                    }
                    switch try self.seals.compare(run, bytes, form: form) {
                    case .same: return nil
                    case .otherBytes: return "other bytes than were written"
                    case .noSeal:
                        missing = missing ?? run.first
                        return nil
                    }
                } catch {
                    failure = failure ?? error
                    return nil
                }
            } row: { _, _, _ in
            }
            damage = walk.damages.first
            if damage == nil, failure == nil, missing == nil {
                try self.seals.write(made)
                try self.seals.setHead(self.newHead(meta, form ?? .newest))
                // From here on commits say nothing of their own: this must not be older than one of them.
                try self.seals.sync()
            }
        } catch {
            failure = error
        }
        if let damage {
            throw .storeDamaged(what: "page \(damage.page) of \(damage.table), \(damage.what)")
        }
        if let missing { throw .sealsDamaged(what: "the seal of page \(missing)") }
        if let failure {
            // Without room for seals the store works on, and is sealed when there is some.
            guard form == nil else { throw .file(failure) }
            return self.giveUp()
        }
        self.state.withLock {
            $0 = State(meta: meta, head: self.newHead(meta, form ?? .newest), isOpen: true)
        }
    }

    /// The seals of what a transaction wrote.
    private func seals(
        from old: MetaPage,
        to new: MetaPage,
        form: SealFile.Form
    ) throws(PageReadError) -> [SealFile.PageSeal] {
        let seals = self.seals
        return try PageChanges.pages(path: self.path, from: old, to: new) { run, bytes in
            seals.seal(of: run, bytes, form: form)
        }
    }

    /// Most seals that are kept in memory before they are written, when all are made anew.
    static let sealedAtOnceMax = 4_096

    private func newHead(_ meta: MetaPage, _ form: SealFile.Form) -> SealFile.Head {
        SealFile.Head(
            form: form,
            transaction: meta.transaction,
            metaSeal: self.seals.seal(of: meta),
            isClosed: false,
            boot: Self.boot,
            stamp: [UInt8](repeating: 0, count: FileStamp.byteCount),
            comparedAt: Self.seconds
        )
    }

    /// Says durably, before the first commit, that the store is no longer as it was closed.
    ///
    /// Else a process that ends, or a machine that stops, between that commit and its seals would
    /// leave a store that looks changed by somebody. Never fails: see ``didCommit()``.
    package func willCommit() {
        self.state.withLock { state in
            guard var head = state.head, head.isClosed else { return }
            do {
                head.isClosed = false
                head.boot = Self.boot
                try self.seals.setHead(head)
                try self.seals.sync()
                state.head = head
                state.isOpen = true
            } catch {
                self.giveUp(&state)
            }
        }
    }

    /// Seals what the transaction wrote that was just committed.
    ///
    /// Never fails: a store that cannot be sealed works on unsealed, and is sealed when it opens.
    package func didCommit() {
        self.state.withLock { state in
            guard let old = state.meta, var head = state.head else { return }
            do {
                let newest = try PageFile(path: self.path).metaPages().newest
                guard newest.transaction != old.transaction else { return }
                guard newest.transaction == old.transaction + 1 else {
                    return self.giveUp(&state)
                }
                try self.seals.write(try self.seals(from: old, to: newest, form: head.form))
                head.transaction = newest.transaction
                head.metaSeal = self.seals.seal(of: newest)
                head.isClosed = false
                head.boot = Self.boot
                try self.seals.setHead(head)
                state.meta = newest
                state.head = head
                state.isOpen = true
            } catch {
                self.giveUp(&state)
            }
        }
    }

    /// Puts the seals on disk, once LMDB has closed the file.
    package func close() {
        self.state.withLock { state in
            guard state.isOpen, let meta = state.meta, var head = state.head else { return }
            do {
                guard
                    try PageFile(path: self.path).metaPages().newest.transaction == meta.transaction
                else { return self.giveUp(&state) }
                try self.seals.sync()
                head.stamp = try self.stamp()
                head.isClosed = true
                try self.seals.setHead(head)
                state.isOpen = false
            } catch {
                self.giveUp(&state)
            }
        }
    }

    private func giveUp() { self.state.withLock { self.giveUp(&$0) } }

    /// Seals that do not keep up are worse than none.
    private func giveUp(_ state: inout State) {
        state.meta = nil
        state.head = nil
        truncate(self.sealPath, 0)
    }

    private static func metaPages(
        _ path: String
    ) throws(PageGuardError) -> (newest: MetaPage, other: MetaPage) {
        do throws(PageReadError) { return try PageFile.reading(path).metaPages() } catch {
            throw PageGuardError(error)
        }
    }

    private static var seconds: UInt64 { UInt64(max(0, time(nil))) }

    /// The machine's name for the time since it was started.
    static let boot: [UInt8] = {
        let text = try? Descriptor(path: "/proc/sys/kernel/random/boot_id", flags: O_RDONLY)
            .read(count: 36, at: 0)
        let digits = String(decoding: text ?? [], as: UTF8.self).filter { $0 != "-" }
        let bytes = TextEncoding.bytes(hex: digits) ?? []
        // Without one, no two processes ran in the same time.
        return bytes.count == 16 ? bytes : Randomness.bytes(count: 16)
    }()
}
