import ArgumentParser
import NodeInterface
import NodeService

/// `tafel subject`.
struct SubjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject",
        abstract:
            "Companies and places over all cases: what is known, what may be one, who decided.",
        discussion: """
            A subject is named by its key (kvk:12345678, vestiging:000012345678, rsin:123456782, record:ID,
            fragment:ID), by its ID, or by the first 6 or more digits of that. Decisions join nothing: they are
            shown with who made them, and undone at will.
            """,
        subcommands: [
            Show.self, Suggest.self, Same.self, Different.self, Unsure.self, Undo.self,
            Succeeds.self, Weights.self,
        ]
    )

    /// `tafel subject show`.
    struct Show: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show everything that can be read here of one subject."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The subject: its key, or its ID.") var subject: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(ShowSubject(subject: self.subject))
        }
    }

    /// `tafel subject suggest`.
    struct Suggest: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "suggest",
            abstract: "Show pairs of subjects that may be one, with what speaks for it."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "Only pairs with this subject: its key, or its ID.") var subject: String?
        @Option(
            help:
                "Most pairs to show, up to \(SuggestSubjects.pairsMax) (default: 20; with --json all of these)."
        )
        var limit: Int?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                SuggestSubjects(
                    subject: self.subject,
                    limit: self.limit ?? (self.options.json ? nil : 20)
                )
            )
        }
    }

    /// `tafel subject weights`.
    struct Weights: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "weights",
            abstract: "Show or change what comparisons count in suggestions.",
            discussion: """
                Without a version in force each question learns weights of its own, from what it compares; with one, a \
                comparison counts the same in every question, but for how rare a value is among what is compared. \
                Learning needs no decided pairs. What --json prints at one node another takes with --take, so that \
                both count alike.
                """
        )

        @OptionGroup var options: NodeOptions
        @Flag(help: "Learn from everything that can be read here, and put that in force.")
        var learn = false
        @Option(help: "Put this version in force; 0 for none.") var use: Int?
        @Option(
            help: "Put in force what 'tafel subject weights --json' printed at another node.",
            completion: .file()
        )
        var take: String?
        @Option(help: "Show this version (default: the one in force).") var show: Int?

        func validate() throws {
            let chosen = [self.learn, self.use != nil, self.take != nil, self.show != nil]
            guard chosen.count(where: { $0 }) <= 1 else {
                throw ValidationError("--learn, --use, --take and --show: choose one")
            }
        }

        func execute() async throws(NodeFailure) -> Int32 {
            if self.learn { return try await self.options.print(LearnWeights()) }
            if let use { return try await self.options.print(UseWeights(version: use)) }
            if let take {
                let bytes = try Files.read(take, bytesMax: WeightsFile.bytesMax)
                return try await self.options.print(TakeWeights(weights: WeightsFile.read(bytes)))
            }
            return try await self.options.print(ShowWeights(version: self.show))
        }
    }

    /// Two subjects, and why.
    struct PairArguments: ParsableArguments {
        @Argument(help: "One subject: its key, or its ID.") var first: String
        @Argument(help: "The other.") var second: String
        @Option(
            name: .customLong("case"),
            help: "Tell all who are in this case. Left out: it stands at this node alone."
        )
        var caseID: String?

        func request(_ verdict: SubjectChoice, reason: String? = nil) -> DecideSubjects {
            DecideSubjects(
                a: self.first,
                b: self.second,
                verdict: verdict,
                reason: reason,
                case: self.caseID
            )
        }
    }

    /// `tafel subject same`.
    struct Same: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "same",
            abstract: "Say that two subjects are one."
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var pair: PairArguments
        @Option(help: "Why.") var reason: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(self.pair.request(.same, reason: self.reason))
        }
    }

    /// `tafel subject different`.
    struct Different: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "different",
            abstract: "Say that two subjects are two; the pair is not suggested again."
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var pair: PairArguments
        @Option(help: "Why.") var reason: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(self.pair.request(.different, reason: self.reason))
        }
    }

    /// `tafel subject unsure`.
    struct Unsure: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "unsure",
            abstract: "Say that you could not tell; the pair is not suggested to you again."
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var pair: PairArguments
        @Option(help: "Why.") var reason: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(self.pair.request(.unsure, reason: self.reason))
        }
    }

    /// `tafel subject undo`.
    struct Undo: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "undo",
            abstract: "Undo what you decided about two subjects, here or in a case.",
            discussion: """
                In a case it undoes what this organisation decided; what others did is undone with 'tafel case \
                unlink'.
                """
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var pair: PairArguments

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(self.pair.request(.undo))
        }
    }

    /// `tafel subject succeeds`.
    struct Succeeds: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "succeeds",
            abstract: "Say that one subject took over from another; facts stay apart."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The successor: its key, or its ID.") var from: String
        @Argument(help: "What it took over from.") var to: String
        @Option(help: "The first day of the successor, YYYY-MM-DD.") var date: String?
        @Option(help: "How: overdracht, fusie or verhuizing.") var kind: String?
        @Option(help: "Which register or document says so.") var source: String?
        @Option(help: "Why.") var reason: String?
        @Option(
            name: .customLong("case"),
            help: "Tell all who are in this case. Left out: it stands at this node alone."
        )
        var caseID: String?
        @Flag(help: "Take it back: then only the two subjects are named.") var undo = false

        func validate() throws {
            if self.undo {
                guard self.date == nil, self.kind == nil, self.source == nil, self.reason == nil
                else {
                    throw ValidationError("--undo: takes no --date, --kind, --source or --reason")
                }
            } else {
                guard self.date != nil, self.kind != nil, self.source != nil else {
                    throw ValidationError("--date, --kind and --source: are needed, but for --undo")
                }
            }
        }

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                SucceedSubject(
                    from: self.from,
                    to: self.to,
                    date: self.date,
                    kind: self.kind,
                    source: self.source,
                    reason: self.reason,
                    case: self.caseID,
                    removes: self.undo
                )
            )
        }
    }
}
