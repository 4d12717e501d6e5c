import CaseModel
import HTTPTypes
import NodeInterface
import NodeService
import SyncLog

/// The merged case view, and small changes of a case.
extension Desk {
    func showCase(_ id: String) async throws(PageError) -> PageAnswer {
        .page(try await self.casePage(id, action: nil, status: .ok))
    }

    /// The page of a case; `action` is the form that was refused, whose fields keep what was typed.
    private func casePage(
        _ id: String,
        action: Route.CaseAction?,
        status: HTTPResponse.Status
    ) async throws(PageError) -> Page {
        // What is chosen in the lists stands in the address of the page alone, and not in those of its forms.
        let isPage = action == nil
        guard var choice = CaseChoice("/cases/\(id)", isPage ? self.query : .empty) else {
            throw PageError(.unprocessableContent, "errorFilter")
        }
        // The form that was refused is among those of its subject.
        if action == .weigh { choice.subject = self.form["subject"] }
        var page = try await self.ask(choice.request(id))
        if !isPage, page.counts.subjects_found == 0 {
            choice.subject = nil
            page = try await self.ask(choice.request(id))
        }
        // The page may be the one with a fragment.
        choice.fragmentPart = ListPart(page.fragment_start, size: choice.fragmentPart.size)
        let view = page.view
        await self.node.noteSeen(view.case, mark: page.mark, by: self.account)
        let tables = try await self.ask(ListTables())
        let members = try await self.ask(ShowTable(table: view.table)).members
        let handle = self.node.card.handle
        let table = tables.tables.first { $0.table == view.table }
        let period = self.period(table?.period ?? .running)
        // Nothing is offered that the node would refuse.
        let mayWrite =
            self.may(.writeCases) && view.audience.contains(handle) && period.isEmpty
        let builder = CaseModelBuilder(
            words: self.words,
            page: page,
            choice: choice,
            organisations: Dictionary(
                members.map { ($0.handle, $0.name ?? "") },
                uniquingKeysWith: { first, _ in first }
            ),
            openWeighing: action == .weigh
                ? (
                    self.form["subject"] ?? "", self.form["fact"] ?? "",
                    self.form["reason"] ?? "",
                    // A place in a list that is another by now says nothing.
                    status == .conflict ? nil : self.form["value"]
                ) : nil,
            handle: handle,
            offersWeighing: mayWrite
        )
        var model = self.head(of: view, builder: builder, action: action, mayWrite: mayWrite)
        model["tableName"] = table?.name ?? view.table
        model["period"] = period
        model["closed"] =
            period.isEmpty ? "" : self.words("closedHere", table?.name ?? "", period)
        for part in [
            builder.subjects, builder.fragments(mayWithdraw: self.may(.writeCases)), builder.notes,
            builder.tags,
        ] {
            model.merge(part) { first, _ in first }
        }
        return Page(template: "case", title: Self.title(of: view), model: model)
    }

    /// What a page of a case says of the case as a whole.
    private func head(
        of view: ShowCase.Answer,
        builder: CaseModelBuilder,
        action: Route.CaseAction?,
        mayWrite: Bool
    ) -> [String: Any] {
        let handle = self.node.card.handle
        let summaries = view.summary.filter { !$0.value.isEmpty }
        let isSummaryConflict = ShowCase.isConflict(view.summary)
        var model: [String: Any] = [
            "titles": Self.titles(of: view).map { ["title": $0] }, "id": view.case,
            "caseID": view.case, "mayWrite": mayWrite, "contents": builder.contents,
            "mayShare": mayWrite && !CasePhase.isClosed(view.phase.map(\.value)),
            "isLeftOut": !view.audience.contains(handle),
            "mayLeaveOut": view.audience.count > 2 && view.owner == handle && mayWrite,
            "former": view.former_readers.filter { $0.handle != handle }.map { reader in
                self.words("formerReader", reader.handle, self.words.time(reader.last))
            },
            "caseOwner": builder.partner(view.owner),
            "audience": view.audience.map { builder.partner($0) },
            "audienceText": self.words("noteAudience", self.words.list(view.audience)),
            "table": view.table, "tableShort": String(view.table.prefix(16)),
            "phaseSteps": builder.phaseSteps,
            "typedNote": action == .note ? self.form["text"] ?? "" : "",
            "typedTag": action == .tag ? self.form["tag"] ?? "" : "",
            "registers": builder.registers.map {
                self.register($0, builder: builder, action: action, mayWrite: mayWrite)
            },
            "hasSummary": !summaries.isEmpty,
            "summaries": summaries.map { value in
                var model: [String: Any] = ["value": value.value]
                model["attribution"] =
                    isSummaryConflict ? "\(value.by), \(self.words.time(value.at))" : nil
                return model
            },
            "uncounted": view.uncounted_notes.map { note in
                ["at": note.at, "atText": self.words.time(note.at), "text": note.text]
            },
            "hasUncounted": !view.uncounted_notes.isEmpty,
            // Its form is not offered any more, and what was typed into it stands nowhere else.
            "lost": action == nil || mayWrite && self.isOffered(action, in: view)
                ? "" : self.form.typed.joined(separator: "\n"),
        ]
        model["conflictBox"] = builder.conflictBox
        return model
    }

    /// Whether the form that was refused is on the page again.
    private func isOffered(_ action: Route.CaseAction?, in view: ShowCase.Answer) -> Bool {
        guard action == .weigh, let fact = self.form["fact"] else { return true }
        return view.subjects.contains {
            $0.id == self.form["subject"] && $0.conflicts.contains(fact)
                && !$0.variants.contains(fact)
        }
    }

    /// The title where there is room for one text alone; concurrent ones are joined, so that none is
    /// hidden.
    ///
    /// The case's own page has each on a line.
    static func title(of view: ShowCase.Answer) -> String {
        self.titles(of: view).joined(separator: " / ")
    }

    private static func titles(of view: ShowCase.Answer) -> [String] {
        var titles: [String] = []
        for value in view.title where !titles.contains(value.value) { titles.append(value.value) }
        return titles
    }

    private func register(
        _ register: CaseModelBuilder.Register,
        builder: CaseModelBuilder,
        action: Route.CaseAction?,
        mayWrite: Bool
    ) -> [String: Any] {
        let field = register.field
        let label = self.words(field)
        let values = register.values.filter { !$0.value.isEmpty }
        let isOpen = action == .set && self.form["field"] == field
        let newest = values.last?.value ?? ""
        let offersChoice = register.isConflict && mayWrite
        return [
            "field": field, "label": label, "isConflict": register.isConflict,
            "seen": (builder.view.seen[field] ?? []).joined(separator: ","),
            "hasValues": !values.isEmpty,
            // Title and summary stand on the page itself.
            "showsValues": register.isConflict || field == "phase" || field == "lead",
            "values": values.map { value in
                builder.value(value, field: field)
                    .merging(["offerChoice": offersChoice]) { first, _ in first }
            },
            "changeLabel": self.words("changeField", label), "isOpen": isOpen,
            "isPhase": field == "phase", "isLong": field == "summary",
            "isLine": field == "title" || field == "lead",
            "typed": isOpen ? self.form["value"] ?? "" : newest,
            "phaseOptions": self.options(
                "phase",
                CasePhase.allCases.map(\.rawValue),
                chosen: isOpen ? self.form["value"] : newest
            ),
        ]
    }

    // MARK: Changes

    func act(_ id: String, _ action: Route.CaseAction) async throws(PageError) -> PageAnswer {
        try await self.answer {
            switch action {
            case .note: try await self.writeNote(id)
            case .tag: try await self.tag(id, removes: false)
            case .untag: try await self.tag(id, removes: true)
            case .set: try await self.setRegister(id)
            case .weigh: try await self.weigh(id)
            }
        } otherwise: { (problem) async throws(PageError) in
            try await self.casePage(id, action: action, status: problem.status)
        }
    }

    private func writeNote(_ id: String) async throws -> PageAnswer {
        let text = try self.text(
            "text",
            id: "note",
            label: "newNote",
            bytesMax: 65_536,
            allowsLines: true
        )
        try await self.submit(AddNote(case: id, text: text))
        return .redirect(
            to: "/cases/\(id)#notes",
            Session.Flash(key: "doneNote", arguments: [])
        )
    }

    private func tag(_ id: String, removes: Bool) async throws -> PageAnswer {
        let tag = try self.text("tag", label: "newTag", bytesMax: 64, allowsLines: false)
        try await self.submit(
            TagCase(case: id, tag: tag, removes: removes, seen: removes ? try self.seenDots : nil)
        )
        return .redirect(
            to: "/cases/\(id)#tags",
            Session.Flash(key: removes ? "doneUntag" : "doneTag", arguments: [tag])
        )
    }

    private func setRegister(_ id: String) async throws -> PageAnswer {
        guard let field = RegisterName(rawValue: self.form["field"] ?? "") else {
            throw PageError(.badRequest, "errorForm")
        }
        let label = field.rawValue
        let value: String
        switch field {
        case .title, .lead:
            value = try self.text(
                "value",
                id: "set-\(label)",
                label: label,
                bytesMax: 200,
                allowsLines: false
            )
        case .phase: value = self.form["value"] ?? ""
        case .summary:
            // Nothing is a summary too: it takes the one there was back.
            value =
                self.form.text("value") == nil
                ? ""
                : try self.text(
                    "value",
                    id: "set-\(label)",
                    label: label,
                    bytesMax: 4_000,
                    allowsLines: true
                )
        }
        do {
            try await self.submit(
                SetCase(case: id, field: field.rawValue, value: value, seen: try self.seenDots)
            )
        } catch is Conflict {
            throw self.problem("problemMeanwhile", self.words(label), status: .conflict)
        }
        return .redirect(
            to: "/cases/\(id)#register-\(field.rawValue)",
            Session.Flash(key: "doneSet", arguments: [self.words(label)])
        )
    }

    /// The dots behind what the form's page showed: nothing else is superseded or taken away.
    private var seenDots: [String] {
        get throws(PageError) {
            guard let seen = self.form["seen"] else { throw PageError(.badRequest, "errorForm") }
            return seen.split(separator: ",").map(String.init)
        }
    }

    /// Writes down which of several claims is gone by, and why: a note, for no claim of another is
    /// ever overwritten.
    private func weigh(_ id: String) async throws -> PageAnswer {
        let view = try await self.ask(ShowCase(case: id))
        guard let subject = view.subjects.first(where: { $0.id == self.form["subject"] }),
            let fact = self.form["fact"], subject.conflicts.contains(fact)
        else { throw self.problem("problemNoConflict", status: .conflict) }
        let claims = Claims(subject: subject, fact: fact)
        guard self.form["seen"] == claims.seen else {
            throw self.problem("problemNoConflict", status: .conflict)
        }
        let index = self.form["value"].flatMap { Int($0) }
        let choice = index.flatMap { claims.values.indices.contains($0) ? claims.values[$0] : nil }
        let isDecided = [Claims.none, Claims.stand].contains(self.form["value"])
        guard choice != nil || isDecided else { throw self.problem("problemNoChoice") }
        let reason = try self.text(
            "reason",
            label: "weighReason",
            bytesMax: 4_000,
            allowsLines: true
        )
        let fragments = Claims.openFragments(of: view)
        // A party that not all know is named to nobody.
        guard subject.fragments.contains(where: { fragments.contains($0) }) else {
            throw self.problem("problemNarrowSubject", status: .conflict)
        }
        var lines = claims.noteBeginning(fragments, self.words)
        lines.append(
            choice.map { claim in
                claims.open(fragments).contains { $0.value == claim.value }
                    ? self.words("weighNoteChoice", QuotedText.quoted(claim.value))
                    : self.words("weighNoteNarrow")
            } ?? self.words(self.form["value"] == Claims.stand ? "weighNoteStand" : "weighNoteNone")
        )
        lines.append(reason)
        try await self.submit(AddNote(case: id, text: lines.joined(separator: "\n")))
        return .redirect(
            to: "/cases/\(id)#notes",
            Session.Flash(key: "doneWeighed", arguments: [])
        )
    }
}
