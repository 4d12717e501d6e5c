import CaseModel
import HTTPTypes
import NodeInterface
import NodeService

/// Deciding about subjects.
extension Desk {
    func decide(_ name: String) async throws(PageError) -> PageAnswer {
        try await self.answer {
            guard let choice = self.form["verdict"].flatMap({ SubjectChoice(rawValue: $0) }) else {
                throw self.problem("problemVerdict", field: "verdict")
            }
            let other = try self.otherSubject()
            let done: Decided
            do {
                done = try await self.submit(
                    DecideSubjects(
                        a: name,
                        b: other,
                        verdict: choice,
                        reason: self.form.text("reason"),
                        case: self.form.text("case"),
                        seen: self.form["seen"].flatMap { SubjectVerdict(rawValue: $0) },
                        fresh: self.form["fresh"] != nil
                    )
                )
            } catch let conflict as Conflict where choice != .undo {
                // The page of the subject has what is typed, and what was decided meanwhile.
                throw await self.decidedMeanwhile(name, other) ?? conflict
            }
            let flash = self.flash(of: done, choice, try await self.decideAlike(choice))
            // To the top of the page, where it is said; of a list to the part that one came from.
            let part = ListPart(self.form.text("page"), size: 1)?.number ?? 1
            let query = part > 1 ? "?page=\(part)" : ""
            switch self.form["origin"] {
            case "all": return .redirect(to: "/subjects" + query, flash)
            case "one": return .redirect(to: "/subjects/\(name)/pairs" + query, flash)
            default: return .redirect(to: "/subjects/\(name)", flash)
            }
        } otherwise: { (problem) async throws(PageError) in
            // What was refused stands where it was typed; what was decided meanwhile stands in the list no more.
            switch self.form["origin"] {
            case "all" where problem.status != .conflict:
                try await self.pairs(of: nil, deciding: name)
            case "one" where problem.status != .conflict:
                try await self.pairs(of: name, deciding: name)
            default: try await self.subject(name)
            }
        }
    }

    func succeed(_ name: String) async throws(PageError) -> PageAnswer {
        try await self.answer {
            let removes = self.form["undo"] != nil
            var date: String?
            if !removes {
                let typed = try self.text(
                    "date",
                    label: "successionDate",
                    bytesMax: 32,
                    allowsLines: false
                )
                guard let day = TypedDay.read(typed) else {
                    throw self.problem("problemDay", field: "date")
                }
                date = day
            }
            do {
                try await self.submit(
                    SucceedSubject(
                        from: name,
                        to: try self.otherSubject(),
                        date: date,
                        kind: self.form.text("kind"),
                        source: self.form.text("source"),
                        reason: self.form.text("reason"),
                        case: self.form.text("case"),
                        removes: removes
                    )
                )
            } catch var problem as Problem where problem.field == "from" {
                // A day is called so where hits are searched.
                problem.field = "date"
                throw problem
            }
            return .redirect(
                to: "/subjects/\(name)",
                Session.Flash(key: removes ? "doneUndone" : "doneSucceeded", arguments: [])
            )
        } otherwise: { (_) async throws(PageError) in
            try await self.subject(name)
        }
    }

    /// Decides about the pairs with the same values that a list showed as one.
    ///
    /// It returns for how many that was asked, and for how many it was done. One that is gone meanwhile, that was decided, or for which there is no room stays as
    /// it is.
    private func decideAlike(_ choice: SubjectChoice) async throws -> (asked: Int, done: Int) {
        guard self.form["withAlike"] != nil else { return (0, 0) }
        let alike = self.form.all("alike").prefix(SuggestSubjects.alikeMax)
        var done = 0
        for pair in alike {
            let keys = pair.split(separator: " ").map(String.init)
            guard keys.count == 2 else { continue }
            do {
                try await self.submit(
                    DecideSubjects(
                        a: keys[0],
                        b: keys[1],
                        verdict: choice,
                        reason: self.form.text("reason"),
                        fresh: true
                    )
                )
                done += 1
            } catch is Problem {
                continue
            } catch is Conflict {
                continue
            }
        }
        return (alike.count, done)
    }

    /// What the next page says of a decision.
    private func flash(
        of done: Decided,
        _ choice: SubjectChoice,
        _ alike: (asked: Int, done: Int)
    ) -> Session.Flash {
        if choice == .undo { return Session.Flash(key: "doneUndone", arguments: []) }
        let written = self.words.number(1 + alike.done)
        if alike.done < alike.asked {
            return Session.Flash(
                key: "doneDecidedSome",
                arguments: [written, self.words.number(1 + alike.asked)]
            )
        }
        if alike.done > 0 {
            let verdict = self.words.term("verdict", choice.rawValue)
            return Session.Flash(key: "doneDecidedAll", arguments: [written, verdict])
        }
        return Session.Flash(
            key: "doneDecided",
            arguments: [self.words.term("verdict", done.state.rawValue)]
        )
    }

    /// That the same user decided about a pair after the page was made that the form stands on; `nil` where the
    /// page cannot be asked.
    private func decidedMeanwhile(_ name: String, _ other: String) async -> Problem? {
        guard let subject = try? await self.ask(ShowSubject(subject: name)),
            let said = subject.decisions.first(where: { decision in
                decision.case == nil && decision.by == self.account.name
                    && [decision.other.key, decision.other.id].contains(other)
            })
        else { return nil }
        return Problem(status: .conflict, field: "other") { words in
            words(
                "problemDecided",
                words.term("verdict", said.verdict.rawValue),
                words.time(said.at)
            )
        }
    }

    /// The other subject that was typed: a key, an ID, or a number of a register alone.
    private func otherSubject() throws(Problem) -> String {
        guard let typed = self.form.text("other") else {
            throw Problem(field: "other") { $0("problemEmpty", $0("otherSubject")) }
        }
        // As people write it: "40000032", "KvK 4000 0032", "kvk: 40000032".
        let plain = typed.lowercased().filter { !$0.isWhitespace && $0 != "." }
        for prefix in ["kvk", "vestiging", "rsin"] {
            var digits = plain.hasPrefix(prefix) ? plain.dropFirst(prefix.count) : plain[...]
            if digits.hasPrefix(":") { digits = digits.dropFirst() }
            if let key = SubjectKey("\(prefix):\(digits)") { return key.text }
        }
        return typed
    }
}
