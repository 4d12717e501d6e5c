import NodeInterface
import NodeService
import Terminal

extension SearchRecords: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        answer.text(limit: self.limit, offset: self.offset ?? 0)
    }
}

extension SearchList: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        answer.text(limit: self.search.limit, offset: self.search.offset ?? 0)
    }
}

extension SearchRecords.Answer {
    fileprivate func text(limit: Int, offset: Int) -> ShownText {
        var lines = self.understood.map(\.line)
        lines += self.hits.map(\.line)
        return (lines + self.notes(limit: limit, offset: offset)).joined(separator: "\n")
    }

    /// What is said of the hits: how many there are, what was left out, in which period.
    func notes(limit: Int, offset: Int) -> [ShownText] {
        var lines: [ShownText] = []
        let shown = self.hits.count
        lines.append(
            "\(self.total) found"
                + (self.total > shown
                    ? offset > 0 && shown > 0
                        ? ", \(offset + 1) to \(offset + shown) shown" : ", \(shown) shown"
                    : "")
        )
        if self.total > offset + shown {
            lines.append(
                limit < SearchRecords.limitMax
                    ? "More with --limit, up to \(SearchRecords.limitMax), or --offset."
                    : "More with --offset."
            )
        }
        if self.incomplete {
            lines.append("Nothing has all of these words: what is shown lacks one.")
        }
        if !self.unknown_words.isEmpty {
            lines.append("Nothing is like: \(self.unknown_words.joined(separator: ", ")).")
        }
        if let period = self.period, let years = period.years {
            lines.append(
                "Looked back \(years == 1 ? "a year" : "\(years) years"), from \(period.from ?? "") on."
            )
        }
        if self.beyond_period > 0 {
            lines.append(
                "\(self.beyond_period) more outside that period. See them with --all."
            )
        }
        if self.more {
            lines.append(
                "Not everything that may fit was looked at. Give more words, a key or a number."
            )
        }
        return lines + (self.list?.lines(isNarrowed: self.period != nil) ?? [])
    }
}

extension SearchRecords.Understood {
    fileprivate var line: ShownText {
        switch self.meaning {
        case .words: "looking for \(self.text)"
        case .kvk: "KvK number \(self.text)"
        case .vestiging: "vestigingsnummer \(self.text)"
        case .rsin: "RSIN \(self.text)"
        case .bag: "BAG \(self.text)"
        case .postcode: "postcode \(self.text)"
        case .house_number: "house number \(self.text)"
        case .circle:
            "around \(self.text)"
                + (self.exchanged == true
                    ? ", the two numbers taken the other way round: as typed they are far away"
                    : "")
        case .key: "key \(self.text)"
        }
    }
}

extension SearchRecords.Hit {
    fileprivate var line: ShownText {
        let place = [self.address, self.place].compactMap(\.self).joined(separator: ", ")
        var parts: [ShownText] = [
            "\(self.id.prefix(12))", "\(self.kind)", "\(self.type)", "\(self.title)",
        ]
        if !place.isEmpty, place != self.title { parts.append("\(place)") }
        if let date = self.date { parts.append("\(date)") }
        if let distance = self.distance { parts.append("\(distance) m") }
        let told = [self.owner] + self.why
        parts.append("[\(told.joined(separator: ", "))]")
        if self.stale { parts.append("source of \(self.fresh.prefix(10))") }
        if self.expired { parts.append("expired") }
        return parts.joined(separator: "  ")
    }
}

extension ListReading {
    fileprivate func lines(isNarrowed: Bool) -> [ShownText] {
        var lines: [ShownText] = ["\(self.found) of \(self.numbers) numbers found"]
        if !self.not_found.isEmpty {
            let rest = self.numbers - self.found - self.not_found.count
            lines.append(
                (isNarrowed ? "not found in that period: " : "not found: ")
                    + "\(self.not_found.joined(separator: ", "))"
                    + (rest > 0 ? ", and \(rest) more" : "")
            )
        }
        if self.wrong > 0 {
            lines.append("\(self.wrong) are no KvK numbers:")
            lines += self.wrong_lines.prefix(10).map { "  line \($0.line): \($0.text)" }
        }
        return lines
    }
}

extension ShowRecord: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        var lines: [ShownText] = [
            "\(answer.type) \(answer.source_key)  (\(answer.source), \(answer.category))",
            "id  \(answer.id)",
        ]
        lines += answer.fields.all.map { "  \($0.name): \($0.value)" }
        for version in answer.history {
            lines.append("until \(version.at)")
            lines += version.fields.all.map { "  \($0.name): \($0.value)" }
        }
        return lines.joined(separator: "\n")
    }
}
