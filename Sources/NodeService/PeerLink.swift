import Foundation
import PeerTransport
import SyncEngine
import SyncLog
import Synchronization
import Wire

/// One connection with what goes over it.
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
    let connection: PeerConnection
    private let finished = Mutex(false)
    private let waiting = Mutex(0)
    private let outbox: AsyncStream<PeerMessage>
    private let continuation: AsyncStream<PeerMessage>.Continuation

    init(session: SessionID, peer: NodeID, connection: PeerConnection) {
        self.session = session
        self.peer = peer
        self.connection = connection
        (self.outbox, self.continuation) = AsyncStream.makeStream(of: PeerMessage.self)
    }

    func send(_ message: PeerMessage) {
        let count = self.waiting.withLock { waiting in
            waiting += 1
            return waiting
        }
        self.continuation.yield(message)
        guard count > Self.waitingMax, !self.isFinished else { return }
        self.finish()
        Task { await self.connection.close() }
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

    /// Whether ``finish()`` was called: nothing that still comes is looked at.
    var isFinished: Bool { self.finished.withLock { $0 } }

    /// Carries messages both ways until the connection ends; returns why, `nil` for a close in order.
    func run(node: Node) async -> TransportError? {
        let sending = Task {
            for await message in self.outbox {
                let frame = message.encoded
                try await self.connection.send(frame)
                self.waiting.withLock { $0 -= 1 }
                await node.didSend(message, byteCount: frame.count, session: self.session)
            }
            await self.connection.close()
        }
        var reason: TransportError?
        do throws(TransportError) {
            var frames = self.connection.frames.makeAsyncIterator()
            while let frame = try await frames.next() {
                let message: PeerMessage
                do throws(WireError) {
                    message = try PeerMessage(decoding: frame)
                } catch {
                    await node.didReceiveGarbage(error, session: self.session)
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
        await self.connection.close()
        return reason
    }
}

/// A round that a person waits for.
struct RoundWait: Sendable {
    var open: Set<TableID>
    var sentEntries = 0
    var sentBytes = 0
    var receivedEntries = 0
    var receivedBytes = 0
    var rounds = 0
    var progress = RoundProgress()
    var finding: String?
    /// Why the own store kept nothing.
    var failure: String?
    var continuation: CheckedContinuation<Void, Never>?

    /// Entries that were sent or came.
    var movedEntries: Int { self.sentEntries + self.receivedEntries }
    /// What went wrong, for a person.
    var problem: String? { self.finding ?? self.failure }
    /// Whether the round came to an end, good or bad; it may also have been broken off.
    var isOver: Bool { self.open.isEmpty || self.problem != nil }

    /// Counts what moved in an earlier round of the same command too.
    mutating func add(_ earlier: RoundWait) {
        self.sentEntries += earlier.sentEntries
        self.sentBytes += earlier.sentBytes
        self.receivedEntries += earlier.receivedEntries
        self.receivedBytes += earlier.receivedBytes
        self.rounds += earlier.rounds
    }
}
