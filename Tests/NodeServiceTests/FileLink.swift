import Foundation
import Synchronization

@testable import PeerTransport

/// A link over two files, one for each direction; no socket.
///
/// A frame is its length (4 bytes) and its bytes; a length of zero ends it.
final class FileLink: Link {
    /// Time between looks at a file that has no more yet.
    private static let pollTime = Duration.milliseconds(5)

    let peer: [UInt8]
    private let incoming: URL
    private let outgoing: URL
    private let readOffset = Mutex<UInt64>(0)
    private let isClosed = Mutex(false)

    init(peer: [UInt8], incoming: URL, outgoing: URL) {
        self.peer = peer
        self.incoming = incoming
        self.outgoing = outgoing
        _ = FileManager.default.createFile(atPath: outgoing.path, contents: nil)
    }

    func nextFrame() async throws(TransportError) -> [UInt8]? {
        while true {
            if self.isClosed.withLock({ $0 }) { return nil }
            if let frame = self.readFrame() { return frame.isEmpty ? nil : frame }
            do { try await Task.sleep(for: Self.pollTime) } catch { throw .cancelled }
        }
    }

    private func readFrame() -> [UInt8]? {
        self.readOffset.withLock { offset in
            guard let file = try? FileHandle(forReadingFrom: self.incoming),
                (try? file.seek(toOffset: offset)) != nil,
                let head = try? file.read(upToCount: 4), head.count == 4
            else { return nil }
            let length = head.reduce(0) { $0 << 8 | Int($1) }
            guard length > 0 else { return [] }
            guard let bytes = try? file.read(upToCount: length), bytes.count == length else {
                return nil
            }
            offset += UInt64(4 + length)
            return [UInt8](bytes)
        }
    }

    func send(_ frame: [UInt8]) async throws(TransportError) {
        guard !self.isClosed.withLock({ $0 }) else { throw .closed }
        self.write(frame)
    }

    func close() async {
        let wasClosed = self.isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if !wasClosed { self.write([]) }
    }

    private func write(_ frame: [UInt8]) {
        let head = withUnsafeBytes(of: UInt32(frame.count).bigEndian) { Data($0) }
        guard let file = try? FileHandle(forWritingTo: self.outgoing) else { return }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: head + Data(frame))
    }
}
