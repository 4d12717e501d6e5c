import Synchronization

/// How many bytes of large documents wait for clients that have not taken them yet.
///
/// A document is made whole before its first byte goes: clients that ask and do not read could have one node
/// hold many. Of small ones each connection has one at most.
final class DocumentRoom: Sendable {
    /// Longest document that takes no room.
    static let freeBytesMax = 65_536
    /// Most bytes that wait; one document alone may be longer.
    static let bytesMax = 67_108_864

    /// The room that a document takes until nobody holds this any more.
    final class Taken: Sendable {
        private let room: DocumentRoom
        private let byteCount: Int

        fileprivate init(_ room: DocumentRoom, _ byteCount: Int) {
            self.room = room
            self.byteCount = byteCount
        }

        deinit { self.room.waiting.withLock { $0 -= self.byteCount } }
    }

    private let waiting = Mutex(0)

    /// Takes room for a document; `nil` when too much waits already.
    func take(_ byteCount: Int) -> Taken? {
        let counted = byteCount > Self.freeBytesMax ? byteCount : 0
        let isTaken = self.waiting.withLock { waiting in
            guard waiting == 0 || counted == 0 || waiting + counted <= Self.bytesMax else {
                return false
            }
            waiting += counted
            return true
        }
        return isTaken ? Taken(self, counted) : nil
    }
}
