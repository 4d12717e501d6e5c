package import Cryptography
package import SyncLog

/// Why bytes are not an audit bundle.
package enum BundleError: Error, Hashable, Sendable {
    /// Longer than ``Bundle/bytesMax``.
    case tooLong
    /// Does not begin with a manifest: a note of that form with one signature.
    case manifest
    /// The manifest is not followed by one canonical body and nothing else.
    case body(WireError)
}

/// The signed head of a bundle (`Protocol/bundle.md` §1).
package struct BundleManifest: Hashable, Sendable {
    /// Most bytes of a manifest with its signature.
    package static let bytesMax = 1_024

    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// Size of the tree at the start and at the end: the indices that the bundle covers.
    package let window: Range<UInt64>
    /// SHA-256 of the body, as the manifest says; what the body is says ``Bundle/bodyHash``.
    package let bodyHash: Digest
    /// The note; without a signature in a bundle that is still to be written.
    package let note: SignedNote

    /// Origin of the log, which is also the name of the key that signs the manifest.
    package var origin: String { self.log.origin(table: self.table) }
}

/// What one member's log disclosed in a window, as one file (`Protocol/bundle.md`).
///
/// A value that was read has the right form and nothing more: who signed, and whether hashes and
/// proofs agree, is for the verifier, which tells each kind of failure apart. So the body keeps
/// texts and bytes as they stand in the file.
package struct Bundle: Hashable, Sendable {
    /// Most bytes of a file.
    package static let bytesMax = 1 << 30

    /// The head.
    package let manifest: BundleManifest
    /// The contents.
    package var body: BundleBody
    /// SHA-256 of the body's bytes.
    package let bodyHash: Digest
}

/// The contents of a bundle, texts and bytes as in the file (`Protocol/proto/bundle.proto`).
package struct BundleBody: Hashable, Sendable {
    /// Signed charter notes, in order of version.
    package var charters: [String]
    /// Signed card notes, in order of member number, then card version.
    package var cards: [String]
    /// Checkpoint at the start of the window; empty when the window starts at 0.
    package var from: String
    /// Checkpoint at the end of the window, with its cosignatures.
    package var until: String
    /// Roots of the complete subtrees at the start of the window, largest first, 32 bytes each.
    package var frontier: [[UInt8]]
    /// The entries of the window, in order of index.
    package var entries: EncodedList<BundleEntry>
    /// The lists that the entries name, in order of their hash.
    package var audiences: [[BundleRecipient]]
    /// Receipts by others that quote this log, in order of member, generation, index.
    package var receipts: [BundleReceipt]
    /// Which fragment entries are about, as the author says, in order of the entry's index.
    package var fragments: EncodedList<FragmentReference> = []

    /// Creates the contents of a bundle that is to be written; puts the lists in order.
    ///
    /// - Parameters:
    ///   - charters: The chain from version 1 on.
    ///   - cards: In order of member number, then card version.
    ///   - from: The checkpoint at the start of the window; `nil` when it starts at 0.
    ///   - until: The checkpoint at the end of the window, with its cosignatures.
    ///   - frontier: That of the tree at the start of the window.
    ///   - entries: Every entry of the window.
    ///   - audiences: The lists that the entries name, once each.
    ///   - receipts: In order of member, generation, index.
    package init(
        charters: [SignedCharter],
        cards: [Card],
        from: Checkpoint?,
        until: Checkpoint,
        frontier: MerkleFrontier,
        entries: [BundleEntry],
        audiences: [Audience],
        receipts: [BundleReceipt]
    ) {
        self.charters = charters.map(\.note.encodedText)
        self.cards = cards.map(\.note.encodedText)
        self.from = from?.note.encodedText ?? ""
        self.until = until.note.encodedText
        self.frontier = frontier.hashes.map(\.bytes)
        self.entries = EncodedList(entries)
        self.audiences = []
        self.receipts = receipts
        self.name(audiences)
    }

    /// Takes the lists that the entries name, once each, in any order.
    package mutating func name(_ audiences: [Audience]) {
        self.audiences = audiences.map { (hash: $0.hash, audience: $0) }
            .sorted { $0.hash < $1.hash }
            .map { $0.audience.recipients.map { BundleRecipient($0) } }
    }
}

/// Which fragment an entry is about, as the log's author says: its payload is encrypted.
package struct FragmentReference: Hashable, Sendable {
    /// Index of the entry.
    package var index: UInt64
    /// Generation of the author's log in which the fragment's version 1 stands.
    package var generation: UInt32
    /// Index of version 1 there.
    package var firstIndex: UInt64
    /// Of a fragment 1 or more; of a withdrawal 0.
    package var version: UInt32

    /// Joins the numbers, whatever they are.
    package init(index: UInt64, generation: UInt32, firstIndex: UInt64, version: UInt32) {
        self.index = index
        self.generation = generation
        self.firstIndex = firstIndex
        self.version = version
    }
}

/// One entry of the window.
package struct BundleEntry: Hashable, Sendable {
    /// What there is of it.
    package enum Item: Hashable, Sendable {
        /// The header's 148 bytes.
        case header([UInt8])
        /// The leaf hash alone, 32 bytes: a finding in an author's own export.
        case leaf([UInt8])
        /// The leaf hash of an entry that the author says it lost, 32 bytes: a finding too.
        case lost([UInt8])
    }

    /// Header or leaf hash; `nil` where the file has neither.
    package var item: Item?
    /// Payload of the kinds that are not encrypted; else empty.
    package var payload: [UInt8]

    /// Creates an entry as it stands in a file.
    package init(item: Item?, payload: [UInt8]) {
        self.item = item
        self.payload = payload
    }

    /// Creates an entry with its header; keeps the payload where it is not encrypted.
    package init(header: EntryHeader, payload: [UInt8]) {
        self.init(item: .header(header.bytes), payload: header.kind.isEncrypted ? [] : payload)
    }
}

/// One recipient of a list as it stands in a file.
package struct BundleRecipient: Hashable, Sendable {
    /// The member's number.
    package var member: UInt32
    /// Code of the ground.
    package var ground: String

    /// Creates a recipient as it stands in a file.
    package init(member: UInt32, ground: String) {
        self.member = member
        self.ground = ground
    }

    /// Creates a recipient.
    package init(_ recipient: Recipient) {
        self.init(member: UInt32(recipient.member), ground: recipient.ground)
    }
}

extension Audience {
    /// Reads a list of a bundle; `nil` when it is not a list of `Protocol/keys.md` §4.
    package init?(_ list: [BundleRecipient]) {
        var recipients: [Recipient] = []
        for item in list {
            guard let member = MemberNumber(exactly: item.member) else { return nil }
            recipients.append(Recipient(member: member, ground: item.ground))
        }
        self.init(recipients)
    }
}

/// A receipt of another member: an entry of its log with the proof that it stands there.
package struct BundleReceipt: Hashable, Sendable {
    /// The member that wrote it.
    package var member: UInt32
    /// Generation of that member's log.
    package var generation: UInt32
    /// The entry's header, 148 bytes.
    package var header: [UInt8]
    /// The entry's payload.
    package var payload: [UInt8]
    /// A checkpoint of that member's log.
    package var checkpoint: String
    /// Inclusion proof of the header in the checkpoint's tree, from the leaf up.
    package var proof: [[UInt8]]

    /// The log it stands in; `nil` where the numbers are no member's and generation's.
    package var log: LogID? {
        guard let member = MemberNumber(exactly: self.member),
            let generation = UInt16(exactly: self.generation)
        else { return nil }
        return LogID(member: member, generation: generation)
    }

    /// Creates a receipt as it stands in a file.
    package init(
        member: UInt32,
        generation: UInt32,
        header: [UInt8],
        payload: [UInt8],
        checkpoint: String,
        proof: [[UInt8]]
    ) {
        self.member = member
        self.generation = generation
        self.header = header
        self.payload = payload
        self.checkpoint = checkpoint
        self.proof = proof
    }

    /// Creates a receipt.
    package init(
        log: LogID,
        header: EntryHeader,
        payload: [UInt8],
        checkpoint: Checkpoint,
        proof: [Digest]
    ) {
        self.init(
            member: UInt32(log.member),
            generation: UInt32(log.generation),
            header: header.bytes,
            payload: payload,
            checkpoint: checkpoint.note.encodedText,
            proof: proof.map(\.bytes)
        )
    }
}
