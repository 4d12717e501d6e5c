import NodeInterface

/// The node's answers as pages read them: the documents that `--json` prints.
enum Documents {
    struct Table: Decodable {
        struct Member: Decodable {
            let handle: String
            let number: Int
            let `class`: String
            let role: String
            let name: String?
            let node: String
        }

        struct Ground: Decodable {
            let code: String
            let text: String
            let from: [String]
            let to: [String]
            let categories: [String]

            func fits(from sender: String, to receiver: String, category: String) -> Bool {
                (self.from.contains("*") || self.from.contains(sender))
                    && (self.to.contains("*") || self.to.contains(receiver))
                    && self.categories.contains(category)
            }
        }

        let table: String
        let version: Int
        let name: String
        let theme: String
        let purpose: String
        let from: String
        let until: String
        let period: Period
        let members: [Member]
        let grounds: [Ground]
        let signatures: [String]
        let quorum: Int
        let effective: Bool
    }

    struct View: Decodable {
        struct Value: Decodable {
            let value: String
            let by: String
            let at: String
        }

        struct Source: Decodable {
            let by: String
            let at: String
            let fragment: String
            let ground: String?
        }

        struct Fact: Decodable {
            let value: String
            let sources: [Source]
        }

        struct SameAs: Decodable {
            let id: String
            let by: String
            let at: String
        }

        struct Subject: Decodable {
            let id: String
            let key: String
            let parent: String?
            let facts: [String: [Fact]]
            let conflicts: [String]
            let fragments: [String]
            let same_as: [SameAs]
        }

        struct Fragment: Decodable {
            let id: String
            let owner: String
            let version: Int
            let type: String
            let fields: [String: String]
            let category: String
            let at: String
            let audience: [Share.Recipient]
            let expired: Bool
            let outside_period: Bool
        }

        struct Link: Decodable {
            let from: String
            let relation: String
            let to: String
            let by: String
            let at: String
        }

        struct Note: Decodable {
            let id: String
            let by: String
            let at: String
            let text: String
            let outside_period: Bool
        }

        struct FormerReader: Decodable {
            let handle: String
            let last: String
        }

        /// A note of this node that counts nowhere.
        struct CutNote: Decodable {
            let at: String
            let text: String
        }

        struct Tag: Decodable {
            let tag: String
            let by: [String]
        }

        struct Day: Decodable {
            let date: String
            let type: String
            let fragment: String
        }

        struct Conflict: Decodable {
            let subject: String
            let fact: String
        }

        let `case`: String
        let table: String
        let owner: String
        let audience: [String]
        let title: [Value]
        let phase: [Value]
        let summary: [Value]
        let lead: [Value]
        let subjects: [Subject]
        let fragments: [Fragment]
        let links: [Link]
        let notes: [Note]
        let tags: [Tag]
        let timeline: [Day]
        let conflicts: [Conflict]
        let former_readers: [FormerReader]
        let uncounted_notes: [CutNote]
        /// The dots behind what is shown; only where it was asked for.
        let seen: Seen?
    }

    struct Seen: Decodable {
        let registers: [String: [String]]
        let tags: [String: [String]]
    }

    struct Offers: Decodable {
        struct Member: Decodable {
            let handle: String
            let ground: String?
        }

        struct Shared: Decodable {
            let version: Int
            let fields: [String]
            let to: [String]
            let category: String
            let lowered: String?
            let expires: String?
            /// Who has an earlier version, and was left out of this one.
            let earlier: [Earlier]
        }

        struct Earlier: Decodable {
            let handle: String
            let version: Int
        }

        let members: [Member]
        /// What is shared of the record in the case now; `nil` for nothing.
        let shared: Shared?
    }

    struct Hits: Decodable {
        struct Hit: Decodable {
            let id: String
            let kind: String
            let owner: String
            let type: String
            let source_key: String?
            let `case`: String?
            let title: String
            let expired: Bool
        }

        let hits: [Hit]
        let total: Int
        /// Whether others share more that was not looked at.
        let more: Bool
    }

    struct Record: Decodable {
        struct Version: Decodable {
            let at: String
            let fields: [String: String]
        }

        let id: String
        let type: String
        let source: String
        let source_key: String
        let category: String
        let at: String
        let never_share: [String]
        let fields: [String: String]
        let history: [Version]
    }

    struct Share: Decodable {
        struct Recipient: Codable {
            let handle: String
            let ground: String
        }

        struct Entry: Decodable {
            let index: Int
        }

        let fragment: String?
        /// What was written; `nil` when nothing was.
        let entry: Entry?
        /// What a preview is known again by.
        let seen: String?
        let version: Int
        let omitted: [String]
        let recipients: [Recipient]
        let category: String?
        let lowered: String?
        let expires: String?
        let fields: [String: String]?
        let left_out: [LeftOut]
    }

    /// Who has an earlier version and is left out of a new one.
    struct LeftOut: Decodable {
        let handle: String
        let version: Int
    }

    struct OpeningPreview: Decodable {
        let title: String
        let summary: String
        let category: String
        let recipients: [Share.Recipient]
    }

    struct Opened: Decodable {
        let `case`: String
    }

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

    /// An answer to a change.
    struct Written: Decodable {
        struct Entry: Decodable {
            let index: Int
        }

        /// What was written; `nil` when nothing was.
        let entry: Entry?
    }

    /// An answer of which nothing is read.
    struct Anything: Decodable {}
}
