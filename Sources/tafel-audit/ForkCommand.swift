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

    @Flag(help: "Print one JSON document.")
    var json = false

    func result() throws(CommandFailure) -> CommandResult {
        let bytes = try Files.read(self.file, bytesMax: ForkFile.bytesMax)
        do throws(ForkError) {
            let found = try ForkFile(parsing: bytes)
            let output =
                self.json ? ShownText(own: Self.json(of: found).text) : Self.text(of: found)
            return CommandResult(output: output, outcome: .good)
        } catch .malformed {
            throw CommandFailure(
                kind: .badInput,
                what: self.file,
                why: "not a proof of a fork",
                remedy: "Give a file that 'tafel log fork' wrote."
            )
        } catch {
            let text = "This proves nothing: \(Self.reason(error))."
            let finding = JSON.object([
                "class": .string("fork"), "index": .null, "text": .string(text),
            ])
            let json = JSON.object([
                "verdict": .string("finding"), "findings": .array([finding]),
            ])
            return CommandResult(
                output: self.json ? ShownText(own: json.text) : "\(text)",
                outcome: .finding
            )
        }
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

    private static func text(of found: ForkFile) -> ShownText {
        let evidence = found.evidence
        let branches: [ShownText] = [evidence.first, evidence.second].map { branch in
            "  \(branch.checkpoint.size) entries, root "
                + "\(TextEncoding.base64(branch.checkpoint.root.bytes)), entry "
                + "\(evidence.index) \(TextEncoding.hex(branch.leaf.bytes))"
        }
        let log = "\(evidence.log.member)/\(evidence.log.generation)"
        return """
            verified: \(found.author.handle) (\(evidence.first.card.name)) signed two histories of its log \
            \(log) of table \(TextEncoding.hex(evidence.table.bytes)).
            They are the same before entry \(evidence.index) and differ from it on:
            \(branches.joined(separator: "\n"))
            Both are signed with a log key that \(found.author.handle)'s identity key names, and the \
            charter names that identity. A folder that was copied or put back has the same effect as a lie.
            Anybody can make such a file with keys and names of its own. It is about \(found.author.handle) \
            only where its identity key and the table are those you know from elsewhere:
              identity \(TextEncoding.hex(found.author.identity.bytes))
            """
    }

    private static func json(of found: ForkFile) -> JSON {
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
