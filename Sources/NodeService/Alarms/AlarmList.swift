import Cryptography
import SyncLog

/// The alarms that stand, and for a while those that ended; each is told once.
struct AlarmList {
    /// Name of the setting under which the store has them.
    static let setting = "alarms"
    /// Most alarms kept; ended ones go first, then the oldest of whoever caused most of them.
    static let countMax = 100
    /// How long one that ended is still told, in milliseconds.
    static let toldMilliseconds: UInt64 = 7 * 86_400_000

    /// In the order in which they were raised.
    private(set) var all: [Alarm]
    /// Those that outlast a run, as the store has them.
    private var kept: [Alarm]

    /// Begins with what the store has.
    init(kept: [Alarm] = []) {
        self.all = kept
        self.kept = kept
    }

    /// Those that stand.
    var standing: [Alarm] { self.all.filter { $0.until == nil } }

    /// Adds an alarm unless the same stands.
    ///
    /// Once each: a peer that repeats itself must not push out what others did.
    mutating func raise(_ alarm: Alarm) {
        let isStanding = self.standing.contains {
            $0.code == alarm.code && $0.text == alarm.text && $0.subject == alarm.subject
        }
        guard !isStanding else { return }
        // How far a partner is put back is told once, as it is now.
        if alarm.code == .partnerPutBack,
            self.retell(alarm.text, where: { $0.isAbout(alarm) && $0.source == alarm.source })
        {
            return
        }
        self.all.append(alarm)
        self.bound()
    }

    private mutating func bound() {
        while self.all.count > Self.countMax {
            if let ended = self.all.firstIndex(where: { $0.until != nil }) {
                self.all.remove(at: ended)
                continue
            }
            let counts = self.all.reduce(into: [:]) { $0[$1.source, default: 0] += 1 }
            let most = counts.values.max()
            guard let oldest = self.all.firstIndex(where: { counts[$0.source] == most }) else {
                return
            }
            self.all.remove(at: oldest)
        }
    }

    /// Gives the first standing alarm that is so another text; whether there is one.
    mutating func retell(_ text: String, where isMeant: (Alarm) -> Bool) -> Bool {
        let index = self.all.firstIndex { $0.until == nil && isMeant($0) }
        guard let index else { return false }
        self.all[index].text = text
        return true
    }

    /// Ends the standing alarms that are so, at `milliseconds` since 1970.
    mutating func end(at milliseconds: UInt64, where isOver: (Alarm) -> Bool) {
        for index in self.all.indices
        where self.all[index].until == nil && isOver(self.all[index]) {
            self.all[index].until = milliseconds
        }
    }

    /// Takes out the first standing alarm that is so, for one that says more.
    mutating func remove(where isMeant: (Alarm) -> Bool) {
        if let index = self.all.firstIndex(where: { $0.until == nil && isMeant($0) }) {
            self.all.remove(at: index)
        }
    }

    /// Lets go of those that ended long before `milliseconds` since 1970.
    mutating func forgetEnded(before milliseconds: UInt64) {
        self.all.removeAll { alarm in
            alarm.until.map { $0 + Self.toldMilliseconds < milliseconds } ?? false
        }
    }

    // MARK: Keeping

    private var lasting: [Alarm] { self.all.filter { $0.code != .event && $0.code != .store } }

    /// The stored form, where it is another than the one that is kept.
    var unkept: [UInt8]? {
        let lasting = self.lasting
        return lasting == self.kept ? nil : StoredJSON.bytes(lasting)
    }

    /// What lasts is in the store.
    mutating func noteKept() { self.kept = self.lasting }

    /// What the store has; nothing where it cannot be read.
    static func alarms(from bytes: [UInt8]?) -> [Alarm] {
        bytes.flatMap { StoredJSON.read([Alarm].self, $0) } ?? []
    }
}

extension Alarm {
    /// Whether both have one code and are about the same.
    fileprivate func isAbout(_ other: Alarm) -> Bool {
        self.code == other.code && self.subject == other.subject
    }
}
