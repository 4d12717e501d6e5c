import CaseModel
import NodeInterface
import SyncLog

/// What a subject is called on pages: never by an ID of the program.
struct SubjectName {
    /// Most names in one line.
    static let namesMax = 4

    let words: Words

    /// The names of a subject, else what is known of it: its number, its address, else that nothing is.
    func text(_ subject: ShowCase.Subject) -> String {
        let names = NameForm.distinct(Self.values(.name, subject))
        if !names.isEmpty {
            // Others write names of any length, and as many as they like.
            let shown = names.prefix(Self.namesMax).map(Desk.short)
            return shown.joined(separator: " / ") + (names.count > shown.count ? " / …" : "")
        }
        let fact = [FactName.vestiging, .kvk, .rsin].first { subject.facts[$0.rawValue] != nil }
        if let fact, let number = Self.values(fact, subject).first {
            return "\(self.words.term("fact", fact.rawValue)) \(number)"
        }
        let place = [FactName.address, .postcode, .place, .bag].compactMap { fact in
            Self.values(fact, subject).first.map { (fact, $0) }
        }
        // A postcode says nothing more where address and place are known, a BAG ID where anything is.
        let isFull = place.contains { $0.0 == .address } && place.contains { $0.0 == .place }
        let told = place.filter { fact, _ in
            fact != .bag && !(fact == .postcode && isFull) || place.count == 1
        }
        let location = told.map(\.1).joined(separator: ", ")
        guard location.isEmpty else { return self.words("subjectLocation", location) }
        for (first, second) in [(FactName.latitude, FactName.longitude), (.x, .y)] {
            let values = [first, second].compactMap { Self.values($0, subject).first }
            if values.count == 2 {
                return self.words("subjectLocation", values.joined(separator: ", "))
            }
        }
        return self.words("subjectUnknown")
    }

    /// The number that its fragments have in common, with what it is; `nil` where they have none, or where it is
    /// called by it.
    func key(_ subject: ShowCase.Subject) -> String? {
        let parts = subject.key.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, FactName(rawValue: parts[0]) != nil,
            subject.facts[FactName.name.rawValue] != nil
        else { return nil }
        return "\(self.words.term("key", parts[0])) \(parts[1])"
    }

    /// The company of an establishment that is no subject here, by its KvK number.
    func parent(of subject: ShowCase.Subject) -> String? {
        Self.values(.kvk, subject).first { SubjectKey(kvk: $0).id.hex == subject.parent }
            .map { "\(self.words.term("key", "kvk")) \($0)" }
    }

    private static func values(_ fact: FactName, _ subject: ShowCase.Subject) -> [String] {
        (subject.facts[fact.rawValue] ?? []).map(\.value)
    }
}
