import CaseModel
import NodeInterface

/// What subjects are called.
extension Desk {
    /// What a subject is called: its names, else its number, else what and where it is.
    func title(of name: SubjectTitle) -> String {
        let names = NameForm.distinct(name.names)
        if !names.isEmpty { return names.prefix(3).joined(separator: " / ") }
        if let number = self.number(of: name) { return number }
        guard let location = name.location else {
            return self.words(
                "subjectOfType",
                name.type.map { self.words.term("type", $0) } ?? self.words("subjectUnknown")
            )
        }
        return self.words("subjectLocation", location)
    }

    func number(of name: SubjectTitle) -> String? {
        guard let parts = name.number?.split(separator: " ", maxSplits: 1), parts.count == 2 else {
            return nil
        }
        return "\(self.words.term("key", String(parts[0]))) \(parts[1])"
    }

    /// Another subject, with where it is shown.
    func end(_ end: SubjectEnd) -> [String: Any] {
        // Every name is there, also where it is empty: what is missing is looked for in what stands around it,
        // and that is of another subject.
        let isNamed = end.name.map { !$0.names.isEmpty } ?? false
        let isCalled = isNamed || end.name?.number != nil
        return [
            "name": end.name.map { self.title(of: $0) } ?? self.words("subjectNotHere"),
            "href": end.name == nil ? "" : end.key.map { "/subjects/\($0)" } ?? "",
            "number": isNamed ? end.name.flatMap { self.number(of: $0) } ?? "" : "",
            // What has no name is called by its place.
            "where": isCalled ? end.name?.location ?? "" : "", "reason": "", "caseID": "",
            "caseTitle": "",
        ]
    }
}

extension SubjectTitle {
    /// The KvK number that it has as its own; `nil` for none.
    var kvk: String? {
        guard let parts = self.number?.split(separator: " "), parts.count == 2, parts[0] == "kvk"
        else { return nil }
        return String(parts[1])
    }
}
