import Mustache

/// Escapes text for HTML scalar by scalar.
///
/// The library's own escaping goes by characters, and a quotation mark with a combining accent is
/// another character than a quotation mark: it would go through and end an attribute.
struct EscapedText: MustacheContentType {
    func escapeText(_ text: String) -> String {
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

/// The templates of all pages, compiled once.
enum Templates {
    /// The texts by name.
    static let texts: [String: String] = [
        "layout": Self.layout,
        "problem": Self.problem,
        "message": Self.message,
        "login": Self.login,
        "cases": Self.cases,
        "caseNew": Self.caseNew,
        "case": Self.caseView,
        "caseSubjects": Self.caseSubjects,
        "caseTimeline": Self.caseTimeline,
        "caseDisclosures": Self.caseDisclosures,
        "caseFragments": Self.caseFragments,
        "caseNotes": Self.caseNotes,
        "caseAside": Self.caseAside,
        "shareRecord": Self.shareRecord,
        "shareFields": Self.shareFields,
        "sharePreview": Self.sharePreview,
        "withdraw": Self.withdraw,
        "records": Self.records,
        "searchForm": Self.searchForm,
        "hits": Self.hits,
        "record": Self.record,
        "fieldTable": Self.fieldTable,
        "tables": Self.tables,
        "table": Self.table,
        "log": Self.log,
        "node": Self.node,
    ]

    private static let library: MustacheLibrary = {
        MustacheContentTypes.register(EscapedText(), named: "ESCAPED")
        var library = MustacheLibrary()
        for (name, text) in Self.texts {
            do {
                // A partial begins with the library's own content type again.
                try library.register("{{% CONTENT_TYPE:ESCAPED}}\n" + text, named: name)
            } catch {
                preconditionFailure("the template '\(name)' is well-formed: \(error)")
            }
        }
        return library
    }()

    /// Renders a page within its frame; `page` in the model names the template.
    ///
    /// Every text of the model is escaped.
    static func render(_ model: [String: Any]) -> String {
        guard let text = self.library.render(model, withTemplate: "layout") else {
            preconditionFailure("the frame is among the templates")
        }
        return text
    }
}
