import ArgumentParser
import NodeInterface
import NodeService

/// `tafel log`.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show and export the signed logs.",
        subcommands: [
            Show.self, Export.self, Fork.self, CheckpointText.self, ProofText.self, KeysText.self,
        ]
    )

    fileprivate static let generationHelp: ArgumentHelp =
        "Which of its logs: 0 is the first, one more after each that a charter cut (default: the newest)."

    /// `tafel log show`.
    struct Show: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "A log's checkpoint and its entries' headers.",
            discussion:
                "Of a long log the newest \(ShowLog.entriesMax) entries; --before has those before them."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The table's ID.") var table: String
        @Option(help: "Whose log (default: the own).") var author: String?
        @Option(help: LogCommand.generationHelp) var generation: Int?
        @Option(help: "Only so many entries, the newest.") var last: Int?
        @Option(help: "Only entries before this index.") var before: Int?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                ShowLog(
                    table: self.table,
                    author: self.author,
                    generation: self.generation,
                    last: self.last,
                    before: self.before
                )
            )
        }
    }

    /// `tafel log fork`.
    struct Fork: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "fork",
            abstract: "Write the proof that a member signed two histories of its log.",
            discussion: "Check it with 'tafel-audit fork FILE', which needs nothing else."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The table's ID.") var table: String
        @Option(help: "Whose log (default: the only one that forked).") var author: String?
        @Option(help: "Where to write the proof.") var out: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                ShowFork(table: self.table, author: self.author),
                writing: OutputFile(path: self.out)
            )
        }
    }

    /// `tafel log checkpoint`.
    struct CheckpointText: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "checkpoint",
            abstract: "Print a log's newest signed checkpoint.",
            discussion:
                "A C2SP tlog-checkpoint with the cosignatures held; 'tafel log keys' has its keys."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The table's ID.") var table: String
        @Option(help: "Whose log (default: the own).") var author: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                ShowCheckpoint(table: self.table, author: self.author)
            )
        }
    }

    /// `tafel log proof`.
    struct ProofText: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "proof",
            abstract: "Print a proof that an entry stands in a log.",
            discussion: """
                A C2SP tlog-proof. What it is about is the entry's header of 148 bytes, which --json gives \
                in base64 under "leaf".
                """
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The table's ID.") var table: String
        @Argument(help: "The entry's index.") var index: Int
        @Option(help: "Whose log (default: the own).") var author: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                ShowProof(table: self.table, index: self.index, author: self.author)
            )
        }
    }

    /// `tafel log keys`.
    struct KeysText: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys",
            abstract: "Print the keys that check a log's checkpoints and proofs.",
            discussion:
                "C2SP verifier keys, one a line: the log's key, then the members' witness keys."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The table's ID.") var table: String
        @Option(help: "Whose log (default: the own).") var author: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(ShowLogKeys(table: self.table, author: self.author))
        }
    }

    /// `tafel log export`.
    struct Export: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write an audit bundle of the own log.",
            discussion: "Check it with 'tafel-audit verify BUNDLE'."
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "The table's ID.") var table: String
        @Option(help: LogCommand.generationHelp) var generation: Int?
        @Option(help: "Size at the start of the window (default: 0).") var from: Int?
        @Option(help: "Size at its end (default: the newest).") var until: Int?
        @Option(help: "Where to write the bundle.") var out: String
        @Flag(help: "Write over a file that is there already.") var replace = false

        func execute() async throws(NodeFailure) -> Int32 {
            let export = ExportLog(
                table: self.table,
                generation: self.generation,
                from: self.from,
                until: self.until
            )
            try self.options.checkOutput(self.out, inputs: [])
            guard self.replace || !Files.isFile(self.out) else {
                throw .usage(
                    "\(self.out): is there already. Choose another file, or write over it with --replace"
                )
            }
            let file = try PartialFile(self.out)
            var answer: ExportLog.Answer
            do throws(NodeFailure) {
                answer = try await self.options.answer(to: export) { (part) throws(Refusal) in
                    guard file.append(part) else { throw .unavailable(.reader) }
                }
                try file.finish()
            } catch {
                file.remove()
                // That the file cannot be written says more than that nobody read on.
                throw file.problem ?? error
            }
            answer.bundle = self.out
            self.options.show(answer, text: export.text(of: answer), file: self.out)
            return answer.outcome.exitCode
        }
    }
}
