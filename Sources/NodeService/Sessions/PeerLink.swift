import Foundation
import PeerTransport
import SyncEngine
import SyncLog
import Synchronization
import Wire

/// One link with what goes over it.
///
/// A peer that does not read costs little: chunks and fills are read from the store only while few
/// messages wait, and a peer for which too many small ones wait is cut off.
final class PeerLink: Sendable {
    /// Messages that wait, beyond which nothing more is read from the store for this peer.
    static let waitingForReadsMax = 8
    /// Messages that wait, beyond which the connection is cut.
    static let waitingMax = 1_024

    let session: SessionID
    let peer: NodeID
    let link: any Link
    private let dialled = Mutex<Endpoint?>(nil)
    private let finished = Mutex(false)
    private let waiting = Mutex(0)
    private let outbox: AsyncStream<PeerMessage>
    private let continuation: AsyncStream<PeerMessage>.Continuation

    init(session: SessionID, peer: NodeID, link: any Link) {
        self.session = session
        self.peer = peer
        self.link = link
        (self.outbox, self.continuation) = AsyncStream.makeStream(of: PeerMessage.self)
    }

    /// Where the peer was dialled; `nil` when it dialled.
    var endpoint: Endpoint? {
        get { self.dialled.withLock { $0 } }
        set { self.dialled.withLock { $0 = newValue } }
    }

    func send(_ message: PeerMessage) {
        let count = self.waiting.withLock { waiting in
            waiting += 1
            return waiting
        }
        self.continuation.yield(message)
        guard count > Self.waitingMax, !self.isFinished else { return }
        self.finish()
        Task { await self.link.close() }
    }

    /// Messages that the operating system has not taken yet.
    var waitingCount: Int { self.waiting.withLock { $0 } }

    /// Whether reading more for this peer must wait.
    var isFull: Bool { self.waitingCount >= Self.waitingForReadsMax }

    /// Nothing more is sent; the connection closes when all was.
    func finish() {
        self.finished.withLock { $0 = true }
        self.continuation.finish()
    }

    /// As ``finish()``; what a peer does not take in time is lost, so that its place is free again.
    func cut() {
        self.finish()
        Task {
            try? await Task.sleep(for: TLSIdentity.closeTime)
            await self.link.close()
        }
    }

    /// Whether ``finish()`` was called: nothing that still comes is looked at.
    var isFinished: Bool { self.finished.withLock { $0 } }

    /// Carries messages both ways until the connection ends; returns why, `nil` for a close in order.
    func run(node: Node) async -> TransportError? {
        let sending = Task {
            for await message in self.outbox {
                let frame = message.encoded
                try await self.link.send(frame)
                self.waiting.withLock { $0 -= 1 }
                await node.didSend(message, byteCount: frame.count, session: self.session)
            }
            await self.link.close()
        }
        var reason: TransportError?
        var rate = TableFileRate()
        do throws(TransportError) {
            while let frame = try await self.link.nextFrame() {
                if PeerMessage.isTableFile(frame) {
                    let wait = rate.take(at: ContinuousClock.now)
                    if wait > .zero { try? await Task.sleep(for: wait) }
                }
                let message: PeerMessage
                do throws(WireError) {
                    message = try PeerMessage(decoding: frame)
                } catch {
                    await node.didReceive(error, session: self.session)
                    break
                }
                let goesOn = await node.didReceive(
                    message,
                    byteCount: frame.count,
                    session: self.session
                )
                guard goesOn else { break }
            }
        } catch {
            reason = error
        }
        self.finish()
        _ = await sending.result
        await self.link.close()
        return reason
    }
}

/// How often a peer's table files are looked at: each costs a signature check for every signature in it.
///
/// Beyond the rate the connection is read later, so nothing is lost (`Protocol/sync.md` §4).
struct TableFileRate: Sendable {
    /// Most table files that are looked at at once; one more for each ``interval`` after that.
    static let burstMax = 128
    /// Time for one more.
    static let interval = Duration.seconds(1)

    private var nextDue: ContinuousClock.Instant?

    /// Takes one table file's turn at `now`, which never goes back.
    ///
    /// Returns the time to wait before it is looked at; zero within the burst.
    mutating func take(at now: ContinuousClock.Instant) -> Duration {
        let due = max(self.nextDue ?? now, now)
        self.nextDue = due + Self.interval
        return max(.zero, (due - now) - Self.interval * (Self.burstMax - 1))
    }
}
