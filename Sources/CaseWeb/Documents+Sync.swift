extension Documents {
    /// What `sync now` answers.
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
