package import NIOCore
package import NIOHTTPTypes

/// Closes a connection whose request does not arrive in time, that has none for too long, or whose
/// client does not take the answer.
///
/// A client that sends a byte now and then, or reads none, cannot hold a connection for ever. Only
/// while an answer is being made, and could be sent, is there no deadline.
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
    /// Requests that came whole.
    private var requests = 0
    /// Answers that were written whole; one that came before its request's end is one ahead.
    private var answers = 0

    /// Creates a handler for one connection.
    package init(limit: TimeAmount) { self.limit = limit }

    /// Starts to count.
    package func handlerAdded(context: ChannelHandlerContext) { self.start(context) }

    /// Stops counting.
    package func handlerRemoved(context: ChannelHandlerContext) { self.stop() }

    /// Stops counting.
    package func channelInactive(context: ChannelHandlerContext) {
        self.stop()
        context.fireChannelInactive()
    }

    /// Whether the node works on an answer that the client has room for.
    private func isAnswering(_ context: ChannelHandlerContext) -> Bool {
        self.requests > self.answers && context.channel.isWritable
    }

    /// Counts anew at a request's head, and not while its answer is made.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        // Heads that are sent ahead give a client that does not read no more time.
        case .head where context.channel.isWritable && self.requests <= self.answers:
            self.start(context)
        case .head, .body: break
        case .end:
            self.requests += 1
            if self.isAnswering(context) { self.stop() }
        }
        context.fireChannelRead(data)
    }

    /// Counts while the client takes nothing, and anew when it took much.
    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.isAnswering(context) {
            self.stop()
        } else if context.channel.isWritable || self.deadline == nil {
            self.start(context)
        }
        context.fireChannelWritabilityChanged()
    }

    /// Counts anew at an answer's end.
    package func write(
        context: ChannelHandlerContext,
        data: NIOAny,
        promise: EventLoopPromise<Void>?
    ) {
        if case .end = self.unwrapOutboundIn(data) {
            self.answers += 1
            if self.isAnswering(context) {
                self.stop()
            } else if context.channel.isWritable || self.deadline == nil {
                self.start(context)
            }
        }
        context.write(data, promise: promise)
    }

    private func start(_ context: ChannelHandlerContext) {
        self.stop()
        let channel = context.channel
        self.deadline = context.eventLoop.scheduleTask(in: self.limit) {
            channel.close(promise: nil)
        }
    }

    private func stop() {
        self.deadline?.cancel()
        self.deadline = nil
    }
}
