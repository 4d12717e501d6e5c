import PlainText
import Yams

/// One part of a YAML file, with the line it begins on.
///
/// Scalars are text as written, whatever YAML would make of them, so that `01` stays `01`.
/// Anchors, aliases, repeated keys and further documents are refused.
package struct YAMLValue: Hashable, Sendable {
    /// Most bytes of a file.
    package static let bytesMax = 1 << 20
    /// Deepest nesting.
    package static let depthMax = 16
    /// Most scalars, lists and mappings of a file.
    package static let nodesMax = 100_000

    /// A key of a mapping with its value.
    package struct Entry: Hashable, Sendable {
        /// The key as written.
        package let key: String
        /// The line of the key, from 1.
        package let line: Int
        /// What it stands for.
        package let value: YAMLValue
    }

    /// What a part of a file is.
    package enum Content: Hashable, Sendable {
        /// Nothing: an empty value, `~` or `null` without quotes.
        case null
        /// Text.
        case text(String)
        /// A list, in order.
        case list([YAMLValue])
        /// A mapping, in the order of the file; keys differ in their bytes.
        case mapping([Entry])
    }

    /// Line on which it begins, from 1.
    package let line: Int
    /// What it is.
    package let content: Content

    /// Reads a whole file.
    ///
    /// - Parameter bytes: The file.
    /// - Returns: The one document of the file.
    /// - Throws: `YAMLFileError` from `.tooLarge` to `.duplicateKey`, and `.wrongType` for a
    ///   mapping whose key is not text.
    package static func parse(_ bytes: [UInt8]) throws(YAMLFileError) -> YAMLValue {
        guard bytes.count <= Self.bytesMax else { throw .tooLarge(byteCount: bytes.count) }
        let contents = TextFile.lines(of: bytes)[...]
        guard let text = String(validating: contents, as: UTF8.self) else { throw .notText }
        // The library puts what an alias stands for in its place, and looks through all of it when
        // it compares keys: a few lines can stand for more than anybody can count.
        if let line = Self.lineOfAnchor(in: contents) { throw .anchor(line: line) }
        do throws(any Error) {
            let parser = try Parser(yaml: text, encoding: .utf8)
            let root = try parser.singleRoot()
            var count = 0
            // Nodes refer to their anchors weakly, and it is the parser that keeps those alive.
            return try withExtendedLifetime(parser) { () throws(YAMLFileError) -> YAMLValue in
                guard let root else { throw .notText }
                return try Self.value(of: root, depth: 1, count: &count)
            }
        } catch let error as YAMLFileError {
            throw error
        } catch {
            throw Self.refusal(of: error)
        }
    }

    private static func value(
        of node: Yams.Node,
        depth: Int,
        count: inout Int
    ) throws(YAMLFileError) -> YAMLValue {
        let line = node.mark?.line ?? 1
        count += 1
        if case .alias = node { throw .anchor(line: line) }
        guard node.anchor == nil else { throw .anchor(line: line) }
        guard depth <= Self.depthMax, count <= Self.nodesMax else { throw .tooComplex(line: line) }
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
            return YAMLValue(line: line, content: isNull ? .null : .text(scalar.string))
        case .sequence(let nodes):
            var values: [YAMLValue] = []
            for node in nodes {
                values.append(try self.value(of: node, depth: depth + 1, count: &count))
            }
            return YAMLValue(line: line, content: .list(values))
        case .mapping(let pairs):
            var entries: [Entry] = []
            var seen: Set<[UInt8]> = []
            for (keyNode, node) in pairs {
                let key = try self.value(of: keyNode, depth: depth + 1, count: &count)
                guard case .text(let name) = key.content else {
                    throw .wrongType(line: key.line, path: "a key", expected: "text")
                }
                guard seen.insert(Array(name.utf8)).inserted else {
                    throw .duplicateKey(line: key.line, key: name)
                }
                let value = try self.value(of: node, depth: depth + 1, count: &count)
                entries.append(Entry(key: name, line: key.line, value: value))
            }
            return YAMLValue(line: line, content: .mapping(entries))
        case .alias: throw .anchor(line: line)
        }
    }

    /// The line of the first `&NAME` whose name also stands behind a `*`; `nil` when none does.
    ///
    /// Wherever they stand, in quotes as well: an alias cannot be without both.
    private static func lineOfAnchor(in bytes: ArraySlice<UInt8>) -> Int? {
        var lines: [ArraySlice<UInt8>: Int] = [:]
        var aliases: Set<ArraySlice<UInt8>> = []
        var line = 1
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let mark = bytes[place]
            place += 1
            if mark == UInt8(ascii: "\n") { line += 1 }
            guard mark == UInt8(ascii: "&") || mark == UInt8(ascii: "*") else { continue }
            let name = bytes[place...].prefix(while: self.isAnchorByte)
            place = name.endIndex
            guard !name.isEmpty else { continue }
            if mark == UInt8(ascii: "*") {
                aliases.insert(name)
            } else if lines[name] == nil {
                lines[name] = line
            }
        }
        return aliases.compactMap { lines[$0] }.min()
    }

    /// What the library takes for a part of an anchor's name.
    private static func isAnchorByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func refusal(of error: any Error) -> YAMLFileError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .syntax(line: mark.line, problem: problem)
        case .duplicatedKeysInMapping(let keys, let context):
            .duplicateKey(line: context.mark.line, key: keys.first ?? "")
        case .reader(let problem, _, _, _): .syntax(line: 1, problem: problem)
        default: .syntax(line: 1, problem: "it cannot be parsed")
        }
    }
}
