import ArgumentParser
import Foundation
import NodeService
import Terminal

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
        version: Node.version,
        subcommands: [
            NodeCommand.self, RecordCommand.self, SubjectCommand.self, TableCommand.self,
            CaseCommand.self,
            FragmentCommand.self, SyncCommand.self, LogCommand.self, UserCommand.self,
            TokenCommand.self,
        ]
    )

    /// The first word that should name a command and names none; `nil` where each does.
    ///
    /// The parser would take it for an argument of the command before it, and its help for that one's.
    static func unknownCommand(in arguments: [String]) -> String? {
        var type: any ParsableCommand.Type = Self.self
        for word in arguments.drop(while: { $0 == "help" }).prefix(while: { !$0.hasPrefix("-") }) {
            let known = type.configuration.subcommands
            guard !known.isEmpty else { return nil }
            guard let next = known.first(where: { $0.configuration.commandName == word }) else {
                return word
            }
            type = next
        }
        return nil
    }

    // No options here: before a subcommand they would be read and then not be the subcommand's.
    func execute() async throws(NodeFailure) -> Int32 {
        guard let options = try? NodeOptions.parse([]) else {
            throw NodeFailure(.bug, "command line: defaults do not parse. Report this")
        }
        Output.line(await FirstSteps.text(options: options))
        return 0
    }
}

/// Splits `a,b,c`; `nil` stays `nil`.
func list(_ text: String?) -> [String]? {
    text.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
}

/// A command of the contract that is not built yet: it says so, whatever follows it.
protocol LaterCommand: TafelCommand {
    /// The command as it is typed, without the program's name.
    static var typed: String { get }
    /// What to do instead.
    static var advice: String { get }
}

extension LaterCommand {
    func execute() async throws(NodeFailure) -> Int32 {
        throw .usage("\(Self.typed): not available in this version. \(Self.advice)")
    }
}
