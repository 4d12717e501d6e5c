package import NIOCore
package import NIOHTTPTypes

/// Closes a connection whose request does not arrive in time, or that has none for too long.
///
/// A client that sends a byte now and then cannot hold a connection for ever.
package final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    /// Parts of a request.
    package typealias InboundIn = HTTPRequestPart
    /// Parts of a request.
    package typealias InboundOut = HTTPRequestPart
    /// Parts of a response.
    package typealias OutboundIn = HTTPResponsePart
    /// Parts of a response.
    package typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private var deadline: Scheduled<Void>?

    /// Creates a handler for one connection.
    package init(limit: TimeAmount) { self.limit = limit }

    /// Starts to count.
    package func handlerAdded(context: ChannelHandlerContext) { self.start(context) }

    /// Stops counting.
    package func handlerRemoved(context: ChannelHandlerContext) { self.deadline?.cancel() }

    /// Stops counting.
    package func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        context.fireChannelInactive()
    }

    /// Counts anew at a request's head, and not while its answer is made.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head: self.start(context)
        case .body: break
        case .end: self.deadline?.cancel()
        }
        context.fireChannelRead(data)
    }

    /// Counts anew at an answer's end.
    package func write(
        context: ChannelHandlerContext,
        data: NIOAny,
        promise: EventLoopPromise<Void>?
    ) {
        if case .end = self.unwrapOutboundIn(data) { self.start(context) }
        context.write(data, promise: promise)
    }

    private func start(_ context: ChannelHandlerContext) {
        self.deadline?.cancel()
        let channel = context.channel
        self.deadline = context.eventLoop.scheduleTask(in: self.limit) {
            channel.close(promise: nil)
        }
    }
}
