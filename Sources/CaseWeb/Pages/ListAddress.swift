import NodeInterface

/// The address of a page with lists: what is chosen in one list stays when something is chosen in another.
struct ListAddress {
    let path: String
    /// What is chosen, by name, in the order of the address.
    let fields: [(name: String, value: String)]

    /// The address of a page; `names`: of what can be chosen on it.
    init(_ path: String, _ query: FormData, names: [String]) {
        self.path = path
        self.fields = names.compactMap { name in query.text(name).map { (name, $0) } }
    }

    /// The address with something else chosen: `nil` for nothing.
    func href(_ changes: [(name: String, value: String?)], anchor: String? = nil) -> String {
        let names = changes.map(\.name)
        let kept = self.fields.filter { !names.contains($0.name) }
        let all = kept + changes.compactMap { change in change.value.map { (change.name, $0) } }
        let query = all.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
        return self.path + (query.isEmpty ? "" : "?" + query) + (anchor.map { "#" + $0 } ?? "")
    }

    /// What a form carries along that chooses something else.
    func hidden(without names: [String]) -> [[String: Any]] {
        self.fields.filter { !names.contains($0.name) }.map {
            ["name": $0.name, "value": $0.value]
        }
    }
}

/// The order of a list: `name`, or `-name` where it is turned round.
struct ListOrder<Column: Choice> {
    let column: Column
    let isReversed: Bool

    /// Reads an order; `nil` where it names no column.
    init?(_ text: String?, first: Self) {
        guard let text else {
            self = first
            return
        }
        let isReversed = text.hasPrefix("-")
        guard let column = Column(rawValue: isReversed ? String(text.dropFirst()) : text) else {
            return nil
        }
        self.init(column, isReversed: isReversed)
    }

    init(_ column: Column, isReversed: Bool = false) {
        self.column = column
        self.isReversed = isReversed
    }

    /// A number as a text that has its place among others of 0 or more.
    static func text(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
    }

    /// Rows by what their column says; those that say the same stay as they came, whatever the direction.
    func sorted<Row>(_ rows: [Row], by key: (Row) -> String) -> [Row] {
        rows.enumerated().map {
            (place: $0.offset, key: key($0.element).lowercased(), row: $0.element)
        }
        .sorted { one, other in
            guard one.key == other.key else {
                return self.isReversed ? one.key > other.key : one.key < other.key
            }
            return one.place < other.place
        }.map(\.row)
    }

    /// A link for each column that puts the list in its order, and in the other direction where it is in it.
    ///
    /// `labels`: what columns are called, in their order; `turned`: those that begin with the most, or the newest.
    func heads(
        _ labels: [(column: Column, label: String)],
        turned: Set<Column> = [],
        name: String,
        page: String,
        address: ListAddress,
        anchor: String? = nil,
        words: Words
    ) -> [[String: Any]] {
        labels.map { column, label in
            let isCurrent = column == self.column
            let reverses = isCurrent ? !self.isReversed : turned.contains(column)
            let value = (reverses ? "-" : "") + column.rawValue
            var head: [String: Any] = [
                "label": label, "isCurrent": isCurrent,
                "href": address.href([(name, value), (page, nil)], anchor: anchor),
            ]
            if isCurrent {
                head["direction"] = self.isReversed ? "descending" : "ascending"
                head["sign"] = self.isReversed ? "↓" : "↑"
                head["directionText"] = words(self.isReversed ? "sortedDown" : "sortedUp")
            }
            return head
        }
    }
}

/// Which part of a long list a page shows.
struct ListPart {
    /// Number of the part, from 1.
    let number: Int
    let size: Int

    /// Reads a number; `nil` where it is none of a part.
    init?(_ text: String?, size: Int) {
        guard let number = Int(text ?? "1"), (1...1_000_000).contains(number) else { return nil }
        self.number = number
        self.size = size
    }

    /// The part before which so many come.
    init(_ start: Int, size: Int) {
        self.number = start / max(1, size) + 1
        self.size = size
    }

    /// How many come before it.
    var start: Int { (self.number - 1) * self.size }

    /// What is shown of how many, and where the other parts are; `nil` where there is one part alone.
    ///
    /// `shown`: how many are on the page.
    func model(
        of count: Int,
        shown: Int,
        name: String,
        address: ListAddress,
        anchor: String? = nil,
        words: Words
    ) -> [String: Any]? {
        guard count > shown || self.number > 1 else { return nil }
        func href(_ number: Int) -> String {
            address.href([(name, number == 1 ? nil : String(number))], anchor: anchor)
        }
        var model: [String: Any] = [
            "text": shown == 0
                ? words("partNone", words.number(count))
                : words(
                    "partOfList",
                    words.number(self.start + 1),
                    words.number(self.start + shown),
                    words.number(count)
                )
        ]
        model["previous"] = self.number > 1 ? href(self.number - 1) : nil
        model["next"] = self.start + shown < count && shown > 0 ? href(self.number + 1) : nil
        return model
    }
}
