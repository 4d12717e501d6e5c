/// What the node says of itself, its partners and its logs.
extension Documents {
    struct Status: Decodable {
        struct Peer: Decodable {
            let handle: String
            let connected: Bool
            let since: String?
            let lag_entries: Int
            let missing_entries: Int?
            let last_sync: String?
        }

        struct Store: Decodable {
            /// `nil` where the store cannot be read.
            let bytes: Int?
            let records: Int?
            let entries: Int
        }

        struct Alarm: Decodable {
            let code: String
            let since: String
            let until: String?
            let text: String
            /// Whose doing it is; `nil` for this node's own store and files.
            let handle: String?
            /// Whether it ends when an operator says that it was seen.
            let ends_when_seen: Bool
        }

        let node: String
        let handle: String
        let version: String
        let uptime_seconds: Int?
        let disk_free_bytes: Int?
        let peers: [Peer]
        let store: Store
        let alarms: [Alarm]
        let past_alarms: [Alarm]
    }

    struct Logs: Decodable {
        struct Log: Decodable {
            let table: String
            let author: String
            let generation: Int
            let size: Int
            let complete: Int
            let root: String
            let disputed: Bool
        }

        let logs: [Log]
    }
}
