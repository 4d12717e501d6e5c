public import Mustache
import Terminal

/// Escapes text for HTML scalar by scalar.
///
/// The library's own escaping goes by characters, and a quotation mark with a combining accent is
/// another character than a quotation mark: it would go through and end an attribute.
struct EscapedText: MustacheContentType {
    /// Whether what does not show itself is marked: everywhere but in what a form sends back.
    let isVisible: Bool

    func escapeText(_ text: String) -> String {
        let text = self.isVisible ? VisibleText.text(text, in: .page) : text
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
            case UInt8(ascii: ">"): escaped += Array("&gt;".utf8)
            case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
            case UInt8(ascii: "\""): escaped += Array("&quot;".utf8)
            case UInt8(ascii: "'"): escaped += Array("&#39;".utf8)
            // A parser would read it as a line end, or not at all.
            case 0x0D: escaped += Array("&#13;".utf8)
            case 0x00: escaped += Array("\u{FFFD}".utf8)
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}

/// A section for a text that is empty is not rendered, as Mustache's manual has it for false values.
extension String: @retroactive MustacheCustomRenderable {
    /// The text itself.
    public var renderText: String { self }
    /// Whether there is nothing to say.
    public var isNull: Bool { self.isEmpty }
}

/// The templates of all pages, compiled once.
enum Templates {
    /// The texts by name.
    static let texts: [String: String] = [
        "layout": Self.layout,
        "problem": Self.problem,
        "message": Self.message,
        "login": Self.login,
        "cases": Self.cases,
        "caseNew": Self.caseNew, "casePreview": Self.casePreview,
        "case": Self.caseView,
        "caseSubjects": Self.caseSubjects,
        "subjectLink": Self.subjectLink,
        "caseFragments": Self.caseFragments,
        "caseNotes": Self.caseNotes,
        "caseAbout": Self.caseAbout,
        "sort": Self.sort, "sortHead": Self.sortHead, "parts": Self.parts,
        "shareRecord": Self.shareRecord,
        "shareFields": Self.shareFields,
        "sharePreview": Self.sharePreview,
        "withdraw": Self.withdraw,
        "audience": Self.audience,
        "records": Self.records,
        "searchForm": Self.searchForm,
        "hits": Self.hits,
        "searchList": Self.searchList, "startCases": Self.startCases, "weights": Self.weights,
        "record": Self.record,
        "fieldTable": Self.fieldTable,
        "subject": Self.subject, "takeover": Self.takeover, "pairs": Self.pairs,
        "map": Self.map, "quality": Self.quality,
        "tables": Self.tables,
        "table": Self.table,
        "log": Self.log,
        "node": Self.node,
    ]

    private static let library: MustacheLibrary = {
        MustacheContentTypes.register(EscapedText(isVisible: true), named: "SHOWN")
        MustacheContentTypes.register(EscapedText(isVisible: false), named: "EXACT")
        var library = MustacheLibrary()
        for (name, text) in Self.texts {
            do {
                // A partial begins with the library's own content type again.
                let text = "{{% CONTENT_TYPE:SHOWN}}\n" + Self.keepingForms(text)
                try library.register(text, named: name)
            } catch {
                preconditionFailure("the template '\(name)' is well-formed: \(error)")
            }
        }
        return library
    }()

    /// A template in which values of form fields are exact: what was not changed comes back as it was.
    static func keepingForms(_ template: String) -> String {
        let fields = #/(value="|<textarea[^>]*>)(.*?)("|</textarea>)/#.dotMatchesNewlines()
        return template.replacing(fields) { field in
            field.2.contains("{{")
                ? "\(field.1){{% CONTENT_TYPE:EXACT}}\(field.2){{% CONTENT_TYPE:SHOWN}}\(field.3)"
                : String(field.0)
        }
    }

    /// Renders a page within its frame; `page` in the model names the template.
    ///
    /// Every text of the model is escaped, and made visible but in form fields (`Protocol/web.md` §6).
    static func render(_ model: [String: Any]) -> String {
        guard let text = self.library.render(model, withTemplate: "layout") else {
            preconditionFailure("the frame is among the templates")
        }
        guard let field = model[Page.wrongField] as? String else { return text }
        return self.marking(field, in: text)
    }

    /// A page in which one field is said to be wrong, by what stands above the form, and has the focus.
    ///
    /// `field`: Its ID, else its name; where it is not one field, nothing is marked.
    static func marking(_ field: String, in page: String) -> String {
        let elements = page.matches(of: #/<(?:input|textarea|select)\b[^>]*>/#)
        let found = ["id", "name"].lazy.map { attribute in
            elements.filter { element in
                element.0.contains(" \(attribute)=\"\(field)\"")
                    && !element.0.contains(" type=\"hidden\"")
            }
        }.first { !$0.isEmpty }
        guard let found, found.count == 1, let element = found.first else { return page }
        let described = " aria-describedby=\""
        var tag = String(element.0.dropLast())
        tag =
            tag.contains(described)
            ? tag.replacing(described, with: described + "problem ", maxReplacements: 1)
            : tag + described + "problem\""
        var marked = page
        marked.replaceSubrange(element.range, with: tag + " aria-invalid=\"true\" autofocus>")
        return marked
    }
}
