import Cryptography
import HTTPTypes
import NodeService
import SyncLog

/// Sharing a record's fields in a case, with a preview, and withdrawing a fragment.
extension Desk {
    /// What the steps of sharing need to know of the case and the record.
    private struct Sharing {
        let view: Documents.View
        let table: Documents.Table
        let record: Documents.Record

        /// The other members of the case's audience.
        func members(without handle: String) -> [Documents.Table.Member] {
            self.table.members.filter {
                self.view.audience.contains($0.handle) && $0.handle != handle
            }
        }
    }

    func share(_ id: String) async throws(PageError) -> PageAnswer {
        if let record = self.query.text("record") {
            let sharing = try await self.sharing(id, record: record)
            return .page(self.chooseFields(sharing, isFirst: true))
        }
        let view: Documents.View = try await self.ask(
            .showCase(id: id, canonical: false, at: nil)
        )
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

    private func sharing(
        _ id: String,
        record: String
    ) async throws(PageError) -> Sharing {
        let view: Documents.View = try await self.ask(
            .showCase(id: id, canonical: false, at: nil)
        )
        return Sharing(
            view: view,
            table: try await self.ask(.showTable(id: view.table)),
            record: try await self.ask(.showRecord(id: record))
        )
    }

    private func chooseFields(_ sharing: Sharing, isFirst: Bool) -> Page {
        let record = sharing.record
        let handle = self.node.card.handle
        let chosen = Set(self.form.all("field"))
        let to = Set(self.form.all("to"))
        let category = self.form["category"] ?? record.category
        let withheld = record.fields.keys.filter { !Self.isShareable($0, record) }.sorted()
        let own = sharing.table.members.first { $0.handle == handle }
        let ground = self.form.text("ground")
        let grounds = sharing.table.grounds.filter { ground in
            sharing.members(without: handle).contains { member in
                ground.fits(from: own?.class ?? "", to: member.class, category: category)
            }
        }
        let model: [String: Any] = [
            "id": sharing.view.case, "caseTitle": Self.title(of: sharing.view),
            "record": record.id,
            "recordTitle":
                "\(Self.title(of: record)) · \(record.source) \(record.source_key)",
            "fields": record.fields.filter { Self.isShareable($0.key, record) }
                .sorted { $0.key < $1.key }.map { name, value in
                    [
                        "name": name, "label": self.words.field(name), "value": value,
                        "isChosen": isFirst
                            ? !name.hasPrefix("extra.") : chosen.contains(name),
                    ] as [String: Any]
                },
            "hasWithheld": !withheld.isEmpty,
            "withheld": withheld.map { self.words.field($0) }.joined(separator: ", "),
            "members": sharing.members(without: handle).map { member in
                let first = sharing.table.grounds.first {
                    $0.fits(from: own?.class ?? "", to: member.class, category: category)
                }
                return [
                    "handle": member.handle,
                    "ground": first?.code ?? self.words("noGround"),
                    "isChosen": isFirst ? first != nil : to.contains(member.handle),
                ] as [String: Any]
            },
            "categories": self.options(
                "category",
                Category.allCases.map(\.name),
                chosen: category
            ),
            "grounds": grounds.map {
                ["code": $0.code, "isChosen": $0.code == ground] as [String: Any]
            },
            "typedExpires": self.form["expires"] ?? "",
        ]
        return Page(template: "shareFields", title: self.words("chooseFields"), model: model)
    }

    private static func isShareable(_ field: String, _ record: Documents.Record) -> Bool {
        field != "subject.bsn" && !record.never_share.contains(field)
    }

    static func title(of record: Documents.Record) -> String {
        record.fields["subject.name"] ?? record.source_key
    }

    // MARK: Preview

    func shareStep(_ id: String, _ step: Route.ShareStep) async throws(PageError) -> PageAnswer {
        let sharing = try await self.sharing(id, record: self.form["record"] ?? "")
        guard step == .preview else {
            return .page(self.chooseFields(sharing, isFirst: false))
        }
        return try await self.answer {
            let (page, _) = try await self.preview(sharing)
            return .page(page)
        } otherwise: { _ in
            self.chooseFields(sharing, isFirst: false)
        }
    }

    private func draft(_ sharing: Sharing, isPreview: Bool) throws(Problem) -> ShareDraft {
        let fields = self.form.all("field")
        guard !fields.isEmpty else { throw self.problem("problemNoFields") }
        let to = self.form.all("to")
        guard !to.isEmpty else { throw self.problem("problemNobody") }
        let expires = self.form.text("expires")
        if let expires, !expires.isCalendarDate { throw self.problem("problemDate") }
        return ShareDraft(
            caseID: sharing.view.case,
            record: sharing.record.id,
            fields: fields,
            to: to,
            grounds: self.form.text("ground").map { [$0] },
            category: self.form.text("category"),
            expires: expires,
            isPreview: isPreview
        )
    }

    /// The preview, and a hash of all that it says.
    private func preview(_ sharing: Sharing) async throws -> (page: Page, seen: String) {
        let draft = try self.draft(sharing, isPreview: true)
        let share = try await self.submit(.share(draft), as: Documents.Share.self)
        let seen = Self.hash(of: share)
        let fields = (share.fields ?? [:]).sorted { $0.key < $1.key }
        let told = fields.map { name, value in
            ["label": self.words.field(name), "value": value]
        }
        let handles = share.recipients.map(\.handle)
        let others = sharing.view.audience.filter {
            !handles.contains($0) && $0 != self.node.card.handle
        }
        var hidden = [("record", sharing.record.id), ("seen", seen)]
        hidden += self.form.fields.filter {
            ["field", "to", "category", "ground", "expires"].contains($0.name)
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
            "hasOthers": !others.isEmpty, "others": self.words.list(others),
            "hasOmitted": !share.omitted.isEmpty,
            "omitted": share.omitted.map { self.words.field($0) }.joined(separator: ", "),
            "category": self.words.term("category", share.category ?? ""),
            "hidden": hidden.map { ["name": $0.0, "value": $0.1] },
        ]
        model["expires"] = self.form.text("expires").map { self.words.date($0) }
        return (
            Page(template: "sharePreview", title: self.words("previewTitle"), model: model), seen
        )
    }

    /// A hash of what each partner would see and on which ground.
    private static func hash(of share: Documents.Share) -> String {
        var texts = [share.fragment ?? "", String(share.version), share.category ?? ""]
        for (name, value) in (share.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
            texts += [name, value]
        }
        for recipient in share.recipients { texts += [recipient.handle, recipient.ground] }
        var bytes: [UInt8] = []
        for text in texts { bytes += Array("\(text.utf8.count):\(text)".utf8) }
        return TextEncoding.hex(Digest(hashing: bytes).bytes)
    }

    func confirmShare(_ id: String) async throws(PageError) -> PageAnswer {
        let sharing = try await self.sharing(id, record: self.form["record"] ?? "")
        return try await self.answer {
            let (page, seen) = try await self.preview(sharing)
            guard seen == self.form["seen"] else {
                // The record or the charter changed since: nothing leaves that was not shown.
                var page = page
                page.status = .conflict
                page.model["problem"] = self.problem("problemChanged").model
                return .page(page)
            }
            let draft = try self.draft(sharing, isPreview: false)
            let share = try await self.submit(.share(draft), as: Documents.Share.self)
            return .redirect(
                to: "/cases/\(sharing.view.case)#shared",
                Session.Flash(
                    key: "doneShared",
                    arguments: [self.words.list(share.recipients.map(\.handle))]
                )
            )
        } otherwise: { _ in
            self.chooseFields(sharing, isFirst: false)
        }
    }

    // MARK: Withdrawing

    func withdrawPage(_ id: String, _ fragment: String) async throws(PageError) -> PageAnswer {
        .page(try await self.withdrawForm(id, fragment))
    }

    private func withdrawForm(
        _ id: String,
        _ fragment: String
    ) async throws(PageError) -> Page {
        let view: Documents.View = try await self.ask(
            .showCase(id: id, canonical: false, at: nil)
        )
        let all: Documents.Disclosures = try await self.ask(.caseDisclosures(id: id))
        guard
            let item = all.disclosures.first(where: {
                $0.fragment == fragment && $0.own && $0.withdrawn == nil
            })
        else { throw PageError(.notFound, "errorNotYours") }
        let handles = item.recipients.map { "\($0.handle) (\($0.ground))" }
        return Page(
            template: "withdraw",
            title: self.words("withdrawTitle"),
            model: [
                "id": view.case, "caseTitle": Self.title(of: view), "fragment": fragment,
                "what": "\(self.words.term("type", item.type)), \(self.words.time(item.at))",
                "recipientsText": self.words("withdrawFrom", self.words.list(handles)),
                "typedReason": self.form["reason"] ?? "",
            ]
        )
    }

    func withdraw(_ id: String, _ fragment: String) async throws(PageError) -> PageAnswer {
        let page = try await self.withdrawForm(id, fragment)
        return try await self.answer {
            let reason = try self.text(
                "reason",
                label: "reason",
                bytesMax: 500,
                allowsLines: false
            )
            try await self.submit(
                .withdraw(fragment: fragment, reason: reason),
                as: Documents.Anything.self
            )
            return .redirect(
                to: "/cases/\(id)#shared",
                Session.Flash(key: "doneWithdrawn", arguments: [])
            )
        } otherwise: { _ in
            page
        }
    }
}
