import ReplicatedTypes
package import SyncLog

/// How much came of a log.
package struct IntakeAmount: Hashable, Sendable {
    /// Entries, whatever is held of each.
    package var entries: UInt64
    /// Bytes of payloads and of boxes that their grants name.
    package var bytes: UInt64
    /// Entries whose header opens a case.
    package var cases: UInt64

    /// Creates an amount.
    package init(entries: UInt64, bytes: UInt64, cases: UInt64) {
        self.entries = entries
        self.bytes = bytes
        self.cases = cases
    }
}

/// How much of a log came in, and from where on its author's allowance counts (`Protocol/sync.md`
/// §3.4).
package struct LogIntake: Hashable, Sendable {
    /// Most entries that an author adds in a day.
    package static let entriesPerDayMax: UInt64 = 262_144
    /// Most bytes that an author adds in a day.
    package static let bytesPerDayMax: UInt64 = 268_435_456
    /// Most cases that an author opens in a day.
    package static let casesPerDayMax: UInt64 = 4_096
    /// A day, in milliseconds.
    package static let dayTime: UInt64 = 86_400_000
    /// How long a log waits after each chunk beyond half of the allowance, in milliseconds.
    package static let slowTime: UInt64 = 30_000

    /// Bytes that came.
    package var bytes: UInt64 = 0
    /// Cases that came.
    package var cases: UInt64 = 0
    /// What had come when the author and this node were last level.
    package var level = IntakeAmount(entries: 0, bytes: 0, cases: 0)
    /// When that was, in milliseconds since 1970; 0 for never.
    package var levelAt: UInt64 = 0

    /// Nothing came.
    package init() {}

    /// Takes over where author and node were level last.
    mutating func keepLevel(of other: LogIntake) {
        guard other.levelAt > self.levelAt else { return }
        (self.level, self.levelAt) = (other.level, other.levelAt)
    }

    /// Takes note of an item that is held, with the boxes that are held with it.
    package mutating func noteHeld(_ item: LogItem, of log: LogID, in table: TableID) {
        self.note(item, of: log, in: table, boxByteCount: item.boxByteCount)
    }

    /// Takes note of an item whose payload and `boxByteCount` bytes of boxes came with it.
    mutating func note(_ item: LogItem, of log: LogID, in table: TableID, boxByteCount: Int) {
        if case .full(let entry) = item {
            self.bytes += UInt64(entry.payload.count + boxByteCount)
        }
        // Who has the header alone sees as well as its readers that it opens a case.
        if let header = item.header, header.opensCase(of: log, in: table) { self.cases += 1 }
    }
}

/// Where a log stands in its author's allowance.
package enum LogStanding: Hashable, Sendable {
    /// It is taken as it comes.
    case within
    /// More than half of the allowance is used: it waits a while after each chunk.
    case slowed(until: UInt64)
    /// It would be more than the allowance: nothing is taken before more is allowed.
    case over(until: UInt64)
}

/// That nothing of a log is taken for a while.
package struct PutAside: Hashable, Sendable {
    /// When it is taken again, in milliseconds since 1970.
    package let until: UInt64
    /// Whether the allowance is used up; else the log is slowed.
    package let isOver: Bool
}

extension LogState {
    /// What came of the log.
    var amount: IntakeAmount {
        IntakeAmount(entries: self.size, bytes: self.intake.bytes, cases: self.intake.cases)
    }

    /// Where the log stands with what is in this state.
    ///
    /// - Parameters:
    ///   - beginning: When the author's part of the table began: from when it counts while author and
    ///     node were never level.
    ///   - now: The clock; both in milliseconds since 1970.
    /// - Returns: Whether it is taken, and from when on it is again.
    package func standing(beginning: UInt64, now: UInt64) -> LogStanding {
        let since = self.allowanceStart(beginning: beginning, now: now)
        let days = (now - since) / LogIntake.dayTime + 1
        let nextDay = since + days * LogIntake.dayTime
        let used = self.amount
        let level = self.intake.level
        let shares = [
            (used.entries - min(level.entries, used.entries), LogIntake.entriesPerDayMax * days),
            (used.bytes - min(level.bytes, used.bytes), LogIntake.bytesPerDayMax * days),
            (used.cases - min(level.cases, used.cases), LogIntake.casesPerDayMax * days),
        ]
        if shares.contains(where: { $0.0 > $0.1 }) { return .over(until: nextDay) }
        guard shares.contains(where: { $0.0 > $0.1 / 2 }) else { return .within }
        return .slowed(until: min(now + LogIntake.slowTime, nextDay))
    }

    /// The author says that this is all it has: its allowance counts from here, once a day at most.
    ///
    /// More often would let it add a day's allowance as often.
    mutating func noteLevel(beginning: UInt64, now: UInt64) {
        let since = self.allowanceStart(beginning: beginning, now: now)
        guard now - since >= LogIntake.dayTime else { return }
        self.intake.level = self.amount
        self.intake.levelAt = now
    }

    /// From when the allowance counts; not from a time to come, which a wrong clock may have kept.
    private func allowanceStart(beginning: UInt64, now: UInt64) -> UInt64 {
        min(self.intake.levelAt > 0 ? self.intake.levelAt : beginning, now)
    }
}

extension EntryHeader {
    /// Whether the entry is one that opens a case (`Protocol/case-model.md` §1).
    func opensCase(of log: LogID, in table: TableID) -> Bool {
        guard self.kind == .operations else { return false }
        let dot = Dot(
            member: log.member,
            generation: log.generation,
            index: self.index,
            operation: 0
        )
        return self.caseID == ObjectID(table: table, dot: dot)
    }
}
