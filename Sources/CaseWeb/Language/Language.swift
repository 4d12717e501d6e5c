/// A language of the pages.
package enum Language: String, CaseIterable, Hashable, Sendable {
    /// Dutch, the default.
    case dutch = "nl"
    /// English.
    case english = "en"

    /// Most languages of an `Accept-Language` header that are looked at.
    package static let acceptedMax = 32

    /// The one a browser asks for first (RFC 9110 §12.5.4); Dutch when it asks for neither.
    package init(accepting header: String?) {
        var best: (language: Language, weight: Int)?
        for part in (header ?? "").split(separator: ",").prefix(Self.acceptedMax) {
            let fields = part.split(separator: ";").map { String($0).trimmingBlanks }
            guard let tag = fields.first?.lowercased(),
                let language = Self(rawValue: String(tag.prefix { $0 != "-" }))
            else { continue }
            let given = fields.dropFirst().first { $0.hasPrefix("q=") }
            guard let weight = given.map(Self.weight) ?? 1_000 else { continue }
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .dutch
    }

    /// `q=0.8` as 800; `nil` for something else.
    private static func weight(_ text: String) -> Int? {
        let digits = text.dropFirst(2).filter { $0 != "." }
        guard let first = digits.first, first == "0" || first == "1", digits.utf8.count <= 4,
            let number = Int(digits)
        else { return nil }
        return [0, 1_000, 100, 10, 1][digits.utf8.count] * number
    }

    /// The texts of the pages, by key.
    package var catalogue: [String: String] {
        switch self {
        case .dutch: Catalogue.dutch
        case .english: Catalogue.english
        }
    }
}

/// The texts of the pages: one catalogue for each language, with the same keys.
package enum Catalogue {}
