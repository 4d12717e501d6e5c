package import Cryptography
package import ReplicatedTypes
package import Vocabulary

/// What an entry is (`Protocol/sync-log.md` §4).
///
/// The raw value is the code in the header.
package enum EntryKind: UInt8, CaseIterable, Hashable, Sendable {
    case operations = 1
    case fragment = 2
    case withdrawal = 3
    case keyGrant = 4
    case receipt = 5
    case consultation = 6
    case destruction = 7
    case card = 8
    case charterAdopted = 9
    case forkEvidence = 10
    case hold = 11
    case export = 12
    case closing = 13

    /// The word on screen and in JSON.
    package var name: String {
        switch self {
        case .operations: "operations"
        case .fragment: "fragment"
        case .withdrawal: "withdrawal"
        case .keyGrant: "key-grant"
        case .receipt: "receipt"
        case .consultation: "consultation"
        case .destruction: "destruction"
        case .card: "card"
        case .charterAdopted: "charter-adopted"
        case .forkEvidence: "fork-evidence"
        case .hold: "hold"
        case .export: "export"
        case .closing: "closing"
        }
    }

    /// Whether entries of this kind go to an audience list; the others go to the whole table.
    package var hasAudience: Bool {
        switch self {
        case .receipt, .card, .charterAdopted, .forkEvidence, .closing: false
        case .operations, .fragment, .withdrawal, .keyGrant, .consultation, .destruction, .hold,
            .export:
            true
        }
    }

    /// Whether the payload is encrypted under a content key.
    package var isEncrypted: Bool { self.hasAudience && self != .keyGrant }

    /// Whether an entry of this kind names a case: always, never, or as it likes (`nil`).
    package var namesCase: Bool? {
        switch self {
        case .operations, .fragment, .withdrawal: true
        case .destruction, .hold: nil
        case .keyGrant, .receipt, .consultation, .card, .charterAdopted, .forkEvidence, .export,
            .closing:
            false
        }
    }
}

/// Why bytes are not a header.
package enum HeaderError: Error, Hashable, Sendable {
    /// Not 148 bytes.
    case length(Int)
    /// Another version than 1.
    case version(UInt8)
    /// A kind that does not exist.
    case kind(UInt8)
    /// A category that does not exist.
    case category(UInt16)
    /// Reserved bytes are not zero.
    case reserved
    /// Charter version 0.
    case charterVersion
    /// A payload over ``EntryHeader/payloadBytesMax``, or too short for its kind.
    case payloadLength(UInt32)
    /// An index at or over ``EntryHeader/treeSizeMax``.
    case index(UInt64)
    /// Case, audience, epoch, position or commitment that the kind does not allow.
    case combination(EntryKind)
}

/// The fixed-size, canonical head of an entry: its 148 bytes are the leaf of the log's tree.
package struct EntryHeader: Hashable, Sendable {
    /// Length of the bytes.
    package static let byteCount = 148
    /// Most bytes of a payload.
    package static let payloadBytesMax = 1_048_576
    /// Most entries of a log.
    package static let treeSizeMax: UInt64 = 1 << 48

    /// What the entry is.
    package var kind: EntryKind
    /// Version of the charter under which the entry is judged.
    package var charterVersion: UInt16
    /// Category of the data; `nil` where there is none.
    package var category: Category?
    /// 0-based position in the log.
    package var index: UInt64
    /// When, for people.
    package var time: HybridTime
    /// The case, or zero.
    package var caseID: ObjectID
    /// Hash of the audience list; zero for the whole table.
    package var audience: Digest
    /// Epoch of the author's key chain for this audience.
    package var epoch: UInt32
    /// Position in the chain.
    package var position: UInt32
    /// SHA-256 of the payload as it travels.
    package var payloadHash: Digest
    /// Length of the payload, in bytes.
    package var payloadLength: UInt32
    /// Commitment to the content key (of a key grant: the chain key); zero where there is none.
    package var keyCommitment: Digest

    /// Creates a header; the writer of a log fills the rest.
    package init(
        kind: EntryKind,
        charterVersion: UInt16,
        category: Category?,
        index: UInt64,
        time: HybridTime,
        caseID: ObjectID,
        audience: Digest
    ) {
        self.kind = kind
        self.charterVersion = charterVersion
        self.category = category
        self.index = index
        self.time = time
        self.caseID = caseID
        self.audience = audience
        self.epoch = 0
        self.position = 0
        self.payloadHash = .zero
        self.payloadLength = 0
        self.keyCommitment = .zero
    }

    /// Reads a header and refuses every one that is not canonical (`Protocol/sync-log.md` §3, §4).
    package init(decoding bytes: [UInt8]) throws(HeaderError) {
        guard bytes.count == Self.byteCount else { throw .length(bytes.count) }
        guard bytes[0] == 1 else { throw .version(bytes[0]) }
        guard let kind = EntryKind(rawValue: bytes[1]) else { throw .kind(bytes[1]) }
        let category = UInt16(bigEndian: bytes[4..<6])
        guard category == 0 || Category(rawValue: category) != nil else {
            throw .category(category)
        }
        guard bytes[6] == 0, bytes[7] == 0 else { throw .reserved }
        guard let caseID = ObjectID(bytes[24..<40]), let audience = Digest(bytes[40..<72]),
            let payloadHash = Digest(bytes[80..<112]), let commitment = Digest(bytes[116..<148])
        else { preconditionFailure("the lengths are those of the fields") }
        self.init(
            kind: kind,
            charterVersion: UInt16(bigEndian: bytes[2..<4]),
            category: Category(rawValue: category),
            index: UInt64(bigEndian: bytes[8..<16]),
            time: HybridTime(rawValue: UInt64(bigEndian: bytes[16..<24])),
            caseID: caseID,
            audience: audience
        )
        self.epoch = UInt32(bigEndian: bytes[72..<76])
        self.position = UInt32(bigEndian: bytes[76..<80])
        self.payloadHash = payloadHash
        self.payloadLength = UInt32(bigEndian: bytes[112..<116])
        self.keyCommitment = commitment
        try self.validate()
    }

    private func validate() throws(HeaderError) {
        guard self.charterVersion > 0 else { throw .charterVersion }
        guard self.index < Self.treeSizeMax else { throw .index(self.index) }
        let shortest = self.kind.isEncrypted ? AuthenticatedEncryption.overheadByteCount : 0
        guard (shortest...Self.payloadBytesMax).contains(Int(self.payloadLength)) else {
            throw .payloadLength(self.payloadLength)
        }
        let hasCase = self.caseID != .zero
        let isChained = self.kind.hasAudience
        // A grant of history gives keys of named entries and has no chain key to commit to.
        let hasCommitment = self.keyCommitment != .zero
        guard (self.audience != .zero) == self.kind.hasAudience,
            self.kind.namesCase.map({ $0 == hasCase }) ?? true,
            isChained || (self.epoch == 0 && self.position == 0),
            self.kind == .keyGrant || hasCommitment == self.kind.isEncrypted
        else { throw .combination(self.kind) }
    }

    /// The 148 bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.append(1)
        bytes.append(self.kind.rawValue)
        bytes.append(bigEndian: self.charterVersion)
        bytes.append(bigEndian: self.category?.rawValue ?? 0)
        bytes.append(bigEndian: UInt16(0))
        bytes.append(bigEndian: self.index)
        bytes.append(bigEndian: self.time.rawValue)
        bytes += self.caseID.bytes
        self.audience.append(to: &bytes)
        bytes.append(bigEndian: self.epoch)
        bytes.append(bigEndian: self.position)
        self.payloadHash.append(to: &bytes)
        bytes.append(bigEndian: self.payloadLength)
        self.keyCommitment.append(to: &bytes)
        return bytes
    }

    /// The associated data of the payload's encryption: the bytes with payload hash and length zero.
    package var associatedData: [UInt8] {
        var header = self
        header.payloadHash = .zero
        header.payloadLength = 0
        return header.bytes
    }

    /// The leaf hash, `SHA-256(0x00 ‖ header)`.
    package var leafHash: Digest { MerkleHashing.leaf(self.bytes) }
}
