import NIOCore

/// Cuts the plain bytes of a connection into frames, and hands out one at a time on demand.
///
/// A frame is its length (4 bytes, big-endian) and as many bytes. Reading is asked for only while
/// no whole frame is held, so a connection holds at most one frame and what one read brings, or
/// at its end what the operating system had received already.
final class FrameHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// What a wait for a frame came to; `nil` is the end in good order.
    typealias Outcome = Result<[UInt8]?, TransportError>

    private enum Head {
        case incomplete
        case complete(byteCount: Int)
        case refused(TransportError)
    }

    private enum Ending {
        case inGoodOrder
        case failed(TransportError)
    }

    private static let headerByteCount = 4
    /// An empty buffer larger than this is given back instead of kept.
    private static let keptBufferBytesMax = 262_144

    private let eventLoop: any EventLoop
    /// The largest frame in bytes.
    let frameBytesMax: Int
    private let isDialled: Bool
    private var rate: FrameRate
    private var context: ChannelHandlerContext?
    private var buffered = ByteBuffer()
    private var holdsRead = false
    private var hasReceived = false
    private var ending: Ending?
    private var waiter: CheckedContinuation<Outcome, Never>?
    private var pause: Scheduled<Void>?

    /// Creates a handler for a channel of `eventLoop`; `isDialled` on the side that dialled.
    init(eventLoop: any EventLoop, limits: TransportLimits, isDialled: Bool) {
        self.eventLoop = eventLoop
        self.frameBytesMax = limits.frameBytesMax
        self.isDialled = isDialled
        self.rate = FrameRate(framesPerSecondMax: limits.framesPerSecondMax)
    }

    /// Answers with the next frame, now or when it has come.
    ///
    /// `cancellation` tells whether the waiting task was cancelled before this call.
    func wait(_ waiter: CheckedContinuation<Outcome, Never>, cancellation: CancellationMark) {
        precondition(self.waiter == nil, "frames are awaited by one task at a time")
        guard !cancellation.isSet else { return waiter.resume(returning: .failure(.cancelled)) }
        self.waiter = waiter
        self.deliver()
    }

    /// Ends a wait without a frame; no frame is lost.
    func cancelWait() {
        self.pause?.cancel()
        self.pause = nil
        self.answer(.failure(.cancelled))
    }

    /// Sends one frame whose length was checked; answers when the socket has taken it whole.
    func send(_ frame: [UInt8], answer: @escaping (Result<Void, TransportError>) -> Void) {
        guard let context = self.context, self.ending == nil else {
            return answer(.failure(self.loss))
        }
        var buffer = context.channel.allocator.buffer(
            capacity: Self.headerByteCount + frame.count
        )
        buffer.writeInteger(UInt32(frame.count))
        buffer.writeBytes(frame)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success: answer(.success(()))
            case .failure: answer(.failure(self.loss))
            }
        }
        context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: promise)
    }

    /// Closes in good order from this side; frames not yet handed out are dropped.
    func close() {
        self.buffered = ByteBuffer()
        self.finish(.inGoodOrder)
        self.context?.close(promise: nil)
        self.releaseRead()
    }

    /// Ends the frames; what still comes is thrown away.
    func end(with error: TransportError) {
        self.finish(.failed(error))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.finish(.failed(self.loss))
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        if self.wantsMore {
            context.read()
        } else {
            self.holdsRead = true
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.ending == nil else { return }
        // Copied: TLS decrypts into the same storage again.
        self.buffered.writeImmutableBuffer(Self.unwrapInboundIn(data))
        self.hasReceived = self.hasReceived || self.buffered.readableBytes > 0
        self.deliver()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.finish(.failed(error as? TransportError ?? self.loss))
    }

    func channelInactive(context: ChannelHandlerContext) {
        // TLS reports an end without a close notification as an error, before this.
        let isRefused = self.isDialled && !self.hasReceived
        self.finish(isRefused ? .failed(.refused) : .inGoodOrder)
        context.fireChannelInactive()
    }

    /// What a broken connection means at this moment.
    private var loss: TransportError {
        if case .failed(let error)? = self.ending { return error }
        return self.ending == nil && self.isDialled && !self.hasReceived ? .refused : .closed
    }

    private var head: Head {
        guard
            let length = self.buffered.getInteger(
                at: self.buffered.readerIndex,
                as: UInt32.self
            )
        else { return .incomplete }
        let byteCount = Int(length)
        guard byteCount > 0 else { return .refused(.frameEmpty) }
        guard byteCount <= self.frameBytesMax else { return .refused(.frameTooLarge(byteCount)) }
        return self.buffered.readableBytes - Self.headerByteCount >= byteCount
            ? .complete(byteCount: byteCount) : .incomplete
    }

    private var wantsMore: Bool {
        // After the end reading goes on, to see the peer's half of the TLS close.
        if self.ending != nil { return true }
        if case .incomplete = self.head { return true }
        return false
    }

    private func deliver() {
        switch self.head {
        case .incomplete:
            self.releaseRead()
            self.answerEnding()
        case .refused(let error):
            self.buffered = ByteBuffer()
            if self.ending == nil { self.context?.close(promise: nil) }
            self.ending = .failed(error)
            self.releaseRead()
            self.answerEnding()
        case .complete(let byteCount):
            guard self.waiter != nil, self.pause == nil else { return }
            let wait = self.rate.take(at: self.eventLoop.now.uptimeNanoseconds)
            guard wait == 0 else { return self.deliver(after: wait) }
            self.answer(.success(self.takeFrame(byteCount: byteCount)))
            self.releaseRead()
        }
    }

    private func deliver(after nanoseconds: UInt64) {
        let delay = TimeAmount.nanoseconds(Int64(nanoseconds))
        self.pause = self.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            self.pause = nil
            self.deliver()
        }
    }

    private func takeFrame(byteCount: Int) -> [UInt8] {
        self.buffered.moveReaderIndex(forwardBy: Self.headerByteCount)
        guard let frame = self.buffered.readBytes(length: byteCount) else {
            preconditionFailure("a complete frame can be read")
        }
        if self.buffered.readableBytes == 0 {
            if self.buffered.capacity > Self.keptBufferBytesMax {
                self.buffered = ByteBuffer()
            } else {
                self.buffered.clear()
            }
        } else if self.buffered.readerIndex > self.buffered.readableBytes {
            // Not at each frame: moving the rest costs its length.
            self.buffered.discardReadBytes()
        }
        return frame
    }

    private func finish(_ ending: Ending) {
        guard self.ending == nil else { return }
        self.ending = ending
        self.deliver()
    }

    /// Answers a wait with the end, once no whole frame is left.
    private func answerEnding() {
        switch self.ending {
        case nil:
            break
        case .inGoodOrder?:
            let isCut = self.buffered.readableBytes > 0
            self.answer(isCut ? .failure(.closed) : .success(nil))
        case .failed(let error)?:
            self.answer(.failure(error))
        }
    }

    private func answer(_ outcome: Outcome) {
        guard let waiter = self.waiter else { return }
        self.waiter = nil
        waiter.resume(returning: outcome)
    }

    private func releaseRead() {
        guard self.holdsRead, self.wantsMore else { return }
        self.holdsRead = false
        self.context?.read()
    }
}
