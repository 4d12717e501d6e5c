import ArgumentParser
import Cryptography
import NodeInterface
import NodeService

/// `tafel user`.
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Local accounts for the web pages.",
        subcommands: [Add.self, List.self, Remove.self, Password.self]
    )

    /// The password of an account, from a file or the terminal.
    struct PasswordOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "File with the password, which only you can read.",
                discussion: "Default: asked twice on the terminal.",
                valueName: "file"
            )
        )
        var passwordFile: String?

        func password() throws(NodeFailure) -> [UInt8] {
            if let file = self.passwordFile {
                return try Passphrase.read(file: file, isNew: true, what: "password")
            }
            return try Passphrase.ask(
                isNew: true,
                what: "password",
                advice: "Use --password-file"
            )
        }
    }

    /// `tafel user add`.
    struct Add: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add an account.",
            discussion: """
                analyst works on cases and sees own records; manager too, and decides that data is \
                shared in a category below its record's; operator sees the node's health and \
                no contents; auditor sees charters and what was shared with whom, without contents.
                """
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var passwordOptions: PasswordOptions
        @Argument(help: "Name: a-z, 0-9, '.', '_', '-'; 1 to 32.") var name: String
        @Option(
            help: ArgumentHelp(
                "Role.",
                discussion: UserRole.allCases.map(\.rawValue).joined(separator: ", ")
            )
        )
        var role: String

        func execute() async throws(NodeFailure) -> Int32 {
            guard UserRole(rawValue: self.role) != nil else {
                let known = UserRole.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("--role '\(self.role)': not known. Choose from \(known)")
            }
            var password = try self.passwordOptions.password()
            defer { password.wipe() }
            return try await self.options.print(
                AddUser(user: self.name, role: self.role, password: Secret(password))
            )
        }
    }

    /// `tafel user list`.
    struct List: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The accounts of this node."
        )

        @OptionGroup var options: NodeOptions

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(ListUsers())
        }
    }

    /// `tafel user remove`.
    struct Remove: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove an account; its sessions end at once."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The account's name.") var name: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(RemoveUser(user: self.name))
        }
    }

    /// `tafel user password`.
    struct Password: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Set the password of an account; its sessions end at once."
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var passwordOptions: PasswordOptions
        @Argument(help: "The account's name.") var name: String

        func execute() async throws(NodeFailure) -> Int32 {
            var password = try self.passwordOptions.password()
            defer { password.wipe() }
            return try await self.options.print(
                SetPassword(user: self.name, password: Secret(password))
            )
        }
    }
}
