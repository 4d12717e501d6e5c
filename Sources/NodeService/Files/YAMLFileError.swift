/// Why a YAML file that a person wrote is refused.
///
/// Every case but the first two knows its line, counted from 1. The description is one line, for
/// the WHY and WHAT TO DO of an error message.
package enum YAMLFileError: Error, Hashable, Sendable {
    /// The file has more than `YAMLValue.bytesMax` bytes.
    case tooLarge(byteCount: Int)
    /// The file is not UTF-8, or is empty.
    case notText
    /// The file is not YAML.
    case syntax(line: Int, problem: String)
    /// The file nests deeper than `YAMLValue.depthMax`, or has more than `YAMLValue.nodesMax` parts.
    case tooComplex(line: Int)
    /// The file uses an anchor.
    case anchor(line: Int)
    /// A key stands twice in one mapping; the line is that of either.
    case duplicateKey(line: Int, key: String)
    /// A key is unknown at this place.
    case unknownKey(line: Int, path: String, known: [String])
    /// Keys that this place needs are not there.
    case missingKeys(line: Int, path: String, keys: [String])
    /// Something else was expected at this place.
    case wrongType(line: Int, path: String, expected: String)
    /// A value is refused, with the reason.
    case invalid(line: Int, path: String, reason: String)
}

extension YAMLFileError: CustomStringConvertible {
    /// What is wrong and what would be right, in one line.
    package var description: String {
        switch self {
        case .tooLarge(let byteCount):
            "\(byteCount) bytes; at most \(YAMLValue.bytesMax) are read"
        case .notText: "not a text in UTF-8, or empty"
        case .syntax(let line, let problem): "line \(line): not YAML: \(problem)"
        case .tooComplex(let line):
            "line \(line): more than \(YAMLValue.depthMax) levels or \(YAMLValue.nodesMax) parts"
        case .anchor(let line): "line \(line): anchors and aliases are not used in this file"
        case .duplicateKey(let line, let key): "line \(line): \"\(key)\" stands here twice"
        case .unknownKey(let line, let path, let known):
            "line \(line): unknown key \"\(path)\"; known are \(known.joined(separator: ", "))"
        case .missingKeys(let line, let path, let keys):
            "line \(line): \(path.isEmpty ? "the file" : path) lacks "
                + keys.joined(separator: ", ")
        case .wrongType(let line, let path, let expected):
            "line \(line): \(path.isEmpty ? "the file" : path) is not \(expected)"
        case .invalid(let line, let path, let reason):
            "line \(line): \(path.isEmpty ? "" : path + ": ")\(reason)"
        }
    }
}
