import Cryptography
import SyncLog

/// What is known of a peer over all its connections, in this run of the node and earlier ones.
struct PeerStatus: Codable, Hashable, Sendable {
    /// Name of the setting under which the store has that of all peers.
    static let setting = "peers"

    /// When a round last ended, in milliseconds since 1970.
    var lastSync: UInt64?
    /// Own entries the peer has said it holds, by the table's ID.
    private var acknowledgedSizes: [String: UInt64] = [:]

    /// Own entries of a table that the peer has said it holds; `nil` when it said nothing yet.
    func acknowledged(in table: TableID) -> UInt64? {
        self.acknowledgedSizes[TextEncoding.hex(table.bytes)]
    }

    /// Notes how many own entries of a table the peer has said it holds.
    mutating func acknowledge(_ size: UInt64, in table: TableID) {
        self.acknowledgedSizes[TextEncoding.hex(table.bytes)] = size
    }

    /// The stored form of all, by the peer's ID.
    static func bytes(of all: [NodeID: PeerStatus]) -> [UInt8] {
        let named = all.map { (TextEncoding.hex($0.key.bytes), $0.value) }
        return StoredJSON.bytes(Dictionary(uniqueKeysWithValues: named))
    }

    /// Reads the stored form; of what cannot be read nothing is known.
    static func all(from bytes: [UInt8]?) -> [NodeID: PeerStatus] {
        guard let bytes, let named = StoredJSON.read([String: PeerStatus].self, bytes) else {
            return [:]
        }
        var all: [NodeID: PeerStatus] = [:]
        for (name, status) in named {
            guard let bytes = TextEncoding.bytes(hex: name), let peer = NodeID(bytes) else {
                continue
            }
            all[peer] = status
        }
        return all
    }
}
