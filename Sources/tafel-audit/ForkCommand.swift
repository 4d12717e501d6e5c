import ArgumentParser
import Cryptography
import SyncLog
import Terminal

/// `tafel-audit fork`: checks a proof that a member signed two histories of its log.
struct ForkCommand: AuditCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork",
        abstract: "Checks a proof that a member signed two histories of one log.",
        discussion: """
            Needs the file alone. Exit code 0 where the proof holds, 1 where it proves nothing. It says that \
            two histories were signed with the member's key, not why: a folder that was copied or put back \
            does it too.
            """
    )

    @Argument(help: "A file that 'tafel log fork' wrote.")
    var file: String

    @Option(help: "File with the charters and identities that you trust.")
    var policy: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func result() throws(CommandFailure) -> CommandResult {
        let policy = try self.policy.map { (path) throws(CommandFailure) in
            try VerifyCommand.policy(path)
        }
        let bytes = try Files.read(self.file, bytesMax: ForkFile.bytesMax)
        do throws(ForkError) {
            let found = try ForkFile(parsing: bytes)
            if let policy, let strange = Self.untrusted(found, by: policy) {
                return self.finding("policy", strange)
            }
            let output =
                self.json
                ? ShownText(own: Self.json(of: found, isAnchored: policy != nil).text)
                : Self.text(of: found, isAnchored: policy != nil)
            return CommandResult(output: output, outcome: .good)
        } catch .malformed {
            throw CommandFailure(
                kind: .badInput,
                what: self.file,
                why: "not a proof of a fork",
                remedy: "Give a file that 'tafel log fork' wrote."
            )
        } catch {
            return self.finding("fork", "This proves nothing: \(Self.reason(error)).")
        }
    }

    private func finding(_ class: String, _ text: String) -> CommandResult {
        let finding = JSON.object([
            "class": .string(`class`), "index": .null, "text": .string(text),
        ])
        let json = JSON.object([
            "verdict": .string("finding"), "findings": .array([finding]),
        ])
        return CommandResult(
            output: self.json ? ShownText(own: json.text) : "\(text)",
            outcome: .finding
        )
    }

    /// What a policy does not name of a proof; `nil` where it names all.
    private static func untrusted(_ found: ForkFile, by policy: AuditPolicy) -> String? {
        if !policy.tables.isEmpty, !policy.tables.contains(found.evidence.table) {
            return "The policy does not name this table's charter."
        }
        if !policy.identities.isEmpty, !policy.identities.contains(found.author.identity) {
            return "The policy does not name the identity of \(found.author.handle)."
        }
        return nil
    }

    private static func reason(_ error: ForkError) -> String {
        switch error {
        case .malformed: "it is no proof of a fork"
        case .charter: "its charters do not say whose log it is"
        case .card: "a card in it is not the author's"
        case .checkpoint: "a checkpoint in it is not signed by the author for this log"
        case .path: "a path in it does not lead to the checkpoint's root"
        case .noDifference: "its two histories are the same, or differ earlier than it says"
        }
    }

    private static func text(of found: ForkFile, isAnchored: Bool) -> ShownText {
        let evidence = found.evidence
        let branches: [ShownText] = [evidence.first, evidence.second].map { branch in
            "  \(branch.checkpoint.size) entries, root "
                + "\(TextEncoding.base64(branch.checkpoint.root.bytes)), entry "
                + "\(evidence.index) \(TextEncoding.hex(branch.leaf.bytes))"
        }
        let log = "\(evidence.log.member)/\(evidence.log.generation)"
        let trust: ShownText =
            isAnchored
            ? "The policy names the keys."
            : """
            Anybody can make such a file with keys and names of its own. It is about \(found.author.handle) \
            only where its identity key and the table are those you know from elsewhere:
            """
        return """
            verified: \(found.author.handle) (\(evidence.first.card.name)) signed two histories of its log \
            \(log) of table \(TextEncoding.hex(evidence.table.bytes)).
            They are the same before entry \(evidence.index) and differ from it on:
            \(branches.joined(separator: "\n"))
            Both are signed with a log key that \(found.author.handle)'s identity key names, and the \
            charter names that identity. A folder that was copied or put back has the same effect as a lie.
            \(trust)
              identity \(TextEncoding.hex(found.author.identity.bytes))
            """
    }

    private static func json(of found: ForkFile, isAnchored: Bool) -> JSON {
        let evidence = found.evidence
        let branches = [evidence.first, evidence.second].map { branch in
            JSON.object([
                "size": .number(branch.checkpoint.size),
                "root": .string(TextEncoding.base64(branch.checkpoint.root.bytes)),
                "leaf": .string(TextEncoding.hex(branch.leaf.bytes)),
            ])
        }
        return .object([
            "verdict": .string("verified"),
            "anchored": .bool(isAnchored),
            "table": .string(TextEncoding.hex(evidence.table.bytes)),
            "author": .string(found.author.handle),
            "node": .string(TextEncoding.hex(found.author.identity.bytes)),
            "generation": .number(UInt64(evidence.log.generation)),
            "index": .number(evidence.index),
            "branches": .array(branches),
            "findings": .array([]),
        ])
    }
}
