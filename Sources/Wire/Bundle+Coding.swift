package import Cryptography
import FoundationEssentials
import SwiftProtobuf
package import SyncLog

extension Bundle {
    /// Creates a bundle that is to be written.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - log: The log.
    ///   - window: Size of the tree at the start and at the end.
    ///   - body: The contents.
    package init(table: TableID, log: LogID, window: Range<UInt64>, body: BundleBody) {
        let bodyHash = Digest(hashing: body.message.canonicalBytes)
        self.init(
            manifest: BundleManifest(table: table, log: log, window: window, bodyHash: bodyHash),
            body: body,
            bodyHash: bodyHash
        )
    }

    /// Reads a file: the manifest note, directly followed by one canonical body.
    ///
    /// Checks the form alone; see ``Bundle``.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - bytesMax: Most bytes of it.
    /// - Throws: ``BundleError``.
    /// - Complexity: O(bytes). The entries and references keep `bytes`; what is beside them, such as
    ///   receipts, is held some three times while it is read.
    package init(
        parsing bytes: PartedBytes,
        bytesMax: Int = Bundle.bytesMax
    ) throws(BundleError) {
        guard bytes.count <= bytesMax else { throw .tooLong }
        guard let start = Self.startOfBody(in: bytes),
            let manifest = BundleManifest(parsing: bytes[0..<start][...])
        else { throw .manifest }
        let body: BundleBody
        do throws(WireError) {
            body = try BundleBodyReader.read(bytes, from: start)
        } catch {
            throw .body(error)
        }
        self.init(manifest: manifest, body: body, bodyHash: bytes.hash(from: start))
    }

    /// Reads a file that is held in one array, as by tests.
    package init(
        parsing bytes: [UInt8],
        bytesMax: Int = Bundle.bytesMax
    ) throws(BundleError) {
        try self.init(parsing: PartedBytes(bytes), bytesMax: bytesMax)
    }

    /// The index behind the first signature line, which is the only one.
    private static func startOfBody(in bytes: PartedBytes) -> Int? {
        let head = bytes[0..<min(bytes.count, BundleManifest.bytesMax)]
        guard
            let blank = head.indices.dropLast().first(where: {
                head[$0] == 0x0A && head[$0 + 1] == 0x0A
            }),
            let end = head[(blank + 2)...].firstIndex(of: 0x0A)
        else { return nil }
        return end + 1
    }

    /// Signs the manifest with the log key and returns the file.
    package func encoded(signedWith key: borrowing SigningKey) -> [UInt8] {
        self.manifest.signed(with: key) + self.body.message.canonicalBytes
    }
}

/// A body in parts, for what is too long to be held: ``head``, the entries from first to last in any
/// portions, ``middle``, the references in any portions. Together they are the bytes of the whole.
extension BundleBody {
    /// The bytes before the entries.
    package var head: [UInt8] {
        var head = self
        head.entries = []
        head.audiences = []
        head.receipts = []
        head.fragments = []
        return head.message.canonicalBytes
    }

    /// The bytes between the entries and the references.
    package var middle: [UInt8] {
        var middle = self
        middle.charters = []
        middle.cards = []
        (middle.from, middle.until) = ("", "")
        middle.frontier = []
        middle.entries = []
        middle.fragments = []
        return middle.message.canonicalBytes
    }

    /// The bytes of some entries, one at least.
    package static func bytes(of entries: [BundleEntry]) -> [UInt8] {
        Tafel_V1_BundleBody.with { $0.entries = entries.map(\.message) }.canonicalBytes
    }

    /// The bytes of some references, one at least.
    package static func bytes(of references: some Sequence<FragmentReference>) -> [UInt8] {
        Tafel_V1_BundleBody.with { $0.fragments = references.map(\.message) }.canonicalBytes
    }
}

extension BundleManifest {
    /// Its note with the log key's signature, which begins a file.
    package func signed(with key: borrowing SigningKey) -> [UInt8] {
        var note = SignedNote(text: self.note.text)
        note.sign(with: key, name: self.origin)
        return note.encoded
    }

    /// Creates the manifest of a bundle that is to be written.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - log: The log.
    ///   - window: Size of the tree at the start and at the end.
    ///   - bodyHash: SHA-256 of the body.
    package init(table: TableID, log: LogID, window: Range<UInt64>, bodyHash: Digest) {
        self.init(
            table: table,
            log: log,
            window: window,
            bodyHash: bodyHash,
            note: SignedNote(
                text: Self.text(table: table, log: log, window: window, bodyHash: bodyHash)
            )
        )
    }

    /// Reads a manifest with one signature; `nil` for any other form.
    init?(parsing bytes: ArraySlice<UInt8>) {
        guard let note = try? SignedNote(parsing: bytes, bytesMax: Self.bytesMax),
            note.signatures.count == 1
        else { return nil }
        let lines = note.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { $0.split(separator: 0x20, omittingEmptySubsequences: false) }
            .map { $0.map { String(decoding: $0, as: UTF8.self) } }
        guard lines.count == 7, lines[1].count == 2, lines[2].count == 2, lines[3].count == 2,
            lines[4].count == 3, lines[5].count == 2,
            let table = TextEncoding.bytes(hex: lines[1][1]).flatMap({ TableID($0) }),
            let member = MemberNumber(canonicalDecimal: lines[2][1]), member > 0,
            let generation = UInt16(canonicalDecimal: lines[3][1]),
            let start = UInt64(canonicalDecimal: lines[4][1]),
            let end = UInt64(canonicalDecimal: lines[4][2]),
            start <= end, end <= EntryHeader.treeSizeMax,
            let bodyHash = TextEncoding.bytes(base64: lines[5][1]).flatMap({ Digest($0) })
        else { return nil }
        let log = LogID(member: member, generation: generation)
        let text = Self.text(table: table, log: log, window: start..<end, bodyHash: bodyHash)
        // One text per value: what was understood must write back to what was read.
        guard text.hasSameBytes(as: note.text) else { return nil }
        self.init(table: table, log: log, window: start..<end, bodyHash: bodyHash, note: note)
    }

    private static func text(
        table: TableID,
        log: LogID,
        window: Range<UInt64>,
        bodyHash: Digest
    ) -> String {
        """
        tafel/v1/bundle
        table \(TextEncoding.hex(table.bytes))
        member \(log.member)
        generation \(log.generation)
        window \(window.lowerBound) \(window.upperBound)
        body \(TextEncoding.base64(bodyHash.bytes))

        """
    }
}

extension BundleBody {
    /// Takes over what a message holds beside entries and references.
    init(
        _ message: Tafel_V1_BundleBody,
        entries: EncodedList<BundleEntry>,
        fragments: EncodedList<FragmentReference>
    ) {
        self.charters = message.charters
        self.cards = message.cards
        self.from = message.from
        self.until = message.until
        self.frontier = message.frontier.map(\.array)
        self.entries = entries
        self.audiences = message.audiences.map { list in
            list.recipients.map { BundleRecipient(member: $0.member, ground: $0.ground) }
        }
        self.receipts = message.receipts.map { receipt in
            BundleReceipt(
                member: receipt.member,
                generation: receipt.generation,
                header: receipt.header.array,
                payload: receipt.payload.array,
                checkpoint: receipt.checkpoint,
                proof: receipt.proof.map(\.array)
            )
        }
        self.fragments = fragments
    }

    var message: Tafel_V1_BundleBody {
        .with {
            $0.charters = self.charters
            $0.cards = self.cards
            $0.from = self.from
            $0.until = self.until
            $0.frontier = self.frontier.map { Data($0) }
            $0.entries = self.entries.map(\.message)
            $0.audiences = self.audiences.map { list in
                .with {
                    $0.recipients = list.map { recipient in
                        .with {
                            $0.member = recipient.member
                            $0.ground = recipient.ground
                        }
                    }
                }
            }
            $0.receipts = self.receipts.map(\.message)
            $0.fragments = self.fragments.map(\.message)
        }
    }
}

extension FragmentReference {
    fileprivate var message: Tafel_V1_FragmentReference {
        .with {
            $0.index = self.index
            $0.generation = self.generation
            $0.firstIndex = self.firstIndex
            $0.version = self.version
        }
    }
}

extension BundleEntry {
    fileprivate var message: Tafel_V1_BundleEntry {
        .with {
            switch self.item {
            case .header(let header): $0.header = Data(header)
            case .leaf(let leaf): $0.leaf = Data(leaf)
            case .lost(let leaf): $0.lost = Data(leaf)
            case nil: break
            }
            $0.payload = Data(self.payload)
        }
    }
}

extension BundleReceipt {
    fileprivate var message: Tafel_V1_BundleReceipt {
        .with {
            $0.member = self.member
            $0.generation = self.generation
            $0.header = Data(self.header)
            $0.payload = Data(self.payload)
            $0.checkpoint = self.checkpoint
            $0.proof = self.proof.map { Data($0) }
        }
    }
}
