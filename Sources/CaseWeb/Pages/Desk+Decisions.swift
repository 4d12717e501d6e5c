import CaseModel
import NodeInterface
import NodeService

/// Deciding about subjects.
extension Desk {
    func decide(_ name: String) async throws(PageError) -> PageAnswer {
        try await self.answer {
            let verdict = self.form["verdict"].flatMap { SubjectVerdict(rawValue: $0) }
            let done = try await self.submit(
                DecideSubjects(
                    a: name,
                    b: try self.otherSubject(),
                    verdict: verdict,
                    reason: self.form.text("reason"),
                    case: self.form.text("case")
                )
            )
            let flash =
                verdict == nil
                ? Session.Flash(key: "doneUndone", arguments: [])
                : Session.Flash(
                    key: "doneDecided",
                    arguments: [self.words.term("verdict", done.state.rawValue)]
                )
            switch self.form["list"] {
            case "all": return .redirect(to: "/subjects", flash)
            case "one": return .redirect(to: "/subjects/\(name)/pairs", flash)
            default: return .redirect(to: "/subjects/\(name)#decisions", flash)
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
                    throw self.problem("problemDate", field: "date")
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
                to: "/subjects/\(name)#succession",
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
        let digits = typed.filter { !$0.isWhitespace && $0 != "." }
        for prefix in ["kvk:", "vestiging:", "rsin:"] {
            if let key = SubjectKey(prefix + digits) { return key.text }
        }
        return typed
    }
}
