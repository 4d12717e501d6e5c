import ArgumentParser

/// Measures the library from within, where the programs cannot be timed from outside.
///
/// Every command prints one JSON document.
@main
struct BenchProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tafel-bench",
        abstract: "Loads nodes and measures the library from within; see tools/bench/README.md.",
        subcommands: [
            LoadCommand.self, AppendCommand.self, ViewCommand.self, ShowCommand.self,
            FloodCommand.self, LinkCommand.self, SearchCommand.self,
        ]
    )
}

/// The folder of a node that does not run, with its passphrase.
struct FolderOptions: ParsableArguments {
    /// Most bytes of a passphrase file that are read.
    static let passphraseBytesMax = 1_024

    @Option(help: "The node's data folder.") var data: String
    @Option(help: "File with the passphrase.") var passphraseFile: String
}
