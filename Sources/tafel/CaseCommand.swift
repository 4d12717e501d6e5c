import ArgumentParser
import CaseModel
import NodeInterface
import NodeService

/// `tafel case`.
struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "Open cases and work on them together.",
        subcommands: [
            Open.self, List.self, Show.self, Set.self, Note.self, Link.self, Unlink.self,
            Tag.self, Untag.self, Audience.self,
        ]
    )

    /// `tafel case open`.
    struct Open: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "open",
            abstract: "Open a case with its audience, grounds and category."
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "The table's ID, or its first 6 or more digits.") var table: String
        @Option(help: "Title.") var title: String
        @Option(help: "Summary.") var summary = ""
        @Option(help: "Audience: 'all' partners, or handles joined by commas.") var to: String?
        @Option(help: "Codes of grounds to prefer, joined by commas.") var ground: String?
        @Option(help: "Category of the shared work.") var category = "business"
        @Flag(help: "Print who would be told of it, and write nothing.") var preview = false

        func execute() async throws(NodeFailure) -> Int32 {
            let opening = OpenCase(
                table: self.table,
                title: self.title,
                summary: self.summary,
                category: self.category,
                to: list(self.to),
                grounds: list(self.ground)
            )
            return try await self.preview
                ? self.options.print(PreviewOpening(opening)) : self.options.print(opening)
        }
    }

    /// `tafel case list`.
    struct List: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The cases this node can read."
        )

        @OptionGroup var options: NodeOptions
        @Option(help: "Only of this table.") var table: String?
        @Option(help: "Only in this phase.") var phase: String?
        @Option(help: "Those that follow this one, where a list says that there are more.")
        var after: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                ListCases(table: self.table, phase: self.phase, after: self.after)
            )
        }
    }

    /// `tafel case show`.
    struct Show: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "The merged view of a case."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The case's ID, or its first 6 or more digits.") var id: String
        @Flag(help: "RFC 8785, equal bytes on nodes with equal entitlements.")
        var canonical = false
        @Option(help: "Leave out what had not been shared or had expired by then (RFC 3339).")
        var at: String?

        func execute() async throws(NodeFailure) -> Int32 {
            let at = try self.at.map { (text) throws(NodeFailure) in
                guard let milliseconds = UTCTime.milliseconds(text) else {
                    throw .usage("--at '\(text)': not a time. Write 2026-01-31T12:00:00Z")
                }
                return milliseconds
            }
            guard at == nil || self.canonical else {
                throw .usage("--at: goes with --canonical. Add it")
            }
            guard self.canonical else {
                return try await self.options.print(ShowCase(case: self.id))
            }
            let view = try await self.options.answer(to: ShowCanonicalCase(case: self.id, at: at))
            Output.line(own: view.canonical)
            return 0
        }
    }

    /// `tafel case set`.
    struct Set: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Write title, phase, lead or summary.",
            discussion: "Supersedes the values seen; so it also resolves a conflict."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The case's ID.") var id: String
        @Argument(help: "title, phase, lead or summary.") var field: String
        @Argument(help: "The new value.") var value: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(
                SetCase(case: self.id, field: self.field, value: self.value)
            )
        }
    }

    /// `tafel case note`.
    struct Note: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "note",
            abstract: "Add a note."
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The case's ID.") var id: String
        @Argument(help: "The note.") var text: String

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(AddNote(case: self.id, text: self.text))
        }
    }

    /// Which subjects are linked, and how.
    struct LinkArguments: ParsableArguments {
        @Argument(help: "The case's ID.") var id: String
        @Argument(help: "The first subject's ID.") var from: String
        @Argument(help: "The relation: a-z and hyphen.") var relation: String
        @Argument(help: "The second subject's ID.") var to: String

        func request(reason: String? = nil, removes: Bool) -> LinkSubjects {
            LinkSubjects(
                case: self.id,
                from: self.from,
                relation: self.relation,
                to: self.to,
                reason: reason,
                removes: removes
            )
        }
    }

    /// `tafel case link`.
    struct Link: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "link",
            abstract: "Link two subjects, for instance as same-as."
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var link: LinkArguments
        @Option(help: "Why: all who are in the case read it.") var reason: String?

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(self.link.request(reason: self.reason, removes: false))
        }
    }

    /// `tafel case unlink`.
    struct Unlink: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlink",
            abstract: "Remove a link."
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var link: LinkArguments

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(self.link.request(removes: true))
        }
    }

    /// `tafel case audience`.
    struct Audience: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "audience",
            abstract: "Leave partners out of an own case.",
            discussion: """
                Who is left out is told so, keeps what it was given, and is given nothing more of the \
                case by this node. Others still give it what they write before their node knows. \
                Nobody comes in later.
                """
        )

        @OptionGroup var options: NodeOptions
        @Argument(help: "The case's ID.") var id: String
        @Option(help: "Handles of who stays, joined by commas.") var to: String
        @Flag(help: "Print who would be left out, and write nothing.") var preview = false

        func execute() async throws(NodeFailure) -> Int32 {
            let audience = SetAudience(case: self.id, to: list(self.to) ?? [])
            return try await self.preview
                ? self.options.print(PreviewAudience(audience)) : self.options.print(audience)
        }
    }

    /// Which tag of which case.
    struct TagArguments: ParsableArguments {
        @Argument(help: "The case's ID.") var id: String
        @Argument(help: "The tag.") var tag: String

        func request(removes: Bool) -> TagCase {
            TagCase(case: self.id, tag: self.tag, removes: removes)
        }
    }

    /// `tafel case tag`.
    struct Tag: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "tag",
            abstract: "Tag a case."
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var tag: TagArguments

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(self.tag.request(removes: false))
        }
    }

    /// `tafel case untag`.
    struct Untag: TafelCommand {
        static let configuration = CommandConfiguration(
            commandName: "untag",
            abstract: "Remove a tag."
        )

        @OptionGroup var options: NodeOptions
        @OptionGroup var tag: TagArguments

        func execute() async throws(NodeFailure) -> Int32 {
            try await self.options.print(self.tag.request(removes: true))
        }
    }
}
