package import Vocabulary

/// Classes that a ground names: some, or all.
package enum ClassSet: Hashable, Sendable {
    /// Every class.
    case all
    /// Some classes, ascending.
    case some([MemberClass])

    /// Whether the set holds `memberClass`.
    package func contains(_ memberClass: MemberClass) -> Bool {
        switch self {
        case .all: true
        case .some(let classes): classes.contains(memberClass)
        }
    }

    /// The form in a charter.
    package var text: String {
        switch self {
        case .all: "*"
        case .some(let classes): classes.map(\.rawValue).joined(separator: ",")
        }
    }

    /// Reads the form in a charter: `*`, or classes in the specification's order.
    package init?(_ text: some StringProtocol) {
        if text == "*" {
            self = .all
            return
        }
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let classes = words.compactMap { MemberClass(rawValue: String($0)) }
        guard classes.count == words.count,
            zip(classes, classes.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        self = .some(classes)
    }
}

/// A legal ground of a charter: on which article which classes may give what to which classes
/// (`Protocol/keys.md` §3).
package struct Ground: Hashable, Sendable {
    /// Most bytes of a code.
    package static let codeBytesMax = 32
    /// Most bytes of the text.
    package static let textBytesMax = 500
    /// Most days of retention.
    package static let retentionDaysMax: UInt32 = 36_500

    /// Short name, unique in a charter.
    package let code: String
    /// Classes that may give.
    package let from: ClassSet
    /// Classes that may receive.
    package let to: ClassSet
    /// What may be given, ascending by code.
    package let categories: [Category]
    /// Days the receiver may keep it; `nil`: the charter's end decides.
    package let retentionDays: UInt32?
    /// The article, for people.
    package let text: String

    /// Creates a ground; `nil` when a part is outside its range.
    package init?(
        code: String,
        from: ClassSet,
        to: ClassSet,
        categories: [Category],
        retentionDays: UInt32?,
        text: String
    ) {
        let ascend = zip(categories, categories.dropFirst()).allSatisfy { $0 < $1 }
        guard Self.isCode(code), !categories.isEmpty, ascend,
            retentionDays.map({ (1...Self.retentionDaysMax).contains($0) }) ?? true,
            text.isOneLine(bytesMax: Self.textBytesMax)
        else { return nil }
        self.code = code
        self.from = from
        self.to = to
        self.categories = categories
        self.retentionDays = retentionDays
        self.text = text
    }

    /// Reads the value of a `ground` line.
    init?(line: String) {
        let parts = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, let from = ClassSet(parts[1]), let to = ClassSet(parts[2]) else {
            return nil
        }
        let words = parts[3].split(separator: ",", omittingEmptySubsequences: false)
        let categories = words.compactMap { Category(name: $0) }
        let days = UInt32(canonicalDecimal: parts[4])
        guard categories.count == words.count, days != nil || parts[4] == "-" else { return nil }
        self.init(
            code: String(parts[0]),
            from: from,
            to: to,
            categories: categories,
            retentionDays: days,
            text: String(parts[5])
        )
    }

    /// The value of a `ground` line.
    var line: String {
        let categories = self.categories.map(\.name).joined(separator: ",")
        let days = self.retentionDays.map { String($0) } ?? "-"
        return "\(self.code) \(self.from.text) \(self.to.text) \(categories) \(days) \(self.text)"
    }

    /// Whether data of `category` may go from one class to another on this ground.
    package func allows(
        from sender: MemberClass,
        to receiver: MemberClass,
        category: Category
    ) -> Bool {
        self.from.contains(sender) && self.to.contains(receiver)
            && self.categories.contains(category)
    }

    /// Whether a text is a code: A-Z, 0-9, and inside also `.` and `-`; 1 to 32 bytes.
    package static func isCode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return (1...self.codeBytesMax).contains(bytes.count) && isAlphanumeric(bytes[0])
            && bytes.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }
}
