import CaseModel
import Cryptography
import RecordStore
import SyncEngine
import SyncLog
import Synchronization

/// The cases that were asked for last, kept up with what is written and what comes; from any thread.
///
/// Without it each request about a case would decrypt all of its entries again. The lock is never held while
/// a case is read or worked out.
final class CaseCache: Sendable {
    /// Most cases kept.
    static let casesMax = 8
    /// Entries from which on a case is kept whoever reads it: to read it again takes long.
    static let largeMin = 1_000
    /// Locks under which cases are read.
    private static let locksCount = 64
    /// Most lines of lists kept; one more, and they are gathered anew.
    static let linesMax = 4_096
    /// Most changed cases that are told apart while some are read.
    static let changesMax = 4_096

    /// Names a case.
    struct Key: Hashable, Sendable {
        let table: TableID
        let caseID: ObjectID
    }

    /// A case that is being read: what changes meanwhile may be missing in it.
    struct Reading: Sendable {
        fileprivate let key: Key
        fileprivate let change: UInt64
    }

    private struct Held {
        var state: CaseState
        let judgement: Digest
        /// What counts; older than `state` by entries that change neither audience nor charters.
        var head: CountedCase?
        var isCurrent: Bool
        /// Whether all that counts is in `state`: entries that came since it was read may not be.
        var isWhole: Bool
        var usedAt: UInt64
        /// Whether only searches and lists met it.
        var isMet: Bool
        /// Another one for each `state` that was ever held.
        var stamp: UInt64
        /// What a view of it shows; `nil` until one was asked for.
        var shown: Shown?
    }

    /// What counts of a case, and what a view of it shows.
    struct Shown: Sendable {
        let counted: CountedCase
        let view: CaseView
        /// ``CountedCase/mark``.
        let mark: Digest

        init(_ counted: CountedCase) {
            self.counted = counted
            self.view = counted.view(at: nil)
            self.mark = counted.mark
        }
    }

    /// A line of a list, as it was on a day.
    private struct Line {
        let summary: CaseSummary
        let judgement: Digest
        let day: String
    }

    private struct Contents {
        var held: [Key: Held] = [:]
        var lines: [Key: Line] = [:]
        var time: UInt64 = 0
        /// How many changes there were, of any case.
        var change: UInt64 = 0
        /// The last change of each case since any of those now being read was begun.
        var changed: [Key: UInt64] = [:]
        /// What was begun before this change is not kept, whatever case it is.
        var keptSince: UInt64 = 0
        /// How many are being read.
        var readings = 0

        private var stamp: UInt64 = 0

        mutating func nextStamp() -> UInt64 {
            self.stamp += 1
            return self.stamp
        }

        /// Marks a case as changed, for those who are reading it.
        mutating func noteChange(of key: Key) {
            self.change += 1
            self.lines[key] = nil
            guard self.readings > 0 else { return }
            self.changed[key] = self.change
            if self.changed.count > CaseCache.changesMax { self.noteChangeOfAll() }
        }

        /// Marks every case as changed.
        mutating func noteChangeOfAll() {
            self.change += 1
            self.keptSince = self.change
            self.changed = [:]
            self.lines = [:]
        }

        /// Ends to read a case; whether it is as it was when that was begun.
        mutating func end(_ reading: Reading) -> Bool {
            let isCurrent =
                reading.change >= self.keptSince
                && self.changed[reading.key] ?? 0 <= reading.change
            self.readings -= 1
            if self.readings == 0 { self.changed = [:] }
            return isCurrent
        }
    }

    private let contents = Mutex(Contents())
    private let locks = (0..<CaseCache.locksCount).map { _ in ReadingLock() }

    /// One of those under which cases are read.
    private final class ReadingLock: Sendable {
        let mutex = Mutex(())
    }

    /// Does something that nobody else does for the same case meanwhile: who waits finds what came of it.
    func alone<Result: Sendable, Failure>(
        _ key: Key,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let lock = self.locks[key.hashValue & (Self.locksCount - 1)]
        return try lock.mutex.withLock { (_) throws(Failure) in try body() }
    }

    /// What counts of a case; `nil` when it is not kept whole, or is judged otherwise here.
    ///
    /// - Parameters:
    ///   - key: The case.
    ///   - judgement: How entries are judged.
    ///   - isHeadEnough: Whether newer notes, tags, links, registers and fragments may be missing.
    ///   - isMet: Whether a search or a list only meets it: else it is one that people work in, from now on.
    /// - Returns: What counts.
    func counted(
        _ key: Key,
        judgement: Digest,
        isHeadEnough: Bool,
        isMet: Bool = false
    ) -> CountedCase? {
        let found = self.contents.withLock { contents -> Held? in
            guard contents.held[key]?.judgement == judgement else { return nil }
            contents.time += 1
            contents.held[key]?.usedAt = contents.time
            if !isMet { contents.held[key]?.isMet = false }
            return contents.held[key]
        }
        guard let found else { return nil }
        if let head = found.head, found.isCurrent || isHeadEnough { return head }
        guard found.isWhole || found.state.missing().isEmpty else { return nil }
        let head = found.state.counted()
        self.contents.withLock { contents in
            // Another state, or one that others judge otherwise, may have come in its place.
            guard contents.held[key]?.stamp == found.stamp else { return }
            contents.held[key]?.head = head
            contents.held[key]?.isCurrent = true
        }
        return head
    }

    /// The view of a case that was just asked for by ``counted(_:judgement:isHeadEnough:)``, with what counts of it.
    ///
    /// Worked out once for what is kept: what a page shows of a case is little of it.
    func shown(
        _ key: Key,
        judgement: Digest,
        _ counted: CountedCase
    ) -> Shown {
        let found = self.contents.withLock { contents in
            contents.held[key].flatMap { $0.judgement == judgement ? $0 : nil }
        }
        if let shown = found?.shown { return shown }
        // What is kept may be newer than what was asked for.
        let current = found.flatMap { $0.isCurrent ? $0.head : nil }
        let shown = Shown(current ?? counted)
        self.contents.withLock { contents in
            guard let found, current != nil, contents.held[key]?.stamp == found.stamp
            else { return }
            contents.held[key]?.shown = shown
        }
        return shown
    }

    /// All that was read of a case; `nil` when it is not kept, or is judged otherwise here.
    func state(_ key: Key, judgement: Digest) -> CaseState? {
        self.contents.withLock { contents in
            contents.held[key].flatMap { $0.judgement == judgement ? $0.state : nil }
        }
    }

    /// Whether one more entry of an author might be more than counts of it.
    func isNearLimit(_ key: Key, of author: MemberNumber) -> Bool {
        self.contents.withLock { $0.held[key]?.state.isNearLimit(of: author) } ?? true
    }

    /// Begins to read a case, before its snapshot is taken; ``end(_:with:judgement:)`` ends it.
    func begin(_ key: Key) -> Reading {
        self.contents.withLock { contents in
            contents.readings += 1
            return Reading(key: key, change: contents.change)
        }
    }

    /// Keeps a case that was read in place of the one that was not used for longest.
    ///
    /// Not where it changed meanwhile. Those that only searches and lists met, `isMet`, have half of the places, so that they push
    /// out no more of those that people work in.
    ///
    /// `state`: `nil` for one that could not be read.
    func end(
        _ reading: Reading,
        with state: CaseState?,
        judgement: Digest,
        isMet: Bool = false
    ) {
        self.contents.withLock { contents in
            let key = reading.key
            guard contents.end(reading), let state else { return }
            let met = contents.held.filter { $0.value.isMet }
            let isRoomTaken = isMet && met.count >= Self.casesMax / 2
            if contents.held[key] == nil, isRoomTaken || contents.held.count == Self.casesMax,
                let oldest = (isRoomTaken ? met : contents.held).min(by: {
                    $0.value.usedAt < $1.value.usedAt
                })?.key
            {
                contents.held[oldest] = nil
            }
            contents.time += 1
            contents.held[key] = Held(
                state: state,
                judgement: judgement,
                head: nil,
                isCurrent: false,
                isWhole: true,
                usedAt: contents.time,
                isMet: isMet && contents.held[key]?.isMet ?? true,
                stamp: contents.nextStamp()
            )
        }
    }

    /// The line of a case in lists on a day; `nil` where it is not kept.
    func line(_ key: Key, judgement: Digest, day: String) -> CaseSummary? {
        self.contents.withLock { contents in
            guard let line = contents.lines[key], line.judgement == judgement, line.day == day
            else {
                return nil
            }
            return line.summary
        }
    }

    /// As ``end(_:with:judgement:)``, of a case that was read for its line alone.
    func end(_ reading: Reading, with summary: CaseSummary?, judgement: Digest, day: String) {
        self.contents.withLock { contents in
            guard contents.end(reading), let summary else { return }
            if contents.lines.count == Self.linesMax { contents.lines = [:] }
            contents.lines[reading.key] = Line(summary: summary, judgement: judgement, day: day)
        }
    }

    /// Forgets the cases of entries that no longer count.
    func forget(_ items: [ReadableEntry], table: TableID) {
        self.contents.withLock { contents in
            for item in items {
                let key = Key(table: table, caseID: item.entry.header.caseID)
                contents.noteChange(of: key)
                contents.held[key] = nil
            }
        }
    }

    /// Forgets the cases of a table: what counts of a log in them may be another part.
    func forgetAll(of table: TableID) {
        self.contents.withLock { contents in
            contents.noteChangeOfAll()
            contents.held = contents.held.filter { $0.key.table != table }
        }
    }

    /// Takes over entries that became readable and are on disk.
    func note(_ items: [ReadableEntry], table: TableID) {
        self.contents.withLock { contents in
            for item in items {
                guard let opened = item.ofCase else { continue }
                let key = Key(table: table, caseID: opened.header.caseID)
                contents.noteChange(of: key)
                guard var found = contents.held.removeValue(forKey: key) else { continue }
                // What was withdrawn is not kept in memory.
                if case .withdrawal = opened.contents { continue }
                found.state.insert(opened)
                found.isCurrent = false
                found.isWhole = false
                found.stamp = contents.nextStamp()
                found.shown = nil
                if opened.setsAudience { found.head = nil }
                contents.held[key] = found
            }
        }
    }
}
