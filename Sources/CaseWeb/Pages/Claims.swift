import CaseModel
import Cryptography
import NodeInterface
import SyncLog

/// What partners say about one fact of a subject, as a person weighs it.
struct Claims {
    /// The choice that there is none yet.
    static let none = "none"
    /// The choice that all of them stand beside each other.
    static let stand = "stand"

    let subject: ShowCase.Subject
    let fact: String

    var values: [ShowCase.Claim] { self.subject.facts[self.fact] ?? [] }

    private var names: [ShowCase.Claim] { self.subject.facts[FactName.name.rawValue] ?? [] }

    /// A hash of all claims with who makes them: what somebody saw who weighs them.
    var seen: String {
        var texts = [self.subject.id, self.subject.key, self.fact]
        texts += self.names.map(\.value)
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
    ///
    /// `fragments`: the IDs of those that the whole audience was given.
    func open(_ fragments: Set<String>) -> [ShowCase.Claim] { Self.open(self.values, fragments) }

    private static func open(
        _ claims: [ShowCase.Claim],
        _ fragments: Set<String>
    ) -> [ShowCase.Claim] {
        claims.compactMap { claim in
            let sources = claim.sources.filter { fragments.contains($0.fragment) }
            return sources.isEmpty
                ? nil : ShowCase.Claim(value: claim.value, sources: sources)
        }
    }

    /// The IDs of the fragments of a view that its whole audience was given, or owns.
    static func openFragments(of view: ShowCase.Answer) -> Set<String> {
        let open = view.fragments.filter { fragment in
            Quotation.isOpen(
                to: view.audience,
                givenTo: fragment.audience.map(\.handle),
                by: fragment.owner
            )
        }
        return Set(open.map(\.id))
    }

    /// What a note begins with that weighs these claims, in words that every reader of the case can read already:
    /// what it is about, and each claim on a line.
    func noteBeginning(_ fragments: Set<String>, _ words: Words) -> [String] {
        let open = self.open(fragments)
        let names = self.names
        // The only name it has, where all know it; else its number, which is in each of its fragments.
        let isNamed = names.count == 1 && !Self.open(names, fragments).isEmpty
        let name = isNamed ? names.first?.value : nil
        let parts = self.subject.key.split(separator: ":", maxSplits: 1).map(String.init)
        let isNumber = parts.count == 2 && ["kvk", "vestiging", "rsin"].contains(parts[0])
        let number = isNumber ? "\(words.term("key", parts[0])) \(parts[1])" : self.subject.key
        let about = open.count > 1 ? "weighNote" : "weighNoteAbout"
        let head =
            name.map {
                words(
                    about,
                    words.term("fact", self.fact),
                    QuotedText.quoted($0),
                    QuotedText.quoted(number)
                )
            }
            ?? words(
                about + "Number",
                words.term("fact", self.fact),
                QuotedText.quoted(number)
            )
        return [head]
            + open.map { "- \(QuotedText.quoted($0.value)) (\(Self.handles($0.sources)))" }
    }

    /// Everybody who says so, each once.
    static func handles(_ sources: [ShowCase.Source]) -> String {
        var handles: [String] = []
        for source in sources where !handles.contains(source.by) { handles.append(source.by) }
        return handles.joined(separator: ", ")
    }
}

/// What somebody decided of the claims about a fact, in a note that quotes exactly these.
///
/// Any other claim, one more or one less, makes another beginning: then the conflict is open again.
struct Weighing {
    /// What was decided.
    enum Decision: Hashable {
        /// To go by one of the claims.
        case goesBy(String)
        /// To go by one that is not quoted: not all readers have it.
        case goesByNarrow
        /// To let all of them stand.
        case stands
        /// Nothing yet.
        case asksFirst
    }

    let note: ShowCase.Note
    let decision: Decision
    /// Whether who decided is of this node, or makes one of the claims.
    let isOfParty: Bool

    /// Whether the conflict needs nobody's attention any more: nobody settles what only others say.
    var isClosed: Bool { self.isOfParty && self.decision != .asksFirst }

    /// The last of some notes, in order of time, that weighs the claims; `nil` where none does.
    ///
    /// One of this node, `own`, comes before those of who makes a claim, and these before all others: nobody's note takes the
    /// place of what one's own people decided.
    init?(
        of claims: Claims,
        _ fragments: Set<String>,
        among notes: [ShowCase.Note],
        own: String
    ) {
        guard !notes.isEmpty else { return nil }
        let beginnings = Language.allCases.map { language in
            let words = Words(language)
            return (words, claims.noteBeginning(fragments, words).joined(separator: "\n") + "\n")
        }
        let open = claims.open(fragments)
        let parties = Set(claims.values.flatMap(\.sources).map(\.by))
        func rank(_ note: ShowCase.Note) -> Int {
            note.by == own ? 0 : parties.contains(note.by) ? 1 : 2
        }
        let ranked = [0, 1, 2].flatMap { place in notes.reversed().filter { rank($0) == place } }
        for note in ranked {
            // By bytes: texts that are equal to people only are not the claims that were quoted.
            for (words, beginning) in beginnings where note.text.utf8.starts(with: beginning.utf8) {
                let rest = note.text.utf8.dropFirst(beginning.utf8.count)
                let line = String(decoding: rest.prefix { $0 != 0x0A }, as: UTF8.self)
                guard let decision = Self.decision(line, open, words) else { continue }
                self.note = note
                self.decision = decision
                self.isOfParty = rank(note) < 2
                return
            }
        }
        return nil
    }

    private static func decision(
        _ line: String,
        _ claims: [ShowCase.Claim],
        _ words: Words
    ) -> Decision? {
        switch line {
        case words("weighNoteNone"): return .asksFirst
        case words("weighNoteStand"): return .stands
        case words("weighNoteNarrow"): return .goesByNarrow
        default:
            let claim = claims.first {
                line == words("weighNoteChoice", QuotedText.quoted($0.value))
            }
            return claim.map { .goesBy($0.value) }
        }
    }
}
