import CaseModel
import HTTPTypes
import NodeInterface
import NodeService
import SyncLog
import Vocabulary

/// Sharing a record's fields in a case, with a preview.
extension Desk {
    /// What the steps of sharing need to know of the case and the record.
    private struct Sharing {
        let view: ShowCase.Answer
        let table: ShowTable.Answer
        let record: ShowRecord.Answer

        /// The other members of the case's audience.
        func members(without handle: String) -> [ShowTable.Member] {
            self.table.members.filter {
                self.view.audience.contains($0.handle) && $0.handle != handle
            }
        }
    }

    func share(_ id: String) async throws(PageError) -> PageAnswer {
        if let record = self.query.text("record") {
            let sharing = try await self.sharing(id, record: record)
            return .page(try await self.chooseFields(sharing, isFirst: true))
        }
        let view = try await self.writableCase(id)
        guard !CasePhase.isClosed(view.phase.map(\.value)) else {
            throw PageError(.refused(.case(.closed)))
        }
        var page = try await self.recordSearch(action: "/cases/\(view.case)/share", onlyOwn: true)
        page.model["id"] = view.case
        page.model["caseTitle"] = Self.title(of: view)
        return .page(
            Page(
                template: "shareRecord",
                title: self.words("shareRecord"),
                model: page.model,
                status: page.status
            )
        )
    }

    /// A case in which this node may share: nobody fills in a form that is refused in the end.
    func writableCase(_ id: String) async throws(PageError) -> ShowCase.Answer {
        let view = try await self.ask(ShowCase(case: id))
        let tables = try await self.ask(ListTables())
        let period = tables.tables.first { $0.table == view.table }?.period
        guard view.audience.contains(self.node.card.handle), period == .running else {
            var error = PageError(.unprocessableContent, "errorClosedCase")
            error.typed = self.form.typed
            throw error
        }
        return view
    }

    private func sharing(
        _ id: String,
        record: String
    ) async throws(PageError) -> Sharing {
        let view = try await self.writableCase(id)
        return Sharing(
            view: view,
            table: try await self.ask(ShowTable(table: view.table)),
            record: try await self.ask(ShowRecord(record: record))
        )
    }

    /// Whether a case is closed; throws where it does not take the record even so: nobody fills in a form that is
    /// refused in the end.
    private static func isClosed(
        _ view: ShowCase.Answer,
        takes offers: ShowOffers.Answer
    ) throws(PageError) -> Bool {
        let isClosed = CasePhase.isClosed(view.phase.map(\.value))
        guard !isClosed || offers.shared != nil else {
            throw PageError(.refused(.case(.closed)))
        }
        return isClosed
    }

    /// The form of fields and recipients; the ground beside each is the one that the node would use.
    private func chooseFields(
        _ sharing: Sharing,
        isFirst: Bool
    ) async throws(PageError) -> Page {
        let record = sharing.record
        let handle = self.node.card.handle
        let ground = self.form.text("ground")
        let mayLower = self.may(.lowerCategory)
        let recordCategory = Category(name: record.category)?.rawValue ?? 0
        let asked = self.form["category"] ?? record.category
        var offers = try await self.offers(sharing, category: asked, ground: ground)
        let isClosed = try Self.isClosed(sharing.view, takes: offers)
        // Who shares again begins with what is shared.
        let shared = isFirst ? offers.shared : nil
        let chosen = Set(shared?.fields ?? self.form.all("field"))
        let to = Set(shared?.to ?? self.form.all("to"))
        let kept = shared.flatMap { Category(name: $0.category) }
        let isKept = kept.map { mayLower || $0.rawValue >= recordCategory } ?? false
        let category = isKept ? kept?.name ?? asked : asked
        if category != asked {
            offers = try await self.offers(sharing, category: category, ground: ground)
        }
        let lowest = mayLower ? 0 : recordCategory
        let withheld = record.fields.all.map(\.name).filter { !Self.isShareable($0, record) }
        let own = sharing.table.members.first { $0.handle == handle }
        let offered = Dictionary(
            offers.members.map { ($0.handle, $0.ground) },
            uniquingKeysWith: { first, _ in first }
        )
        let grounds = sharing.table.grounds.filter { ground in
            sharing.members(without: handle).contains { member in
                ground.fits(from: own?.class ?? "", to: member.class, category: category)
            }
        }
        let isFresh = isFirst && shared == nil
        var model: [String: Any] = [
            "id": sharing.view.case, "caseTitle": Self.title(of: sharing.view),
            "record": record.id,
            "recordTitle":
                "\(Self.title(of: record)) · \(record.source) \(record.source_key)",
            "fields": record.fields.all.filter { Self.isShareable($0.name, record) }.map { field in
                let name = field.name
                return [
                    "name": name, "label": self.words.field(name),
                    "value": self.words.value(field.value, of: name),
                    "isChosen": isFresh
                        ? !PersonalFields.mayBe(name, in: record) : chosen.contains(name),
                ] as [String: Any]
            },
            "closed": isClosed ? self.words("closedVersion") : "",
            "hasWithheld": !withheld.isEmpty,
            "withheld": withheld.map { self.words.field($0) }.joined(separator: ", "),
            "members": sharing.members(without: handle).map { member in
                let first = offered[member.handle] ?? nil
                return [
                    "handle": member.handle, "ground": first ?? self.words("noGround"),
                    "isChosen": isFresh ? first != nil : to.contains(member.handle),
                ] as [String: Any]
            },
            "categories": self.options(
                "category",
                // Below the record's own nothing is shared, but for what a manager decides.
                Category.allCases.filter { $0.rawValue >= lowest }.map(\.name),
                chosen: category
            ),
            "grounds": grounds.map {
                ["code": $0.code, "isChosen": $0.code == ground] as [String: Any]
            },
            "typedExpires": self.form["expires"] ?? shared?.expires ?? "",
            "mayLower": mayLower,
            "before": shared?.category ?? self.form["before"] ?? "",
            "typedLowering": self.form["lowering"] ?? shared?.lowered ?? "",
        ]
        if let shared {
            model.merge(self.before(shared, record, offering: category)) { _, new in new }
        }
        return Page(template: "shareFields", title: self.words("chooseFields"), model: model)
            .typed(at: "/cases/\(sharing.view.case)/share")
    }

    /// What is said of a record that is shared in the case already; `category`: what the form begins
    /// with.
    private func before(
        _ shared: ShowOffers.Shared,
        _ record: ShowRecord.Answer,
        offering category: String
    ) -> [String: Any] {
        let gone = shared.fields.filter { record.fields[$0] == nil }.map { self.words.field($0) }
        let earlier = shared.earlier.map { holder in
            self.words("sharedEarlier", holder.handle, self.words.number(holder.version))
        }
        let (before, now) = (
            self.words.term("category", shared.category), self.words.term("category", category)
        )
        return [
            "sharedBefore": self.words(
                "sharedBefore",
                self.words.number(shared.version),
                self.words.list(shared.to)
            ),
            "sharedEarlier": earlier.joined(separator: " "),
            // Below the record's own a manager alone decides, each time.
            "sharedLower": before == now
                ? ""
                : self.words(shared.lowered == nil ? "sharedOther" : "sharedLower", before, now),
            "gone": gone.isEmpty
                ? "" : self.words("sharedGone", gone.joined(separator: ", ")),
        ]
    }

    /// On which grounds each could be given it, and what is shared of the record already.
    private func offers(
        _ sharing: Sharing,
        category: String,
        ground: String?
    ) async throws(PageError) -> ShowOffers.Answer {
        guard Category(name: category) != nil,
            ground == nil || sharing.table.grounds.contains(where: { $0.code == ground })
        else { return ShowOffers.Answer(members: [], shared: nil) }
        return try await self.ask(
            ShowOffers(
                case: sharing.view.case,
                record: sharing.record.id,
                category: category,
                grounds: ground.map { [$0] }
            )
        )
    }

    private static func isShareable(_ field: String, _ record: ShowRecord.Answer) -> Bool {
        field != FieldName.subjectBSN.text && !record.never_share.contains(field)
    }

    static func title(of record: ShowRecord.Answer) -> String {
        record.fields[FieldName.subjectName.text] ?? record.source_key
    }

    // MARK: Preview

    func shareStep(_ id: String, _ step: Route.ShareStep) async throws(PageError) -> PageAnswer {
        let sharing = try await self.sharing(id, record: self.form["record"] ?? "")
        guard step == .preview else {
            return .page(try await self.chooseFields(sharing, isFirst: false))
        }
        return try await self.answer {
            let share = try self.share(of: sharing)
            return .page(self.preview(try await self.submit(PreviewShare(share)), sharing))
        } otherwise: { (_) async throws(PageError) in
            try await self.chooseFields(sharing, isFirst: false)
        }
    }

    /// What the form asks for.
    private func share(of sharing: Sharing) throws(Problem) -> ShareRecord {
        let fields = self.form.all("field")
        guard !fields.isEmpty else { throw self.problem("problemNoFields") }
        let to = self.form.all("to")
        guard !to.isEmpty else { throw self.problem("problemNobody") }
        let expires = self.form.text("expires").map { TypedDay.read($0) ?? $0 }
        if let expires, !expires.isCalendarDate {
            throw self.problem("problemDate", field: "expires")
        }
        var lowering = self.form.text("lowering")
        // A category that is below neither the record's nor the last version's needs no reason.
        func rank(_ name: String?) -> UInt8 {
            UInt8(Category(name: name ?? "")?.rawValue ?? 0)
        }
        let least = max(rank(sharing.record.category), rank(self.form["before"]))
        if rank(self.form["category"]) >= least { lowering = nil }
        return ShareRecord(
            case: sharing.view.case,
            record: sharing.record.id,
            fields: fields,
            to: to,
            grounds: self.form.text("ground").map { [$0] },
            category: self.form.text("category"),
            expires: expires,
            seen: self.form["seen"] ?? "",
            leaving_out: self.form.text("leaving").flatMap { .init(rawValue: $0) },
            lowering: lowering
        )
    }

    /// What each partner would see, with what the node knows it again by.
    private func preview(_ share: PreviewShare.Answer, _ sharing: Sharing) -> Page {
        let fields = share.fields.all
        let told = fields.map {
            ["label": self.words.field($0.name), "value": self.words.value($0.value, of: $0.name)]
        }
        let handles = share.recipients.map(\.handle)
        let others = sharing.view.audience.filter {
            !handles.contains($0) && $0 != self.node.card.handle
                && !share.left_out.map(\.handle).contains($0)
        }
        var hidden = [("record", sharing.record.id), ("seen", share.seen)]
        hidden += self.form.fields.filter {
            ["field", "to", "category", "ground", "expires", "lowering", "before"].contains(
                $0.name
            )
        }.map { ($0.name, $0.value) }
        var model: [String: Any] = [
            "id": sharing.view.case, "caseTitle": Self.title(of: sharing.view),
            "recipients": share.recipients.map { recipient in
                [
                    "handle": recipient.handle, "ground": recipient.ground, "fields": told,
                    "name": sharing.table.members.first { $0.handle == recipient.handle }?.name
                        ?? "",
                    "groundText": sharing.table.grounds.first { $0.code == recipient.ground }?
                        .text ?? "",
                ] as [String: Any]
            },
            "versionText": share.fragment == nil
                ? self.words("previewNew", self.words.count("fieldCount", fields.count))
                : self.words("previewVersion", self.words.number(share.version)),
            "hasLeftOut": !share.left_out.isEmpty,
            "leftOut": share.left_out.map { left in
                ["text": self.words("leftOut", left.handle, self.words.number(left.version))]
            },
            "hasOthers": !others.isEmpty, "others": self.words.list(others),
            "hasOmitted": !share.omitted.isEmpty,
            "omitted": share.omitted.map { self.words.field($0) }.joined(separator: ", "),
            "category": self.words.term("category", share.category),
            "hidden": hidden.map { ["name": $0.0, "value": $0.1] },
        ]
        model["expires"] = share.expires.map { self.words.date($0) }
        model["lowered"] = share.lowered
        return Page(template: "sharePreview", title: self.words("previewTitle"), model: model)
    }

    func confirmShare(_ id: String) async throws(PageError) -> PageAnswer {
        let sharing = try await self.sharing(id, record: self.form["record"] ?? "")
        return try await self.answer {
            let share = try self.share(of: sharing)
            do {
                let shared = try await self.submit(share)
                return .redirect(
                    to: "/cases/\(sharing.view.case)#shared",
                    Session.Flash(
                        key: "doneShared",
                        arguments: [self.words.list(shared.recipients.map(\.handle))]
                    )
                )
            } catch is Conflict {
                // The node compared: nothing leaves that was not shown, and nothing twice.
                var page = self.preview(try await self.submit(PreviewShare(share)), sharing)
                page.status = .conflict
                page.model["problem"] = self.problem("problemChanged").model(self.words)
                return .page(page)
            }
        } otherwise: { (_) async throws(PageError) in
            try await self.chooseFields(sharing, isFirst: false)
        }
    }
}
