import CaseModel
import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog

/// How far a peer's own log went when all that it had was held here.
struct LevelMark: Sendable {
    /// The size of the log.
    let size: UInt64
    /// When, by the clock, in milliseconds since 1970.
    let milliseconds: UInt64
}

/// Telling of clocks that are wrong, on both sides.
extension Node {
    /// Where a peer's own logs end at a moment at which both are level: what they get from then on is written
    /// later.
    func levelMarks(of peer: NodeID, in table: TableID) -> [LogID: LevelMark]? {
        guard let state = self.engine.tables[table],
            let number = state.file.effective?.member(identity: peer)?.number
        else { return nil }
        // Of what is refused or waits here, more may have been written before.
        let refused = state.refused
        let logs = state.logs.filter { $0.key.member == number && !refused.contains($0.key) }
        return logs.mapValues { LevelMark(size: $0.size, milliseconds: self.clock) }
    }

    /// Tells of a member whose entries are dated far ahead of the own clock, or far before the moment
    /// after which they were written.
    func noteClock(of chunk: VerifiedChunk) {
        let clock = HybridTime(milliseconds: self.clock)
        let source = self.identity(of: chunk.log, in: chunk.table)
        let times = chunk.items.compactMap(\.header?.time)
        guard let newest = times.max() else { return }
        let author = self.author(of: chunk.log, in: chunk.table)
        if newest.isTellinglyAhead(of: clock) {
            let milliseconds = newest.milliseconds - clock.milliseconds
            let ahead = Self.duration(milliseconds)
            return self.tellClock(
                of: source,
                "ahead",
                milliseconds,
                "\(author): dated entries \(ahead) ahead of this node's clock when they came. One of both "
                    + "clocks was wrong: compare them, and set it right. What was dated wrong stays so"
            )
        }
        guard let source, let written = self.writtenAfter(chunk, by: source),
            HybridTime(milliseconds: written).isFarAhead(of: newest)
        else { return }
        let milliseconds = written - newest.milliseconds
        let behind = Self.duration(milliseconds)
        self.tellClock(
            of: source,
            "behind",
            milliseconds,
            "\(author): dated entries \(behind) before \(UTCTime.text(milliseconds: written)) by this "
                + "node's clock, and wrote them after that. One of both clocks was wrong: compare them, and "
                + "set it right. What was dated wrong stays so"
        )
    }

    /// A moment by the own clock, in milliseconds since 1970, after which all of a chunk was written:
    /// its author and this node were level then, and the log was no longer; `nil` where none is known.
    private func writtenAfter(_ chunk: VerifiedChunk, by author: NodeID) -> UInt64? {
        guard let marks = self.peers.levelMarks(of: author, in: chunk.table) else { return nil }
        let mark: LevelMark
        if let known = marks[chunk.log] {
            mark = known
        } else if let newest = marks.max(by: { $0.key < $1.key }), newest.key < chunk.log {
            // A generation that began since.
            mark = LevelMark(size: 0, milliseconds: newest.value.milliseconds)
        } else {
            return nil
        }
        return chunk.from >= mark.size ? mark.milliseconds : nil
    }

    /// One alarm for each author and direction, of the worst that was told.
    ///
    /// What is twice as bad takes its place as a new one: who read of a minute must not be thought to
    /// have read of a year. A liar gets no more places in the list by it.
    private func tellClock(
        of source: NodeID?,
        _ direction: String,
        _ milliseconds: UInt64,
        _ text: String
    ) {
        func isMeant(_ alarm: Alarm) -> Bool {
            alarm.code == .clock && alarm.source == source?.bytes
                && alarm.subject?.hasPrefix(direction) == true
        }
        if let standing = self.alarms.standing.first(where: isMeant) {
            let told = standing.subject?.split(separator: " ").last
            guard milliseconds / 2 >= told.flatMap({ UInt64($0) }) ?? 0 else { return }
            self.alarms.remove(where: isMeant)
        }
        self.raise(text, .clock, by: source, about: "\(direction) \(milliseconds)")
    }

    /// Tells of own entries that are dated far ahead of the clock: it was wrong then, or is now.
    func noteOwnClock() {
        let clock = HybridTime(milliseconds: self.clock)
        let newest = self.engine.tables.values.compactMap { $0.logs[$0.ownLog]?.time }.max()
        // Once for each such time: seen is seen.
        guard let newest, newest.isTellinglyAhead(of: clock),
            !self.alarms.all.contains(where: {
                $0.code == .clock && $0.subject == "\(newest.rawValue)"
            })
        else { return }
        self.raise(
            "\(self.card.handle), this node: it dated entries up to "
                + "\(UTCTime.text(milliseconds: newest.milliseconds)), "
                + "\(Self.duration(newest.milliseconds - clock.milliseconds)) ahead of its clock when "
                + "that was noticed. One of both was wrong: set the clock right. What was dated wrong "
                + "stays so",
            .clock,
            about: "\(newest.rawValue)"
        )
    }

    /// About how long, in words.
    static func duration(_ milliseconds: UInt64) -> String {
        let seconds = milliseconds / 1_000
        let units: [(UInt64, String)] = [
            (31_556_952, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"),
        ]
        for (length, name) in units where seconds >= length {
            let count = (seconds + length / 2) / length
            return "about \(count) \(name)\(count == 1 ? "" : "s")"
        }
        return "\(seconds) seconds"
    }
}
