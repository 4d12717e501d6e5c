import SyncLog
import Vocabulary

/// A legal ground for sharing, as a grounds file states it.
package struct GroundDeclaration: Hashable, Sendable {
    /// Code: `[A-Z0-9][A-Z0-9.-]*`, at most `GroundsFile.codeBytesMax` bytes.
    package let code: String
    /// The article in words: 1 to `GroundsFile.textBytesMax` bytes on one line.
    package let text: String
    /// Classes of members that may give, in the order of `Protocol/keys.md` §5, or `*` alone.
    package let from: [String]
    /// Classes of members that may receive, in the same order, or `*` alone.
    package let to: [String]
    /// Categories of data it holds for, in the same order; at least one.
    package let categories: [String]
    /// Days after which what was shared is destroyed: 1 to `GroundsFile.retentionMax`; nil for none.
    package let retention: Int?
}

/// The file that states the legal grounds of a new charter, in order of preference.
package enum GroundsFile {
    /// Most grounds of a charter (`Protocol/keys.md` §3).
    package static let groundsMax = Charter.groundsMax
    /// Most bytes of a code.
    package static let codeBytesMax = Ground.codeBytesMax
    /// Most bytes of a text.
    package static let textBytesMax = Ground.textBytesMax
    /// Longest retention in days.
    package static let retentionMax = Int(Ground.retentionDaysMax)

    /// Classes of members, in the order of `Protocol/keys.md` §5.
    package static let classes = MemberClass.allCases.map(\.rawValue)
    /// Categories of data, in the same order.
    package static let categories = Category.allCases.map(\.name)

    /// Reads a grounds file.
    ///
    /// - Parameter bytes: The whole file.
    /// - Returns: The grounds in the order of the file.
    /// - Throws: `YAMLFileError`, with the line.
    /// - Complexity: O(size of the file).
    package static func parse(_ bytes: [UInt8]) throws(YAMLFileError) -> [GroundDeclaration] {
        let root = try YAMLValue.parse(bytes)
        let file = try YAMLObject(root, path: "", required: ["grounds"], optional: [])
        guard let value = file.value("grounds"), case .list(let items) = value.content else {
            throw .wrongType(
                line: file.line(of: "grounds"),
                path: "grounds",
                expected: "a list of grounds"
            )
        }
        guard items.count <= Self.groundsMax else {
            throw file.invalid("grounds", "\(items.count) grounds; at most \(Self.groundsMax)")
        }
        var grounds: [GroundDeclaration] = []
        var codes: Set<String> = []
        for (index, item) in items.enumerated() {
            let object = try YAMLObject(
                item,
                path: "grounds[\(index + 1)]",
                required: ["code", "text", "from", "to", "categories"],
                optional: ["retention"]
            )
            let ground = try Self.ground(object)
            guard codes.insert(ground.code).inserted else {
                throw object.invalid("code", "\"\(ground.code)\" is another ground's code already")
            }
            grounds.append(ground)
        }
        return grounds
    }

    private static func ground(_ object: YAMLObject) throws(YAMLFileError) -> GroundDeclaration {
        let code = try object.requiredText("code")
        guard Self.isCode(code) else {
            throw object.invalid(
                "code",
                "\"\(code)\" is not 1 to \(Self.codeBytesMax) of A-Z, 0-9, dot and hyphen, "
                    + "beginning with a letter or digit"
            )
        }
        let text = UnicodeForm.composed(try object.requiredText("text"))
        let isOneLine = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isOneLine, (1...Self.textBytesMax).contains(text.utf8.count) else {
            throw object.invalid("text", "not one line of 1 to \(Self.textBytesMax) bytes")
        }
        let retention = try object.number("retention")
        if let retention, !(1...Self.retentionMax).contains(retention) {
            throw object.invalid("retention", "\(retention) is not 1 to \(Self.retentionMax) days")
        }
        return GroundDeclaration(
            code: code,
            text: text,
            from: try Self.names(object, "from", known: Self.classes, hasAny: true),
            to: try Self.names(object, "to", known: Self.classes, hasAny: true),
            categories: try Self.names(object, "categories", known: Self.categories, hasAny: false),
            retention: retention
        )
    }

    /// Returns the names of a key in the order of `known`, or `*`.
    private static func names(
        _ object: YAMLObject,
        _ key: String,
        known: [String],
        hasAny: Bool
    ) throws(YAMLFileError) -> [String] {
        let names = try object.texts(key) ?? []
        if hasAny, names == ["*"] { return names }
        for name in names where !known.contains(name) {
            let list = (hasAny ? known + ["* alone"] : known).joined(separator: ", ")
            throw object.invalid(key, "\"\(name)\" is not one of \(list)")
        }
        guard !names.isEmpty else { throw object.invalid(key, "names nothing") }
        guard Set(names).count == names.count else {
            throw object.invalid(key, "names the same twice")
        }
        return known.filter(names.contains)
    }

    private static func isCode(_ code: String) -> Bool {
        guard code.utf8.count <= Self.codeBytesMax, let first = code.utf8.first else {
            return false
        }
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard letters.contains(first) || digits.contains(first) else { return false }
        return code.utf8.allSatisfy { byte in
            letters.contains(byte) || digits.contains(byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
    }
}
