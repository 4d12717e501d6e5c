import Cryptography
import SyncLog

/// What partners say about one fact of a subject, as a person weighs it.
struct Claims {
    /// The choice that there is none yet.
    static let none = "none"

    let subject: Documents.View.Subject
    let fact: String

    var values: [Documents.View.Fact] { self.subject.facts[self.fact] ?? [] }

    /// A hash of all claims with who makes them: what somebody saw who weighs them.
    var seen: String {
        var texts = [self.subject.id, self.subject.key, self.fact]
        texts.append(CaseModelBuilder.name(of: self.subject))
        for value in self.values {
            texts += [value.value, String(value.sources.count)]
            for source in value.sources { texts += [source.by, source.fragment] }
        }
        var bytes: [UInt8] = []
        for text in texts { bytes += Array("\(text.utf8.count):\(text)".utf8) }
        return TextEncoding.hex(Digest(hashing: bytes).bytes)
    }

    /// Everybody who says so, each once.
    static func handles(_ sources: [Documents.View.Source]) -> String {
        var handles: [String] = []
        for source in sources where !handles.contains(source.by) { handles.append(source.by) }
        return handles.joined(separator: ", ")
    }
}
