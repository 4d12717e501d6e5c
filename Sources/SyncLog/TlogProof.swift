package import Cryptography

/// Why bytes are not a tlog-proof.
package enum TlogProofError: Error, Hashable, Sendable {
    /// Longer than ``TlogProof/bytesMax``, or not the lines of a proof.
    case malformed
    /// What follows the empty line is not a checkpoint.
    case checkpoint
}

/// A proof that an entry stands in a log (C2SP tlog-proof, `c2sp.org/tlog-proof@v1`).
package struct TlogProof: Hashable, Sendable {
    /// Most bytes of a proof with its checkpoint.
    package static let bytesMax = 2 * Checkpoint.bytesMax

    /// 0-based position of the entry.
    package let index: UInt64
    /// The inclusion proof, from the leaf up.
    package let hashes: [Digest]
    /// The signed checkpoint.
    package let checkpoint: Checkpoint

    /// Joins the parts; ``proves(leaf:)`` tells whether they fit.
    package init(index: UInt64, hashes: [Digest], checkpoint: Checkpoint) {
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    /// The proof as a text that ends with the checkpoint's signatures.
    package var encodedText: String {
        let hashes = self.hashes.map { TextEncoding.base64($0.bytes) + "\n" }.joined()
        return "c2sp.org/tlog-proof@v1\nindex \(self.index)\n\(hashes)\n"
            + self.checkpoint.note.encodedText
    }

    /// Reads a proof.
    ///
    /// Extra data is passed over: nothing vouches for it.
    package init(parsing bytes: [UInt8]) throws(TlogProofError) {
        guard bytes.count <= Self.bytesMax,
            let blank = bytes.indices.dropLast().first(where: {
                bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A
            }),
            let head = String(validating: bytes[..<blank], as: UTF8.self)
        else { throw .malformed }
        var lines = head.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }[...]
        guard lines.popFirst() == "c2sp.org/tlog-proof@v1" else { throw .malformed }
        if let line = lines.first, line.utf8.starts(with: "extra ".utf8) {
            lines.removeFirst()
            guard TextEncoding.bytes(base64: line.dropFirst(6)) != nil else { throw .malformed }
        }
        guard let line = lines.popFirst(), line.utf8.starts(with: "index ".utf8),
            let index = UInt64(canonicalDecimal: line.dropFirst(6)),
            lines.count <= MerkleProof.hashesMax
        else { throw .malformed }
        var hashes: [Digest] = []
        for line in lines {
            guard let hash = TextEncoding.bytes(base64: line).flatMap({ Digest($0) }) else {
                throw .malformed
            }
            hashes.append(hash)
        }
        self.index = index
        self.hashes = hashes
        do throws(CheckpointError) {
            self.checkpoint = try Checkpoint(parsing: bytes[(blank + 2)...])
        } catch {
            throw .checkpoint
        }
    }

    /// Whether the entry whose bytes are `leaf` stands where the proof says.
    package func proves(leaf: [UInt8]) -> Bool {
        self.proves(leafHash: MerkleHashing.leaf(leaf))
    }

    /// Whether the entry with this leaf hash stands where the proof says.
    package func proves(leafHash: Digest) -> Bool {
        MerkleProof.isIncluded(
            leaf: leafHash,
            at: self.index,
            size: self.checkpoint.size,
            root: self.checkpoint.root,
            proof: self.hashes
        )
    }
}
