import ArgumentParser
import Foundation
import NodeService

/// The program.
struct Tafel: TafelCommand {
    static let configuration = CommandConfiguration(
        commandName: "tafel",
        abstract: "A partner's node at a thematic table: own records, shared fragments, one view.",
        discussion: """
            First steps:
              tafel node init --handle od-noord --name "Omgevingsdienst Noord" \\
                --oin 00000001234567890000 --class od-toezicht
              tafel record import FILE.csv --mapping MAPPING.yaml
              tafel node card --out od-noord.card     (send it to the table's maker)
              tafel table accept FILE                 (when the table's file comes)
              tafel node run
            """,
        version: "0.1.0",
        subcommands: [
            NodeCommand.self, RecordCommand.self, TableCommand.self, CaseCommand.self,
            FragmentCommand.self, SyncCommand.self, LogCommand.self, UserCommand.self,
        ]
    )

    func execute() async throws(NodeFailure) -> Int32 {
        Output.line(Self.helpMessage())
        return 0
    }
}

/// Splits `a,b,c`; `nil` stays `nil`.
func list(_ text: String?) -> [String]? {
    text.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
}

/// `tafel user`.
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Local accounts for the web pages (not available yet).",
        subcommands: [Add.self]
    )

    /// `tafel user add`.
    struct Add: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add an account (not available yet)."
        )

        @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

        func execute() async throws(NodeFailure) -> Int32 {
            throw .usage("user add: not available in this version. The pages come later")
        }
    }
}
