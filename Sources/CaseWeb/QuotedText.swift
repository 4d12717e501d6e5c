import Terminal

/// Texts of others within a text that somebody signs.
enum QuotedText {
    /// A text between quotation marks on one line, in which nothing can pass for what stands around
    /// it: what does not show itself is marked, quotation marks are escaped as in JSON.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in VisibleText.text(text, in: .line).unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
