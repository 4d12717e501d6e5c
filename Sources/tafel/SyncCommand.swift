import ArgumentParser
import NodeInterface
import NodeService

/// `tafel sync`.
struct SyncCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Synchronise with peers.",
        subcommands: [Now.self, Status.self, Export.self, Import.self]
    )

    /// `tafel sync now`.
    struct Now: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "now",
            abstract: "Rounds with each peer until both hold the same.",
            discussion: """
                The peers must be running; this node need not be. Where others write on and on, a round ends \
                when both have what either held when it began, and says so.
                """
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "Only with this peer.") var peer: String?

        func execute() async throws(NodeFailure) -> Int32 {
            // Without a terminal nobody is asked how far it is.
            let bar = Output.hasTerminal ? SyncBar() : nil
            return try await self.options.print(SyncNow(peer: self.peer), bar: bar)
        }
    }

    /// `tafel sync status`.
    struct Status: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "How far this node is with every log."
        )

        @OptionGroup var options: NodeOptions

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(ShowSyncStatus())
        }
    }

    /// `tafel sync export`.
    struct Export: LaterCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write a sealed bundle for a peer (not available yet)."
        )
        static let typed = "sync export"
        static let advice = "Use 'tafel sync now'"

        @Argument(parsing: .allUnrecognized, help: .hidden) var arguments: [String] = []
    }

    /// `tafel sync import`.
    struct Import: LaterCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Take in a sealed bundle (not available yet)."
        )
        static let typed = "sync import"
        static let advice = "Use 'tafel sync now'"

        @Argument(parsing: .allUnrecognized, help: .hidden) var arguments: [String] = []
    }
}
