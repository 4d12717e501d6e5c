import CaseModel
import Cryptography
import Foundation
import Logging
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog

/// What an alarm is about; the list with what ends each stands in `Protocol/alarms.md`.
package enum AlarmCode: String, CaseIterable, Codable, Sendable {
    case fork
    case putBack = "put-back"
    case unconfirmed
    case partnerPutBack = "partner-put-back"
    case twoCopies = "two-copies"
    case putAside = "put-aside"
    case unprotected
    case damaged
    case silent
    case clock
    case store
    case receipt
    case verification
    case backlog
    case charter
    case address
    case event

    /// The code of what synchronisation found and tells once.
    init(of finding: SyncFinding) {
        switch finding {
        case .chunk, .untrue, .undecodable: self = .verification
        case .twoCopies: self = .twoCopies
        default: self = .event
        }
    }

    /// Whether it ends when an operator has seen it; what is so ends with what it tells of.
    var endsWhenSeen: Bool {
        !self.isCondition && ![.partnerPutBack, .address, .store].contains(self)
    }

    /// Whether it is worked out from the node's state again and again, and ends with what it tells of.
    var isCondition: Bool {
        switch self {
        case .fork, .putBack, .unconfirmed, .putAside, .unprotected, .damaged, .silent, .backlog:
            true
        case .partnerPutBack, .twoCopies, .clock, .store, .receipt, .verification: false
        case .charter, .address, .event: false
        }
    }
}

/// Something an operator must know.
struct Alarm: Codable, Hashable, Sendable {
    let code: AlarmCode
    var text: String
    /// When it was first told, in milliseconds since 1970.
    let since: UInt64
    /// When it ended; `nil` while it stands.
    var until: UInt64?
    /// Whose doing it is, as the bytes of a node ID; `nil` for the node's own store and files.
    let source: [UInt8]?
    /// What it is about, where that ends it: a charter version, a log.
    let subject: String?
}

/// A peer that is not connected, or lacks own entries.
struct PeerTrouble: Sendable {
    /// Since when, as far as was noticed, by the steady clock in milliseconds.
    let since: UInt64
    /// Whether it is connected: then it lacks entries.
    let isConnected: Bool
    /// What it held then.
    let acknowledged: PeerStatus
}

/// Alarms: raised once each, kept in the store until they end, and for a while after.
extension Node {
    /// How often what alarms tell of is worked out anew, in milliseconds.
    private static let alarmsCheckedMilliseconds: UInt64 = 5_000

    /// Tells an operator; `source`: whose doing it is, where it is somebody else's.
    ///
    /// Once each: a peer that repeats itself must not push out what others did.
    func raise(
        _ text: String,
        _ code: AlarmCode = .event,
        by source: NodeID? = nil,
        about subject: String? = nil
    ) {
        self.logger.warning("\(text)")
        self.alarms.raise(
            Alarm(
                code: code,
                text: text,
                since: self.clock,
                until: nil,
                source: source?.bytes,
                subject: subject
            )
        )
        self.keepAlarms()
    }

    /// Ends the alarms that are so.
    func endAlarms(where isOver: (Alarm) -> Bool) {
        self.alarms.end(at: self.clock, where: isOver)
        self.keepAlarms()
    }

    /// Ends those that an operator has seen.
    func acknowledgeAlarms() { self.endAlarms { $0.code.endsWhenSeen } }

    /// Brings alarms in step with what they tell of, now and then.
    func checkAlarms(isForced: Bool = false) {
        // Not the clock that people set: an hour back must not keep alarms silent for an hour.
        let now = self.steadyClock
        guard isForced || now >= self.alarmsDue else { return }
        self.alarmsDue = now + Self.alarmsCheckedMilliseconds
        self.noteOwnClock()
        let conditions = self.conditions()
        let isRunning = self.isRunning
        self.endAlarms { alarm in
            switch alarm.code {
            case .charter: self.isSettled(alarm.subject)
            // It ends with both hellos: a session may be over before the next look.
            case .silent: false
            // What a node that does not run cannot know stands as it was.
            case .backlog where !isRunning: false
            case let code where code.isCondition:
                !conditions.contains { $0.code == code && $0.key == alarm.subject }
            default: false
            }
        }
        for (code, key, text) in conditions {
            let isTold = self.alarms.retell(text) { $0.code == code && $0.subject == key }
            if !isTold { self.raise(text, code, about: key) }
        }
        self.alarms.forgetEnded(before: self.clock)
    }

    /// Notes that a session with a peer stands: who comes now and then only is not silent, and the time
    /// until it is counts anew from that session's end.
    func noteReached(_ peer: NodeID) {
        guard self.engine.session(with: peer) != nil else { return }
        if self.troubles[peer]?.isConnected == false { self.troubles[peer] = nil }
        let key = TextEncoding.hex(peer.bytes)
        self.endAlarms { $0.code == .silent && $0.subject == key }
    }

    /// Two texts of one version matter no more once another version follows.
    private func isSettled(_ subject: String?) -> Bool {
        self.engine.tables.contains { table, state in
            (1..<max(1, state.file.effectiveVersion)).contains {
                Self.subject(version: $0, of: table) == subject
            }
        }
    }

    static func subject(version: Int, of table: TableID) -> String {
        "\(TextEncoding.hex(table.bytes)) \(version)"
    }

    /// Everything that is so now and that an operator must know, by code and what it is about.
    private func conditions() -> [(code: AlarmCode, key: String, text: String)] {
        var found = self.standingAlarms
        guard self.isRunning else { return found }
        let now = self.steadyClock
        for peer in self.engine.peers.sorted() {
            let status = self.peers[peer]
            let key = TextEncoding.hex(peer.bytes)
            let handle = self.handle(of: peer)
            let isConnected = self.engine.session(with: peer) != nil
            let isBehind = isConnected && self.lag(of: peer, status) > 0
            guard !isConnected || isBehind else {
                self.troubles[peer] = nil
                continue
            }
            // Who takes entries while more are written is not behind for long.
            var trouble = self.troubles[peer]
            if isBehind, trouble?.acknowledged != status { trouble = nil }
            if trouble?.isConnected != isConnected { trouble = nil }
            let known =
                trouble
                ?? PeerTrouble(since: now, isConnected: isConnected, acknowledged: status)
            self.troubles[peer] = known
            guard now - known.since >= self.configuration.silentMilliseconds else { continue }
            let seen = self.clock - min(self.clock, now - known.since)
            let since = UTCTime.text(milliseconds: seen)
            if !isConnected {
                // Why it could not be dialled says what to do itself.
                let why =
                    self.peers.dialProblem(of: peer).map { ": \($0)" }
                    ?? ". See that its node runs and this one reaches it"
                found.append((.silent, key, "\(handle): not reached since \(since)\(why)"))
            } else if isBehind {
                found.append(
                    (
                        .backlog, key,
                        "\(handle): connected, lacks entries of this node, and has taken none since "
                            + "\(since). See 'tafel sync now' for what stands in the way"
                    )
                )
            }
        }
        return found
    }

    /// How many own entries a peer has not said it holds.
    func lag(of peer: NodeID, _ status: PeerStatus) -> UInt64 {
        var lag: UInt64 = 0
        for (table, state) in self.engine.tables
        where state.file.effective?.member(identity: peer) != nil {
            let size = state.logs[state.ownLog]?.size ?? 0
            lag += size - min(size, status.acknowledged(in: table) ?? 0)
        }
        return lag
    }

    /// Where it fails, the next run knows less.
    private func keepAlarms() {
        guard let bytes = self.alarms.unkept else { return }
        do throws(SlotError) {
            try self.store.setSetting(AlarmList.setting, bytes)
            self.alarms.noteKept()
        } catch {
            self.logger.debug("alarms were not kept: \(error)")
        }
    }
}
