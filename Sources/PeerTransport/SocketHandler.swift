import NIOCore

/// Stands between the socket and TLS; closes a connection on which nothing moves.
///
/// A check runs four times in each idle time. Reading counts as stuck when no byte came while
/// reading was asked for; a pause of this node's own making is not the peer's fault. Writing
/// counts as stuck when bytes wait and the socket took none of them.
final class SocketHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Length of a TLS record's head: kind, version, length.
    private static let recordHeadByteCount = 5

    private let idleTime: TimeAmount
    /// Told once; `nil` afterwards.
    private var onFirstRecord: (() -> Void)?
    private var recordHead: [UInt8] = []
    private var recordByteCount = 0
    private var context: ChannelHandlerContext?
    private var check: Scheduled<Void>?
    private var isReading = false
    private var lastRead = NIODeadline.uptimeNanoseconds(0)
    private var bytesQueued = 0
    private var bytesSent = 0
    private var lastSent = NIODeadline.uptimeNanoseconds(0)

    /// Creates a handler; `idleTime` is more than zero.
    ///
    /// `onFirstRecord`: Told on the event loop when the first TLS record is there in full.
    init(idleTime: Duration, onFirstRecord: @escaping () -> Void) {
        precondition(idleTime > .zero, "an idle time is more than zero")
        self.idleTime = TimeAmount(idleTime)
        self.onFirstRecord = onFirstRecord
    }

    /// Cuts the connection without telling the peer by TLS.
    func abort() {
        self.context?.close(promise: nil)
    }

    /// The bytes that wait for the socket, encrypted.
    var pendingByteCount: Int {
        guard let options = self.context?.channel.syncOptions,
            let count = try? options.getOption(ChannelOptions.bufferedWritableBytes)
        else { return 0 }
        return count
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { self.start(on: context.eventLoop) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.check?.cancel()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.start(on: context.eventLoop)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.lastRead = context.eventLoop.now
        if self.onFirstRecord != nil { self.lookAt(Self.unwrapInboundIn(data)) }
        context.fireChannelRead(data)
    }

    /// Counts the bytes of the first record (RFC 8446 §5.1).
    private func lookAt(_ buffer: ByteBuffer) {
        let missing = Self.recordHeadByteCount - self.recordHead.count
        self.recordHead += buffer.readableBytesView.prefix(missing)
        self.recordByteCount += buffer.readableBytes
        guard self.recordHead.count == Self.recordHeadByteCount else { return }
        let length = Int(self.recordHead[3]) << 8 | Int(self.recordHead[4])
        guard self.recordByteCount >= Self.recordHeadByteCount + length else { return }
        self.onFirstRecord?()
        self.onFirstRecord = nil
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isReading = false
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if !self.isReading {
            self.isReading = true
            self.lastRead = context.eventLoop.now
        }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.bytesQueued += Self.unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    private func start(on eventLoop: any EventLoop) {
        guard self.check == nil else { return }
        self.lastRead = eventLoop.now
        self.lastSent = eventLoop.now
        self.scheduleCheck(on: eventLoop)
    }

    private func scheduleCheck(on eventLoop: any EventLoop) {
        let interval = TimeAmount.nanoseconds(max(self.idleTime.nanoseconds / 4, 1))
        self.check = eventLoop.assumeIsolated().scheduleTask(in: interval) {
            guard let context = self.context else { return }
            if self.isStuck(now: context.eventLoop.now) {
                context.fireErrorCaught(TransportError.idle)
                context.close(promise: nil)
            } else {
                self.scheduleCheck(on: context.eventLoop)
            }
        }
    }

    private func isStuck(now: NIODeadline) -> Bool {
        let pending = self.pendingByteCount
        let sent = self.bytesQueued - pending
        if pending == 0 || sent != self.bytesSent {
            self.bytesSent = sent
            self.lastSent = now
        }
        return self.isReading && now - self.lastRead >= self.idleTime
            || now - self.lastSent >= self.idleTime
    }
}
