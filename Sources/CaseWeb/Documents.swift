import NodeInterface

/// The node's answers as pages read them: the documents that `--json` prints.
enum Documents {
    struct LogEntries: Decodable {
        struct Recipient: Decodable {
            let handle: String
            let ground: String
        }

        struct Entry: Decodable {
            let index: Int
            let kind: String?
            let time: String?
            let `case`: String?
            let to: [Recipient]?
            let category: String?
            let state: String
        }

        let checkpoint: String?
        let entries: [Entry]
    }

    struct Sync: Decodable {
        struct Amount: Decodable {
            let entries: Int
        }

        struct Peer: Decodable {
            let handle: String
            let ok: Bool
            let error: String?
            let sent: Amount
            let received: Amount
        }

        let peers: [Peer]
    }
}
