import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// `Protocol/sync.md` §1 and §4: who dials when, what is due, which of two sessions stays.
@Suite struct SessionScheduleTests {
    private let world = TestTable(count: 3)
    private let endpoint = [Endpoint("node.example:7400")].compactMap(\.self)

    private var low: NodeID { self.ids[0] }
    private var high: NodeID { self.ids[1] }
    private var ids: [NodeID] { self.world.members.cards.map(\.identity).sorted() }

    private func running(_ peer: NodeID) -> SessionSchedule {
        var schedule = SessionSchedule()
        _ = schedule.tick(milliseconds: 0, random: 1)
        schedule.setTargets([peer: self.endpoint])
        schedule.setRunning(true)
        return schedule
    }

    /// The times at which a peer is dialled that never answers.
    private func attempts(seed: UInt64, count: Int) -> [UInt64] {
        var generator = SeededGenerator(seed: seed)
        var schedule = self.running(self.low)
        var times: [UInt64] = []
        schedule.refresh()
        while times.count < count {
            let now = schedule.nextDue
            let due = schedule.tick(milliseconds: now, random: generator.next())
            if due.contains(.dial(self.low, self.endpoint)) {
                times.append(now)
                schedule.dialFailed(self.low)
            }
            schedule.refresh()
        }
        return times
    }

    @Test(arguments: UInt64(1)...50)
    func `attempts are 1 s apart, doubling to 60 s, half of it more or less`(seed: UInt64) {
        let times = self.attempts(seed: seed, count: 12)
        #expect(times[0] < 1_000, "a peer that is new is dialled within a second")
        var delay: UInt64 = 1_000
        for (earlier, later) in zip(times, times.dropFirst()) {
            #expect((delay / 2...delay * 3 / 2).contains(later - earlier), "\(delay)")
            delay = min(2 * delay, 60_000)
        }
        let other = self.attempts(seed: seed + 1_000, count: 12)
        #expect(other != times, "the randomness passed in decides")
    }

    @Test func `nobody is dialled who is connected, being dialled or without an endpoint`() {
        var schedule = self.running(self.low)
        let due = schedule.tick(milliseconds: 1_000, random: 1)
        #expect(due == [.dial(self.low, self.endpoint)])
        #expect(schedule.tick(milliseconds: 100_000, random: 1).isEmpty, "one attempt at a time")
        schedule.connected(SessionID(1), peer: self.low, isInitiator: true)
        _ = schedule.greeted(SessionID(1), node: self.high)
        #expect(schedule.tick(milliseconds: 120_000, random: 1).isEmpty)
        schedule.disconnected(SessionID(1))
        schedule.setTargets([:])
        schedule.refresh()
        #expect(schedule.nextDue == 300_000, "receipts alone")
    }

    @Test func `after a session that stood for long the shortest delay counts again`() {
        for (lasted, range) in [(UInt64(40_000), 500...1_500), (100, 1_000...3_000)] {
            var schedule = self.running(self.low)
            _ = schedule.tick(milliseconds: 1_000, random: 1)
            schedule.dialFailed(self.low)
            schedule.connected(SessionID(1), peer: self.low, isInitiator: false)
            _ = schedule.greeted(SessionID(1), node: self.high)
            _ = schedule.tick(milliseconds: 1_000 + lasted, random: 9)
            schedule.disconnected(SessionID(1))
            schedule.refresh()
            #expect(range.contains(Int(schedule.nextDue - 1_000 - lasted)), "\(lasted)")
        }
    }

    @Test func `a peer that has moved is dialled within a second`() {
        var schedule = self.running(self.low)
        _ = schedule.tick(milliseconds: 1_000, random: 1)
        for _ in 0..<9 { schedule.dialFailed(self.low) }
        schedule.refresh()
        #expect(schedule.nextDue > 20_000)
        schedule.setTargets([self.low: [Endpoint("moved.example:1")].compactMap(\.self)])
        schedule.refresh()
        #expect(schedule.nextDue <= 2_000)
    }

    @Test func `a command's node dials when it is asked and not otherwise`() {
        var schedule = SessionSchedule()
        schedule.setTargets([self.low: self.endpoint])
        schedule.refresh()
        #expect(schedule.nextDue == .max)
        #expect(schedule.dialNow(self.low) == self.endpoint)
        #expect(schedule.dialNow(self.low) == nil, "one attempt at a time")
        schedule.dialFailed(self.low)
        schedule.refresh()
        #expect(schedule.nextDue == .max)
        #expect(schedule.dialNow(self.high) == [], "without an endpoint there is nowhere to dial")
    }

    @Test func `hello, digests, receipts and a stall are due at their times and not before`() {
        var schedule = self.running(self.low)
        schedule.connected(SessionID(1), peer: self.low, isInitiator: false)
        schedule.connected(SessionID(2), peer: self.high, isInitiator: false)
        _ = schedule.greeted(SessionID(2), node: self.ids[2])
        schedule.setInRound(true, SessionID(2))
        #expect(schedule.tick(milliseconds: 9_999, random: 1).isEmpty)
        #expect(schedule.tick(milliseconds: 10_000, random: 1) == [.noHello(SessionID(1))])
        schedule.closing(SessionID(1))
        #expect(schedule.tick(milliseconds: 29_999, random: 1).isEmpty)
        #expect(schedule.tick(milliseconds: 30_000, random: 1) == [.digest(SessionID(2))])
        schedule.moved(SessionID(2), by: 1)
        #expect(schedule.tick(milliseconds: 60_000, random: 1) == [.digest(SessionID(2))])
        #expect(schedule.tick(milliseconds: 89_999, random: 1).isEmpty)
        #expect(
            schedule.tick(milliseconds: 90_000, random: 1)
                == [.digest(SessionID(2)), .stall(SessionID(2))]
        )
        schedule.setInRound(false, SessionID(2))
        #expect(schedule.tick(milliseconds: 299_999, random: 1) == [.digest(SessionID(2))])
        #expect(schedule.tick(milliseconds: 300_000, random: 1) == [.receipts])
        #expect(schedule.tick(milliseconds: 329_999, random: 1) == [.digest(SessionID(2))])
    }

    // MARK: Two sessions

    /// Which of two sessions a node ends, each by who dialled and when it began.
    private func loser(
        at node: NodeID,
        _ peer: NodeID,
        _ first: (isInitiator: Bool, at: UInt64),
        _ second: (isInitiator: Bool, at: UInt64)
    ) -> SessionID? {
        var schedule = SessionSchedule()
        for (number, session) in [first, second].enumerated() {
            _ = schedule.tick(milliseconds: session.at, random: 1)
            schedule.connected(
                SessionID(UInt64(number + 1)),
                peer: peer,
                isInitiator: session.isInitiator
            )
        }
        #expect(schedule.greeted(SessionID(1), node: node).isEmpty)
        let losers = schedule.greeted(SessionID(2), node: node)
        #expect(losers.count == 1)
        return losers.first
    }

    @Test func `of two sessions dialled at one time that of the smaller ID stays at both ends`() {
        for (lowFirst, loser) in [(true, SessionID(2)), (false, SessionID(1))] {
            #expect(
                self.loser(at: self.low, self.high, (lowFirst, 0), (!lowFirst, 30_000)) == loser
            )
            #expect(
                self.loser(at: self.high, self.low, (!lowFirst, 0), (lowFirst, 30_000)) == loser
            )
        }
    }

    @Test func `the younger stays where its dialler has lost the older`() {
        for (node, peer) in [(self.low, self.high), (self.high, self.low)] {
            for first in [true, false] {
                let younger = self.loser(at: node, peer, (first, 0), (first, 1))
                #expect(younger == SessionID(1), "one node dialled both")
                let late = self.loser(at: node, peer, (first, 0), (!first, 30_001))
                #expect(late == SessionID(1), "more than 30 s apart")
            }
        }
    }

    /// Two nodes whose dials cross, with hellos that take their time, keep the same session.
    @Test(arguments: UInt64(1)...200)
    func `both ends keep the same session, and nobody dials again`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let nodes = [self.low, self.high]
        var schedules = nodes.map { node in self.running(node == self.low ? self.high : self.low) }
        // What happens when: place of the node, session, whether it begins, who dialled.
        var happenings: [(at: UInt64, node: Int, session: SessionID, begins: Bool, dialler: Int)] =
            []
        for dialler in [0, 1] {
            let session = SessionID(UInt64(dialler) + 1)
            let dialled = UInt64.random(in: 0...1_000, using: &generator)
            for node in [0, 1] {
                let begins = dialled + UInt64.random(in: 1...15_000, using: &generator)
                let greets = begins + UInt64.random(in: 1...9_000, using: &generator)
                happenings.append((begins, node, session, true, dialler))
                happenings.append((greets, node, session, false, dialler))
            }
        }
        var losers: [[SessionID]] = [[], []]
        for (at, node, session, begins, dialler) in happenings.sorted(by: { $0.at < $1.at }) {
            _ = schedules[node].tick(milliseconds: at, random: generator.next())
            if begins {
                schedules[node].connected(
                    session,
                    peer: nodes[1 - node],
                    isInitiator: dialler == node
                )
            } else {
                losers[node] += schedules[node].greeted(session, node: nodes[node])
            }
        }
        #expect(losers[0] == losers[1] && losers[0].count == 1)
        for node in [0, 1] {
            for loser in losers[node] { schedules[node].disconnected(loser) }
            for second in UInt64(1)...100 {
                let due = schedules[node].tick(
                    milliseconds: 30_000 + second * 1_000,
                    random: generator.next()
                )
                #expect(!due.contains { if case .dial = $0 { true } else { false } })
            }
        }
    }

    // MARK: In the engine

    private func hello(of member: MemberNumber) -> PeerMessage {
        .hello(
            Hello(
                version: 1,
                card: self.world.card(member),
                tables: [self.world.table: self.world.file.fileHash]
            )
        )
    }

    @Test func `the session that is one too many is closed and its round goes on over the other`() {
        var engine = self.world.engine(1)
        let peer = self.world.card(2).identity
        let isLow = self.world.card(1).identity < peer
        // The one that stays is the older: the smaller ID dialled it.
        _ = engine.handle(.connected(SessionID(1), peer: peer, isInitiator: isLow))
        _ = engine.handle(.connected(SessionID(2), peer: peer, isInitiator: !isLow))
        _ = engine.handle(.received(self.hello(of: 2), SessionID(1)))
        #expect(engine.session(with: peer) == SessionID(1))
        let effects = engine.handle(.received(self.hello(of: 2), SessionID(2)))
        #expect(
            effects.contains {
                if case .close(SessionID(2), .done, _) = $0 { true } else { false }
            }
        )
        let digests = effects.filter {
            if case .send(.headsDigest(let digest), SessionID(1)) = $0 {
                digest.isRound
            } else {
                false
            }
        }
        #expect(digests.count == 1)
        #expect(engine.session(with: peer) == SessionID(1))
        let late = engine.handle(.received(self.hello(of: 2), SessionID(2)))
        #expect(late.isEmpty, "what still comes over the other is not looked at")
    }

    @Test func `a frame that does not decode is reported and closes`() {
        var session = TestSession(self.world, 1, with: 2)
        let effects = session.engine.handle(.undecodable(.notCanonical, session.session))
        #expect(effects.findings == [.undecodable(.notCanonical)])
        #expect(effects.closing == .malformed)
        let over = session.engine.handle(.undecodable(.limit("items"), session.session))
        #expect(over.findings == [.undecodable(.limit("items"))])
        #expect(over.closing == .limit)
        #expect(session.engine.handle(.undecodable(.malformed, SessionID(9))).isEmpty)
    }

    @Test func `a round is wanted over the session there is, else a peer is dialled once`() {
        var session = TestSession(self.world, 1, with: 2)
        let peer = self.world.card(2).identity
        #expect(session.engine.handle(.roundWanted(peer)).digests.count == 1)
        let other = self.world.card(3)
        #expect(
            session.engine.handle(.roundWanted(other.identity))
                == [.dial(other.identity, other.endpoints)]
        )
        #expect(session.engine.handle(.roundWanted(other.identity)).isEmpty)
        _ = session.engine.handle(.dialFailed(other.identity))
        #expect(session.engine.handle(.roundWanted(other.identity)).count == 1)
    }

    @Test func `a hindrance that is known ends a round after 5 s, whatever moves`() {
        var schedule = self.running(self.low)
        schedule.connected(SessionID(1), peer: self.low, isInitiator: false)
        _ = schedule.greeted(SessionID(1), node: self.ids[2])
        schedule.setInRound(true, SessionID(1))
        func stalls(_ milliseconds: UInt64) -> Bool {
            schedule.tick(milliseconds: milliseconds, random: 1).contains(.stall(SessionID(1)))
        }
        #expect(!stalls(10_000))
        schedule.notePeerFailing(true, SessionID(1))
        for time in stride(from: UInt64(10_500), through: 14_999, by: 499) {
            #expect(!stalls(time))
            // As when others write on and on.
            schedule.moved(SessionID(1), by: 1)
        }
        #expect(stalls(15_000))
        // Once in 5 s, and each round has them anew.
        #expect(!stalls(15_001) && !stalls(19_999) && stalls(20_000))
        schedule.setInRound(false, SessionID(1))
        schedule.setInRound(true, SessionID(1))
        #expect(!stalls(24_999) && stalls(25_000))
        schedule.notePeerFailing(false, SessionID(1))
        #expect(!stalls(84_999) && stalls(85_000), "a minute without movement")
    }

    @Test func `what repeats itself keeps no round from stalling`() throws {
        var world = TestTable(count: 2)
        try world.writePreface(by: 1)
        var session = TestSession(world, 1, with: 2)
        let log = world.log(1)
        let size = world.store(1).state(of: log).size
        let ack = PeerMessage.ack(Ack(table: world.table, log: log, size: size))
        _ = session.engine.handle(.tick(milliseconds: 30_000, random: 1))
        _ = session.receive(ack)
        _ = session.engine.handle(.tick(milliseconds: 60_000, random: 1))
        _ = session.receive(ack)
        let early = session.engine.handle(.tick(milliseconds: 89_999, random: 1))
        #expect(!early.contains(.roundStalled(session.session)))
        let stalled = session.engine.handle(.tick(milliseconds: 90_000, random: 1))
        #expect(stalled.contains(.roundStalled(session.session)))
    }

    @Test func `a peer that cannot keep what it is given keeps no round from stalling`() throws {
        var world = TestTable(count: 2)
        try world.writePreface(by: 1)
        var session = TestSession(world, 1, with: 2)
        let request = ChunkRequest(table: world.table, log: world.log(1), from: 0, reader: 2)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        func give(at milliseconds: UInt64) -> [SyncEngine.Effect] {
            let effects = session.engine.handle(.tick(milliseconds: milliseconds, random: 1))
            _ = session.engine.handle(.chunkRead(chunk, request, session.session))
            return effects
        }
        _ = give(at: 30_000)
        _ = give(at: 60_000)
        #expect(!give(at: 89_999).contains(.roundStalled(session.session)))
        #expect(give(at: 90_000).contains(.roundStalled(session.session)))
    }
}
