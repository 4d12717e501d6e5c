import CaseModel
import NodeInterface
import NodeService

/// Deciding about subjects.
extension Desk {
    func decide(_ name: String) async throws(PageError) -> PageAnswer {
        try await self.answer {
            guard let choice = self.form["verdict"].flatMap({ SubjectChoice(rawValue: $0) }) else {
                throw self.problem("problemVerdict", field: "verdict")
            }
            let done = try await self.submit(
                DecideSubjects(
                    a: name,
                    b: try self.otherSubject(),
                    verdict: choice,
                    reason: self.form.text("reason"),
                    case: self.form.text("case"),
                    seen: self.form["seen"].flatMap { SubjectVerdict(rawValue: $0) },
                    fresh: self.form["fresh"] != nil
                )
            )
            // Pairs with the same values, which the list showed as one.
            let alike = self.form.all("alike").prefix(SuggestSubjects.alikeMax)
            var written = 1
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
                    written += 1
                } catch is Problem {
                    // One that is gone meanwhile, or for which there is no room, stays in the list.
                    continue
                }
            }
            let flash =
                if choice == .undo {
                    Session.Flash(key: "doneUndone", arguments: [])
                } else if written <= alike.count {
                    Session.Flash(
                        key: "doneDecidedSome",
                        arguments: [self.words.number(written), self.words.number(alike.count + 1)]
                    )
                } else {
                    Session.Flash(
                        key: "doneDecided",
                        arguments: [self.words.term("verdict", done.state.rawValue)]
                    )
                }
            // To the top of the page, where it is said; of a list to the part that one came from.
            let part = ListPart(self.form.text("page"), size: 1)?.number ?? 1
            let query = part > 1 ? "?page=\(part)" : ""
            switch self.form["origin"] {
            case "all": return .redirect(to: "/subjects" + query, flash)
            case "one": return .redirect(to: "/subjects/\(name)/pairs" + query, flash)
            default: return .redirect(to: "/subjects/\(name)", flash)
            }
        } otherwise: { (_) async throws(PageError) in
            try await self.subject(name)
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
            return .redirect(
                to: "/subjects/\(name)",
                Session.Flash(key: removes ? "doneUndone" : "doneSucceeded", arguments: [])
            )
        } otherwise: { (_) async throws(PageError) in
            try await self.subject(name)
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
