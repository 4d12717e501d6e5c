import ArgumentParser
import NodeInterface
import NodeService
import Terminal

/// `tafel record quality`.
struct QualityCommand: TafelCommand {
    static let configuration = CommandConfiguration(
        commandName: "quality",
        abstract: "Show what the owner of a source can mend: findings of imports, gaps, links."
    )

    @OptionGroup var options: NodeOptions
    @Option(help: "Only this source.") var source: String?
    @Flag(help: "Print the records that break rules now as a table for a spreadsheet (CSV).")
    var csv = false

    func validate() throws {
        if self.csv, self.options.json {
            throw ValidationError("--csv: goes without --json. Leave one out")
        }
    }

    func execute() async throws(NodeFailure) -> Int32 {
        let named = self.csv ? ShowQuality.namedMax : nil
        let request = ShowQuality(source: self.source, named: named)
        guard self.csv else { return try await self.options.print(request) }
        let answer = try await self.options.answer(to: request)
        Output.line(parts: [Array(answer.table.text().utf8.dropLast())])
        return 0
    }
}

extension ShowQuality: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        var lines: [ShownText] = []
        for source in answer.sources {
            lines.append("\(source.source): \(source.records) records")
            for field in source.fields {
                lines.append("  \(field.field): \(field.filled) of \(field.wanted)")
            }
            lines.append(
                "  linked by number: \(source.with_number), by name and place: "
                    + "\(source.by_name_and_place), with nobody: \(source.unlinkable)"
            )
            for rule in source.rules {
                lines.append(
                    "  \(rule.rule)"
                        + (rule.now.map { "  now \($0)" } ?? "")
                        + (rule.last.map { "  last import \($0)" } ?? "")
                        + (rule.before.map { ", before \($0)" } ?? "")
                )
                for broken in rule.records.prefix(5) {
                    lines.append(
                        "    \(broken.key)  \(broken.field) '\(broken.value)': \(broken.suggestion)"
                    )
                }
            }
        }
        if answer.sources.isEmpty {
            lines.append("No records. Import some with 'tafel record import'")
        }
        if answer.left_out > 0 {
            lines.append("\(answer.left_out) records were not looked at: too many")
        }
        return lines.joined(separator: "\n")
    }
}
