/// A name taken apart: what names, what form in law it has, and the small words between.
///
/// Nothing is dropped: legal forms and particles are marked, so that `Jansen BV` and `Stichting Jansen`
/// have the same core and still are told apart (`Protocol/matching.md` §2).
package struct NameAnalysis: Hashable, Sendable {
    /// Most words of a name that are looked at; those after are left out of the core.
    package static let wordsMax = 16

    /// The words that name, in their order; all words where nothing else would be left.
    package let core: [String]
    /// The legal forms, each once, in the order of their bytes: `bv`, `stichting`.
    package let legalForms: [String]
    /// The small words, in their order: `van`, `de`.
    package let particles: [String]

    /// Takes a folded name apart.
    ///
    /// - Parameter folded: What `FoldedText.fold` returned.
    /// - Complexity: O(length).
    package init(folded: String) {
        let words = folded.split(separator: " ").prefix(Self.wordsMax).map(String.init)
        var (core, forms, particles): ([String], Set<String>, [String]) = ([], [], [])
        var index = 0
        while index < words.count {
            if let (form, count) = Self.form(words, at: index) {
                forms.insert(form)
                index += count
                continue
            }
            if Self.particles.contains(words[index]) {
                particles.append(words[index])
            } else {
                core.append(words[index])
            }
            index += 1
        }
        self.core = core.isEmpty ? words : core
        self.legalForms = forms.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.particles = particles
    }

    /// The core as one text.
    package var coreText: String { self.core.joined(separator: " ") }

    /// The legal form that begins at a word, and how many words it has.
    private static func form(_ words: [String], at index: Int) -> (String, Int)? {
        for (phrase, form) in self.phrases
        where words.count - index >= phrase.count
            && words[index..<index + phrase.count].elementsEqual(phrase)
        {
            return (form, phrase.count)
        }
        if let form = self.anywhere[words[index]] { return (form, 1) }
        // Short codes are words of names too: they count where nothing but legal forms follows.
        guard index > 0, let form = self.atTheEnd[words[index]] else { return nil }
        let rest = words[(index + 1)...]
        let areForms = rest.allSatisfy { self.atTheEnd[$0] != nil || self.anywhere[$0] != nil }
        return areForms ? (form, 1) : nil
    }

    /// Legal forms of several words, folded; longer ones first.
    private static let phrases: [([String], String)] = [
        (["vennootschap", "onder", "firma"], "vof"), (["besloten", "vennootschap"], "bv"),
        (["naamloze", "vennootschap"], "nv"), (["commanditaire", "vennootschap"], "cv"),
        (["b", "v"], "bv"), (["n", "v"], "nv"), (["v", "o", "f"], "vof"),
        (["limited", "liability", "company"], "llc"),
    ]

    /// Legal forms that are one wherever they stand, folded.
    private static let anywhere: [String: String] = [
        "bv": "bv", "beslotenvennootschap": "bv", "nv": "nv", "vof": "vof",
        "stichting": "stichting",
        "stg": "stichting", "vereniging": "vereniging", "cooperatie": "cooperatie",
        "cooperatieve": "cooperatie", "maatschap": "maatschap", "eenmanszaak": "eenmanszaak",
        "gmbh": "gmbh", "ltd": "ltd", "limited": "ltd", "plc": "plc", "llp": "llp", "llc": "llc",
        "inc": "inc", "incorporated": "inc", "corporation": "corp", "bvba": "bvba", "sprl": "bvba",
        "sarl": "sarl", "foundation": "stichting",
    ]

    /// Legal forms that are one at the end of a name, folded.
    private static let atTheEnd: [String: String] = [
        "cv": "cv", "ua": "ua", "wa": "wa", "ba": "ba", "ag": "ag", "kg": "kg", "ohg": "ohg",
        "ug": "ug",
        "ev": "ev", "sa": "sa", "sas": "sas", "srl": "srl", "spa": "spa", "se": "se", "oy": "oy",
        "ab": "ab", "as": "as", "aps": "aps", "corp": "corp", "co": "co", "st": "stichting",
        "coop": "cooperatie", "vzw": "vzw", "asbl": "vzw",
    ]

    /// Small words of Dutch names, and the few of its neighbours that are common there, folded.
    private static let particles: Set<String> = [
        "aan", "bi", "by", "d", "das", "de", "den", "der", "des", "die", "du", "een", "en", "het",
        "in",
        "l", "la", "le", "les", "of", "op", "over", "s", "t", "te", "ten", "ter", "the", "tot",
        "und",
        "uit", "van", "vd", "voor", "von", "zu", "and",
    ]
}
