import CaseModel
import Cryptography
import SyncEngine
import SyncLog

/// The cases that were asked for last, kept up with what is written and what comes.
///
/// Without it each command on a case would decrypt all of its entries again.
struct CaseCache: Sendable {
    /// Most cases kept.
    static let casesMax = 8

    /// Names a case.
    struct Key: Hashable, Sendable {
        let table: TableID
        let caseID: ObjectID
    }

    private struct Held {
        var state: CaseState
        let charter: Digest
        /// What counts; older than `state` by entries that change neither audience nor charters.
        var head: CountedCase?
        var isCurrent: Bool
        /// Whether all that counts is in `state`: entries that came since it was read may not be.
        var isWhole: Bool
        var usedAt: UInt64
    }

    private var held: [Key: Held] = [:]
    private var time: UInt64 = 0

    /// What counts of a case; `nil` when it is not kept whole, or was judged under another charter.
    ///
    /// `isHeadEnough`: Whether newer notes, tags, links, registers and fragments may be missing.
    mutating func counted(
        _ key: Key,
        charter: Digest,
        isHeadEnough: Bool
    ) -> CountedCase? {
        guard var found = self.held.removeValue(forKey: key), found.charter == charter else {
            return nil
        }
        self.time += 1
        found.usedAt = self.time
        if found.head == nil || !found.isCurrent && !isHeadEnough {
            guard found.isWhole || found.state.missing().isEmpty else { return nil }
            found.head = found.state.counted()
            found.isCurrent = true
        }
        self.held[key] = found
        return found.head
    }

    /// All that was read of a case; `nil` when it is not kept, or was judged under another charter.
    func state(_ key: Key, charter: Digest) -> CaseState? {
        self.held[key].flatMap { $0.charter == charter ? $0.state : nil }
    }

    /// Whether one more entry of an author might be more than counts of it.
    func isNearLimit(_ key: Key, of author: MemberNumber) -> Bool {
        self.held[key]?.state.isNearLimit(of: author) ?? true
    }

    /// Keeps a case in place of the one that was not used for longest.
    mutating func keep(_ state: CaseState, _ key: Key, charter: Digest) {
        if self.held[key] == nil, self.held.count == Self.casesMax,
            let oldest = self.held.min(by: { $0.value.usedAt < $1.value.usedAt })?.key
        {
            self.held[oldest] = nil
        }
        self.time += 1
        self.held[key] = Held(
            state: state,
            charter: charter,
            head: nil,
            isCurrent: false,
            isWhole: true,
            usedAt: self.time
        )
    }

    /// Forgets the cases of entries that no longer count.
    mutating func forget(_ entries: [PlainEntry], table: TableID) {
        for entry in entries {
            self.held[Key(table: table, caseID: entry.header.caseID)] = nil
        }
    }

    /// Forgets the cases of a table: what counts of a log in them may be another part.
    mutating func forgetAll(of table: TableID) {
        self.held = self.held.filter { $0.key.table != table }
    }

    /// Takes over entries that became readable and are on disk.
    mutating func note(_ entries: [PlainEntry], table: TableID) {
        for entry in entries {
            let key = Key(table: table, caseID: entry.header.caseID)
            guard self.held[key] != nil, let opened = OpenedEntry(entry),
                var found = self.held.removeValue(forKey: key)
            else { continue }
            // What was withdrawn is not kept in memory.
            if case .withdrawal = opened.contents { continue }
            found.state.insert(opened)
            found.isCurrent = false
            found.isWhole = false
            if opened.setsAudience { found.head = nil }
            self.held[key] = found
        }
    }
}

extension OpenedEntry {
    /// `nil` for what is not about a case, or has no form: a member lies, or has a newer version.
    init?(_ entry: PlainEntry) {
        guard let audience = entry.audience else { return nil }
        do {
            try self.init(
                log: entry.log,
                header: entry.header,
                audience: audience,
                plaintext: entry.plaintext
            )
        } catch {
            return nil
        }
    }
}
