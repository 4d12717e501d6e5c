import ArgumentParser
import NodeInterface
import NodeService

/// `tafel fragment`.
struct FragmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fragment",
        abstract: "Share chosen fields of own records in a case.",
        subcommands: [Share.self, Withdraw.self, Status.self]
    )

    /// `tafel fragment share`.
    struct Share: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "share",
            abstract: "Share fields of a record with partners of a case.",
            discussion: "The same case and record again: a new version of the same fragment."
        )

        @OptionGroup var options: NodeOptions
        @Option(name: .customLong("case"), help: "The case's ID.") var caseID: String
        @Option(help: "The record's ID.") var record: String
        @Option(help: "Names of fields, joined by commas.") var fields: String
        @Option(help: "'all' of the case's audience (default), or handles joined by commas.")
        var to: String?
        @Option(help: "Codes of grounds to prefer, joined by commas (default: the case's).")
        var ground: String?
        @Option(help: "Category of the data (default: the record's).") var category: String?
        @Option(help: "Day after which recipients destroy it, YYYY-MM-DD.") var expires: String?
        @Option(
            help: ArgumentHelp(
                "Why the category may be below the record's.",
                discussion: "A manager decides (--as); all who read the fragment see the reason.",
                valueName: "reason"
            )
        )
        var lower: String?
        @Flag(help: "Print what each partner would see, and write nothing.") var preview = false
        @Flag(help: "Who has an earlier version and is left out keeps that.") var keep = false
        @Flag(
            help: ArgumentHelp(
                "Who has an earlier version and is left out has it withdrawn.",
                discussion: "It is withdrawn from everybody; the others get a new fragment."
            )
        )
        var takeBack = false

        mutating func validate() throws {
            guard !(self.keep && self.takeBack) else {
                throw ValidationError("--keep and --take-back: one of them")
            }
        }

        func execute() async throws(NodeFailure) -> Int32 {
            let share = ShareRecord(
                case: self.caseID,
                record: self.record,
                fields: list(self.fields) ?? [],
                to: list(self.to),
                grounds: list(self.ground),
                category: self.category,
                expires: self.expires,
                leaving_out: self.keep ? .keep : self.takeBack ? .takeBack : nil,
                lowering: self.lower
            )
            return try await self.preview
                ? self.options.print(PreviewShare(share)) : self.options.print(share)
        }
    }

    /// `tafel fragment withdraw`.
    struct Withdraw: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "withdraw",
            abstract: "Withdraw an own fragment from everybody, or from some.",
            discussion: """
                With --from it is withdrawn from everybody, and the others are given a fragment of its \
                own with the same fields.
                """
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The fragment's ID.") var fragment: String
        @Option(help: "Handles, joined by commas (default: everybody who has it).")
        var from: String?
        @Option(help: "Why; all who have it are told.") var reason: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                WithdrawFragment(
                    fragment: self.fragment,
                    from: list(self.from),
                    reason: self.reason
                )
            )
        }
    }

    /// `tafel fragment status`.
    struct Status: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Who has a fragment, and who confirmed what.",
            discussion: "Receipts speak to the owner: another node knows of itself alone."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The fragment's ID.") var fragment: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(ShowFragmentStatus(fragment: self.fragment))
        }
    }
}
