package import Cryptography

/// A chain key, or content keys, sealed to one member.
package struct Box: Hashable, Sendable {
    /// Most bytes of a box: the keys of a grant of history.
    package static let bytesMax = 48 + 32 * KeyGrant.historyMax

    /// Whose sealing key opens it.
    package let member: MemberNumber
    /// The sealed bytes.
    package let sealed: [UInt8]

    /// Creates a box.
    package init(member: MemberNumber, sealed: [UInt8]) {
        self.member = member
        self.sealed = sealed
    }
}

/// An entry as it travels to those who may have it.
package struct Entry: Hashable, Sendable {
    /// The head, whose bytes are the leaf.
    package let header: EntryHeader
    /// The payload: encrypted or plain, as the kind says.
    package let payload: [UInt8]
    /// Beside a key grant: the boxes that the sender has.
    package let boxes: [Box]

    /// Creates an entry; ``isConsistent`` tells whether the payload is the header's.
    package init(header: EntryHeader, payload: [UInt8], boxes: [Box]) {
        self.header = header
        self.payload = payload
        self.boxes = boxes
    }

    /// Whether length and hash of the payload are what the header says, and boxes stand only beside
    /// a key grant.
    package var isConsistent: Bool {
        self.payload.count == Int(self.header.payloadLength)
            && Digest(hashing: self.payload) == self.header.payloadHash
            && (self.boxes.isEmpty || self.header.kind == .keyGrant)
    }
}

/// What one node gives another of one entry.
package enum LogItem: Hashable, Sendable {
    /// To those outside the audience: the leaf hash and nothing else.
    case leaf(Digest)
    /// To auditors, and of entries whose payload was destroyed.
    case header(EntryHeader)
    /// To members of the audience.
    case full(Entry)

    /// The leaf hash, from whatever is there.
    package var leafHash: Digest {
        switch self {
        case .leaf(let hash): hash
        case .header(let header): header.leafHash
        case .full(let entry): entry.header.leafHash
        }
    }

    /// The header, where there is one.
    package var header: EntryHeader? {
        switch self {
        case .leaf: nil
        case .header(let header): header
        case .full(let entry): entry.header
        }
    }
}
