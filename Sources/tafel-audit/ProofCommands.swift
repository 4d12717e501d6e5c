import ArgumentParser
import Cryptography
import SyncLog
import Terminal

/// The outcome of checking one checkpoint with given keys.
struct CheckpointCheck: Hashable, Sendable {
    /// Names of the keys that signed.
    let signers: [String]
    /// Names on lines of keys that were not given: what they are worth is not known.
    let unknown: [String]
    /// What is wrong, as a sentence; `nil` when nothing is.
    let failure: String?

    /// Checks a checkpoint against keys.
    ///
    /// A given log key must have signed it under its origin, and every line that names a given key
    /// must be by it. Other lines are passed over, as C2SP signed-note says.
    init(_ checkpoint: Checkpoint, keys: [NoteKey]) {
        var signers: [String] = []
        var unknown: [String] = []
        var failure: String?
        for signature in checkpoint.note.signatures {
            guard let key = keys.first(where: { signature.names($0) }) else {
                unknown.append(signature.name)
                continue
            }
            if checkpoint.note.isValid(signature, by: key) {
                signers.append(signature.name)
            } else {
                failure = failure ?? "The signature by \(signature.name) is wrong."
            }
        }
        let isByLog = keys.contains { key in
            key.algorithm == .ed25519 && key.name.hasSameBytes(as: checkpoint.origin)
                && signers.contains { $0.hasSameBytes(as: key.name) }
        }
        if failure == nil, !isByLog {
            failure = "No given key is a log key that signed under the origin \(checkpoint.origin)."
        }
        self.signers = signers
        self.unknown = unknown
        self.failure = failure
    }

    /// What `--json` prints of a checkpoint, with `extra` behind it.
    func json(_ checkpoint: Checkpoint, failure: String?, extra: [JSON.Member]) -> JSON {
        let members: KeyValuePairs<String, JSON> = [
            "verdict": .string(failure == nil ? "verified" : "finding"),
            "origin": .string(checkpoint.origin),
            "size": .number(checkpoint.size),
            "root": .string(TextEncoding.base64(checkpoint.root.bytes)),
            "signed_by": .array(self.signers.map { .string($0) }),
            "unknown_signers": .array(self.unknown.map { .string($0) }),
        ]
        let findings = failure.map { text in
            JSON.object(["class": .string("checkpoint"), "index": .null, "text": .string(text)])
        }
        return .object(
            members.map { JSON.Member(key: $0.key, value: $0.value) } + extra
                + [JSON.Member(key: "findings", value: .array([findings].compactMap { $0 }))]
        )
    }

    /// The keys that options give.
    static func keys(_ texts: [String]) throws(CommandFailure) -> [NoteKey] {
        var keys: [NoteKey] = []
        for text in texts {
            guard let key = NoteKey(verifierText: text) else {
                throw CommandFailure(
                    kind: .badInput,
                    what: "--key \(text)",
                    why: "not a C2SP verifier key",
                    remedy: "Give NAME+ID+KEY with an Ed25519 or cosignature/v1 key."
                )
            }
            keys.append(key)
        }
        return keys
    }
}

/// `tafel-audit checkpoint`: checks one signed checkpoint.
struct CheckpointCommand: AuditCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Checks one signed checkpoint."
    )

    @Argument(help: "A C2SP tlog-checkpoint.")
    var file: String

    @Option(help: "Verifier key of the log; repeat it for witnesses.")
    var key: [String]

    @Flag(help: "Print one JSON document.")
    var json = false

    func result() throws(CommandFailure) -> CommandResult {
        let keys = try CheckpointCheck.keys(self.key)
        let bytes = try Files.read(self.file, bytesMax: Checkpoint.bytesMax)
        // A byte order mark would be read as part of the origin, and the signature found wrong.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard !bytes.starts(with: mark), let checkpoint = try? Checkpoint(parsing: bytes) else {
            throw CommandFailure(
                kind: .badInput,
                what: self.file,
                why: "not a signed checkpoint",
                remedy: "Give a file with origin, size, root and signatures."
            )
        }
        let check = CheckpointCheck(checkpoint, keys: keys)
        let output: ShownText =
            self.json
            ? ShownText(own: check.json(checkpoint, failure: check.failure, extra: []).text)
            : check.failure.map { "\($0)" }
                ?? "verified: \(checkpoint.origin), size \(checkpoint.size), signed by "
                + "\(check.signers.joined(separator: ", "))"
        return CommandResult(
            output: output,
            outcome: check.failure == nil ? .good : .finding
        )
    }
}

/// `tafel-audit proof`: checks one proof that an entry stands in a log.
struct ProofCommand: AuditCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Checks one proof that an entry stands in a log."
    )

    @Argument(help: "A C2SP tlog-proof.")
    var file: String

    @Option(help: "The entry: for a log of Tafel the 148 bytes of its header.")
    var leaf: String

    @Option(help: "Verifier key of the log; repeat it for witnesses.")
    var key: [String]

    @Flag(help: "Print one JSON document.")
    var json = false

    func result() throws(CommandFailure) -> CommandResult {
        let keys = try CheckpointCheck.keys(self.key)
        let bytes = try Files.read(self.file, bytesMax: TlogProof.bytesMax)
        let leaf = try Files.read(self.leaf, bytesMax: EntryHeader.payloadBytesMax)
        guard let proof = try? TlogProof(parsing: bytes) else {
            throw CommandFailure(
                kind: .badInput,
                what: self.file,
                why: "not a tlog-proof",
                remedy: "Give a file that begins with c2sp.org/tlog-proof@v1."
            )
        }
        let check = CheckpointCheck(proof.checkpoint, keys: keys)
        let failure =
            check.failure
            ?? (proof.proves(leaf: leaf)
                ? nil : "The entry does not stand at index \(proof.index) of this log.")
        let index = JSON.Member(key: "index", value: .number(proof.index))
        let output: ShownText =
            self.json
            ? ShownText(own: check.json(proof.checkpoint, failure: failure, extra: [index]).text)
            : failure.map { "\($0)" }
                ?? "verified: entry \(proof.index) of \(proof.checkpoint.origin), size "
                + "\(proof.checkpoint.size), signed by \(check.signers.joined(separator: ", "))"
        return CommandResult(output: output, outcome: failure == nil ? .good : .finding)
    }
}
