/// Something that a node can be asked: a value, whoever asks, in the node's process or another.
///
/// One type for each thing, with its answer, the right it needs and what it changes. Command line,
/// pages and API make these and get typed answers back; text, JSON, HTML and exit codes are made of
/// those, at the edges.
package protocol Request: Codable, Sendable {
    /// What is answered.
    associatedtype Answer: Document

    /// By what other processes name it: words of a-z, joined by hyphens.
    static var name: String { get }
    /// All that somebody must be allowed to who asks it.
    static var rights: Set<Right> { get }
    /// Whether it only reads, and is asked by short texts, numbers and lists of those alone: by a query.
    static var isQuery: Bool { get }
    /// What it would change; `nil` for what only reads.
    var change: Change? { get }
}

extension Request {
    /// Mostly it is.
    package static var isQuery: Bool { true }
    /// It only reads.
    package var change: Change? { nil }
}

/// What a node answers; its properties are the members of the document that `--json` prints, by the
/// same names.
///
/// Times are texts in UTC with milliseconds (`2026-01-31T12:00:00.000Z`), days `YYYY-MM-DD`, IDs and
/// hashes lowercase hexadecimal.
package protocol Document: Codable, Sendable {
    /// What came of what was asked.
    var outcome: Outcome { get }
}

extension Document {
    /// It was done.
    package var outcome: Outcome { .done }
}

/// What came of a request that has an answer.
package enum Outcome: String, Choice {
    /// It was done.
    case done
    /// The answer tells of something that needs doing.
    case finding
    /// Something that was needed could not be reached.
    case unavailable
}

/// A document with the text of a file, which who asked keeps.
package protocol FileDocument: Document {
    /// The text; as a command prints the document, where it was written.
    var file: String { get set }
}
