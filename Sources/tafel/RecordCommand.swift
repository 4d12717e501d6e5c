import ArgumentParser
import NodeInterface
import NodeService

/// `tafel record`.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Import, find and show own records.",
        subcommands: [ImportCommand.self, SearchCommand.self, Show.self, QualityCommand.self]
    )

    /// `tafel record show`.
    struct Show: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one record with its history."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The record's ID, or its first 6 or more digits.") var id: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(ShowRecord(record: self.id))
        }
    }
}
