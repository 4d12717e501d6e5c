import Cryptography
import SyncLog
import Terminal

@testable import Wire
@testable import tafel_audit

extension Decoder {
    /// What an auditor is given: bundles, policies, proofs.
    static let audits: [Decoder] = [
        canonical(
            "bundle",
            bytesMax: 32_768,
            decode: { try Wire.Bundle(parsing: $0) },
            encode: { $0.manifest.note.encoded + $0.body.message.canonicalBytes }
        ),
        Decoder("audit", bytesMax: 32_768) { bytes in
            guard let bundle = try? Wire.Bundle(parsing: bytes) else { return }
            audit(bundle)
            if let bundle = signedAnew(bundle, body: bundle.body) { audit(bundle) }
            if let bundle = signedAnew(bundle, body: treeSignedAnew(bundle)) { audit(bundle) }
        },
        Decoder("policy", bytesMax: 4_096) { bytes in
            guard let policy = try? AuditPolicy(parsing: bytes) else { return }
            check(!(policy.tables.isEmpty && policy.identities.isEmpty), "a policy of nothing")
        },
        Decoder("tlog-proof", bytesMax: 8_192) { bytes in
            guard let proof = try? TlogProof(parsing: bytes) else { return }
            _ = proof.proves(leaf: bytes)
        },
    ]

    /// Verifies a bundle, as the auditor's program does, and writes every form of the report.
    private static func audit(_ bundle: Wire.Bundle) {
        let audit = Audit([bundle, bundle], policy: nil, now: Timestamp.now())
        let alone = Audit([bundle], policy: nil, now: Timestamp.now())
        check(audit.consistency == alone.consistency, "a bundle disagrees with itself")
        let files = ["a", "b"]
        for language in Language.allCases {
            check(!audit.json(files: files, language: language).text.isEmpty, "an empty document")
            let document = ReportDocument(audit, files: files, language: language)
            check(!document.text.string.isEmpty && !document.html.isEmpty, "an empty report")
        }
    }

    /// A bundle under a manifest that its author signed; `nil` when its author is no node of the
    /// vectors.
    private static func signedAnew(_ bundle: Wire.Bundle, body: BundleBody) -> Wire.Bundle? {
        let manifest = bundle.manifest
        guard let key = VectorSigner.logKey(of: manifest.log.member) else { return nil }
        let bytes = Wire.Bundle(
            table: manifest.table,
            log: manifest.log,
            window: manifest.window,
            body: body
        ).encoded(signedWith: key)
        guard let again = try? Wire.Bundle(parsing: bytes) else {
            FuzzProgram.fail("a bundle that was understood cannot be written")
        }
        return again
    }

    /// The contents with the last checkpoint over the entries as they are now: an author that
    /// signs whatever it wrote.
    private static func treeSignedAnew(_ bundle: Wire.Bundle) -> BundleBody {
        var body = bundle.body
        let manifest = bundle.manifest
        let hashes = body.frontier.compactMap { Digest($0) }
        guard hashes.count == body.frontier.count,
            var frontier = MerkleFrontier(size: manifest.window.lowerBound, hashes: hashes),
            UInt64(body.entries.count) <= EntryHeader.treeSizeMax - frontier.size,
            let key = VectorSigner.logKey(of: manifest.log.member)
        else { return body }
        for entry in body.entries {
            switch entry.item {
            case .header(let header): frontier.append(MerkleHashing.leaf(header))
            case .leaf(let leaf), .lost(let leaf): frontier.append(Digest(leaf) ?? .zero)
            case nil: frontier.append(.zero)
            }
        }
        body.until =
            Checkpoint(
                origin: manifest.origin,
                size: frontier.size,
                root: frontier.root,
                signedWith: key
            ).note.encodedText
        return body
    }
}
