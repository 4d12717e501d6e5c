import Cryptography

/// A language of reports and findings.
enum Language: String, CaseIterable, Sendable {
    case nl
    case en
}

/// A sentence in each language of the reports.
struct Wording: Hashable, Sendable {
    /// In Dutch.
    let nl: String
    /// In English.
    let en: String

    /// The sentence in a language.
    func text(_ language: Language) -> String {
        switch language {
        case .nl: self.nl
        case .en: self.en
        }
    }
}

/// Something that is not as it should be: the first failure of a step of `Protocol/bundle.md` §2.
struct Finding: Error, Hashable, Sendable {
    /// Which step failed, in order of the steps.
    enum Class: String, CaseIterable, Sendable {
        case manifest
        case charter
        case card
        case checkpoint
        case frontier
        case entry
        case tree
        case blinded
        case lost
        case audience
        case chain
        case receipt
        case consistency
        case policy
    }

    /// Most findings that a report lists.
    static let reportedMax = 1_000

    /// The step.
    let `class`: Class
    /// The entry of the log that is concerned, where it is one.
    let index: UInt64?
    /// Handle of the member whose signature it is about, where that is not the log's author: what it
    /// signed is wrong, and the author may have done all it should.
    let signer: String?
    /// What is wrong, as a sentence.
    let wording: Wording
    /// Of what is between bundles: origin of the log that it is about; `nil` where it is about all.
    private(set) var origin: String?

    /// Creates a finding.
    init(
        _ class: Class,
        index: UInt64? = nil,
        signer: String? = nil,
        nl: String,
        en: String
    ) {
        self.class = `class`
        self.index = index
        self.signer = signer
        self.wording = Wording(nl: nl, en: en)
    }

    /// The finding, said to be about one log.
    func about(_ origin: String) -> Finding {
        var finding = self
        finding.origin = origin
        return finding
    }
}
