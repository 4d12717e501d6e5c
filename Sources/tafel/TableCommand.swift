import ArgumentParser
import Foundation
import NodeInterface
import NodeService
import SyncLog

/// `tafel table`.
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Draft, accept and show tables.",
        subcommands: [Create.self, Accept.self, List.self, Show.self, Amend.self]
    )

    /// The text of a table's file.
    fileprivate static func read(_ path: String) throws(NodeFailure) -> String {
        let bytes = try Files.readSigned(path, bytesMax: TableFile.bytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .usage("\(path): not a table file, or changed on its way. Ask for it again")
        }
        return text
    }

    /// The text of a file of legal grounds.
    fileprivate static func readText(_ path: String) throws(NodeFailure) -> String {
        let bytes = try Files.readSigned(path, bytesMax: YAMLValue.bytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .usage("\(path): not UTF-8. Write it in UTF-8")
        }
        return text
    }

    /// `tafel table create`.
    struct Create: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Draft and sign a table's charter.",
            discussion: "Send the file to the other members; each runs 'tafel table accept FILE'."
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "Theme.") var theme: String
        @Option(help: "Name.") var name: String
        @Option(help: "Purpose limitation (doelbinding).") var purpose: String
        @Option(help: "First day, YYYY-MM-DD.") var from: String
        @Option(help: "Last day, YYYY-MM-DD.") var until: String
        @Option(
            parsing: .upToNextOption,
            help: "Card files of the other members; this node is a member without being named."
        )
        var member: [String] = []
        @Option(
            parsing: .upToNextOption,
            help: "HANDLE=ROLE: partner (default), contributor, observer, auditor."
        )
        var role: [String] = []
        @Option(help: "File with the legal grounds, instead of the default ones.")
        var grounds: String?
        @Option(help: "How many members must sign (default: a strict majority).")
        var quorum: Int?
        @Option(help: "How many partners should cosign a checkpoint (default: 0).")
        var witnessQuorum: Int?
        @Option(help: "Where to write the table's file.") var out: String

        func execute() async throws(NodeFailure) -> Int32 {
            for (option, date) in [("--from", self.from), ("--until", self.until)]
            where !date.isCalendarDate {
                throw .usage("\(option) '\(date)': not a date. Write YYYY-MM-DD")
            }
            guard self.from <= self.until else {
                throw .usage("--until \(self.until): before --from \(self.from). Turn them round")
            }
            var cards: [String] = []
            for path in self.member {
                let bytes = try Files.readSigned(path, bytesMax: Card.bytesMax)
                do throws(CardError) {
                    _ = try Card(parsing: bytes)
                } catch {
                    throw .usage(
                        "\(path): not a card, or changed on its way. "
                            + "Ask its owner for 'tafel node card --out FILE' again"
                    )
                }
                cards.append(String(decoding: bytes, as: UTF8.self))
            }
            let grounds = try self.grounds.map { (path) throws(NodeFailure) in
                try TableCommand.readText(path)
            }
            let table = CreateTable(
                theme: self.theme.normalised,
                name: self.name.normalised,
                purpose: self.purpose.normalised,
                from: self.from,
                until: self.until,
                cards: cards,
                roles: self.role,
                grounds: grounds,
                quorum: self.quorum,
                witness_quorum: self.witnessQuorum
            )
            return try await self.options.print(
                table,
                writing: OutputFile(
                    path: self.out,
                    inputs: self.member + (self.grounds.map { [$0] } ?? []),
                    held: try? TableCommand.read(self.out)
                )
            )
        }
    }

    /// `tafel table accept`.
    struct Accept: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept",
            abstract: "Check and sign a table's file; adopt it when the quorum has signed.",
            discussion: """
                On a terminal it shows the charter and what it changes, and asks. Repeatable: signatures \
                from the file and those known here are merged.
                """
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The table's file; it is written back with the merged signatures.")
        var file: String
        @Flag(help: "Sign without being shown and asked.")
        var yes = false
        @Flag(
            help: ArgumentHelp(
                "Sign the file's draft in place of another draft of the same version that is held.",
                discussion: "What was signed before stays with those who have it."
            )
        )
        var replace = false

        func execute() async throws(NodeFailure) -> Int32 {
            let text = try TableCommand.read(self.file)
            let review = Review(
                request: ShowTableFile(file: text),
                question: "Sign this version for your organisation?",
                refusal: "table accept: not signed, nothing changed. Run it again to sign"
            )
            return try await self.options.print(
                AcceptTable(file: text, replaces: self.replace),
                after: self.yes ? nil : review,
                writing: OutputFile(path: self.file)
            )
        }
    }

    /// `tafel table list`.
    struct List: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The tables this node knows."
        )

        @OptionGroup var options: NodeOptions

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(ListTables())
        }
    }

    /// `tafel table show`.
    struct Show: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One table's charter, or what a table's file would change."
        )

        @OptionGroup var options: NodeOptions
        @Argument(
            help: ArgumentHelp(
                "The table's ID, or its first 6 or more digits; or a table's file.",
                valueName: "table-or-file"
            )
        )
        var table: String

        func execute() async throws(NodeFailure) -> Int32 {
            let isID =
                (6...64).contains(self.table.count) && self.table.allSatisfy(\.isHexDigit)
            guard isID || !FileManager.default.fileExists(atPath: self.table) else {
                let text = try TableCommand.read(self.table)
                return try await self.options.print(ShowTableFile(file: text))
            }
            return try await self.options.print(ShowTable(table: self.table))
        }
    }

    /// `tafel table amend`.
    struct Amend: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "amend",
            abstract: "Draft and sign the next version of a charter.",
            discussion: """
                In this version it pins logs that forked, and nothing else. Send the file to the other \
                members; each runs 'tafel table accept FILE'.
                """
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The table's ID, or its first 6 or more digits.") var table: String
        @Option(
            parsing: .upToNextOption,
            help: "Handles of members whose log forked: it is cut where its histories differ."
        )
        var pin: [String] = []
        @Option(help: "Where to write the table's file.") var out: String
        @Argument(parsing: .allUnrecognized, help: .hidden) var others: [String] = []

        func execute() async throws(NodeFailure) -> Int32 {
            guard self.others.isEmpty else {
                throw .usage(
                    "table amend: \(self.others[0]) is not available in this version. "
                        + "It pins logs that forked, with --pin; for the rest start a new table"
                )
            }
            guard !self.pin.isEmpty else {
                throw .usage("--pin: names nobody. Give the handle of a member whose log forked")
            }
            return try await self.options.print(
                AmendTable(table: self.table, pinning: self.pin),
                writing: OutputFile(path: self.out)
            )
        }
    }
}
