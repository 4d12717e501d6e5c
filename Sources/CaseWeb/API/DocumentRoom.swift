import Synchronization

/// How many bytes of large documents wait for clients that have not taken them yet, for each caller.
///
/// A document is made whole before its first byte goes: clients that ask and do not read could have one node
/// hold many. One caller's keep none from another. Of small ones each connection has one at most.
final class DocumentRoom: Sendable {
    /// Longest document that takes no room.
    static let freeBytesMax = 65_536
    /// Most bytes that wait for one caller; one document alone may be longer.
    static let bytesMax = 67_108_864

    /// The room that a document takes until nobody holds this any more.
    final class Taken: Sendable {
        private let room: DocumentRoom
        private let byteCount: Int
        private let caller: String

        fileprivate init(_ room: DocumentRoom, _ byteCount: Int, for caller: String) {
            self.room = room
            self.byteCount = byteCount
            self.caller = caller
        }

        deinit {
            self.room.waiting.withLock { waiting in
                let rest = (waiting[self.caller] ?? 0) - self.byteCount
                waiting[self.caller] = rest > 0 ? rest : nil
            }
        }
    }

    private let waiting = Mutex<[String: Int]>([:])

    /// Takes room for a document; `nil` when too much waits for its caller already.
    func take(_ byteCount: Int, for caller: String) -> Taken? {
        let counted = byteCount > Self.freeBytesMax ? byteCount : 0
        let isTaken = self.waiting.withLock { waiting in
            let before = waiting[caller] ?? 0
            guard before == 0 || counted == 0 || before + counted <= Self.bytesMax else {
                return false
            }
            if counted > 0 { waiting[caller] = before + counted }
            return true
        }
        return isTaken ? Taken(self, counted, for: caller) : nil
    }
}
