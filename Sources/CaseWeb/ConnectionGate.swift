import NIOCore
import Synchronization

/// Counts the connections from each address.
final class ConnectionCounter: Sendable {
    private let max: Int
    private let counts = Mutex<[String: Int]>([:])

    init(max: Int) { self.max = max }

    /// Counts one more, unless there are as many as there may be.
    func open(_ key: String) -> Bool {
        self.counts.withLock { counts in
            guard counts[key, default: 0] < self.max else { return false }
            counts[key, default: 0] += 1
            return true
        }
    }

    /// Counts one less.
    func close(_ key: String) {
        self.counts.withLock { counts in
            let count = counts[key, default: 0] - 1
            counts[key] = count > 0 ? count : nil
        }
    }
}

/// Closes a connection at once whose address has too many already.
final class ConnectionGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let counter: ConnectionCounter
    private let addressKey: @Sendable (String) -> String?
    private var isRefused = false

    init(counter: ConnectionCounter, addressKey: @escaping @Sendable (String) -> String?) {
        self.counter = counter
        self.addressKey = addressKey
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard let key = self.addressKey(context.channel.remoteAddress?.ipAddress ?? "") else {
            return
        }
        guard self.counter.open(key) else {
            // A channel that is still being set up is closed once it is.
            self.isRefused = true
            if context.channel.isActive { context.channel.close(promise: nil) }
            return
        }
        let counter = self.counter
        context.channel.closeFuture.whenComplete { _ in counter.close(key) }
    }

    func channelActive(context: ChannelHandlerContext) {
        guard !self.isRefused else { return context.channel.close(promise: nil) }
        context.fireChannelActive()
    }
}
