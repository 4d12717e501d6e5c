import SyncLog
import Terminal

extension ReportDocument {
    /// Most rows of one table in plain text; the page and JSON have them all.
    static let textRowsMax = 500

    /// The report as plain text, tables in columns.
    var text: ShownText {
        var output = self.title + "\n" + String(repeating: "=", count: self.title.count) + "\n"
        for block in self.blocks {
            output += "\n"
            switch block {
            case .heading(let text, let level):
                let text = Self.visible(text)
                let line = String(repeating: level == 2 ? "=" : "-", count: text.count)
                output += text + "\n" + line + "\n"
            case .paragraph(let text):
                output += Self.visible(text) + "\n"
            case .list(let items):
                for item in items { output += "- " + Self.visible(item) + "\n" }
            case .table(let caption, let columns, let rows):
                output += Self.visible(caption) + ":\n"
                output += Self.text(columns: columns, rows: rows, language: self.language)
            }
        }
        output.removeLast()
        return ShownText(own: output)
    }

    private static func text(columns: [String], rows: Rows, language: Language) -> String {
        let shown = ([columns] + rows.prefix(self.textRowsMax)).map { $0.map(Self.visible) }
        let widths = columns.indices.map { column in shown.map { $0[column].count }.max() ?? 0 }
        var output = ""
        for row in shown {
            var line = " "
            for (cell, width) in zip(row, widths) {
                line += " " + cell + String(repeating: " ", count: width - cell.count + 1)
            }
            while line.last == " " { line.removeLast() }
            output += line + "\n"
        }
        let further = rows.count - Self.textRowsMax
        if further > 0 {
            output += Wording(
                nl: "  en nog \(further); die staan in --report en --json\n",
                en: "  and \(further) more, which --report and --json list\n"
            ).text(language)
        }
        return output
    }

    /// A text on one line: words of the report hold no line ends, so each is somebody's.
    private static func visible(_ text: String) -> String { VisibleText.text(text, in: .line) }

    /// The report as one page that needs nothing else: no script, no picture, no other file.
    var html: String {
        let language = self.language.rawValue
        var output = """
            <!DOCTYPE html>
            <html lang="\(language)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Self.escaped(self.title))</title>
            <style>
            body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
              max-width: 72rem; margin: 0 auto; padding: 1rem; }
            table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
            caption { text-align: left; font-weight: 600; padding: .25rem 0; }
            th, td { text-align: left; vertical-align: top; padding: .25rem .5rem;
              border-bottom: 1px solid #767676; overflow-wrap: anywhere; }
            thead th { border-bottom-width: 2px; }
            </style>
            </head>
            <body>
            <main>
            <h1>\(Self.escaped(self.title))</h1>

            """
        for block in self.blocks { output += Self.html(block) }
        return output + "</main>\n</body>\n</html>\n"
    }

    private static func html(_ block: Block) -> String {
        switch block {
        case .heading(let text, let level):
            return "<h\(level)>\(self.escaped(text))</h\(level)>\n"
        case .paragraph(let text):
            return "<p>\(self.escaped(text))</p>\n"
        case .list(let items):
            return "<ul>\n" + items.map { "<li>\(self.escaped($0))</li>\n" }.joined() + "</ul>\n"
        case .table(let caption, let columns, let rows):
            let head = columns.map { "<th scope=\"col\">\(self.escaped($0))</th>" }.joined()
            let body = rows.map { row in
                let cells = row.enumerated().map { offset, cell in
                    offset == 0
                        ? "<th scope=\"row\">\(self.escaped(cell))</th>"
                        : "<td>\(self.escaped(cell))</td>"
                }
                return "<tr>" + cells.joined() + "</tr>\n"
            }
            return
                "<table>\n<caption>\(self.escaped(caption))</caption>\n<thead>\n<tr>\(head)</tr>\n"
                + "</thead>\n<tbody>\n" + body.joined() + "</tbody>\n</table>\n"
        }
    }

    /// A text as it may stand in a page, also within an attribute.
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in self.visible(text).unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
