import PlainText

extension FormData {
    /// Most bytes of a boundary (RFC 2046 §5.1.1).
    private static let boundaryMax = 70
    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// The boundary in a type of content; `nil` where that is not `multipart/form-data` with one.
    static func boundary(ofType type: String?) -> [UInt8]? {
        guard let type, let parameters = Self.parameters(Array(type.utf8)),
            parameters.first == "multipart/form-data",
            let boundary = parameters.values["boundary"],
            (1...Self.boundaryMax).contains(boundary.utf8.count)
        else { return nil }
        return Array(boundary.utf8)
    }

    /// Reads a form with files (RFC 7578); `nil` when it is malformed or has too many fields.
    ///
    /// A file is a field with its text: UTF-8 without a mark and with LF, from UTF-16 too. What is no text in it is
    /// replaced; in other fields it is refused.
    ///
    /// - Complexity: O(length).
    package init?(multipart bytes: [UInt8], boundary: [UInt8]) {
        let delimiter = Array("--".utf8) + boundary
        guard bytes.starts(with: delimiter) else { return nil }
        var rest = bytes[delimiter.count...]
        var fields: [(name: String, value: String)] = []
        while !rest.starts(with: "--".utf8) {
            guard fields.count < WebLimits.fieldsMax, rest.starts(with: Self.lineEnd),
                let end = rest.place(of: Self.lineEnd + delimiter),
                let field = Self.field(rest[rest.startIndex..<end].dropFirst(2))
            else { return nil }
            fields.append(field)
            rest = rest[(end + Self.lineEnd.count + delimiter.count)...]
        }
        self.init(fields: fields)
    }

    /// A part: lines that say what it is, an empty line, what it holds.
    private static func field(_ part: ArraySlice<UInt8>) -> (name: String, value: String)? {
        guard let headEnd = part.place(of: self.lineEnd + self.lineEnd) else { return nil }
        let content = Array(part[(headEnd + 4)...])
        var disposition: (first: String, values: [String: String])?
        var head = part[..<headEnd]
        while !head.isEmpty {
            let end = head.place(of: self.lineEnd) ?? head.endIndex
            let line = head[..<end]
            head = end < head.endIndex ? head[(end + 2)...] : []
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            guard name == "content-disposition" else { continue }
            guard disposition == nil, let parameters = Self.parameters(Array(line[(colon + 1)...]))
            else { return nil }
            disposition = parameters
        }
        guard let disposition, disposition.first == "form-data",
            let name = disposition.values["name"]
        else { return nil }
        if disposition.values["filename"] != nil {
            return (name, String(decoding: TextFile.lines(of: content), as: UTF8.self))
        }
        return String(validating: content, as: UTF8.self).map { (name, $0) }
    }

    /// What stands before the first semicolon, and the parameters behind it, each once.
    private static func parameters(
        _ bytes: [UInt8]
    ) -> (first: String, values: [String: String])? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var rest = Substring(text)
        func word(_ rest: inout Substring, until ends: Set<Character>) -> String {
            let word = rest.prefix { !ends.contains($0) }
            rest = rest.dropFirst(word.count)
            return String(word).trimmingBlanks
        }
        let first = word(&rest, until: [";"]).lowercased()
        var values: [String: String] = [:]
        while rest.first == ";" {
            rest = rest.dropFirst()
            let name = word(&rest, until: ["=", ";"]).lowercased()
            // A parameter without a value says nothing.
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            let value: String
            if rest.first == "\"" {
                rest = rest.dropFirst()
                value = String(rest.prefix { $0 != "\"" })
                rest = rest.dropFirst(value.count)
                guard rest.first == "\"" else { return nil }
                rest = rest.dropFirst()
                guard word(&rest, until: [";"]).isEmpty else { return nil }
            } else {
                value = word(&rest, until: [";"])
            }
            guard values.updateValue(value, forKey: name) == nil else { return nil }
        }
        return (first, values)
    }
}

extension ArraySlice<UInt8> {
    /// Where some bytes begin first; `nil` where they do not stand in it.
    fileprivate func place(of bytes: [UInt8]) -> Int? {
        guard let first = bytes.first, self.count >= bytes.count else { return nil }
        var start = self.startIndex
        let last = self.endIndex - bytes.count
        while start <= last, let found = self[start...last].firstIndex(of: first) {
            if self[found...].starts(with: bytes) { return found }
            start = found + 1
        }
        return nil
    }
}
