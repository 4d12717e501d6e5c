package import NIOCore
import NIOPosix

/// The event loops of this process.
package enum NodeLoops {
    /// One loop per core; they last as long as the process.
    package static let shared: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
}
