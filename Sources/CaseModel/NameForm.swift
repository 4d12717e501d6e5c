/// A name apart from the way in which its legal form is written (`Protocol/web.md` §7).
///
/// `Alfa Recycling B.V.`, `ALFA RECYCLING BV` and `Besloten Vennootschap Alfa Recycling` are one name; with
/// another legal form it is another company.
struct NameForm: Hashable, Sendable {
    /// What is left of the name: its words in lower case, without marks between them.
    let base: String
    /// The legal form, by its common abbreviation; `nil` where the name has none.
    let form: String?

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
    init(_ name: String) {
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

    /// Whether names differ in how their legal form is written alone: one base, and no two forms.
    static func areVariants(_ names: some Collection<String>) -> Bool {
        let read = names.map { NameForm($0) }
        guard let first = read.first, !first.base.isEmpty else { return false }
        return read.allSatisfy { $0.base == first.base } && Set(read.compactMap(\.form)).count < 2
    }
}
