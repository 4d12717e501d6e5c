import ArgumentParser
import NodeInterface
import NodeService

/// `tafel record`.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Import, find and show own records.",
        subcommands: [ImportCommand.self, Search.self, Show.self]
    )

    /// `tafel record search`.
    struct Search: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "search",
            abstract: "Find own records and readable fragments.",
            discussion: "Every condition that is given must hold."
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "Key in the source system.") var key: String?
        @Option(help: "KvK number.") var kvk: String?
        @Option(help: "Vestigingsnummer.") var vestiging: String?
        @Option(help: "Postcode, or a range P-P.") var postcode: String?
        @Option(help: "Record type.") var type: String?
        @Option(help: "First date, YYYY-MM-DD.") var from: String?
        @Option(help: "Last date, YYYY-MM-DD.") var until: String?
        @Option(help: "Most hits to show.") var limit = 100
        @Option(help: .hidden) var name: String?
        @Option(help: .hidden) var place: String?
        @Option(help: .hidden) var address: String?
        @Option(help: .hidden) var near: String?
        @Option(help: .hidden) var radius: String?
        @Option(help: .hidden) var kvkList: String?

        func execute() async throws(NodeFailure) -> Int32 {
            let later = [
                ("--name", self.name), ("--place", self.place), ("--address", self.address),
                ("--near", self.near), ("--radius", self.radius), ("--kvk-list", self.kvkList),
            ]
            if let (option, _) = later.first(where: { $0.1 != nil }) {
                throw .usage(
                    "\(option): not available in this version. "
                        + "Search by --key, --kvk, --vestiging or --postcode"
                )
            }
            return try await self.options.print(
                SearchRecords(
                    key: self.key,
                    kvk: self.kvk,
                    vestiging: self.vestiging,
                    postcode: self.postcode,
                    type: self.type,
                    from: self.from,
                    until: self.until,
                    limit: self.limit
                )
            )
        }
    }

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
