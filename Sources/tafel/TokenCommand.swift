import ArgumentParser
import NodeInterface
import NodeService
import Terminal

/// `tafel token`.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Tokens for programs that use the API.",
        subcommands: [Add.self, List.self, Remove.self]
    )

    /// `tafel token add`.
    struct Add: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Give a user a token; its secret is shown once.",
            discussion: """
                What a token may is what its scopes and its user's role both allow, at the moment that it \
                is used. The scope administer is what the command line alone may otherwise: accounts, \
                tables, cards, tokens.
                """
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The user's name.") var user: String
        @Option(
            help: ArgumentHelp(
                "What it may be used for, joined by commas.",
                discussion: Right.allCases.map(\.rawValue).joined(separator: ", "),
                valueName: "scopes"
            )
        )
        var scope: String
        @Option(help: "Its last day, YYYY-MM-DD (default: none).") var until: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                AddToken(user: self.user, scopes: list(self.scope) ?? [], until: self.until)
            )
        }
    }

    /// `tafel token list`.
    struct List: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The tokens of this node, without their secrets."
        )

        @OptionGroup var options: NodeOptions

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(ListTokens())
        }
    }

    /// `tafel token remove`.
    struct Remove: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a token: it is taken no more."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The token's ID, or its first 6 or more digits.") var id: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(RemoveToken(id: self.id))
        }
    }
}

extension AddToken: PrintedRequest {
    var shownBy: String? { "tafel token list" }

    func text(of answer: Answer) -> ShownText {
        let scopes = answer.scopes.map(\.rawValue).joined(separator: ", ")
        return """
            token   \(answer.token)
            id      \(answer.id)
            user    \(answer.user)
            scopes  \(scopes)
            until   \(answer.until ?? "no last day")
            Keep the token: it is not shown again.
            """
    }
}

extension ListTokens: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let lines: [ShownText] = answer.tokens.map { token in
            let scopes = token.scopes.map(\.rawValue).joined(separator: ", ")
            return "\(token.id)  \(token.user)  \(scopes)  of \(token.created)"
                + (token.until.map { ", until \($0)" } ?? "")
                + (token.valid ? "" : "  NOT VALID ANY MORE")
        }
        return lines.isEmpty
            ? "No tokens yet. Add one with 'tafel token add USER --scope SCOPES'."
            : lines.joined(separator: "\n")
    }
}

extension RemoveToken: PrintedRequest {
    var shownBy: String? { "tafel token list" }

    func text(of answer: Answer) -> ShownText {
        "token \(answer.id) of \(answer.user) removed; it is taken no more"
    }
}
