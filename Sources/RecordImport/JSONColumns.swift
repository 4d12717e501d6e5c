/// The columns that a mapping takes from lines of JSON: dotted paths into each line's object.
///
/// `a.b` is the member `b` of the member `a`, or a member called `a.b`; `a.0` is the first element
/// of the array `a`.
struct JSONColumns: Sendable {
    /// A place in the tree of paths.
    struct Node: Sendable {
        /// Which column ends here; nil when paths only pass through.
        var column: Int?
        /// The places one step further, by name.
        var children: [String: Int] = [:]
    }

    /// The paths in order; the numbers of the columns are their places here.
    let names: [String]
    private(set) var nodes = [Node()]

    /// Creates the tree of `names`, which differ.
    init(_ names: [String]) {
        self.names = names
        for (column, name) in names.enumerated() {
            var node = 0
            for step in name.split(separator: ".", omittingEmptySubsequences: false) {
                let step = String(step)
                if let next = self.nodes[node].children[step] {
                    node = next
                } else {
                    self.nodes.append(Node())
                    self.nodes[node].children[step] = self.nodes.count - 1
                    node = self.nodes.count - 1
                }
            }
            self.nodes[node].column = column
        }
    }

    /// Returns the place that a member's name leads to from `node`; nil when no path goes there.
    func node(after name: String, from node: Int) -> Int? {
        if let next = self.nodes[node].children[name] { return next }
        guard name.utf8.contains(UInt8(ascii: ".")) else { return nil }
        var place = node
        for step in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard let next = self.nodes[place].children[String(step)] else { return nil }
            place = next
        }
        return place
    }
}

/// Why a line is not one JSON object from which the columns can be taken.
enum JSONDefect: Error, Hashable, Sendable {
    /// The line is not JSON (RFC 8259) from this byte on, counted from 1.
    case syntax(column: Int)
    /// The line is JSON, but no object.
    case notAnObject
    /// The line nests deeper than `JSONLine.depthMax`.
    case depthOverMax
    /// A column that the mapping uses stands there twice.
    case repeated(String)
    /// A column that the mapping uses is an object or an array.
    case nested(String)
}

extension JSONDefect: CustomStringConvertible {
    /// What is wrong and what would be right, in words.
    var description: String {
        switch self {
        case .syntax(let column): "not JSON from byte \(column) of the line on"
        case .notAnObject: "a line holds one JSON object"
        case .depthOverMax: "it has more than \(JSONLine.depthMax) levels"
        case .repeated(let name): "\(name) stands there twice"
        case .nested(let name): "\(name) is no single value: name a part of it, such as \(name).0"
        }
    }
}
