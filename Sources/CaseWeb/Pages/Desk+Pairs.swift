import HTTPTypes
import NodeInterface
import NodeService

/// Pairs of subjects that may be one.
extension Desk {
    /// Pairs that may be one: of one subject, or all; `decidingKey`: in whose name a decision was refused.
    func pairs(
        of name: String?,
        deciding decidingKey: String? = nil
    ) async throws(PageError) -> Page {
        let address = ListAddress(
            name.map { "/subjects/\($0)/pairs" } ?? "/subjects",
            self.query,
            names: ["page"]
        )
        let asked = self.query.text("page") ?? self.form.text("page")
        guard let part = ListPart(asked, size: Self.itemsShown) else {
            throw PageError(.unprocessableContent, "errorFilter")
        }
        let found = try await self.ask(SuggestSubjects(subject: name))
        let shown = found.pairs.dropFirst(part.start).prefix(part.size)
        var subject: [String: Any]?
        if let name {
            let shown = try await self.ask(ShowSubject(subject: name))
            subject = ["name": self.title(of: shown.name), "key": shown.keys[0]]
        }
        var model: [String: Any] = [
            "pairs": shown.enumerated().map {
                self.pair(
                    $0.element,
                    of: subject?["key"] as? String,
                    prior: found.prior,
                    number: $0.offset,
                    deciding: decidingKey
                )
            },
            "hasPairs": !found.pairs.isEmpty,
            "countText": self.words.count("pairCount", found.total),
            "part": String(part.number),
            "firstText": found.total > found.pairs.count
                ? self.words("pairsFirst", self.words.number(found.pairs.count)) : "",
            "origin": name == nil ? "all" : "one", "mayWrite": self.may(.writeCases),
        ]
        model["weightsText"] =
            found.weights == 0
            ? self.words("weightsNone")
            : self.words("weightsUsed", self.words.number(found.weights))
        model["subject"] = subject
        if found.decided_by_others > 0 {
            model["byOthers"] = self.words.count("pairsByOthers", found.decided_by_others)
        }
        if found.left_out > 0 {
            model["leftOut"] = self.words.count("pairsLeftOut", found.left_out)
        }
        model["pairParts"] = part.model(
            of: found.pairs.count,
            shown: shown.count,
            name: "page",
            address: address,
            words: self.words
        )
        return Page(template: "pairs", title: self.words("pairsTitle"), model: model)
    }

    /// `key`: of the subject whose pairs they are; `nil` for all.
    private func pair(
        _ pair: SuggestSubjects.Pair,
        of key: String?,
        prior: String,
        number: Int,
        deciding: String?
    ) -> [String: Any] {
        let score = Double(pair.score) ?? 0
        let (a, b) = (pair.a.key ?? pair.a.id, pair.b.key ?? pair.b.id)
        let isSecond = key == b
        let (aKey, bKey) = isSecond ? (b, a) : (a, b)
        let isRefused = deciding == aKey && self.form["other"] == bKey
        return [
            "isOpen": isRefused, "typedReason": isRefused ? self.form["reason"] ?? "" : "",
            "isWithAlike": !isRefused || self.form["withAlike"] != nil,
            "anchor": "pair-\(number)",
            // In words: what a model makes of few pairs is no measure of how often it is right.
            "strength": self.words(
                score >= 0.999 ? "pairVeryStrong" : score >= 0.9 ? "pairStrong" : "pairPossible"
            ),
            "a": self.end(pair.a), "b": self.end(pair.b), "aKey": aKey, "bKey": bKey,
            "isUnsure": pair.state == .unsure,
            "saidText": [.same, .different, .conflict].contains(pair.state)
                ? self.words("pairSaid", self.words.term("verdict", pair.state.rawValue)) : "",
            "alike": self.alike(pair, a: a),
            "hasAlike": !pair.alike.isEmpty,
            "alikeDecide": self.words.count("alikeDecide", pair.alike.count),
            "alikeMore": pair.alike_found > pair.alike.count
                ? self.words.count("alikeMore", pair.alike_found - pair.alike.count) : "",
            "alikeText": pair.alike.isEmpty
                ? "" : self.words.count("pairsAlike", pair.alike_found),
            "prior": self.decimal(prior), "total": self.decimal(pair.bits),
            "parts": pair.parts.filter { $0.level != nil }.map { part in
                [
                    "comparison": self.words.term("comparison", part.comparison),
                    "a": part.a ?? "", "b": part.b ?? "",
                    "level": self.words.term("level", part.level ?? ""),
                    "bits": self.decimal(part.bits), "isFor": !part.bits.hasPrefix("-"),
                ] as [String: Any]
            },
        ]
    }

    /// The pairs with the same values as one, each by the numbers of its subjects, else by what they are called:
    /// that is what they have in common.
    private func alike(_ pair: SuggestSubjects.Pair, a: String) -> [[String: Any]] {
        func name(_ key: String, _ end: SubjectEnd) -> String {
            let parts = key.split(separator: ":", maxSplits: 1).map(String.init)
            let isNumber = parts.count == 2 && ["kvk", "vestiging", "rsin"].contains(parts[0])
            if isNumber { return "\(self.words.term("key", parts[0])) \(parts[1])" }
            return end.name.map { self.title(of: $0) } ?? self.words("subjectNotHere")
        }
        return pair.alike.filter { $0.count == 2 }.map { keys in
            [
                "pair": keys.joined(separator: " "), "first": keys[0], "second": keys[1],
                "firstName": name(keys[0], pair.a), "secondName": name(keys[1], pair.b),
            ]
        }
    }

    /// A number with decimals as people here write it.
    func decimal(_ text: String) -> String {
        self.words.language == .dutch ? text.replacing(".", with: ",") : text
    }
}
