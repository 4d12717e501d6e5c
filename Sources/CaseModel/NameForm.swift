/// A name apart from the way in which its legal form is written (`Protocol/web.md` §7).
///
/// `Alfa Recycling B.V.`, `ALFA RECYCLING BV` and `Besloten Vennootschap Alfa Recycling` are one name; with
/// another legal form it is another company.
package struct NameForm: Hashable, Sendable {
    /// What is left of the name: its words in lower case, without marks between them.
    package let base: String
    /// The legal form, by its common abbreviation; `nil` where the name has none.
    package let form: String?

    /// Legal forms by the words that they are written with, longest first.
    private static let forms: [(words: [String], form: String)] = [
        (["besloten", "vennootschap", "met", "beperkte", "aansprakelijkheid"], "bv"),
        (["vennootschap", "onder", "firma"], "vof"),
        (["besloten", "vennootschap"], "bv"),
        (["naamloze", "vennootschap"], "nv"),
        (["commanditaire", "vennootschap"], "cv"),
        (["b", "v"], "bv"), (["n", "v"], "nv"), (["c", "v"], "cv"), (["v", "o", "f"], "vof"),
        (["bv"], "bv"), (["nv"], "nv"), (["cv"], "cv"), (["vof"], "vof"),
    ]

    /// Reads a name: a legal form stands at its end or at its beginning.
    package init(_ name: String) {
        let words = name.lowercased().unicodeScalars
            .split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }
            .map { String($0) }
        for (formWords, form) in Self.forms where words.count > formWords.count {
            if words.suffix(formWords.count).elementsEqual(formWords) {
                self.init(words.dropLast(formWords.count), form)
                return
            }
            if words.prefix(formWords.count).elementsEqual(formWords) {
                self.init(words.dropFirst(formWords.count), form)
                return
            }
        }
        self.init(words[...], nil)
    }

    private init(_ words: ArraySlice<String>, _ form: String?) {
        self.base = words.joined(separator: " ")
        self.form = form
    }

    /// Names, each once whatever way its legal form is written: the first of those that are one, as it is written.
    ///
    /// A name without a legal form is one with the first that has one.
    package static func distinct(_ names: [String]) -> [String] {
        var seen: [NameForm] = []
        return names.sorted { $0.utf8.count > $1.utf8.count }.filter { name in
            let read = NameForm(name)
            guard
                !seen.contains(where: {
                    $0.base == read.base && (read.form == nil || $0.form == read.form)
                })
            else { return false }
            seen.append(read)
            return true
        }.sorted { (names.firstIndex(of: $0) ?? 0) < (names.firstIndex(of: $1) ?? 0) }
    }

    /// Whether names differ in how their legal form is written alone: one base, and no two forms.
    static func areVariants(_ names: some Collection<String>) -> Bool {
        let read = names.map { NameForm($0) }
        guard let first = read.first, !first.base.isEmpty else { return false }
        return read.allSatisfy { $0.base == first.base } && Set(read.compactMap(\.form)).count < 2
    }
}
