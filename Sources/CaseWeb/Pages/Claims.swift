import CaseModel
import Cryptography
import NodeInterface
import SyncLog

/// What partners say about one fact of a subject, as a person weighs it.
struct Claims {
    /// The choice that there is none yet.
    static let none = "none"

    let subject: ShowCase.Subject
    let fact: String

    var values: [ShowCase.Claim] { self.subject.facts[self.fact] ?? [] }

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

    /// The claims that every reader of a note in the case can read already, of each the sources that
    /// they can: a note goes to the whole audience of the case, a fragment went to some of it, maybe.
    func open(in view: ShowCase.Answer) -> [ShowCase.Claim] {
        let fragments = Set(
            view.fragments.filter { Self.isOpen(to: view.audience, $0) }.map(\.id)
        )
        return self.values.compactMap { claim in
            let sources = claim.sources.filter { fragments.contains($0.fragment) }
            return sources.isEmpty
                ? nil : ShowCase.Claim(value: claim.value, sources: sources)
        }
    }

    /// Whether some members, by handle, were all given a fragment, or own it.
    static func isOpen(to audience: [String], _ fragment: ShowCase.Fragment) -> Bool {
        Quotation.isOpen(
            to: audience,
            givenTo: fragment.audience.map(\.handle),
            by: fragment.owner
        )
    }

    /// Everybody who says so, each once.
    static func handles(_ sources: [ShowCase.Source]) -> String {
        var handles: [String] = []
        for source in sources where !handles.contains(source.by) { handles.append(source.by) }
        return handles.joined(separator: ", ")
    }
}
