import NodeInterface
import NodeService

/// What comparisons count in suggestions (`Protocol/matching.md` §8).
extension Desk {
    func weights() async throws(PageError) -> Page {
        let version = self.query.text("version").map { Int($0) ?? -1 }
        let found = try await self.ask(ShowWeights(version: version))
        var model: [String: Any] = [
            "versions": found.versions.map { version in
                [
                    "number": String(version.version), "isShown": version.version == found.shown,
                    "isInForce": version.version == found.in_force, "at": version.at,
                    "atText": self.words.time(version.at), "by": version.by,
                    "from": version.learned
                        ? self.words(
                            "weightsFrom",
                            self.words.number(version.records),
                            self.words.number(version.fragments)
                        ) : self.words("weightsGiven"),
                ] as [String: Any]
            },
            "hasVersions": !found.versions.isEmpty, "isNoneInForce": found.in_force == 0,
            "mayWrite": self.may(.writeCases),
            "outgrown": found.isOutgrown
                ? self.words("weightsOutgrown", self.words.number(found.records)) : "",
        ]
        model["weights"] = found.weights.map { weights in
            [
                "caption": self.words("weightsOf", self.words.number(found.shown)),
                "rows": weights.comparisons.flatMap { comparison in
                    let given = comparison.levels.filter { !$0.bits.isEmpty }
                    return given.enumerated().map { place, level in
                        var row: [String: Any] = [
                            "comparison": self.words.term("comparison", comparison.comparison),
                            "level": self.words.term("level", level.level),
                            "bits": self.decimal(level.bits), "isAssumed": false,
                        ]
                        row["isAssumed"] = comparison.isAssumed
                        if place == 0 {
                            row["head"] = [
                                "label": self.words.term("comparison", comparison.comparison),
                                "rows": given.count,
                            ]
                        }
                        return row
                    }
                },
            ] as [String: Any]
        }
        return Page(template: "weights", title: self.words("weightsTitle"), model: model)
    }

    func changeWeights() async throws(PageError) -> PageAnswer {
        try await self.answer {
            let done: ShowWeights.Answer
            var key = "doneWeightsUsed"
            if let use = self.form["use"] {
                guard let version = Int(use) else { throw self.problem("errorForm") }
                done = try await self.submit(UseWeights(version: version))
            } else {
                let before = try await self.ask(ShowWeights()).versions.first?.version
                done = try await self.submit(LearnWeights())
                if done.versions.first?.version == before { key = "doneWeightsSame" }
            }
            return .redirect(
                to: "/subjects/weights",
                done.in_force == 0
                    ? Session.Flash(key: "doneWeightsNone", arguments: [])
                    : Session.Flash(key: key, arguments: [self.words.number(done.in_force)])
            )
        } otherwise: { (_) async throws(PageError) in
            try await self.weights()
        }
    }
}
